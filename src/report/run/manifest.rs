//! `manifest.json` of runs: everything needed to repeat them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cautions::{CautionRow, cautions};
use super::results::{Assumed, PlausibleOverlay, Purpose, Record, Results};
use crate::answer::{Recommendation, recommend};
use crate::experiment::{Decision, Judgement};
use crate::measure::run::{RunMeasurements, Work};
use crate::model::wave::whole_name;
use crate::report::atomic_directory::{AtomicDirectory, ReportError};
use crate::report::draw::PlotFormats;
use crate::report::manifest::{CALIBRATION, NAME, PROGRAM, SENSITIVITY, SWEEP, files, hash, kind};
use crate::report::tables::TableFormats;
use crate::units::decimal::Thousandths;
use crate::units::text::parse_duration;

/// The content of the file, in the order of its keys.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::report) struct Manifest {
    assumptions: Vec<Assumed>,
    pub(in crate::report) cautions: Vec<CautionRow>,
    /// The cautions of each run; only present if runs are missing, which have to be joined with these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::report) cautions_of_runs: Option<Vec<RunCautions>>,
    pub(in crate::report) command_line: Vec<String>,
    #[serde(default)]
    decision: Decision,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ensemble: Vec<PlausibleOverlay>,
    /// The hash of every other file of the folder.
    pub(in crate::report) files_blake3: BTreeMap<String, String>,
    #[serde(default)]
    git_commit: Option<String>,
    pub(in crate::report) measured_release_ns: u64,
    network_model: String,
    program: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purpose: Option<Purpose>,
    random_generator: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recommendation: Option<Recommendation>,
    #[serde(default)]
    releases: Vec<ReleaseRow>,
    replications: u32,
    /// The number of missing runs; only present if there are some.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(in crate::report) runs_missing: usize,
    pub(in crate::report) sample_every_ns: u64,
    scenario: Value,
    scenario_blake3: String,
    #[serde(default)]
    scenario_toml: Option<String>,
    seed: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    thresholds: Vec<ThresholdRow>,
    version: String,
    work: Vec<WorkRow>,
}

/// The cautions of a run.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::report) struct RunCautions {
    pub(in crate::report) cautions: Vec<CautionRow>,
    pub(in crate::report) option: String,
    pub(in crate::report) replication: u32,
}

/// A release, and its time.
#[derive(Debug, Serialize, Deserialize)]
struct ReleaseRow {
    at_ns: u64,
    name: String,
}

/// The verdict on a threshold under an option.
#[derive(Debug, Serialize, Deserialize)]
pub struct ThresholdRow {
    max: Option<Thousandths>,
    /// As in estimates.csv.
    mean: Option<f64>,
    metric: String,
    min: Option<Thousandths>,
    /// The number of further replications that would probably decide an undecided threshold.
    #[serde(skip_serializing_if = "Option::is_none")]
    more_replications: Option<u64>,
    option: String,
    /// The release; only present if it is not the worst.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    release: Option<String>,
    verdict: String,
}

/// The operations of the engine in a run.
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Writes the manifest of results in which `missing` runs are missing; all other files have been
/// written.
pub(in crate::report) fn write(
    results: &Results<'_>,
    missing: usize,
    folder: &AtomicDirectory,
) -> Result<(), ReportError> {
    let fail = |cause: serde_json::Error| ReportError::at(folder.target(), cause);
    let files = folder.files()?.into_iter();
    let files = files.map(|(name, content)| (name, hash(&content)));
    let cautions_of_runs =
        (missing > 0).then(|| results.runs.iter().map(RunCautions::of).collect());
    let complete = Manifest::of(results, files);
    let manifest = Manifest { runs_missing: missing, cautions_of_runs, ..complete };
    let mut text = serde_json::to_string_pretty(&manifest).map_err(fail)?;
    text.push('\n');
    folder.write(NAME, text.as_bytes())
}

impl Manifest {
    fn of(results: &Results<'_>, files: impl Iterator<Item = (String, String)>) -> Self {
        let record = results.record.clone();
        let first = results.runs.first();
        Self {
            assumptions: record.assumptions,
            cautions: cautions(results),
            cautions_of_runs: None,
            command_line: record.command,
            decision: record.decision,
            ensemble: record.ensemble,
            files_blake3: files.collect(),
            git_commit: record.commit,
            measured_release_ns: first.map_or(0, |run| run.released_at.as_nanos()),
            network_model: record.network_model,
            program: PROGRAM.into(),
            purpose: record.purpose,
            random_generator: record.generator,
            recommendation: first.map(|_| recommend(&results.outcome())),
            releases: releases(&record.scenario),
            replications: record.replications,
            runs_missing: 0,
            sample_every_ns: first.map_or(0, |run| run.sample_every.as_nanos()),
            scenario_blake3: hash(record.scenario.to_string().as_bytes()),
            scenario: record.scenario,
            scenario_toml: record.scenario_toml,
            seed: record.seed,
            thresholds: verdict_rows(results),
            version: record.version,
            work: results.runs.iter().map(WorkRow::of).collect(),
        }
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// A description of the error.
    pub(in crate::report) fn parse(text: &[u8]) -> Result<Self, String> {
        if files(text).is_none() {
            return Err("this is not a manifest of updraft".into());
        }
        let whose = match kind(text).as_deref() {
            Some(SWEEP) => Some("a sweep"),
            Some(SENSITIVITY) => Some("a sensitivity analysis"),
            Some(CALIBRATION) => Some("a calibration"),
            _ => None,
        };
        if let Some(whose) = whose {
            let expected = "expected one that `run`, `compare` or `plan` wrote";
            return Err(format!("this is the folder of {whose}: {expected}"));
        }
        serde_json::from_slice(text).map_err(|error| error.to_string())
    }

    /// The record of the simulation.
    ///
    /// # Errors
    /// If the thresholds of its scenario are invalid.
    pub(in crate::report) fn record(self) -> Result<Record, String> {
        let thresholds = self.scenario.get("thresholds").cloned().map(serde_json::from_value);
        let plots = PlotFormats::of_words(&self.command_line);
        let tables = TableFormats::of_table("summary", |name| self.files_blake3.contains_key(name));
        let thresholds = thresholds.transpose().map_err(|error| error.to_string())?;
        Ok(Record {
            version: self.version,
            commit: self.git_commit,
            command: self.command_line,
            seed: self.seed,
            generator: self.random_generator,
            replications: self.replications,
            decision: self.decision,
            network_model: self.network_model,
            assumptions: self.assumptions,
            thresholds: thresholds.unwrap_or_default(),
            scenario: self.scenario,
            scenario_toml: self.scenario_toml,
            ensemble: self.ensemble,
            plots,
            tables,
            purpose: self.purpose,
        })
    }

    /// Whether the scenario withdraws or rolls back the release, or the release of the wave, with this name in results.
    pub(in crate::report) fn is_recalled(&self, name: &str) -> bool {
        let whole = whole_name(name);
        let mut all = self.scenario["releases"].as_array().into_iter().flatten();
        all.find(|release| release["name"] == whole).is_some_and(|release| {
            ["withdrawn_at", "rolled_back_at"].iter().any(|key| release.get(key).is_some())
        })
    }

    /// The operations of the engine in each run, by option and replication.
    pub(in crate::report) fn works(&self) -> BTreeMap<(String, u32), Work> {
        let work = |row: &WorkRow| Work {
            events: row.events,
            transfers: row.transfers,
            settlements: row.rate_settlements,
            classes_touched: row.classes_touched,
            channels_touched: row.channels_touched,
            rounds: row.solver_rounds,
            clock_moves: row.clock_moves,
        };
        self.work.iter().map(|row| ((row.option.clone(), row.replication), work(row))).collect()
    }
}

impl ThresholdRow {
    fn of(judgement: &Judgement<'_>) -> Self {
        let Judgement { threshold, option, estimate, verdict, more } = judgement;
        Self {
            max: threshold.max,
            mean: estimate.as_ref().and_then(|estimate| estimate.mean),
            metric: threshold.metric.clone(),
            min: threshold.min,
            more_replications: *more,
            option: option.name().into(),
            release: estimate.as_ref().and_then(|at| at.release.as_deref().map(Into::into)),
            verdict: verdict.name().into(),
        }
    }
}

impl RunCautions {
    fn of(run: &RunMeasurements) -> Self {
        Self {
            cautions: run.cautions.iter().map(CautionRow::of).collect(),
            option: run.option.name().into(),
            replication: run.replication,
        }
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

/// The releases of a resolved scenario, in the order of time.
fn releases(scenario: &Value) -> Vec<ReleaseRow> {
    let all = scenario["releases"].as_array().into_iter().flatten();
    let row = |release: &Value| {
        let name = release["name"].as_str()?.to_string();
        let at = parse_duration(release["at"].as_str()?).ok()?;
        Some(ReleaseRow { at_ns: at.as_nanos(), name })
    };
    all.filter_map(row).collect()
}

/// The verdict on each threshold, as JSON.
pub fn verdict_rows(results: &Results<'_>) -> Vec<ThresholdRow> {
    results.judgements().iter().map(ThresholdRow::of).collect()
}
