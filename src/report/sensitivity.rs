//! A sensitivity analysis: what the terminal shows of it, and the folder of its results.

mod tables;
mod text;

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::folder::{ClaimedFolder, ReportError};
use super::manifest::SENSITIVITY;
use super::plots;
use super::sweep::{SweepResults, write_manifest};
use crate::experiment::sensitivity::{Analysis, Finding, LeftOut, Study};

/// A sensitivity analysis and what came of it.
#[derive(Debug)]
pub struct SensitivityResults {
    /// The runs of its points.
    pub sweep: SweepResults,
    /// The method and the factors.
    pub study: Study,
    /// Assumptions that were not varied, and why.
    pub left_out: Vec<LeftOut>,
    /// What was found of each metric under each option.
    pub analyses: Vec<Analysis>,
}

impl SensitivityResults {
    /// The results, from all runs of the study's points.
    pub fn new(sweep: SweepResults, study: Study, left_out: Vec<LeftOut>) -> Self {
        let analyses = study.analyses(&sweep.runs, &sweep.summaries, &sweep.drawn);
        Self { sweep, study, left_out, analyses }
    }

    /// The key of a factor.
    pub(super) fn key(&self, factor: usize) -> &str {
        &self.study.axes[factor].factor.key
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
        let (method, names) = (self.study.method, self.study.method.indices());
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
    folder: ClaimedFolder,
) -> Result<(), ReportError> {
    tables::write(results, &folder)?;
    plots::write_sensitivity(results, &folder)?;
    write_manifest(&results.sweep, SENSITIVITY, &folder)?;
    folder.put_in_place()
}
