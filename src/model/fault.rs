//! Faults: what fails, and when.

use crate::ids::LinkId;
use crate::units::SimTime;

/// The part that a fault affects.
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

/// The type of a fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum FaultKind {
    /// The part is down.
    #[default]
    Down,
    /// Its disk is full (UAG-2).
    DiskFull,
    /// Its address has changed, until the update source list is corrected (UAG-5).
    AddressChange,
    /// Its settings of the Internet proxy are wrong (NET-2).
    WrongProxy,
}

/// A fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The affected part.
    pub at: FaultAt,
    /// The type.
    pub kind: FaultKind,
    /// Its start.
    pub from: SimTime,
    /// Its end.
    pub until: SimTime,
}

/// Background traffic on a link: the share of its bandwidth, in millionths, in each hour of the day (NET-4).
pub type Background = [u32; 24];

/// What happens to transfers over a link that fails (NET-4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum LinkFailure {
    /// They break.
    #[default]
    Abort,
    /// They wait until the link is repaired.
    Stall,
    /// They are rerouted, and break if there is no other route.
    Reroute,
}
