//! The agents that wait for a slot of the server, first come first served.

use std::collections::BTreeMap;

use crate::ids::AgentId;
use crate::model::trigger::Trigger;

/// The agents that wait for a slot, each once, with the trigger of its update (SRV-4).
#[derive(Debug, Default)]
pub(super) struct SlotLine {
    came: u64,
    order: BTreeMap<u64, (AgentId, Trigger)>,
    places: BTreeMap<AgentId, u64>,
}

impl SlotLine {
    /// Adds an agent, unless it waits already: then the result is the trigger with which it does.
    pub(super) fn join(&mut self, agent: AgentId, trigger: Trigger) -> Option<Trigger> {
        if let Some(place) = self.places.get(&agent) {
            return self.order.get(place).map(|(_, trigger)| *trigger);
        }
        self.came += 1;
        self.order.insert(self.came, (agent, trigger));
        self.places.insert(agent, self.came);
        None
    }

    /// Removes an agent, if it waits.
    pub(super) fn leave(&mut self, agent: AgentId) {
        if let Some(place) = self.places.remove(&agent) {
            let _ = self.order.remove(&place);
        }
    }

    /// Removes the agents for which, with their triggers, this holds, and returns them in their order.
    pub(super) fn leave_all(
        &mut self,
        is_meant: impl Fn(AgentId, Trigger) -> bool,
    ) -> Vec<AgentId> {
        let meant = self.order.values().filter(|(agent, trigger)| is_meant(*agent, *trigger));
        let agents: Vec<AgentId> = meant.map(|(agent, _)| *agent).collect();
        for agent in &agents {
            self.leave(*agent);
        }
        agents
    }

    /// Whether an agent waits.
    pub(super) fn has(&self, agent: AgentId) -> bool {
        self.places.contains_key(&agent)
    }

    /// The agent that has waited longest.
    pub(super) fn first(&self) -> Option<(AgentId, Trigger)> {
        self.order.first_key_value().map(|(_, first)| *first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_waiter_is_first_and_is_in_line_once() {
        let mut line = SlotLine::default();
        let [a, b] = [7, 3].map(AgentId);
        assert_eq!([line.join(a, Trigger::Restart), line.join(b, Trigger::Poll)], [None; 2]);
        assert_eq!(line.join(a, Trigger::Schedule), Some(Trigger::Restart), "it waits already");
        assert_eq!(line.first(), Some((a, Trigger::Restart)));
        line.leave(a);
        line.leave(a);
        assert_eq!(line.first(), Some((b, Trigger::Poll)));
        assert_eq!(line.join(a, Trigger::Schedule), None);
        line.leave(b);
        assert_eq!(line.first(), Some((a, Trigger::Schedule)));
    }
}
