//! The limit on non-persistent desktops that update at once (assumption).

use crate::ids::AgentId;
use crate::model::trigger::Trigger;
use crate::simulation::fact::Fact;
use crate::simulation::run::Simulation;

impl Simulation<'_> {
    /// Whether `agent` begins now; otherwise it waits. A desktop that cannot reach the server does not ask it, and an
    /// Update Agent is none: it keeps its contents.
    pub(super) fn admits_desktop(&mut self, agent: AgentId, trigger: Trigger) -> bool {
        let Some(limit) = self.settings().server.image_updates else { return true };
        let is_desktop =
            self.settings_of(agent).image.is_some() && !self.update_agents.serves(agent);
        if !is_desktop || !self.hears_server(agent) {
            return true;
        }
        if self.server.desktops.has_less_than(limit) {
            return self.server.desktops.updating.insert(agent);
        }
        match self.server.desktops.waiting.join(agent, trigger) {
            None => self.note(Fact::AwaitsDesktops(agent)),
            Some(first) => self.awaits_two_updates(agent, [first, trigger]),
        }
        false
    }

    /// An agent has ended its update: if it is a desktop that counted, another one may begin.
    pub(super) fn desktop_ends(&mut self, agent: AgentId) {
        let desktops = &mut self.server.desktops;
        desktops.has_room |= !desktops.updating.is_empty() && desktops.updating.remove(&agent);
    }

    /// The limit has changed.
    pub(super) fn limit_of_desktops_changes(&mut self) {
        self.server.desktops.has_room = true;
    }

    /// Lets waiting desktops begin while there is room, after the event that made it has been handled.
    pub(super) fn begin_waiting_desktops(&mut self) {
        while std::mem::take(&mut self.server.desktops.has_room) {
            let limit = self.settings().server.image_updates.unwrap_or(u32::MAX);
            while self.server.desktops.has_less_than(limit)
                && let Some((agent, trigger)) = self.server.desktops.waiting.first()
            {
                self.server.desktops.waiting.leave(agent);
                self.begin_round(agent, trigger);
            }
            self.fill_places();
        }
    }
}
