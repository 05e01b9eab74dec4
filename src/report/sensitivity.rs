//! A sensitivity analysis: what the terminal shows of it, and the folder of its results.

mod answer;
mod page;
mod tables;
mod text;

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::atomic_directory::{AtomicDirectory, ReportError};
use super::manifest::SENSITIVITY;
use super::plots;
use super::sweep::{AnalysisRow, StudyRow, SweepRecord, SweepResults, write_manifest};
use crate::experiment::sensitivity::{Analysis, Finding, LeftOut, Method, Study};

/// A sensitivity analysis as its folder holds it: whatever is told or drawn of it can depend on nothing
/// else.
#[derive(Debug, PartialEq)]
pub struct SensitivityResults {
    /// What was run.
    pub(super) record: SweepRecord,
    /// How it was found out.
    pub(super) method: Method,
    /// What was varied, each key with its levels as they are written.
    pub(super) factors: Vec<(String, String)>,
    /// Assumptions that were not varied, and why.
    pub(super) left_out: Vec<LeftOut>,
    /// What was found of each metric under each option.
    pub(super) analyses: Vec<Analysis>,
}

impl SensitivityResults {
    /// The results, from all runs of the study's points.
    pub fn new(sweep: &SweepResults, study: &Study, left_out: Vec<LeftOut>) -> Self {
        let written = study.axes.iter().map(|axis| &axis.factor);
        let written = written.map(|factor| (factor.key.clone(), factor.levels.to_string()));
        Self {
            record: SweepRecord::of(sweep),
            method: study.method,
            factors: written.collect(),
            left_out,
            analyses: study.analyses(&sweep.runs, &sweep.summaries, &sweep.drawn),
        }
    }

    /// How many points were simulated.
    pub fn points(&self) -> usize {
        self.record.design.points.len()
    }

    /// How many runs there were.
    pub fn runs(&self) -> usize {
        self.record.runs().len()
    }

    /// The key of a factor.
    pub(super) fn key(&self, factor: usize) -> &str {
        &self.factors[factor].0
    }

    /// What the terminal shows.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for analysis in &self.analyses {
            out.push_str(&text::table(self, analysis));
            out.push('\n');
        }
        if !self.left_out.is_empty() {
            let _ = writeln!(out, "Assumptions that were not varied");
            for left in &self.left_out {
                let _ = writeln!(out, "  {}: {}", left.about, left.why);
            }
            out.push('\n');
        }
        out
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        let (method, names) = (self.method, self.method.indices());
        let finding = |finding: &Finding| {
            let numbers = names.iter().zip(&finding.index.numbers).map(|(name, number)| {
                let told = number.map(|at| json!({ "value": at.value, "ci95": at.ci95 }));
                ((*name).to_string(), told.unwrap_or(Value::Null))
            });
            json!({
                "key": self.key(finding.factor),
                "never": finding.index.never,
                "never_by_key": finding.index.never_by_key,
                "indices": numbers.collect::<serde_json::Map<_, _>>(),
            })
        };
        let analysis = |of: &Analysis| {
            json!({
                "option": of.option.name(),
                "metric": of.metric.name,
                "unit": of.metric.unit,
                "points": of.points,
                "points_never": of.never,
                "keys": of.findings.iter().map(finding).collect::<Vec<_>>(),
            })
        };
        let left_out = |left: &LeftOut| json!({ "about": left.about, "why": left.why });
        json!({
            "method": method.name(),
            "comparisons": method.comparisons().0,
            "analyses": self.analyses.iter().map(analysis).collect::<Vec<_>>(),
            "left_out": self.left_out.iter().map(left_out).collect::<Vec<_>>(),
        })
    }
}

/// Writes everything about a sensitivity analysis into `folder` and puts it in its place.
///
/// # Errors
/// If a file cannot be written; then nothing has changed.
pub fn write_sensitivity(
    results: &SensitivityResults,
    folder: AtomicDirectory,
) -> Result<(), ReportError> {
    tables::write(results, &folder)?;
    let pictures = plots::write_sensitivity(results, &folder)?;
    page::write(results, &pictures, &folder)?;
    write_manifest(&results.record, SENSITIVITY, Some(study(results)), &folder)?;
    folder.put_in_place()
}

/// What the tables do not say.
fn study(results: &SensitivityResults) -> StudyRow {
    let analysis = |of: &Analysis| AnalysisRow {
        metric: of.metric.name.into(),
        option: of.option.name().into(),
        points: of.points,
        points_never: of.never,
    };
    StudyRow {
        analyses: results.analyses.iter().map(analysis).collect(),
        comparisons: results.method.comparisons().0,
        method: results.method.name().into(),
    }
}
