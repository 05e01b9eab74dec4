//! The results of a sensitivity analysis.

use crate::experiment::sensitivity::{Analysis, LeftOut, Method, Study};
use crate::report::sweep::{SweepRecord, SweepResults};

/// A sensitivity analysis as stored in its folder: reports depend on nothing else.
#[derive(Debug, PartialEq)]
pub struct SensitivityResults {
    /// The record of the runs.
    pub(in crate::report) record: SweepRecord,
    /// The method.
    pub(in crate::report) method: Method,
    /// The varied keys with their levels, as written.
    pub(in crate::report) factors: Vec<(String, String)>,
    /// Assumptions that were not varied, and why.
    pub(in crate::report) left_out: Vec<LeftOut>,
    /// The findings for each metric under each option.
    pub(in crate::report) analyses: Vec<Analysis>,
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

    /// The number of simulated points.
    pub fn points(&self) -> usize {
        self.record.design.points.len()
    }

    /// The number of runs.
    pub fn runs(&self) -> usize {
        self.record.runs().len()
    }

    /// The key of a factor.
    pub(in crate::report) fn key(&self, factor: usize) -> &str {
        &self.factors[factor].0
    }
}
