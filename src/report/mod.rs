//! Numbers in, files out: the results folder, its tables, pictures and page.

mod aligned;
mod batch;
mod claimed_file;
mod comparison;
mod decision;
mod finishes;
mod folder;
mod kept;
mod manifest;
mod page;
mod partial;
mod planning;
mod plots;
mod quantities;
mod results;
mod run_cache;
mod sensitivity;
mod stories;
mod sweep;
mod table;
mod tables;
mod thresholds;
mod verification;
mod window;

pub use aligned::{Side, aligned};
pub use batch::{Batch, Scheduler};
pub use claimed_file::ClaimedFile;
pub use decision::decision;
pub use finishes::{Finish, write_finishes};
pub use folder::{ClaimedFolder, ReportError};
pub use kept::{KeptError, KeptFolder, KeptResults};
pub use manifest::{NAME as MANIFEST, ThresholdRow, verdict_rows};
pub use page::PAGE;
pub use partial::{forget_partial, keep_partial, partial_folder, read_partial};
pub use planning::{Planned, take_plan_over};
pub use plots::PLOTS;
pub use quantities::{counted, quantity};
pub use results::{Assumed, Purpose, Record, Results};
pub use run_cache::{CACHE, CacheError, RunCache};
pub use sensitivity::{SensitivityResults, write_sensitivity};
pub use stories::{stories_as_json, stories_as_lines, stories_as_text, stories_as_trace};
pub use sweep::{MergeError, Merged, SweepResults, merge, shard_file, write_shard, write_sweep};
pub use table::table;
pub use tables::{TableFormat, TableFormats, summary_csv};
pub use thresholds::{verdicts, write_junit};
pub use verification::{Claim, Mismatch, VerificationError};

/// Writes everything about `results` into `folder` and puts it in its place.
///
/// # Errors
/// If a file cannot be written; then nothing has changed.
pub fn write(results: &Results<'_>, folder: ClaimedFolder) -> Result<(), ReportError> {
    tables::write(results, &folder)?;
    plots::write(results, &folder)?;
    page::write(results, &folder)?;
    manifest::write(results, 0, &folder)?;
    folder.put_in_place()
}

#[cfg(test)]
mod fixture;
