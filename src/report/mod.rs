//! Numbers in, files out: a folder for each artefact (`run`, `sweep`, `sensitivity`, `plan`) with its tables, plots,
//! page and text; `draw`, `tables` and `page` are what they have in common.

mod aligned;
mod atomic_directory;
mod atomic_file;
mod batch;
mod calibration;
mod draw;
mod event_logs;
mod folder;
mod load;
mod manifest;
mod page;
mod plan;
mod quantities;
mod replay_output;
mod run;
mod run_cache;
mod sensitivity;
mod sweep;
mod tables;
mod timelines;
mod verification;

pub use aligned::{Side, aligned};
pub use atomic_directory::{AtomicDirectory, ReportError};
pub use atomic_file::AtomicFile;
pub use batch::{Batch, Scheduler};
pub use calibration::{CalibrationResults, ENSEMBLE, calibration_text, write_calibration};
pub use event_logs::{LogForm, write_logs};
pub use folder::LoadedFolder;
pub use load::ResultsLoadError;
pub use manifest::NAME as MANIFEST;
pub use page::PAGE;
pub use plan::{Planned, take_plan_over};
pub use quantities::{counted, quantity};
pub use replay_output::{Finish, print_finishes, write_finishes};
pub use run::{
    Assumed, LoadedResults, PLOTS, Purpose, Recommendation, Record, Results, ThresholdRow,
    decision, forget_partial, keep_partial, partial_folder, read_partial, recommend,
    recommendation_text, summary_csv, table, verdict_rows, verdicts, write, write_junit,
};
pub use run_cache::{CACHE, CacheError, RunCache};
pub use sensitivity::{SensitivityResults, write_sensitivity};
pub use sweep::{MergeError, Merged, SweepResults, merge, shard_file, write_shard, write_sweep};
pub use tables::{TableFormat, TableFormats};
pub use timelines::{stories_as_json, stories_as_lines, stories_as_text, stories_as_trace};
pub use verification::{Claim, Mismatch, VerificationError};

#[cfg(test)]
mod fixture;
