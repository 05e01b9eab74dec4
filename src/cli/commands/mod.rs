//! The commands, one module each; none knows another.

pub(super) mod calibrate;
pub(super) mod check;
pub(super) mod compare;
pub(super) mod completions;
pub(super) mod diff;
pub(super) mod explain;
pub(super) mod init;
pub(super) mod list;
pub(super) mod man;
pub(super) mod merge;
pub(super) mod plan;
pub(super) mod replay;
pub(super) mod report;
pub(super) mod run;
pub(super) mod schema;
pub(super) mod sensitivity;
pub(super) mod sweep;
pub(super) mod verify;
