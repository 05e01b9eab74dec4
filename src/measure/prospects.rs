//! Whether agents that are outdated at the end of a run would update in a longer one.

use std::collections::BTreeSet;

use super::agent_state::{Line, Told};
use super::agents::{Entry, NOBODY};
use crate::ids::{AgentId, Column, SourceId};
use crate::model::presence::Presence;
use crate::policy::admission::deploys;
use crate::policy::topology::{Roles, roles};
use crate::simulation::Simulation;
use crate::simulation::state::SERVER;

/// A run at its end.
pub(super) struct Prospects<'a, 's> {
    simulation: &'a Simulation<'s>,
    entries: &'a Column<AgentId, Entry>,
    /// Whether each source lacks published content.
    behind: &'a Column<SourceId, bool>,
    roles: Roles,
    update_agents: BTreeSet<AgentId>,
}

impl<'a, 's> Prospects<'a, 's> {
    /// The run, with the state of each agent and source.
    pub(super) fn new(
        simulation: &'a Simulation<'s>,
        entries: &'a Column<AgentId, Entry>,
        behind: &'a Column<SourceId, bool>,
    ) -> Self {
        let roles = roles(simulation.option());
        let update_agents = simulation.company().update_agents.iter().map(|own| own.agent);
        Self { simulation, entries, behind, roles, update_agents: update_agents.collect() }
    }

    /// The number of outdated agents that certainly begin no further update, however long the scenario lasts.
    pub(super) fn stranded(&self) -> u64 {
        let company = self.simulation.company();
        // Settings that change and parts that recover may trigger updates.
        if !company.changes.is_empty() || !company.faults.is_empty() {
            return 0;
        }
        let outdated = self.entries.ids().filter(|agent| self.entries[*agent].is_outdated());
        outdated.filter(|agent| self.is_stranded(*agent)).count() as u64
    }

    /// Whether an agent is idle for good: it does not restart, check or poll, and nothing will notify it.
    fn is_stranded(&self, agent: AgentId) -> bool {
        let (state, settings) = (self.entries[agent].state, self.simulation.settings());
        let presence = self.simulation.company().agents.presence.get(agent);
        if !state.is_on() || presence != Presence::AlwaysOn || self.begins_by_itself(agent) {
            return false;
        }
        match state.told {
            _ if state.visit().is_some() || state.awaits_wave() || state.line != Line::No => false,
            Told::Queued => state.told_by == SERVER && settings.server.slots.are_none(),
            Told::No => settings.source.retries == 0 && !self.is_yet_to_be_told(agent),
            Told::Connecting | Told::Again => false,
        }
    }

    /// Whether an agent checks on a schedule or polls (SCH-1, SRV-6).
    fn begins_by_itself(&self, agent: AgentId) -> bool {
        let (company, settings) = (self.simulation.company(), self.simulation.settings());
        let own = company.agents[agent];
        let looks = own.is_scheduled()
            || self.roles.agents_look
            || (self.roles.update_agents_look && self.update_agents.contains(&agent));
        let polls = company.sites[own.site].behind_nat && settings.server.poll_every.is_some();
        deploys(&settings.server) && (looks || polls)
    }

    /// Whether an agent's notifier may still have news of which it notifies the agent (NTF-1, NTF-10).
    fn is_yet_to_be_told(&self, agent: AgentId) -> bool {
        let settings = self.simulation.settings();
        if !deploys(&settings.server) || !settings.notification.on_update {
            return false;
        }
        match self.entries[agent].news_from {
            NOBODY => false,
            SERVER => self.behind[SERVER],
            update_agent => {
                let host = self.simulation.sources()[update_agent].host;
                let is_idle = host.is_some_and(|host| host != agent && self.is_stranded(host));
                self.behind[update_agent] && !is_idle
            }
        }
    }
}
