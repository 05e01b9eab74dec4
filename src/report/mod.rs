//! Numbers in, files out: the results folder, its tables, pictures and page.

mod aligned;
mod annotations;
mod atomic_directory;
mod atomic_file;
mod batch;
mod causes;
mod cautions;
mod checkpoint;
mod comparison;
mod decision;
mod diff;
mod load;
mod manifest;
mod markdown;
mod page;
mod planning;
mod plots;
mod quantities;
mod recommendation;
mod replay_output;
mod results;
mod run_cache;
mod sensitivity;
mod stories;
mod summary_markdown;
mod sweep;
mod table;
mod tables;
mod thresholds;
mod verification;
mod window;

pub use aligned::{Side, aligned};
pub use annotations::{Level, annotation, threshold_annotations};
pub use atomic_directory::{AtomicDirectory, ReportError};
pub use atomic_file::AtomicFile;
pub use batch::{Batch, Scheduler};
pub use checkpoint::{forget_partial, keep_partial, partial_folder, read_partial};
pub use decision::decision;
pub use diff::{Diff, diff, diff_json, diff_markdown, diff_text, worse_lines};
pub use load::{LoadedFolder, LoadedResults, ResultsLoadError};
pub use manifest::{NAME as MANIFEST, ThresholdRow, verdict_rows};
pub use page::PAGE;
pub use planning::{Planned, take_plan_over};
pub use plots::PLOTS;
pub use quantities::{counted, quantity};
pub use recommendation::{Recommendation, recommend, recommendation_text};
pub use replay_output::{Finish, print_finishes, write_finishes};
pub use results::{Assumed, Purpose, Record, Results};
pub use run_cache::{CACHE, CacheError, RunCache};
pub use sensitivity::{SensitivityResults, write_sensitivity};
pub use stories::{stories_as_json, stories_as_lines, stories_as_text, stories_as_trace};
pub use summary_markdown::summary_markdown;
pub use sweep::{MergeError, Merged, SweepResults, merge, shard_file, write_shard, write_sweep};
pub use table::table;
pub use tables::{TableFormat, TableFormats, summary_csv};
pub use thresholds::{Origin, verdicts, write_junit};
pub use verification::{Claim, Mismatch, VerificationError};

/// Writes everything about `results` into `folder` and puts it in its place.
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

#[cfg(test)]
mod fixture;
