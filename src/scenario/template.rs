//! A scenario file that is read once and resolved many times, each time with other overrides.

use super::{Diagnostics, Overrides, Scenario};

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
    /// The scenario with `more` set, too.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn resolve(&self, more: &[(String, String)]) -> Result<Scenario, Diagnostics> {
        let set = self.set.0.iter().chain(more).cloned().collect();
        Scenario::parse(&self.text, &self.file, &Overrides(set))
    }
}
