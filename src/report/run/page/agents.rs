//! The agents that were protected last: first replication of each option.

use serde::Serialize;

use crate::answer::series::rounded;
use crate::answer::{after_release, first_runs};
use crate::measure::run::RunMeasurements;
use crate::report::run::results::Results;

/// An agent.
#[derive(Debug, Serialize)]
pub(in crate::report) struct Agent<'a> {
    name: &'a str,
    site: &'a str,
    /// Seconds from the release until it was up to date; none if it never was.
    after: Option<f64>,
    source: &'a str,
    attempts: u32,
    outcome: &'static str,
}

/// The slowest agents by option.
pub(in crate::report) fn slowest<'a>(results: &Results<'a>) -> Vec<Vec<Agent<'a>>> {
    first_runs(results.runs).map(of_run).collect()
}

fn of_run(run: &RunMeasurements) -> Vec<Agent<'_>> {
    let rows = run.slowest.iter().map(|row| Agent {
        name: &row.agent,
        site: &row.segment,
        after: row.updated_at.map(|at| rounded(after_release(run, at))),
        source: &row.source,
        attempts: row.attempts,
        outcome: row.outcome.name(),
    });
    rows.collect()
}
