//! The service of each Update Agent for its agents: the console's analytical report (REP-2).

use std::collections::BTreeMap;

use super::run::UpdateAgentRow;
use super::tallies::SourceTally;
use crate::ids::{AgentId, Column, SourceId, Steps};
use crate::simulation::state::{Source, update_agent_source};
use crate::simulation::{Fact, Simulation};

/// The number of fallbacks of each Update Agent's agents.
#[derive(Debug)]
pub(super) struct UpdateAgentLedger {
    /// The Update Agent that each agent's list names first at the start.
    first: Steps<AgentId, Option<u32>>,
    /// The same of agents whose sources have changed since.
    changed: BTreeMap<AgentId, Option<u32>>,
    fell_back: Vec<u64>,
}

impl UpdateAgentLedger {
    pub(super) fn new(simulation: &Simulation<'_>) -> Self {
        let count = simulation.company().update_agents.len();
        let agents = simulation.agents().ids();
        Self {
            first: agents.map(|agent| simulation.first_update_agent(agent)).collect(),
            changed: BTreeMap::new(),
            fell_back: vec![0; count],
        }
    }

    #[inline]
    pub(super) fn follow(&mut self, fact: &Fact) {
        match *fact {
            Fact::Asked { agent, fallback: true, .. } => {
                let first = self.changed.get(&agent).unwrap_or_else(|| self.first.get(agent));
                if let Some(index) = *first {
                    self.fell_back[index as usize] += 1;
                }
            }
            Fact::SourcesChanged { agent, first, .. } => {
                self.changed.insert(agent, first);
            }
            _ => {}
        }
    }

    /// A row for each Update Agent that serves under the option (REP-2).
    pub(super) fn rows(
        &self,
        simulation: &Simulation<'_>,
        sources: &Column<SourceId, SourceTally>,
    ) -> Vec<UpdateAgentRow> {
        let company = simulation.company();
        let mut of = vec![(0_u64, 0_u64); company.update_agents.len()];
        for agent in simulation.agents().ids() {
            if let Some(index) = simulation.first_update_agent(agent) {
                let (agents, outdated) = &mut of[index as usize];
                *agents += 1;
                *outdated += u64::from(!simulation.is_up_to_date(agent));
            }
        }
        let is_one = |source: &&Source| source.role.update_agent().is_some();
        let serving = simulation.sources().iter().filter(is_one).count();
        let rows = company.update_agents.iter().enumerate().take(serving);
        rows.map(|(index, agent)| {
            let tally = &sources[update_agent_source(index)];
            UpdateAgentRow {
                update_agent: agent.name.clone(),
                agents: of[index].0,
                served: tally.served,
                refused: tally.refused,
                fell_back: self.fell_back[index],
                outdated: of[index].1,
            }
        })
        .collect()
    }
}
