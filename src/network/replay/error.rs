//! Why a replay fails.

use std::fmt;

use crate::units::SimTime;

/// Why a replay fails.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplayError {
    /// The fast solver and the definition do not agree: a defect of this program.
    Difference {
        /// When.
        time: SimTime,
        /// In what.
        what: String,
    },
    /// Whoever is told of the progress stopped it.
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
