//! The record of a sweep: everything in its results folder except the numbers.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::results::SweepResults;
use crate::experiment::sweep::{Design, PROGRAM, Run};
use crate::measure::run::{Caution, Metric};
use crate::report::run::Record;
use crate::scenario::Overrides;

/// A sweep without its numbers.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct SweepRecord {
    /// Program, command, seed and replications; scenario and assumptions are those of the first point.
    pub(in crate::report) record: Record,
    /// The program: its version, and a hash of its sources.
    pub(in crate::report) build: String,
    /// The scenario as written, without the settings of a point.
    pub(in crate::report) scenario_text: String,
    /// The settings of all points.
    pub(in crate::report) scenario_set: Overrides,
    /// The points.
    pub(in crate::report) design: Design,
    /// The hash of the sweep.
    pub(in crate::report) hash: String,
    /// The hash of the scenario of each point.
    pub(in crate::report) scenario_hashes: Vec<String>,
    /// The metrics that are drawn.
    pub(in crate::report) drawn: Vec<Metric>,
    /// The operations of the engine in all runs.
    pub(in crate::report) work: SweepWork,
    /// The distinct types of cautions.
    pub(in crate::report) cautions: Vec<CautionKind>,
}

/// Counts of operations over all runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::report) struct SweepWork {
    events: u64,
    rate_settlements: u64,
    transfers: u64,
}

/// A type of caution: the number of points, and its text at the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::report) struct CautionKind {
    pub(in crate::report) advice: String,
    pub(in crate::report) first_point: usize,
    pub(in crate::report) name: String,
    pub(in crate::report) points: usize,
    pub(in crate::report) seen: String,
}

impl SweepRecord {
    /// The sweep, after its runs.
    pub(in crate::report) fn of(results: &SweepResults) -> Self {
        let plan = &results.plan;
        let first = &results.cases[0].scenario;
        let command =
            [results.command.clone(), results.tables.words(), results.plots.words()].concat();
        let record = Record::new(first, command, plan.seed, plan.replications);
        let works = || results.summaries.iter().map(|summary| summary.work);
        Self {
            record: Record {
                tables: results.tables.clone(),
                plots: results.plots.clone(),
                ..record
            },
            build: PROGRAM.into(),
            scenario_text: plan.template.text.clone(),
            scenario_set: plan.template.set.clone(),
            design: plan.design.clone(),
            hash: plan.hash(&results.cases),
            scenario_hashes: results.cases.iter().map(|case| case.hash.clone()).collect(),
            drawn: results.drawn.clone(),
            work: SweepWork {
                events: works().map(|work| work.events).sum(),
                rate_settlements: works().map(|work| work.settlements).sum(),
                transfers: works().map(|work| work.transfers).sum(),
            },
            cautions: cautions(results),
        }
    }

    /// All runs: by point, option and replication.
    pub(in crate::report) fn runs(&self) -> Vec<Run> {
        self.design.runs(self.record.replications)
    }

    /// The command that repeats it, in the form for a shell.
    pub(in crate::report) fn command(&self) -> Result<String, shlex::QuoteError> {
        shlex::try_join(self.record.command.iter().map(String::as_str))
    }
}

fn cautions(results: &SweepResults) -> Vec<CautionKind> {
    let mut kinds: BTreeMap<&str, (BTreeSet<usize>, &Caution)> = BTreeMap::new();
    for (run, summary) in results.runs.iter().zip(&results.summaries) {
        for caution in &summary.cautions {
            let kind = kinds.entry(&caution.name).or_insert((BTreeSet::new(), caution));
            let _ = kind.0.insert(results.plan.design.number_of(*run));
        }
    }
    let told = kinds.into_iter().map(|(name, (points, caution))| CautionKind {
        advice: caution.advice.clone(),
        first_point: points.first().copied().unwrap_or_default(),
        name: name.into(),
        points: points.len(),
        seen: caution.seen.clone(),
    });
    told.collect()
}
