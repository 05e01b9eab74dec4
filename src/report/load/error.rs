//! Errors of reading a results folder.

use std::fmt;
use std::path::PathBuf;

/// Why a results folder could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ResultsLoadError {
    /// A file could not be read.
    Unreadable(PathBuf, String),
    /// A file was not written by updraft in this form.
    Invalid(PathBuf, String),
}

impl fmt::Display for ResultsLoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, cause) => write!(f, "cannot read {}: {cause}", path.display()),
            Self::Invalid(path, cause) => write!(f, "{}: {cause}", path.display()),
        }
    }
}

impl std::error::Error for ResultsLoadError {}
