//! Sources by their names in a scenario.

/// A source by the name that the scenario gives it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub enum NamedSource {
    /// The server.
    Server,
    /// `ActiveUpdate`.
    ActiveUpdate,
    /// `ActiveUpdate` by the address that another version of the product has for it (SRC-4).
    ForeignActiveUpdate(String),
    /// An Update Agent.
    UpdateAgent(String),
    /// Another update source.
    Other(String),
}

impl NamedSource {
    /// Its name in a scenario.
    pub fn name(&self) -> &str {
        match self {
            Self::Server => "server",
            Self::ActiveUpdate => "active-update",
            Self::UpdateAgent(name) | Self::Other(name) | Self::ForeignActiveUpdate(name) => name,
        }
    }

    /// Whether it is `ActiveUpdate`.
    pub fn is_active_update(&self) -> bool {
        *self == Self::ActiveUpdate
    }
}
