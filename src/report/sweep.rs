//! A sweep on disk: its shares, and the folder of its results.

mod columns;
mod manifest;
mod page;
mod plan_file;
mod shard_file;
mod tables;

use std::fmt;
use std::path::PathBuf;

#[cfg(test)]
pub(super) use columns::Kind;
pub(super) use columns::{Column, columns};
pub(super) use manifest::write as write_manifest;
pub use shard_file::{MergeError, Merged, merge, shard_file, write_shard};
pub(super) use tables::points;

use super::folder::{ClaimedFolder, ReportError};
use super::manifest::SWEEP;
use super::plots;
use super::tables::TableFormats;
use crate::experiment::Estimate;
use crate::experiment::sweep::{Case, PointError, Run, Summary, SweepPlan, point_estimates};
use crate::measure::run::Metric;

/// A sweep and what came of it.
#[derive(Debug)]
pub struct SweepResults {
    /// What was asked, without paths of outputs, numbers of threads and shares: these change nothing.
    pub command: Vec<String>,
    /// The sweep.
    pub plan: SweepPlan,
    /// The scenario of each point.
    pub cases: Vec<Case>,
    /// The metrics that are drawn.
    pub drawn: Vec<Metric>,
    /// In which formats its tables are written.
    pub tables: TableFormats,
    /// All runs of the plan.
    pub runs: Vec<Run>,
    /// What came of each.
    pub summaries: Vec<Summary>,
}

/// The runs of one point under one option.
#[derive(Debug)]
pub(super) struct Cell<'a> {
    /// The first of them.
    pub(super) run: Run,
    /// What came of all.
    pub(super) replications: Vec<&'a Summary>,
}

impl SweepResults {
    /// The runs of each point under each option, in order.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        let mut summaries = self.summaries.iter();
        let same = |a: &Run, b: &Run| (a.case, a.option) == (b.case, b.option);
        self.runs.chunk_by(same).map(move |runs| Cell {
            run: runs[0],
            replications: summaries.by_ref().take(runs.len()).collect(),
        })
    }
}

impl SweepPlan {
    /// The number of the point of a run.
    pub(super) fn number_of(&self, run: Run) -> usize {
        self.design.points[run.case].number
    }
}

impl Cell<'_> {
    /// Means of all metrics.
    pub(super) fn estimates(&self) -> Vec<Estimate> {
        point_estimates(self.run.option, &self.replications)
    }
}

/// Writes everything about a sweep into `folder` and puts it in its place.
///
/// # Errors
/// If a file cannot be written; then nothing has changed.
pub fn write_sweep(results: &SweepResults, folder: ClaimedFolder) -> Result<(), ReportError> {
    tables::write(results, &folder)?;
    let pictures = plots::write_sweep(results, &folder)?;
    page::write(results, &pictures, &folder)?;
    manifest::write(results, SWEEP, &folder)?;
    folder.put_in_place()
}

/// What is wrong with what was read.
fn wrong(path: impl Into<PathBuf>, cause: impl fmt::Display) -> MergeError {
    MergeError::Invalid(path.into(), cause.to_string())
}

/// What is wrong at a point, in one line.
fn at_point(error: &PointError) -> String {
    format!("point {}: {}", error.point, error.problems)
}
