//! An inventory, and how it is read.

use std::path::Path;

use crate::import::table::TableRules;
use crate::units::{BitRate, SimDuration};

/// A file: its bytes and its name.
pub(super) type Input<'a> = (&'a [u8], &'a Path);

/// An inventory.
#[derive(Clone, Debug)]
pub struct Inventory<'a> {
    /// The table of agents, and its name.
    pub agents: Input<'a>,
    /// The tables of sites, and their names; none if the agents say their sites.
    pub sites: Vec<Input<'a>>,
}

/// What an inventory does not say.
#[derive(Clone, Debug, PartialEq)]
pub struct InventoryRules {
    /// How tables are read; columns by the names of `NAMED_COLUMNS`.
    pub table: TableRules,
    /// Words and which of `MEANINGS` they have, before those that are known.
    pub words: Vec<(String, String)>,
    /// Whether wrong rows are left out, not refused.
    pub skips_bad_rows: bool,
    /// Whether names of sites and agents and all addresses are replaced.
    pub anonymises: bool,
    /// The site where the server is; by default the only one without a bandwidth.
    pub headquarters: Option<String>,
    /// Headquarters' access to the Internet.
    pub internet: BitRate,
    /// Bandwidth of a link that has none in the table.
    pub default_link: BitRate,
    /// Latency of a link that has none in the table.
    pub default_latency: SimDuration,
    /// The online pattern of agents that were on when the inventory was exported.
    pub online: &'static str,
    /// The online pattern of those that were off.
    pub offline: &'static str,
    /// Whether sites get an Update Agent.
    pub update_agents: bool,
}
