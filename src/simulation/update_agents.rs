//! The Update Agents, and whether their computers run.

use crate::ids::{AgentId, IdSet};
use crate::model::company::Company;

/// The Update Agents of a company, by their agents.
#[derive(Debug)]
pub(super) struct UpdateAgents {
    set: IdSet<AgentId>,
    /// Agent and number of each, ordered by agent.
    by_agent: Vec<(AgentId, usize)>,
    /// Whether they serve others under this option.
    serve: bool,
    /// The state of each computer, by number.
    computers: Vec<Computer>,
}

/// The conditions for a computer to run.
#[derive(Clone, Copy, Debug, Default)]
struct Computer {
    switched_on: bool,
    /// The number of faults that keep it down.
    faults: u32,
}

impl UpdateAgents {
    pub(super) fn new(company: &Company, serve: bool) -> Self {
        let all = company.update_agents.iter().enumerate();
        let mut by_agent: Vec<_> = all.map(|(number, served)| (served.agent, number)).collect();
        by_agent.sort_unstable();
        let mut set = IdSet::with_room(company.agents.len());
        for (agent, _) in &by_agent {
            set.insert(*agent);
        }
        let computers = vec![Computer::default(); by_agent.len()];
        Self { set, by_agent, serve, computers }
    }

    /// The number of the Update Agent that `agent` is, whether they serve under this option or not.
    pub(super) fn find(&self, agent: AgentId) -> Option<usize> {
        if !self.set.contains(agent) {
            return None;
        }
        let found = self.by_agent.binary_search_by_key(&agent, |(agent, _)| *agent).ok()?;
        Some(self.by_agent[found].1)
    }

    /// Whether `agent` serves others as an Update Agent under this option.
    #[inline]
    pub(super) fn serves(&self, agent: AgentId) -> bool {
        self.serve && self.set.contains(agent)
    }

    /// The number of the Update Agent that `agent` serves as.
    #[inline]
    pub(super) fn serving(&self, agent: AgentId) -> Option<usize> {
        if self.serve { self.find(agent) } else { None }
    }

    /// The computer of `agent` is switched on or off; returns whether it then runs.
    pub(super) fn switch(&mut self, agent: AgentId, on: bool) -> bool {
        let Some(number) = self.find(agent) else { return on };
        self.computers[number].switched_on = on;
        self.runs(number)
    }

    /// A fault of the computer of Update Agent `number` begins or ends; returns whether it then runs.
    pub(super) fn count_fault(&mut self, number: usize, change: i32) -> bool {
        let faults = &mut self.computers[number].faults;
        *faults = faults.saturating_add_signed(change);
        self.runs(number)
    }

    fn runs(&self, number: usize) -> bool {
        let computer = self.computers[number];
        computer.switched_on && computer.faults == 0
    }
}
