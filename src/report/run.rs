//! Runs of one or more options: the results of `run` and `compare`.

mod cautions;
mod checkpoint;
mod decision;
mod live;
mod load;
mod manifest;
mod markdown;
mod page;
mod plots;
mod results;
mod tables;
mod text;
mod thresholds;
mod what_if;

pub use cautions::{CautionRow, cautions as caution_rows};
pub use checkpoint::{checkpoint_folder, read_checkpoint, remove_checkpoint, write_checkpoint};
pub use decision::decision;
pub use live::{LIVE, LIVE_OF_ENSEMBLE, live_pages};
pub use load::LoadedResults;
pub(super) use manifest::Manifest;
pub use manifest::{ThresholdRow, verdict_rows};
pub use markdown::summary_markdown;
pub use plots::PLOTS;
pub(super) use plots::interval;
pub use results::{
    Assumed, Effect, MissedDay, PlausibleOverlay, Purpose, Record, Results, RiskPoint,
    TradeOffPoint,
};
pub use tables::summary_csv;
pub use text::{recommendation_text, table};
pub use thresholds::{Origin, threshold_annotations, verdicts, write_junit};
pub use what_if::{leading, what_if_json, what_if_text};

use super::atomic_directory::{AtomicDirectory, ReportError};

/// Writes all files of `results` into `folder` and moves it into place.
///
/// # Errors
/// If a file cannot be written; then nothing has changed.
pub fn write(results: &Results<'_>, folder: AtomicDirectory) -> Result<(), ReportError> {
    tables::write(results, &folder)?;
    plots::write(results, &folder)?;
    page::write(results, &folder)?;
    manifest::write(results, 0, &folder)?;
    folder.put_in_place()
}
