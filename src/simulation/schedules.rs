//! Schedules: who looks by itself, who polls, and when the hours change (SRV-6, SCH-1 to SCH-5).

use crate::ids::AgentId;
use crate::model::calendar::{HourClass, Schedule};
use crate::model::trigger::Trigger;
use crate::policy::schedule;
use crate::random::Purpose;
use crate::simulation::event::Event;
use crate::simulation::lists::SERVER_NOTIFIER;
use crate::simulation::run::Simulation;
use crate::units::SimDuration;

impl Simulation<'_> {
    pub(super) fn begin_schedules(&mut self) {
        self.await_server_look();
        self.await_next_hour();
        self.await_queue_cleanup();
        self.await_smart_protection_look();
        for agent in self.agents.online.ids() {
            if self.looks_by_itself(agent) {
                self.await_agent_look(agent);
            }
            if self.target(SERVER_NOTIFIER, agent).behind_nat {
                self.await_poll(agent);
            }
        }
    }

    /// Whether `agent` updates by its schedule: under this option (TOP-3, TOP-4) or by the privilege
    /// (SCH-1).
    pub(super) fn looks_by_itself(&self, agent: AgentId) -> bool {
        self.roles.agents_look
            || (self.roles.update_agents_look && self.is_update_agent(agent))
            || self.company.agents.scheduled[agent]
    }

    fn await_poll(&mut self, agent: AgentId) {
        let Some(interval) = self.settings().server.poll_every else { return };
        let schedule = Schedule::Every { interval, spread: true };
        let draw = |_| self.streams.draw(Purpose::PollPhase, agent.0, 0);
        let next =
            schedule::next_look(schedule, self.company.calendar, self.event_queue.now(), draw);
        self.event_queue.at(next, Event::AgentPolls(agent));
    }

    /// An agent that cannot be notified polls the server, and updates if there are news (SRV-6).
    pub(super) fn agent_polls(&mut self, agent: AgentId) {
        self.await_poll(agent);
        if self.hears_server(agent) && self.lacks_what_server_has(agent) {
            self.begin_round(agent, Trigger::Poll);
        }
    }

    fn await_agent_look(&mut self, agent: AgentId) {
        let schedule = self.settings().agent.schedule;
        let now = self.event_queue.now();
        let draw = |nth| self.streams.draw(Purpose::SchedulePhase, agent.0, nth);
        let next = schedule::next_look(schedule, self.company.calendar, now, draw);
        self.event_queue.at(next, Event::AgentLooks(agent));
    }

    /// An agent's schedule comes due; an agent that is off misses it (SCH-4).
    pub(super) fn agent_looks(&mut self, agent: AgentId) {
        self.await_agent_look(agent);
        if schedule::takes_part(self.agents.online[agent]) {
            self.look(agent);
        }
    }

    pub(super) fn look(&mut self, agent: AgentId) {
        self.agents.last_look[agent] = self.event_queue.now();
        self.begin_round(agent, Trigger::Schedule);
    }

    /// Hours matter only where they differ in their slots (SRV-4).
    pub(super) fn await_next_hour(&mut self) {
        let hours = &self.settings().server.slots.hours;
        let differ = hours.iter().any(|class| *class != HourClass::Normal);
        if differ || !self.company.background.is_empty() {
            let hour = SimDuration::from_hours(1).as_nanos();
            let into = self.company.calendar.clock(self.event_queue.now()).as_nanos() % hour;
            self.event_queue.after(SimDuration::from_nanos(hour - into), Event::HourBegins);
        }
    }
}
