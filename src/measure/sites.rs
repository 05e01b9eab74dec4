//! How soon each site was protected.

use super::names;
use super::run::SiteRow;
use crate::ids::{AgentId, Column, SiteId, Steps};
use crate::model::company::Company;
use crate::network::Topology;
use crate::simulation::Fact;
use crate::units::SimTime;

/// The shares of a site's agents that are timed, in per cent.
const SHARES: [u64; 3] = [50, 95, 100];

/// One site's ledger.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    agents: u64,
    up_to_date: u64,
    /// When the share was first reached.
    reached: [Option<SimTime>; 3],
}

/// The ledger of all sites; its shares are counted as those of the whole company are.
#[derive(Debug)]
pub(super) struct SiteLedger {
    released_at: SimTime,
    site: Steps<AgentId, SiteId>,
    entries: Column<SiteId, Entry>,
}

impl SiteLedger {
    pub(super) fn new(company: &Company, released_at: SimTime) -> Self {
        let mut entries = Column::filled(Entry::default(), company.sites.len());
        for site in &company.agents.site {
            entries[*site].agents += 1;
        }
        let site = company.agents.site.iter().copied().collect();
        Self { released_at, site, entries }
    }

    /// Notes what a fact says of a site.
    pub(super) fn follow(&mut self, at: SimTime, fact: Fact) {
        match fact {
            // Everybody is judged anew; who still has everything is told again.
            Fact::Released(_) => {
                self.entries.rows_mut().for_each(|(_, entry)| entry.up_to_date = 0);
            }
            Fact::UpToDate(agent) => {
                let entry = &mut self.entries[*self.site.get(agent)];
                entry.up_to_date += 1;
                if at < self.released_at {
                    return;
                }
                for (share, reached) in SHARES.into_iter().zip(&mut entry.reached) {
                    if entry.up_to_date * 100 >= entry.agents * share && reached.is_none() {
                        *reached = Some(at);
                    }
                }
            }
            Fact::SwitchedScan { agent, was_up_to_date } => {
                self.entries[*self.site.get(agent)].up_to_date -= u64::from(was_up_to_date);
            }
            _ => {}
        }
    }

    /// The rows of `sites.csv`.
    pub(super) fn rows(&self, company: &Company, topology: &Topology) -> Vec<SiteRow> {
        let names = names::links(topology);
        let row = |(id, entry): (SiteId, &Entry)| {
            let site = &company.sites[id];
            let link = topology.link(site.link);
            let above = if link.to == site.node { link.from } else { link.to };
            SiteRow {
                site: site.name.clone(),
                above: topology.name(above).into(),
                link: names[site.link].clone(),
                agents: entry.agents,
                up_to_date: entry.up_to_date,
                protected: entry.reached.map(|at| at.map(|at| at.since(self.released_at))),
            }
        };
        self.entries.rows().map(row).collect()
    }
}
