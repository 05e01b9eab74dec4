//! A scenario file that is read once and resolved many times, each time with other overrides.

use std::path::Path;

use super::{LoadError, Overrides, Problems, Scenario};

/// A scenario file as it was read, with what the command line sets for all of its scenarios.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Template {
    /// The file's name as given.
    pub file: String,
    /// What it says.
    pub text: String,
    /// What is set in every scenario.
    pub set: Overrides,
}

impl Template {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// If it cannot be read. What it says is looked at when it is resolved.
    pub fn load(path: &Path, set: Overrides) -> Result<Self, LoadError> {
        let text = std::fs::read_to_string(path)
            .map_err(|cause| LoadError::Unreadable(path.to_path_buf(), cause))?;
        Ok(Self { file: path.display().to_string(), text, set })
    }

    /// The scenario with `more` set, too.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn resolve(&self, more: &[(String, String)]) -> Result<Scenario, Problems> {
        let set = self.set.0.iter().chain(more).cloned().collect();
        Scenario::parse(&self.text, &self.file, &Overrides(set))
    }
}
