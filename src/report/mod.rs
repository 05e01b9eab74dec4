//! Reports: one folder for each artefact (`run`, `sweep`, `sensitivity`, `plan`) with its tables, plots, page and text.
//! All artefacts share `draw`, `tables`, `page` and `load`.

mod aligned;
mod annotations;
mod atomic_directory;
mod atomic_file;
mod calibration;
mod cluster_job;
mod diff;
mod draw;
mod event_logs;
mod folder;
mod load;
mod manifest;
mod markdown;
mod occupant;
mod page;
mod plan;
mod replay_output;
mod run;
mod run_cache;
mod sensitivity;
mod sweep;
mod tables;
mod timelines;
mod verification;

pub use aligned::{Side, aligned};
pub use annotations::{Level, annotation};
pub use atomic_directory::{AtomicDirectory, ReportError};
pub use atomic_file::AtomicFile;
pub use calibration::{
    CalibrationResults, ENSEMBLE, calibration_text, history_json, write_calibration,
};
pub use cluster_job::{ClusterJob, Scheduler};
pub use diff::{Diff, diff, diff_json, diff_markdown, diff_text, worse_lines};
pub use draw::{PlotFormat, PlotFormats, PrintedSize, parse_font, parse_width};
pub use event_logs::{LogForm, write_logs};
pub use folder::LoadedFolder;
pub use load::ResultsLoadError;
pub use manifest::NAME as MANIFEST;
pub use occupant::{Conflict, Occupant};
pub use page::PAGE;
pub use plan::{Planned, effects, effects_text, take_plan_over};
pub use replay_output::{Finish, write_finishes};
pub use run::{
    Assumed, CautionRow, Effect, LIVE, LIVE_OF_ENSEMBLE, LoadedResults, MissedDay, Origin, PLOTS,
    PlausibleOverlay, Purpose, Record, Results, RiskPoint, ThresholdRow, TradeOffPoint,
    caution_rows, checkpoint_folder, decision, leading, live_pages, read_checkpoint,
    recommendation_text, remove_checkpoint, summary_csv, summary_markdown, table,
    threshold_annotations, verdict_rows, verdicts, what_if_json, what_if_text, write,
    write_checkpoint, write_junit,
};
pub use run_cache::{CACHE, CacheError, RunCache};
pub use sensitivity::{SensitivityResults, write_sensitivity};
pub use sweep::{
    MergeError, Merged, SweepResults, merge, shard_file, sweep_json, sweep_text, write_shard,
    write_sweep,
};
pub use tables::{TableFormat, TableFormats};
pub use timelines::{timelines_as_json, timelines_as_lines, timelines_as_text, timelines_as_trace};
pub use verification::{Claim, Mismatch, VerificationError};

#[cfg(test)]
mod fixture;
