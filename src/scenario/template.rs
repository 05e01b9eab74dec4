//! A scenario file that is read once and resolved many times, with different overrides.

use super::{Diagnostics, Overrides, Scenario};

/// A scenario file, with the command line's settings for all of its scenarios.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Template {
    /// The file's name as given.
    pub file: String,
    /// Its text.
    pub text: String,
    /// The settings of every scenario.
    pub set: Overrides,
}

impl Template {
    /// The scenario with the additional settings `more`.
    ///
    /// # Errors
    /// All problems of the scenario.
    pub fn resolve(&self, more: &[(String, String)]) -> Result<Scenario, Diagnostics> {
        let set = self.set.0.iter().chain(more).cloned().collect();
        Scenario::parse(&self.text, &self.file, &Overrides(set))
    }
}
