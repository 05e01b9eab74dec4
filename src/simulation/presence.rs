//! Computers that are switched on and off (NET-5).

use crate::ids::AgentId;
use crate::model::settings::AgentSettings;
use crate::model::trigger::{Trigger, TriggerSet};
use crate::policy::presence::{Stay, stay};
use crate::policy::schedule::missed;
use crate::random::Purpose;
use crate::simulation::event::Event;
use crate::simulation::fact::Fact;
use crate::simulation::run::Simulation;
use crate::simulation::state::update_agent_source;
use crate::units::SimTime;

impl Simulation<'_> {
    pub(super) fn switch_on_who_is_there(&mut self) {
        for agent in self.agents.ids() {
            let stay = self.stay(agent);
            self.agents[agent].online = self.update_agents.switch(agent, stay.online);
            if stay.until < SimTime::NEVER {
                self.event_queue.at(stay.until, Event::PresenceChanges(agent));
            }
        }
    }

    fn stay(&self, agent: AgentId) -> Stay {
        let draws = self.streams.draws(Purpose::WorkingDay, agent.0);
        let presence = self.company.agents.presence.get(agent);
        stay(
            presence,
            &self.company.working_day,
            self.company.calendar,
            self.event_queue.now(),
            |nth| draws.draw(nth),
        )
    }

    /// A computer is switched on or off (NET-5).
    pub(super) fn change_presence(&mut self, agent: AgentId) {
        let stay = self.stay(agent);
        if stay.until < SimTime::NEVER {
            self.event_queue.at(stay.until, Event::PresenceChanges(agent));
        }
        let runs = self.update_agents.switch(agent, stay.online);
        self.set_online(agent, runs);
    }

    /// A computer is on or off from now on.
    pub(super) fn set_online(&mut self, agent: AgentId, online: bool) {
        if online == self.agents[agent].online {
            return;
        }
        self.agents[agent].online = online;
        if online {
            self.note(Fact::WentOn(agent));
            self.arrives(agent);
            self.restarts(agent);
            if let Some(index) = self.update_agents.serving(agent) {
                self.sources[update_agent_source(index)].given_up = false;
                self.announce(index);
                self.serve_queue(index + 1);
            }
        } else {
            self.note(Fact::WentOff(agent));
            self.interrupt_round(agent);
            self.leaves_site(agent);
            self.return_to_image(agent);
            self.server.slot_line.leave(agent);
            self.server.desktops.waiting.leave(agent);
            self.agents.told.set(agent, TriggerSet::default());
            self.agents[agent].scan_due = false;
            if let Some(index) = self.update_agents.serving(agent) {
                self.drop_visitors(update_agent_source(index));
                self.notifier_goes_off(index);
            }
        }
    }

    /// An agent has restarted: it connects, and makes up for a missed schedule (SCH-5).
    fn restarts(&mut self, agent: AgentId) {
        self.connects(agent);
        let last = self.agents.last_look.get(agent);
        let AgentSettings { schedule, missed_schedule, .. } = *self.settings_of(agent);
        let now = self.event_queue.now();
        if self.looks_by_itself(agent) && missed(Some(last), now, schedule, missed_schedule) {
            self.begin_round(agent, Trigger::Schedule);
        }
    }
}
