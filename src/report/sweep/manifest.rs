//! `manifest.json` of a sweep.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};

use super::SweepResults;
use crate::experiment::sweep::{Applied, Design, PROGRAM as BUILD};
use crate::measure::run::Caution;
use crate::report::folder::{ClaimedFolder, ReportError};
use crate::report::manifest::{NAME, PROGRAM, hash};
use crate::report::results::Record;

/// Writes the manifest of a folder of this `kind`; all other files have been written.
pub(in crate::report) fn write(
    results: &SweepResults,
    kind: &str,
    folder: &ClaimedFolder,
) -> Result<(), ReportError> {
    let fail = |cause: serde_json::Error| ReportError::at(folder.target(), cause);
    let plan = &results.plan;
    let first = &results.cases[0].scenario;
    let command = [results.command.clone(), results.tables.words()].concat();
    let record = Record::new(first, command, plan.seed, plan.replications);
    let files: BTreeMap<String, String> =
        folder.files()?.into_iter().map(|(name, content)| (name, hash(&content))).collect();
    let sum = |of: fn(&crate::measure::run::Work) -> u64| -> u64 {
        results.summaries.iter().map(|summary| of(&summary.work)).sum()
    };
    let manifest = json!({
        "program": PROGRAM,
        "version": record.version,
        "build": BUILD,
        "kind": kind,
        "command_line": record.command,
        "sweep_blake3": plan.hash(&results.cases),
        "seed": plan.seed,
        "random_generator": record.generator,
        "replications": plan.replications,
        "keys": plan.design.keys,
        "points": plan.design.points.len(),
        "conditions": conditions(&plan.design),
        "runs": results.runs.len(),
        "network_model": record.network_model,
        "scenario_text": plan.template.text,
        "scenario_set": plan.template.set,
        "scenario_of_the_first_point": record.scenario,
        "scenarios_blake3":
            results.cases.iter().map(|case| case.hash.as_str()).collect::<Vec<_>>(),
        "assumptions_of_the_first_point": record.assumptions,
        "cautions": cautions(results),
        "work": json!({
            "events": sum(|work| work.events),
            "transfers": sum(|work| work.transfers),
            "rate_settlements": sum(|work| work.settlements),
        }),
        "files_blake3": files,
    });
    let mut text = serde_json::to_string_pretty(&manifest).map_err(fail)?;
    text.push('\n');
    folder.write(NAME, text.as_bytes())
}

/// The conditions that the points meet, for programs.
fn conditions(design: &Design) -> Vec<Value> {
    let told = |at: &Applied| json!({ "where": at.condition, "points_left_out": at.left_out });
    design.conditions.iter().map(told).collect()
}

/// A kind of caution: at how many points, and how it reads at the first.
#[derive(Debug, Serialize)]
pub(super) struct CautionKind<'a> {
    pub(super) name: &'a str,
    pub(super) points: usize,
    pub(super) first_point: usize,
    pub(super) seen: &'a str,
    pub(super) advice: &'a str,
}

/// Each kind of caution once.
pub(super) fn cautions(results: &SweepResults) -> Vec<CautionKind<'_>> {
    let mut kinds: BTreeMap<&str, (BTreeSet<usize>, &Caution)> = BTreeMap::new();
    for (run, summary) in results.runs.iter().zip(&results.summaries) {
        for caution in &summary.cautions {
            let kind = kinds.entry(&caution.name).or_insert((BTreeSet::new(), caution));
            let _ = kind.0.insert(results.plan.number_of(*run));
        }
    }
    let told = kinds.into_iter().map(|(name, (points, caution))| CautionKind {
        name,
        points: points.len(),
        first_point: points.first().copied().unwrap_or_default(),
        seen: &caution.seen,
        advice: &caution.advice,
    });
    told.collect()
}
