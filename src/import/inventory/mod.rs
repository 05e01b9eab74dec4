//! Converts a table of agents and tables of sites to a scenario.
//!
//! An agent is at the site with the longest prefix that matches its address, or at the site that its row names. Each
//! site becomes one group of the scenario, with its number of agents, its scan methods, how many of its agents were on,
//! and how many releases they were behind.

mod agents;
mod census;
mod columns;
mod ranges;
mod rules;
mod sites;
mod staleness;
mod words;

use super::{ImportError, Imported};
use crate::scenario::Diagnostics;
use agents::Agents;
use census::Census;
pub use columns::NAMED_COLUMNS;
pub use rules::{Inventory, InventoryRules};
use sites::Sites;
pub use words::MEANINGS;

impl Inventory<'_> {
    /// The scenario named `name` that results under `rules`.
    ///
    /// # Errors
    /// All problems of the tables, each with its position; invalid rows only if they are not skipped. An inventory
    /// without any agent at a site is an error, too.
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
