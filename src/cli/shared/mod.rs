//! The parts that commands share: one module for each concern; none knows a command.

pub(super) mod batch;
pub(super) mod diagnostics;
pub(super) mod ensemble;
pub(super) mod estimate;
pub(super) mod exit;
pub(super) mod host;
pub(super) mod input;
pub(super) mod internal_error;
pub(super) mod interruption;
pub(super) mod logs;
pub(super) mod open_report;
pub(super) mod output;
pub(super) mod printing;
pub(super) mod progress;
pub(super) mod replications;
pub(super) mod request;
pub(super) mod results_folder;
pub(super) mod resume;
pub(super) mod rules;
pub(super) mod simulate;
pub(super) mod sink;
pub(super) mod sweep_arguments;
pub(super) mod table_formats;
pub(super) mod terminal;
pub(super) mod threads;
pub(super) mod values;
