//! `manifest.json`: everything that is needed to run it again, and what to know about the results.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::folder::{ClaimedFolder, ReportError};
use super::results::{Assumed, Record, Results};
use crate::measure::run::{RunMeasurements, Work};

/// Whose manifests these are.
pub(super) const PROGRAM: &str = "updraft";

/// What the manifest of a sweep says it is of.
pub(super) const SWEEP: &str = "sweep";
/// The same of a sensitivity analysis.
pub(super) const SENSITIVITY: &str = "sensitivity";

/// The name of its file.
pub(super) const NAME: &str = "manifest.json";

/// What the file holds, in the order of its keys.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    assumptions: Vec<Assumed>,
    pub(super) cautions: Vec<Caution>,
    command_line: Vec<String>,
    /// The hash of every other file of the folder.
    pub(super) files_blake3: BTreeMap<String, String>,
    pub(super) measured_release_ns: u64,
    network_model: String,
    program: String,
    random_generator: String,
    replications: u32,
    pub(super) sample_every_ns: u64,
    scenario: Value,
    scenario_blake3: String,
    seed: u64,
    version: String,
    work: Vec<WorkRow>,
}

/// A caution.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Caution {
    pub(super) advice: String,
    pub(super) name: String,
    pub(super) seen: String,
}

/// What the engine did in a run.
#[derive(Debug, Serialize, Deserialize)]
struct WorkRow {
    channels_touched: u64,
    classes_touched: u64,
    clock_moves: u64,
    events: u64,
    option: String,
    rate_settlements: u64,
    replication: u32,
    solver_rounds: u64,
    transfers: u64,
}

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
    let files = folder.files()?.into_iter();
    let manifest = Manifest::of(results, files.map(|(name, content)| (name, hash(&content))));
    let mut text = serde_json::to_string_pretty(&manifest).map_err(fail)?;
    text.push('\n');
    folder.write(NAME, text.as_bytes())
}

/// The hash of a file's content.
pub(super) fn hash(content: &[u8]) -> String {
    blake3::hash(content).to_hex().to_string()
}

impl Manifest {
    fn of(results: &Results<'_>, files: impl Iterator<Item = (String, String)>) -> Self {
        let record = results.record.clone();
        let first = results.runs.first();
        Self {
            assumptions: record.assumptions,
            cautions: cautions(results),
            command_line: record.command,
            files_blake3: files.collect(),
            measured_release_ns: first.map_or(0, |run| run.released_at.as_nanos()),
            network_model: record.network_model,
            program: PROGRAM.into(),
            random_generator: record.generator,
            replications: record.replications,
            sample_every_ns: first.map_or(0, |run| run.sample_every.as_nanos()),
            scenario_blake3: hash(record.scenario.to_string().as_bytes()),
            scenario: record.scenario,
            seed: record.seed,
            version: record.version,
            work: results.runs.iter().map(WorkRow::of).collect(),
        }
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(text: &[u8]) -> Result<Self, String> {
        if files(text).is_none() {
            return Err("this is no manifest of updraft".into());
        }
        let kind: Value = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        let whose = match kind["kind"].as_str() {
            Some(SWEEP) => Some("a sweep"),
            Some(SENSITIVITY) => Some("a sensitivity analysis"),
            _ => None,
        };
        if let Some(whose) = whose {
            let again = "the same command draws it again from its cache, without simulating";
            return Err(format!("this is the folder of {whose}: {again}"));
        }
        serde_json::from_slice(text).map_err(|error| error.to_string())
    }

    /// What was simulated.
    pub(super) fn record(self) -> Record {
        Record {
            version: self.version,
            command: self.command_line,
            seed: self.seed,
            generator: self.random_generator,
            replications: self.replications,
            network_model: self.network_model,
            assumptions: self.assumptions,
            scenario: self.scenario,
        }
    }

    /// What the engine did in a run, if that is known.
    pub(super) fn work(&self, option: &str, replication: u32) -> Option<Work> {
        let is_it = |row: &&WorkRow| row.option == option && row.replication == replication;
        self.work.iter().find(is_it).map(|row| Work {
            events: row.events,
            transfers: row.transfers,
            settlements: row.rate_settlements,
            classes_touched: row.classes_touched,
            channels_touched: row.channels_touched,
            rounds: row.solver_rounds,
            clock_moves: row.clock_moves,
        })
    }
}

impl WorkRow {
    fn of(run: &RunMeasurements) -> Self {
        Self {
            channels_touched: run.work.channels_touched,
            classes_touched: run.work.classes_touched,
            clock_moves: run.work.clock_moves,
            events: run.work.events,
            option: run.option.name().into(),
            rate_settlements: run.work.settlements,
            replication: run.replication,
            solver_rounds: run.work.rounds,
            transfers: run.work.transfers,
        }
    }
}

/// Every caution once.
pub(super) fn cautions(results: &Results<'_>) -> Vec<Caution> {
    let all: BTreeSet<_> = results.runs.iter().flat_map(|run| &run.cautions).collect();
    let told = all.into_iter().map(|caution| Caution {
        advice: caution.advice.clone(),
        name: caution.name.to_string(),
        seen: caution.seen.clone(),
    });
    told.collect()
}
