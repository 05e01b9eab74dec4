//! The sink of results: a results folder, or a summary on standard output.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::exit::{Exit, failed};
use super::interruption::Interruption;
use super::logs::LogFiles;
use super::request::SimulationArguments;
use super::results_folder::{Authorship, claim_results};
use super::resume::{Missing, Resume, forget, keep};
use super::terminal::{AnswerFormat, WIDTH, complain, visible};
use super::values::DASH;
use crate::answer::recommend;
use crate::experiment::{Estimate, Tried, release_estimates};
use crate::measure::run::RunMeasurements;
use crate::report::{self, AtomicDirectory, Record, Results};
use crate::scenario::Scenario;

/// What each lever brings under an option.
pub(in crate::cli) struct WhatIf {
    pub(in crate::cli) option: &'static str,
    pub(in crate::cli) tried: Vec<Tried>,
}

/// The destination of the results of a simulation.
pub(in crate::cli) enum Sink {
    /// This results folder, which is locked.
    Folder { target: PathBuf, folder: AtomicDirectory },
    /// The summary to standard output; no files are written.
    Stdout,
}

impl Sink {
    /// The destination in `common`; a folder is locked at once, before the simulation.
    pub(in crate::cli) fn claim(
        common: &SimulationArguments,
        scenario: &Scenario,
    ) -> Result<Self, Exit> {
        if common.is_streamed() {
            return Ok(Self::Stdout);
        }
        let (target, folder) = claim_results(
            common.output.as_deref(),
            &scenario.name,
            Authorship {
                command: "compare",
                scenario: Some(&common.scenario),
                replacing: common.replacing,
            },
        )?;
        Ok(Self::Folder { target, folder })
    }

    /// The folder, or `-`.
    pub(in crate::cli) fn path(&self) -> &Path {
        match self {
            Self::Folder { target, .. } => target,
            Self::Stdout => Path::new(DASH),
        }
    }

    /// The runs of an interrupted experiment, if requested.
    pub(in crate::cli) fn earlier_runs(
        &self,
        resume: &Resume,
        record: &Record,
    ) -> Result<Vec<RunMeasurements>, Exit> {
        match self {
            Self::Folder { target, .. } => resume.take_up(target, record),
            Self::Stdout => Ok(Vec::new()),
        }
    }

    /// Saves the finished runs of an interrupted experiment, if possible.
    pub(in crate::cli) fn keep(
        &self,
        results: &Results<'_>,
        missing: Missing,
        interruption: &Interruption,
    ) -> Result<Exit, Exit> {
        match self {
            Self::Folder { target, .. } => keep(results, missing, target, interruption),
            Self::Stdout => {
                complain("interrupted: nothing was printed and nothing was saved\n");
                Ok(interruption.exit())
            }
        }
    }

    /// Writes the results, if they go to files; returns the text to print.
    pub(in crate::cli) fn deliver(
        self,
        results: &Results<'_>,
        logs: &LogFiles,
        common: &SimulationArguments,
        what_if: Option<&WhatIf>,
    ) -> Result<Vec<u8>, Exit> {
        match self {
            Self::Folder { target, folder } => {
                logs.write(&folder).map_err(|error| failed(&error))?;
                report::write(results, folder).map_err(|error| failed(&error))?;
                forget(&target);
                let is_quiet = common.printing.terminal.quiet;
                Ok(if is_quiet {
                    Vec::new()
                } else {
                    answer(common, results, &target, what_if).into()
                })
            }
            Self::Stdout => report::summary_csv(results).map_err(|error| failed(&error)),
        }
    }
}

/// What is printed of results that stand in a folder.
fn answer(
    common: &SimulationArguments,
    results: &Results<'_>,
    target: &Path,
    what_if: Option<&WhatIf>,
) -> String {
    let levers =
        what_if.map_or_else(String::new, |at| report::what_if_text(at.option, &at.tried, WIDTH));
    let target = target.display();
    match common.printing.format {
        AnswerFormat::Text | AnswerFormat::Concise => {
            let color = common.printing.terminal.color.is_on(&io::stdout());
            let (title, table) = (results.record.title(), report::table(results, color));
            let decision = report::decision(results);
            let verdicts = match report::verdicts(results) {
                none if none.is_empty() => none,
                verdicts => format!("\n{verdicts}"),
            };
            let advice = report::recommendation_text(results, WIDTH);
            let levers = if levers.is_empty() { levers } else { format!("\n{levers}") };
            let target = target.to_string();
            let target = visible(&target);
            format!("{title}\n\n{advice}\n{table}{decision}{verdicts}{levers}\nResults: {target}\n")
        }
        AnswerFormat::Markdown if levers.is_empty() => report::summary_markdown(results),
        AnswerFormat::Markdown => {
            format!("{}\n```text\n{levers}```\n", report::summary_markdown(results))
        }
        AnswerFormat::Json => {
            let of_release = |estimate: &Estimate| {
                let mut row = estimate_row(estimate);
                row["release"] = estimate.release.as_deref().into();
                row
            };
            let of_releases = release_estimates(results.runs);
            let all = json!({
                "results": target.to_string(),
                "cautions": report::caution_rows(results),
                "decision": results.record.decision,
                "recommendation": recommend(&results.outcome()),
                "estimates": results.estimates.iter().map(estimate_row).collect::<Vec<_>>(),
                "release_estimates": of_releases.iter().map(of_release).collect::<Vec<_>>(),
                "thresholds": report::verdict_rows(results),
                "what_if": what_if.map(|at| report::what_if_json(at.option, &at.tried)),
            });
            visible(&format!("{all}\n")).into()
        }
    }
}

/// An estimate for programs.
fn estimate_row(estimate: &Estimate) -> Value {
    json!({
        "option": estimate.option.name(),
        "metric": estimate.metric.name,
        "unit": estimate.metric.unit,
        "mean": estimate.mean,
        "ci95": estimate.ci95,
        "replications": estimate.replications,
    })
}
