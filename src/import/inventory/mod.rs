//! From a table of agents and tables of sites to a scenario.
//!
//! An agent is at the site of the longest prefix that its address has, or at the one that its row names. Each
//! site becomes one group of the scenario, with its number of agents, its scan methods, how many of its agents
//! were on, and how many releases they were behind.

mod agents;
mod census;
mod columns;
mod ranges;
mod sites;
mod staleness;
mod words;

use std::path::Path;

use super::table::TableRules;
use super::{ImportError, Imported};
use crate::scenario::Diagnostics;
use crate::units::{BitRate, SimDuration};
use agents::Agents;
use census::Census;
pub use columns::NAMED_COLUMNS;
use sites::Sites;
pub use words::MEANINGS;

/// A file: its bytes and its name.
type Input<'a> = (&'a [u8], &'a Path);

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
    /// How tables are read; columns by the names of [`NAMED_COLUMNS`].
    pub table: TableRules,
    /// Words and which of [`MEANINGS`] they have, before those that are known.
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

impl Inventory<'_> {
    /// The scenario called `name` that it makes by `rules`.
    ///
    /// # Errors
    /// Everything that is wrong with the tables, each with its place; wrong rows only if they are not to be left
    /// out. No agent at any site is an error, too.
    pub fn scenario(&self, name: &str, rules: &InventoryRules) -> Result<Imported, ImportError> {
        let mut sites = Sites::read(&self.sites, rules)?;
        let agents = Agents::read(self.agents, &mut sites, rules)?;
        if agents.wrong.count > 0 && (!rules.skips_bad_rows || agents.placed() == 0) {
            return Err(ImportError { shown: agents.wrong.shown, count: agents.wrong.count });
        }
        let mut census = Census {
            inventory: self,
            rules,
            sites: &sites,
            agents,
            headquarters: None,
            chosen: None,
        };
        census.refuse_nobody()?;
        census.choose_headquarters().map_err(|problem| {
            let file =
                self.sites.first().map_or(self.agents.1, |input| input.1).display().to_string();
            ImportError::of(vec![Diagnostics::of_file(&file, "", vec![problem])])
        })?;
        Ok(census.write(name))
    }
}
