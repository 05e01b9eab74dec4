//! Faults that last now, counted at each part: a part works again once its count is back at zero.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{AgentId, LinkId};

/// How many faults each part of the network has now, and what follows from them.
#[derive(Debug, Default)]
pub(super) struct ActiveFaults {
    pub(super) proxy: u32,
    pub(super) smart_protection: u32,
    pub(super) links: BTreeMap<LinkId, u32>,
    /// Repairs so far: the number of the draws that follow one.
    pub(super) repairs: u32,
    /// Agents that are on and had no connection when they restarted, were to be told or tried to update
    /// (NTF-4).
    pub(super) unconnected: BTreeSet<AgentId>,
    /// Wrong settings of the Internet proxy: the server's, and the agents'.
    pub(super) wrong_proxy: [u32; 2],
}

/// How many faults of each kind a source has now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceFaults {
    /// It is down.
    pub down: u32,
    /// Its disk is full (UAG-2).
    pub disk: u32,
    /// Its address has changed (UAG-5).
    pub address: u32,
}
