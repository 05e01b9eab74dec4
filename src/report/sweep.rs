//! Sweeps: shard files and the results folder.

mod answer;
mod columns;
mod load;
mod manifest;
mod page;
mod plan_file;
mod plots;
mod record;
mod results;
mod shard_file;
mod summary;
mod tables;

pub(super) use load::{in_manifest, parse, points as read_points, read};
pub(super) use manifest::{AnalysisRow, StudyRow, write as write_manifest};
pub(super) use page::caution;
pub(super) use record::SweepRecord;
#[cfg(test)]
pub(super) use record::{CautionKind, SweepWork};
pub use results::SweepResults;
pub use shard_file::{MergeError, Merged, merge, shard_file, write_shard};
pub(super) use summary::SweepSummary;
pub(super) use tables::points;

use super::atomic_directory::{AtomicDirectory, ReportError};
use super::draw;
use super::manifest::SWEEP;

/// Writes all files of a sweep into `folder` and moves it into place.
///
/// # Errors
/// If a file cannot be written; then nothing has changed.
pub fn write_sweep(results: &SweepResults, folder: AtomicDirectory) -> Result<(), ReportError> {
    write(&SweepSummary::of(results), folder)
}

/// What a sweep found, for people: where each metric that is drawn is best, what cannot be told apart from that, how it
/// responds to each key.
pub fn sweep_text(results: &SweepResults) -> String {
    answer::text(&SweepSummary::of(results))
}

/// The same for programs.
pub fn sweep_json(results: &SweepResults) -> serde_json::Value {
    answer::json(&SweepSummary::of(results))
}

/// Writes all files of a sweep into `folder` and moves it into place.
///
/// # Errors
/// If a file cannot be written; then nothing has changed.
pub(super) fn write(sweep: &SweepSummary, folder: AtomicDirectory) -> Result<(), ReportError> {
    tables::write(sweep, &folder)?;
    let pictures = draw::write_all(plots::pictures(sweep), &sweep.record.record.plots, &folder)?;
    page::write(sweep, &pictures, &folder)?;
    manifest::write(&sweep.record, SWEEP, None, &folder)?;
    folder.put_in_place()
}
