//! A sweep on disk: its shares, and the folder of its results.

mod columns;
mod manifest;
mod page;
mod plan_file;
mod record;
mod shard_file;
mod tables;

use std::fmt;
use std::path::PathBuf;

pub(super) use columns::{Column, columns};
pub(super) use manifest::{AnalysisRow, StudyRow, SweepManifest, write as write_manifest};
pub(super) use page::caution;
pub(super) use record::SweepRecord;
#[cfg(test)]
pub(super) use record::{CautionKind, SweepWork};
pub use shard_file::{MergeError, Merged, merge, shard_file, write_shard};
pub(super) use tables::points;

use super::atomic_directory::{AtomicDirectory, ReportError};
use super::manifest::SWEEP;
use super::plots;
use super::tables::TableFormats;
use crate::experiment::Estimate;
use crate::experiment::sweep::{
    PointError, ResolvedScenario, Run, Summary, SweepPlan, point_estimates,
};
use crate::measure::run::{Metric, Value};

/// A sweep and what came of it.
#[derive(Debug)]
pub struct SweepResults {
    /// What was asked, without paths of outputs, numbers of threads and shares: these change nothing.
    pub command: Vec<String>,
    /// The sweep.
    pub plan: SweepPlan,
    /// The scenario of each point.
    pub cases: Vec<ResolvedScenario>,
    /// The metrics that are drawn.
    pub drawn: Vec<Metric>,
    /// In which formats its tables are written.
    pub tables: TableFormats,
    /// All runs of the plan.
    pub runs: Vec<Run>,
    /// What came of each.
    pub summaries: Vec<Summary>,
}

/// A sweep as its folder holds it: whatever is drawn of it can depend on nothing else.
#[derive(Debug, PartialEq)]
pub(super) struct Swept {
    pub(super) record: SweepRecord,
    /// The values of all metrics in each run.
    values: Vec<Vec<Value>>,
    /// Their means at each point under each option.
    estimates: Vec<Vec<Estimate>>,
}

/// The runs of one point under one option.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell<'a> {
    /// The first of them.
    pub(super) run: Run,
    /// The means of all metrics.
    pub(super) estimates: &'a [Estimate],
}

impl Swept {
    /// A sweep and the values of all metrics in each of its runs.
    pub(super) fn new(record: SweepRecord, values: Vec<Vec<Value>>) -> Self {
        let replications = record.record.replications as usize;
        let firsts = record.design.runs(1);
        let cells = firsts.iter().zip(values.chunks(replications));
        let estimates = cells.map(|(run, values)| point_estimates(run.option, values)).collect();
        Self { record, values, estimates }
    }

    /// How many runs there were.
    pub(super) fn runs(&self) -> usize {
        self.values.len()
    }

    /// The runs of each point under each option, in order.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        let firsts = self.record.design.runs(1).into_iter();
        firsts.zip(&self.estimates).map(|(run, estimates)| Cell { run, estimates })
    }

    /// Writes everything about it into `folder` and puts it in its place.
    ///
    /// # Errors
    /// If a file cannot be written; then nothing has changed.
    pub(super) fn write(&self, folder: AtomicDirectory) -> Result<(), ReportError> {
        tables::write(self, &folder)?;
        let pictures = plots::write_sweep(self, &folder)?;
        page::write(self, &pictures, &folder)?;
        manifest::write(&self.record, SWEEP, None, &folder)?;
        folder.put_in_place()
    }
}

impl<'a> Cell<'a> {
    /// The mean of a metric.
    pub(super) fn of(self, metric: Metric) -> &'a Estimate {
        let found = self.estimates.iter().find(|estimate| estimate.metric == metric);
        found.expect("all metrics are estimated")
    }
}

/// Writes everything about a sweep into `folder` and puts it in its place.
///
/// # Errors
/// If a file cannot be written; then nothing has changed.
pub fn write_sweep(results: &SweepResults, folder: AtomicDirectory) -> Result<(), ReportError> {
    let values = results.summaries.iter().map(|summary| summary.values.clone()).collect();
    Swept::new(SweepRecord::of(results), values).write(folder)
}

/// What is wrong with what was read.
fn wrong(path: impl Into<PathBuf>, cause: impl fmt::Display) -> MergeError {
    MergeError::Invalid(path.into(), cause.to_string())
}

/// What is wrong at a point, in one line.
fn at_point(error: &PointError) -> String {
    format!("point {}: {}", error.point, error.problems)
}
