//! Connections between agents and the server, lost and found again (NTF-4).

use crate::ids::AgentId;
use crate::model::trigger::Trigger;
use crate::policy::notification::updates_on_restart;
use crate::simulation::run::Simulation;
use crate::simulation::state::SERVER;

impl Simulation<'_> {
    /// An agent that has restarted connects to the server and fetches what it missed (NTF-4); one
    /// that cannot reach the server does so as soon as it can.
    pub(super) fn connects(&mut self, agent: AgentId) {
        let hears = self.hears_server(agent);
        if !hears {
            self.broken.unconnected.insert(agent);
        }
        let outdated = hears && self.lacks_what_server_has(agent);
        let independent = self.company.agents.independent[agent];
        if self.roles.server_notifies
            && updates_on_restart(outdated, independent, &self.settings().notification)
        {
            self.begin_round(agent, Trigger::Restart);
        }
    }

    /// Something has been mended: who could not connect tries again.
    pub(super) fn connect_who_could_not(&mut self) {
        for agent in std::mem::take(&mut self.broken.unconnected) {
            if self.agents.online[agent] {
                self.connects(agent);
            }
        }
    }

    /// Whether the server and an agent can speak to each other now.
    pub(super) fn hears_server(&mut self, agent: AgentId) -> bool {
        self.server_is_up() && self.path_from(SERVER, agent).is_some()
    }
}
