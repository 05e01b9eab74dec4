//! The files of a results folder, checked against the hashes of its manifest.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fmt, fs};

use serde::de::DeserializeOwned;

use super::error::ResultsLoadError;
use super::rows;
use crate::report::manifest::hash;

/// A folder and the hash of each of its files.
#[derive(Debug)]
pub(in crate::report) struct Files<'a> {
    folder: &'a Path,
    hashes: BTreeMap<String, String>,
}

/// The content of a file.
pub(in crate::report) fn read(path: &Path) -> Result<Vec<u8>, ResultsLoadError> {
    fs::read(path).map_err(|cause| ResultsLoadError::Unreadable(path.into(), cause.to_string()))
}

impl<'a> Files<'a> {
    pub(in crate::report) fn new(folder: &'a Path, hashes: BTreeMap<String, String>) -> Self {
        Self { folder, hashes }
    }

    /// Whether the folder has a file named `name`.
    pub(in crate::report) fn has(&self, name: &str) -> bool {
        self.hashes.contains_key(name)
    }

    /// The rows of a table with their line numbers.
    pub(in crate::report) fn rows<T: DeserializeOwned>(
        &self,
        name: &str,
    ) -> Result<Vec<(u64, T)>, ResultsLoadError> {
        let content = self.unchanged(name)?;
        rows::parse(&content).map_err(|(line, cause)| self.at_line(name, line, cause))
    }

    /// The content of a file that has the hash of the manifest.
    pub(in crate::report) fn unchanged(&self, name: &str) -> Result<Vec<u8>, ResultsLoadError> {
        let content = read(&self.folder.join(name))?;
        if self.hashes.get(name) == Some(&hash(&content)) {
            return Ok(content);
        }
        let said = "it was changed after it was written (its hash in manifest.json differs); run the \
                    scenario again";
        Err(self.invalid(name, said))
    }

    /// A problem with a file.
    pub(in crate::report) fn invalid(
        &self,
        name: &str,
        cause: impl fmt::Display,
    ) -> ResultsLoadError {
        ResultsLoadError::Invalid(self.folder.join(name), cause.to_string())
    }

    /// A problem at a line of a file.
    pub(in crate::report) fn at_line(
        &self,
        name: &str,
        line: u64,
        cause: impl fmt::Display,
    ) -> ResultsLoadError {
        ResultsLoadError::Invalid(self.folder.join(format!("{name}:{line}")), cause.to_string())
    }
}
