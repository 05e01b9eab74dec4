//! Why a list of transfers could not be read.

use std::path::PathBuf;
use std::{fmt, io};

use crate::scenario::{Diagnostic, Diagnostics};

/// So many wrong rows are shown; the others are counted.
const SHOWN: usize = 20;

/// Why a list of transfers, or a table of prefixes, could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum TransferError {
    /// The file could not be read.
    Unreadable(PathBuf, io::Error),
    /// The file is wrong.
    Invalid {
        /// The first wrong rows, each with its line.
        shown: Vec<Diagnostics>,
        /// The number of wrong rows.
        rows: usize,
    },
}

impl TransferError {
    /// No row is wrong so far.
    pub(super) const fn none() -> Self {
        Self::Invalid { shown: Vec::new(), rows: 0 }
    }

    /// A single error.
    pub(super) fn of(problems: Diagnostics) -> Self {
        Self::Invalid { shown: vec![problems], rows: 1 }
    }

    /// A file of another kind than `expected`: its name, and how it can be converted.
    pub(super) fn of_kind(
        file: &str,
        (name, way_out): (&str, Option<&str>),
        expected: &str,
    ) -> Self {
        let problem = Diagnostic::new("unknown-format", 0..0, format!("this is {name}"), expected)
            .with_help(way_out.map(String::from));
        Self::of(Diagnostics::of_file(file, "", vec![problem]))
    }

    /// Notes a wrong row; `problems` is called only if it will be shown.
    pub(super) fn note(&mut self, problems: impl FnOnce() -> Diagnostics) {
        let Self::Invalid { shown, rows } = self else { return };
        *rows += 1;
        if shown.len() < SHOWN {
            shown.push(problems());
        }
    }

    /// `value` if no row is wrong.
    pub(super) fn or<T>(self, value: T) -> Result<T, Self> {
        match self {
            Self::Invalid { rows: 0, .. } => Ok(value),
            wrong => Err(wrong),
        }
    }
}

impl fmt::Display for TransferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, cause) => write!(f, "cannot read {}: {cause}", path.display()),
            Self::Invalid { shown, .. } => shown.iter().try_for_each(|row| write!(f, "{row}")),
        }
    }
}

impl std::error::Error for TransferError {}
