//! Exit codes: one table.

use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Done.
    Done = 0,
    /// A file could not be read or written, or something inside failed.
    Failed = 1,
    /// Wrong usage.
    Usage = 2,
    /// A scenario or another input is not valid.
    Invalid = 3,
    /// A target, a threshold or a verification was not met.
    NotMet = 4,
    /// Some of it could not be done.
    Incomplete = 5,
    /// Interrupted.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
