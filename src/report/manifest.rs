//! `manifest.json`: everything that is needed to run it again, and what to know about the results.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::folder::{ClaimedFolder, ReportError};
use super::results::Results;
use crate::random::GENERATOR;

const PROGRAM: &str = "updraft";

/// The name of its file.
pub(super) const NAME: &str = "manifest.json";

/// The names of all files of the folder that a manifest belongs to; `None` if it is none of ours.
pub(super) fn files(manifest: &[u8]) -> Option<BTreeSet<String>> {
    let manifest: Value = serde_json::from_slice(manifest).ok()?;
    if manifest["program"] != PROGRAM {
        return None;
    }
    let listed = manifest["files_blake3"].as_object()?.keys().cloned();
    Some(listed.chain([NAME.into()]).collect())
}

/// Writes the manifest; all other files have been written.
pub(super) fn write(results: &Results<'_>, folder: &ClaimedFolder) -> Result<(), ReportError> {
    let fail = |cause: serde_json::Error| ReportError::at(folder.target(), cause);
    let scenario = serde_json::to_value(results.scenario).map_err(fail)?;
    let hash = blake3::hash(scenario.to_string().as_bytes()).to_hex().to_string();
    let files: BTreeMap<String, String> = folder
        .files()?
        .into_iter()
        .map(|(name, content)| (name, blake3::hash(&content).to_hex().to_string()))
        .collect();
    let manifest = json!({
        "program": PROGRAM,
        "version": env!("CARGO_PKG_VERSION"),
        "command_line": results.command,
        "scenario_blake3": hash,
        "seed": results.seed,
        "random_generator": GENERATOR,
        "replications": results.replications,
        "network_model": results.scenario.network_model,
        "work": results.runs.iter().map(work).collect::<Vec<_>>(),
        "assumptions": results.scenario.assumptions,
        "cautions": cautions(results),
        "files_blake3": files,
        "scenario": scenario,
    });
    let mut text = serde_json::to_string_pretty(&manifest).map_err(fail)?;
    text.push('\n');
    folder.write(NAME, text.as_bytes())
}

fn work(run: &crate::measure::run::RunMeasurements) -> Value {
    json!({
        "option": run.option.name(),
        "replication": run.replication,
        "events": run.work.events,
        "transfers": run.work.transfers,
        "rate_settlements": run.work.settlements,
        "classes_touched": run.work.classes_touched,
        "channels_touched": run.work.channels_touched,
        "solver_rounds": run.work.rounds,
        "clock_moves": run.work.clock_moves,
    })
}

/// Every caution once.
fn cautions(results: &Results<'_>) -> Vec<Value> {
    let all: BTreeSet<_> = results.runs.iter().flat_map(|run| &run.cautions).collect();
    all.into_iter()
        .map(|caution| {
            json!({ "name": caution.name, "seen": caution.seen, "advice": caution.advice })
        })
        .collect()
}
