//! Computers that come up at another site (NET-5; assumption).

use crate::ids::{AgentId, RowId, SiteId};
use crate::random::Purpose;
use crate::simulation::fact::Fact;
use crate::simulation::run::Simulation;
use crate::simulation::state::Standpoint;

impl Simulation<'_> {
    /// The site at which `agent` is now.
    pub fn site_of(&self, agent: AgentId) -> SiteId {
        let visited = self.agents.visiting.get(&agent).copied();
        visited.unwrap_or(self.company.agents[agent].site)
    }

    /// What determines the sources of `agent` now.
    pub(super) fn standpoint(&self, agent: AgentId) -> Standpoint {
        let visiting = self.agents.visiting.get(&agent).copied();
        Standpoint { edition: self.agents.edition.get(agent), visiting }
    }

    /// Where a computer comes up that is switched on: at home, or at another site.
    fn drawn_site(&mut self, agent: AgentId) -> Option<SiteId> {
        let company = self.company;
        let habit = company.roaming_of(agent)?;
        let nth = self.agents.times_on.get(agent);
        self.agents.times_on.set(agent, nth.wrapping_add(1));
        let draw = |part| {
            self.streams.draw(Purpose::Roaming, agent.0, nth.wrapping_mul(2).wrapping_add(part))
        };
        if !draw(0).happens(habit.per_million) {
            return None;
        }
        let home = company.agents[agent].site;
        let below = |count: usize| {
            let place = draw(1).below((count as u64).max(1));
            usize::try_from(place).expect("below the number of sites")
        };
        let site = if habit.to.is_empty() {
            // Any site but its own.
            let place = below(company.sites.len().saturating_sub(1));
            SiteId::from_index(place + usize::from(place >= home.index()))
        } else {
            let others = habit.to.iter().filter(|site| **site != home);
            *others.clone().nth(below(others.count()))?
        };
        Some(site).filter(|site| site.index() < company.sites.len())
    }

    /// A computer is switched on, and is somewhere until it is switched off.
    pub(super) fn arrives(&mut self, agent: AgentId) {
        let Some(site) = self.drawn_site(agent) else { return };
        self.agents.visiting.insert(agent, site);
        self.note(Fact::CameUpAt { agent, site });
        self.note_sources(agent);
        let company = self.company;
        let is_behind_nat = |site: SiteId| company.sites[site].behind_nat;
        if is_behind_nat(site) && !is_behind_nat(company.agents[agent].site) {
            // There it cannot be notified, and polls (NET-3).
            self.begin_schedule_again(agent);
        }
    }

    /// A computer is switched off.
    pub(super) fn leaves_site(&mut self, agent: AgentId) {
        if self.agents.visiting.remove(&agent).is_some() {
            self.note_sources(agent);
        }
    }
}
