//! Connections between agents and the server that are lost and regained (NTF-4).

use crate::ids::AgentId;
use crate::model::component::ContentKind;
use crate::model::trigger::Trigger;
use crate::policy::admission::deploys;
use crate::policy::notification::updates_on_restart;
use crate::random::Purpose;
use crate::simulation::event::Event;
use crate::simulation::notifiers::{number_of, source_of};
use crate::simulation::run::Simulation;
use crate::simulation::state::SERVER;
use crate::units::SimDuration;

impl Simulation<'_> {
    /// An agent that has restarted, or regained its connection, fetches updates that it missed (NTF-4); one that cannot
    /// reach the server does so as soon as it can.
    pub(super) fn connects(&mut self, agent: AgentId) {
        if !self.hears_server(agent) {
            return self.has_no_connection(agent);
        }
        let outdated = self.has_missed_update(agent);
        let independent = self.company.agents[agent].is_independent();
        if self.roles.server_notifies
            && deploys(&self.settings().server)
            && updates_on_restart(outdated, independent, &self.settings().notification)
        {
            self.is_told(agent, Trigger::Restart);
        }
    }

    /// Whether the server has something that `agent` lacks, or its Update Agent if these update by themselves (TOP-3); or
    /// whether it is an Update Agent that has not got all that it is to serve.
    fn has_missed_update(&self, agent: AgentId) -> bool {
        let lacks_what_its_notifier_has = |kind| {
            let teller = self.teller(agent, kind);
            let source = teller.map(|teller| source_of(number_of(teller.notifier)));
            source.is_some_and(|source| self.lacks(source, agent, kind))
        };
        self.lacks_what_is_at(SERVER, agent)
            || self.lacks_what_it_serves(agent)
            || (self.roles.update_agents_look
                && ContentKind::IN_ORDER.into_iter().any(lacks_what_its_notifier_has))
    }

    /// `agent` is on and cannot be reached: it may miss updates until it has a connection again.
    pub(super) fn has_no_connection(&mut self, agent: AgentId) {
        self.active_faults.unconnected.insert(agent);
    }

    /// A fault was repaired: agents that have a connection again use it one after the other, so that not all load a
    /// repaired link at once (NTF-4).
    pub(super) fn connect_who_could_not(&mut self) {
        self.active_faults.repairs += 1;
        let spread = self.settings().notification.reconnect_spread;
        for agent in std::mem::take(&mut self.active_faults.unconnected) {
            if !self.agents[agent].online {
                continue;
            }
            if self.hears_server(agent) {
                let draw =
                    self.streams.draw(Purpose::Reconnect, agent.0, self.active_faults.repairs);
                let nanos = draw.between(spread.from.as_nanos(), spread.to.as_nanos());
                let after = SimDuration::from_nanos(nanos);
                self.event_queue.after(after, Event::ConnectionBack(agent));
            } else {
                self.has_no_connection(agent);
            }
        }
    }

    /// An agent regains its lost connection.
    pub(super) fn connection_is_back(&mut self, agent: AgentId) {
        if self.agents[agent].online {
            self.connects(agent);
        }
    }

    /// Whether the server and an agent can communicate now.
    pub(super) fn hears_server(&mut self, agent: AgentId) -> bool {
        self.server_is_up() && self.path_from(SERVER, agent).is_some()
    }
}
