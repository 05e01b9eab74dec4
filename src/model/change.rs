//! Changes of settings while a scenario runs (NTF-11, SCH-1).

/// Who has a new value, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Taken {
    /// The server, at once.
    AtServer,
    /// Each agent, when it has fetched its settings (NTF-11).
    AtAgents,
    /// Each agent, at once: its user changes it there (SCH-1).
    ByUsers,
}
