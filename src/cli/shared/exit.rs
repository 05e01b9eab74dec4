//! Exit codes.

use std::fmt::Display;

use super::terminal::complain;
use crate::model::metric::Requirement;

/// The outcome of the program.
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
    /// Some of the work could not be done.
    Incomplete = 5,
    /// Interrupted.
    Interrupted = 130,
}

/// Reports an error; returns its exit code.
pub(in crate::cli) fn failed(error: &dyn Display) -> Exit {
    complain(&format!("error: {error}\n"));
    Exit::Failed
}

/// Reports a problem with the command line; returns its exit code.
pub(in crate::cli) fn usage(cause: &dyn Display) -> Exit {
    complain(&format!("error: {cause}\n"));
    Exit::Usage
}

/// Reports that what is `asked` depends on a metric that the scenario does not measure; returns the exit code.
pub(in crate::cli) fn unmeasured(asked: &str, requirement: Requirement) -> Exit {
    usage(&format!(
        "`{asked}`: this scenario does not measure that; it requires {}",
        requirement.remedy()
    ))
}
