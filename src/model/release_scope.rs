//! The release that a threshold or target refers to.

use std::fmt;

use super::wave::is_wave;

/// The release meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(into = "String", from = "String")]
pub enum ReleaseScope {
    /// The headline of the metric; for times, that of the worst release.
    #[default]
    Worst,
    /// Every release individually, without its waves.
    Each,
    /// The release with this name.
    Named(String),
}

impl ReleaseScope {
    /// Reserved words, which cannot be names of releases.
    pub const WORDS: [&str; 2] = ["worst", "each"];

    /// Whether it is the default.
    pub fn is_worst(&self) -> bool {
        *self == Self::Worst
    }

    /// Whether the release named `name` is judged individually.
    pub fn names(&self, name: &str) -> bool {
        match self {
            Self::Worst => false,
            Self::Each => !is_wave(name),
            Self::Named(own) => own == name,
        }
    }
}

impl From<String> for ReleaseScope {
    fn from(text: String) -> Self {
        match text.as_str() {
            "" | "worst" => Self::Worst,
            "each" => Self::Each,
            _ => Self::Named(text),
        }
    }
}

impl From<ReleaseScope> for String {
    fn from(scope: ReleaseScope) -> Self {
        scope.to_string()
    }
}

impl fmt::Display for ReleaseScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Worst => "worst",
            Self::Each => "each",
            Self::Named(name) => name,
        })
    }
}
