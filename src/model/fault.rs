//! What breaks, and when.

use crate::ids::LinkId;
use crate::units::SimTime;

/// What a fault is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultAt {
    /// The server.
    Server,
    /// `ActiveUpdate`.
    ActiveUpdate,
    /// The proxy.
    Proxy,
    /// The smart protection source.
    SmartProtection,
    /// An Update Agent, by its number.
    UpdateAgent(usize),
    /// Another update source, by its number.
    Other(usize),
    /// A link.
    Link(LinkId),
    /// All agents.
    Agents,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum FaultKind {
    /// It is down.
    #[default]
    Down,
    /// Its disk is full (UAG-2).
    DiskFull,
    /// Its address has changed, until the update source list is mended (UAG-5).
    AddressChange,
    /// Its settings of the Internet proxy are wrong (NET-2).
    WrongProxy,
}

/// A fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// At what.
    pub at: FaultAt,
    /// What is wrong.
    pub kind: FaultKind,
    /// From when on.
    pub from: SimTime,
    /// Until when.
    pub until: SimTime,
}

/// Background traffic on a link: how much of a million of it others take in each hour of the day (NET-4).
pub type Background = [u32; 24];

/// What becomes of transfers over a link that fails (NET-4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum LinkFailure {
    /// They break.
    #[default]
    Abort,
    /// They wait until it is repaired.
    Stall,
    /// They go on over another way, and break where there is none.
    Reroute,
}
