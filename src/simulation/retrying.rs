//! Agents that found no source and try again by themselves (SRC-5).

use std::collections::BTreeMap;

use crate::ids::AgentId;
use crate::model::component::KindSet;
use crate::model::trigger::Trigger;
use crate::policy::admission::may_begin;
use crate::policy::attempt::retries_left;
use crate::simulation::event::Event;
use crate::simulation::run::Simulation;
use crate::simulation::state::Retries;

/// The trigger of the update that an update of `agent` with this trigger repeats, if it is one of these retries, or else
/// the same; `None`: a retry of an update that another one has replaced.
pub(super) fn cause(
    retries: &BTreeMap<AgentId, Retries>,
    agent: AgentId,
    trigger: Trigger,
) -> Option<Trigger> {
    match trigger {
        Trigger::Retry => Some(retries.get(&agent)?.trigger),
        _ => Some(trigger),
    }
}

impl Simulation<'_> {
    /// An agent that has found no source tries again later, unless it has done so often enough.
    pub(super) fn await_own_retry(&mut self, agent: AgentId, trigger: Trigger) {
        let (settings, now) =
            (&self.settings_with(self.agents.edition.get(agent)).source, self.event_queue.now());
        let last = self.agents.retries.get(&agent).copied();
        let repeated = last.filter(|_| trigger == Trigger::Retry);
        if repeated.is_none() && last.is_some_and(|last| last.next > now) {
            // It already awaits the retry of an update that requested more.
            return;
        }
        let trigger = repeated.map_or(trigger, |retries| retries.trigger);
        let left = retries_left(repeated.map(|retries| retries.left), settings);
        let Some(left) = left.checked_sub(1) else { return };
        let next = now + settings.retry_interval;
        self.agents.retries.insert(agent, Retries { next, left, trigger });
        self.event_queue.at(next, Event::AgentRetries(agent));
    }

    /// An update that requests `wanted` replaces the retry that an agent awaits, unless that requests more.
    pub(super) fn replaces_retry(&mut self, agent: AgentId, wanted: KindSet) {
        let Some(retries) = self.agents.retries.get(&agent) else { return };
        if self.wishes(agent, retries.trigger).minus(wanted).is_empty() {
            self.agents.retries.remove(&agent);
        }
    }

    /// An agent tries again, after the update that it is in, unless an update has replaced it.
    pub(super) fn agent_retries(&mut self, agent: AgentId) {
        let Some(Retries { next, trigger, .. }) = self.agents.retries.get(&agent).copied() else {
            return;
        };
        if next != self.event_queue.now() || !may_begin(trigger, &self.settings().server) {
            return;
        }
        if self.agents[agent].round.get().is_some() {
            self.remember_trigger(agent, Trigger::Retry);
        } else {
            self.begin_round(agent, Trigger::Retry);
        }
    }
}
