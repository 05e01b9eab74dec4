//! Exit codes.

use std::fmt::Display;
use std::process::ExitCode;

use super::terminal::complain;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Exit {
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

/// Tells what went wrong; the exit code of it.
pub(in crate::cli) fn failed(error: &dyn Display) -> Exit {
    complain(&format!("error: {error}\n"));
    Exit::Failed
}

/// Tells what is wrong with the command line; the exit code of it.
pub(in crate::cli) fn usage(cause: &dyn Display) -> Exit {
    complain(&format!("error: {cause}\n"));
    Exit::Usage
}
