//! Why a log was not read.

use std::{fmt, io};

use crate::import::ImportError;

/// Why a log was not read.
#[derive(Debug)]
#[non_exhaustive]
pub enum LogError {
    /// The file could not be read.
    Unreadable(String, io::Error),
    /// It is not a known log, or contains no updates.
    Invalid(ImportError),
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(file, cause) => write!(f, "cannot read {file}: {cause}"),
            Self::Invalid(problems) => write!(f, "{problems}"),
        }
    }
}

impl std::error::Error for LogError {}
