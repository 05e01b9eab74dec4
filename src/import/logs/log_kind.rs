//! The kinds of logs.

/// A log. Of an event that logs of several kinds contain, the first of these describes it best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LogKind {
    Deployment,
    Extended,
    Combined,
    TmuDump,
    Plain,
}

impl LogKind {
    /// Its name, in words.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Deployment => "the server's deployment log (PtnDP)",
            Self::Extended => "an access log (W3C extended)",
            Self::Combined => "an access log (combined)",
            Self::TmuDump => "an update log (TmuDump)",
            Self::Plain => "a table of events",
        }
    }
}
