//! The origin of the results in a folder, so that they are not replaced by results of something else.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::atomic_directory::restore;
use super::manifest::{NAME, files};

/// The origin of a results folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occupant {
    /// The command that wrote it, such as `sweep`.
    pub command: String,
    /// The scenario's file, without the folders it was in.
    pub scenario: String,
    version: String,
}

/// Why results must not be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// They are of another type.
    OtherKind(Occupant),
    /// They are of another scenario.
    OtherScenario(Occupant),
    /// A newer version wrote them.
    Newer(String),
}

impl Occupant {
    /// The origin of the results in `folder`; `None` if there are none.
    pub fn of(folder: &Path) -> Option<Self> {
        restore(folder);
        let text = fs::read(folder.join(NAME)).ok()?;
        let _ = files(&text)?;
        let manifest: Value = serde_json::from_slice(&text).ok()?;
        // A plan contains the run that validates it; its purpose is the request.
        let words = match &manifest["purpose"]["command"] {
            Value::Null => &manifest["command_line"],
            asked => asked,
        };
        let word = |place: usize| words[place].as_str().unwrap_or_default().to_string();
        let version = manifest["version"].as_str().unwrap_or_default().to_string();
        Some(Self { command: word(1), scenario: word(2), version })
    }

    /// Why `command` on `scenario` must not replace these results; `None` if it may. `run` and `compare` write results
    /// of the same type.
    pub fn conflict(self, command: &str, scenario: Option<&str>) -> Option<Conflict> {
        let kind = |command: &str| if command == "run" { "compare" } else { command }.to_string();
        if triple(&self.version) > triple(env!("CARGO_PKG_VERSION")) {
            Some(Conflict::Newer(self.version))
        } else if kind(&self.command) != kind(command) {
            Some(Conflict::OtherKind(self))
        } else if scenario.is_some_and(|scenario| scenario != self.scenario) {
            Some(Conflict::OtherScenario(self))
        } else {
            None
        }
    }
}

/// The numbers of a version; an invalid number counts as zero.
fn triple(version: &str) -> Vec<u64> {
    version.split(['.', '-', '+']).map_while(|part| part.parse().ok()).take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_results_of_the_same_question_are_replaced() {
        let occupant = |command: &str, version: &str| Occupant {
            command: command.into(),
            scenario: "a.toml".into(),
            version: version.into(),
        };
        let own = env!("CARGO_PKG_VERSION");
        let conflict = |at: Occupant, command: &str, scenario| at.conflict(command, Some(scenario));
        assert_eq!(conflict(occupant("run", own), "compare", "a.toml"), None);
        assert_eq!(occupant("sweep", "0.0.1").conflict("sweep", None), None);
        for (at, command, scenario) in [
            (occupant("compare", own), "sweep", "a.toml"),
            (occupant("plan", own), "compare", "a.toml"),
            (occupant("compare", own), "compare", "b.toml"),
            (occupant("compare", "999.0.0"), "compare", "a.toml"),
        ] {
            assert!(conflict(at.clone(), command, scenario).is_some(), "{at:?} {command}");
        }
        assert!(triple("0.10.0") > triple("0.9.9"));
    }
}
