//! Current faults, counted for each part: a part works again once its count returns to zero.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{AgentId, LinkId};

/// The number of current faults of each part of the network, and their consequences.
#[derive(Debug, Default)]
pub(super) struct ActiveFaults {
    pub(super) proxy: u32,
    pub(super) smart_protection: u32,
    pub(super) links: BTreeMap<LinkId, u32>,
    /// The number of repairs so far, which numbers the draws after each.
    pub(super) repairs: u32,
    /// Agents that are on and had no connection when they restarted, were to be notified or tried to update
    /// (NTF-4).
    pub(super) unconnected: BTreeSet<AgentId>,
    /// Wrong settings of the Internet proxy: of the server, and of the agents.
    pub(super) wrong_proxy: [u32; 2],
}

/// The number of current faults of a source, by type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceFaults {
    /// It is down.
    pub down: u32,
    /// Its disk is full (UAG-2).
    pub disk: u32,
    /// Its address has changed (UAG-5).
    pub address: u32,
}
