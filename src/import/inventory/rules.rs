//! The input files of an inventory, and the rules for reading them.

use std::path::Path;

use crate::import::defaults;
use crate::import::table::TableRules;
use crate::units::{BitRate, SimDuration};

/// A file: its bytes and its name.
pub(super) type Input<'a> = (&'a [u8], &'a Path);

/// An inventory.
#[derive(Clone, Debug)]
pub struct Inventory<'a> {
    /// The table of agents, and its name.
    pub agents: Input<'a>,
    /// The tables of sites, and their names; empty if the agents name their sites.
    pub sites: Vec<Input<'a>>,
}

/// Rules for values that an inventory does not contain.
#[derive(Clone, Debug, PartialEq)]
pub struct InventoryRules {
    /// How tables are read; columns by the names of `NAMED_COLUMNS`.
    pub table: TableRules,
    /// Words with their meanings among `MEANINGS`, in addition to the known ones.
    pub words: Vec<(String, String)>,
    /// Whether invalid rows are skipped instead of refused.
    pub skips_bad_rows: bool,
    /// Whether names of sites and agents and all addresses are replaced.
    pub anonymises: bool,
    /// The site of the server; by default the only one without a bandwidth.
    pub headquarters: Option<String>,
    /// Headquarters' access to the Internet.
    pub internet: BitRate,
    /// Latency of a link without one in the table.
    pub default_latency: SimDuration,
    /// The online pattern of agents that were online when the inventory was exported.
    pub online: &'static str,
    /// The online pattern of those that were offline.
    pub offline: &'static str,
    /// Whether sites get an Update Agent.
    pub update_agents: bool,
}

impl Default for InventoryRules {
    fn default() -> Self {
        Self {
            table: TableRules::default(),
            words: Vec::new(),
            skips_bad_rows: false,
            anonymises: false,
            headquarters: None,
            internet: defaults::INTERNET,
            default_latency: defaults::LATENCY,
            online: "always-on",
            offline: "laptop",
            update_agents: true,
        }
    }
}
