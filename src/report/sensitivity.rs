//! Sensitivity analyses: the results folder and the text for the terminal.

mod answer;
mod json;
mod load;
mod page;
mod plots;
mod results;
mod tables;
mod text;

pub(super) use load::read;
pub use results::SensitivityResults;

use super::atomic_directory::{AtomicDirectory, ReportError};
use super::draw;
use super::manifest::SENSITIVITY;
use super::sweep::{AnalysisRow, StudyRow, write_manifest};
use crate::experiment::sensitivity::Analysis;

/// Writes all files of a sensitivity analysis into `folder` and moves it into place.
///
/// # Errors
/// If a file cannot be written; then nothing has changed.
pub fn write_sensitivity(
    results: &SensitivityResults,
    folder: AtomicDirectory,
) -> Result<(), ReportError> {
    tables::write(results, &folder)?;
    let pictures =
        draw::write_all(plots::pictures(results), &results.record.record.plots, &folder)?;
    page::write(results, &pictures, &folder)?;
    write_manifest(&results.record, SENSITIVITY, Some(study(results)), &folder)?;
    folder.put_in_place()
}

/// Values that are not in the tables.
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
