//! The time until each release reached the agents: of the whole company and of each site.

use super::reached::Reached;
use super::waves::WaveLedger;
use crate::ids::{AgentId, Column, ReleaseId, SiteId, Steps};
use crate::model::company::Company;
use crate::model::totals::{Carried, ReleaseTotals, SHARES};
use crate::simulation::Fact;
use crate::units::{SimDuration, SimTime};

/// The record of one release.
#[derive(Debug)]
struct Entry {
    released: SimTime,
    is_out: bool,
    is_recalled: bool,
    all: Reached,
    sites: Column<SiteId, Reached>,
    server_offers: Option<SimTime>,
    /// Agents × time without it, in agent-nanoseconds, up to `exposed_to`.
    exposure: u128,
    exposed_to: SimTime,
}

impl Entry {
    fn expose_to(&mut self, at: SimTime, agents: u64) {
        if self.is_out {
            let without = u128::from(agents - self.all.have);
            self.exposure += without * u128::from(at.since(self.exposed_to).as_nanos());
        }
        self.exposed_to = at;
    }
}

/// The records of all releases.
#[derive(Debug)]
pub(super) struct ReleaseLedger {
    agents: u64,
    site: Steps<AgentId, SiteId>,
    agents_at: Column<SiteId, u64>,
    waves: WaveLedger,
    entries: Column<ReleaseId, Entry>,
}

impl ReleaseLedger {
    pub(super) fn new(company: &Company) -> Self {
        let mut agents_at = Column::filled(0, company.sites.len());
        for site in company.agents.sites() {
            agents_at[site] += 1;
        }
        let agents = company.agents.len() as u64;
        let site = company.agents.sites().collect();
        let entry = |release: &crate::model::company::Release| Entry {
            released: release.at,
            is_out: false,
            is_recalled: false,
            all: Reached::default(),
            sites: Column::filled(Reached::default(), company.sites.len()),
            server_offers: None,
            exposure: 0,
            exposed_to: SimTime::START,
        };
        let entries = company.releases.iter().map(entry).collect();
        Self { agents, site, agents_at, waves: WaveLedger::new(company), entries }
    }

    /// Records a fact.
    #[inline]
    pub(super) fn follow(&mut self, at: SimTime, fact: &Fact) {
        let agents = self.agents;
        self.waves.follow(at, fact);
        match *fact {
            Fact::Released(release) => {
                let entry = &mut self.entries[release];
                entry.expose_to(at, agents);
                entry.is_out = true;
            }
            Fact::Recalled { release, .. } => {
                let entry = &mut self.entries[release];
                entry.expose_to(at, agents);
                (entry.is_out, entry.is_recalled) = (false, true);
            }
            Fact::HasRelease { agent, release } => {
                let (entry, site) = (&mut self.entries[release], *self.site.get(agent));
                entry.expose_to(at, agents);
                entry.all.gain(at, agents);
                entry.sites[site].gain(at, self.agents_at[site]);
            }
            Fact::LostRelease { agent, release } => {
                let (entry, site) = (&mut self.entries[release], *self.site.get(agent));
                entry.expose_to(at, agents);
                entry.all.have -= 1;
                entry.sites[site].have -= 1;
            }
            Fact::ServerHasRelease(release) => {
                let _ = self.entries[release].server_offers.get_or_insert(at);
            }
            _ => {}
        }
    }

    /// The totals of each release at the end of the run.
    pub(super) fn totals(&mut self, company: &Company, end: SimTime) -> Vec<ReleaseTotals> {
        let agents = self.agents;
        let rows = self.entries.rows_mut().zip(&company.releases);
        let releases = rows.map(|((_, entry), release)| {
            entry.expose_to(end, agents);
            ReleaseTotals {
                name: release.name.clone(),
                at: entry.released,
                agents,
                up_to_date: entry.all.have,
                reached: entry.all.since(entry.released),
                server_offers: entry.server_offers.map(|at| at.since(entry.released)),
                exposure: entry.exposure,
                is_wave: false,
                is_recalled: entry.is_recalled,
                carried: Carried::default(),
            }
        });
        releases.chain(self.waves.totals(company, end)).collect()
    }

    /// Whether each release was recalled.
    pub(super) fn are_recalled(&self) -> impl Iterator<Item = bool> {
        self.entries.iter().map(|entry| entry.is_recalled)
    }

    /// The times at which a site had each release.
    pub(super) fn at_site(
        &self,
        site: SiteId,
    ) -> impl Iterator<Item = (u64, [Option<SimDuration>; SHARES.len()])> {
        self.entries.iter().map(move |entry| {
            let reached = &entry.sites[site];
            (reached.have, reached.since(entry.released))
        })
    }
}
