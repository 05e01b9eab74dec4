//! `manifest.json` of sweeps and sensitivity analyses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::record::{CautionKind, SweepRecord, SweepWork};
use crate::experiment::Decision;
use crate::experiment::sweep::{Applied, Design, Point};
use crate::measure::run::Metric;
use crate::report::atomic_directory::{AtomicDirectory, ReportError};
use crate::report::draw::PlotFormats;
use crate::report::manifest::{NAME, PROGRAM, hash};
use crate::report::run::{Assumed, Record};
use crate::report::tables::TableFormats;
use crate::scenario::Overrides;

/// The content of the file, in the order of its keys. The points are in `points.csv`.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::report) struct SweepManifest {
    assumptions_of_the_first_point: Vec<Assumed>,
    build: String,
    cautions: Vec<CautionKind>,
    command_line: Vec<String>,
    conditions: Vec<ConditionRow>,
    /// The hash of every other file of the folder.
    pub(in crate::report) files_blake3: BTreeMap<String, String>,
    pub(in crate::report) keys: Vec<String>,
    kind: String,
    /// The metrics that are drawn.
    metrics: Vec<String>,
    network_model: String,
    points: usize,
    program: String,
    random_generator: String,
    replications: u32,
    runs: usize,
    scenario_of_the_first_point: Value,
    scenario_set: Overrides,
    scenario_text: String,
    scenarios_blake3: Vec<String>,
    seed: u64,
    /// For a sensitivity analysis, values that are not in its tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::report) sensitivity: Option<StudyRow>,
    sweep_blake3: String,
    version: String,
    work: SweepWork,
}

/// A sensitivity analysis except for its tables.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::report) struct StudyRow {
    /// The findings for each metric under each option, in the order of `sensitivity.csv`.
    pub(in crate::report) analyses: Vec<AnalysisRow>,
    /// Trajectories or samples.
    pub(in crate::report) comparisons: u32,
    pub(in crate::report) method: String,
}

/// A metric under an option.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::report) struct AnalysisRow {
    pub(in crate::report) metric: String,
    pub(in crate::report) option: String,
    pub(in crate::report) points: usize,
    /// The number of them at which it was never reached.
    pub(in crate::report) points_never: usize,
}

/// A condition on the points.
#[derive(Debug, Serialize, Deserialize)]
struct ConditionRow {
    points_left_out: usize,
    #[serde(rename = "where")]
    condition: String,
}

/// Writes the manifest of a folder of this `kind`; all other files have been written.
pub(in crate::report) fn write(
    swept: &SweepRecord,
    kind: &str,
    sensitivity: Option<StudyRow>,
    folder: &AtomicDirectory,
) -> Result<(), ReportError> {
    let fail = |cause: serde_json::Error| ReportError::at(folder.target(), cause);
    let files = folder.files()?.into_iter().map(|(name, content)| (name, hash(&content)));
    let SweepRecord { record, design, .. } = swept.clone();
    let manifest = SweepManifest {
        assumptions_of_the_first_point: record.assumptions,
        build: swept.build.clone(),
        cautions: swept.cautions.clone(),
        command_line: record.command,
        conditions: design.conditions.into_iter().map(ConditionRow::of).collect(),
        files_blake3: files.collect(),
        keys: design.keys,
        kind: kind.into(),
        metrics: swept.drawn.iter().map(|metric| metric.name.into()).collect(),
        network_model: record.network_model,
        points: design.points.len(),
        program: PROGRAM.into(),
        random_generator: record.generator,
        replications: record.replications,
        runs: swept.runs().len(),
        scenario_of_the_first_point: record.scenario,
        scenario_set: swept.scenario_set.clone(),
        scenario_text: swept.scenario_text.clone(),
        scenarios_blake3: swept.scenario_hashes.clone(),
        seed: record.seed,
        sensitivity,
        sweep_blake3: swept.hash.clone(),
        version: record.version,
        work: swept.work,
    };
    let mut text = serde_json::to_string_pretty(&manifest).map_err(fail)?;
    text.push('\n');
    folder.write(NAME, text.as_bytes())
}

impl ConditionRow {
    fn of(applied: Applied) -> Self {
        Self { points_left_out: applied.left_out, condition: applied.condition }
    }
}

impl SweepManifest {
    /// Reads the manifest of a folder of `kind`.
    ///
    /// # Errors
    /// A description of the error.
    pub(in crate::report) fn parse(text: &[u8]) -> Result<Self, String> {
        let older = |error: serde_json::Error| {
            format!(
                "{error}: it was not written by this version of updraft; the same command rewrites it"
            )
        };
        serde_json::from_slice(text).map_err(older)
    }

    /// The sweep with these `points`.
    ///
    /// # Errors
    /// The first inconsistency.
    pub(in crate::report) fn record(self, points: Vec<Point>) -> Result<SweepRecord, String> {
        let metric = |name: &String| {
            Metric::named(name).ok_or_else(|| format!("metrics: there is no metric `{name}`"))
        };
        let drawn = self.metrics.iter().map(metric).collect::<Result<_, _>>()?;
        if self.replications == 0 {
            return Err("replications: expected at least 1".into());
        }
        let (said, found) = (self.points, points.len());
        if said != found || self.scenarios_blake3.len() != found || found == 0 {
            return Err(format!("points: {said}, but points.csv has {found}"));
        }
        let condition =
            |row: ConditionRow| Applied { condition: row.condition, left_out: row.points_left_out };
        let conditions = self.conditions.into_iter().map(condition).collect();
        let plots = PlotFormats::of_words(&self.command_line);
        let tables = TableFormats::of_table("points", |name| self.files_blake3.contains_key(name));
        let swept = SweepRecord {
            record: Record {
                version: self.version,
                commit: None,
                command: self.command_line,
                seed: self.seed,
                generator: self.random_generator,
                replications: self.replications,
                decision: Decision::Fixed,
                network_model: self.network_model,
                assumptions: self.assumptions_of_the_first_point,
                thresholds: Vec::new(),
                scenario: self.scenario_of_the_first_point,
                scenario_toml: None,
                ensemble: Vec::new(),
                plots,
                tables,
                purpose: None,
            },
            build: self.build,
            scenario_text: self.scenario_text,
            scenario_set: self.scenario_set,
            design: Design { keys: self.keys, points, conditions },
            hash: self.sweep_blake3,
            scenario_hashes: self.scenarios_blake3,
            drawn,
            work: self.work,
            cautions: self.cautions,
        };
        let runs = swept.design.count_runs(swept.record.replications);
        if runs != self.runs as u128 {
            return Err(format!("runs: {}, but the points make {runs}", self.runs));
        }
        Ok(swept)
    }
}
