//! Errors of a replay.

use std::fmt;

use crate::units::SimTime;

/// Why a replay failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplayError {
    /// The fast solver and the reference solver disagree: a defect of this program.
    Difference {
        /// When they first disagree.
        time: SimTime,
        /// A description of the difference.
        what: String,
    },
    /// The receiver of progress stopped it.
    Stopped,
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Difference { time, what } => {
                write!(f, "at {time} the solver differs from its definition: {what}")
            }
            Self::Stopped => write!(f, "stopped"),
        }
    }
}

impl std::error::Error for ReplayError {}
