//! Schedules: checks on a schedule, polls, and changes of the hour (SRV-6, SCH-1 to SCH-5).

use crate::ids::AgentId;
use crate::model::calendar::{HourClass, Schedule};
use crate::model::settings::AgentSettings;
use crate::model::trigger::{Message, Trigger};
use crate::policy::admission::deploys;
use crate::policy::notification::skipped_by_order;
use crate::policy::schedule::{self, is_told_by_server};
use crate::random::{Draw, Purpose};
use crate::simulation::event::{Event, TimerGeneration};
use crate::simulation::lists::SERVER_NOTIFIER;
use crate::simulation::run::Simulation;
use crate::simulation::state::SERVER;
use crate::units::{SimDuration, SimTime};

impl Simulation<'_> {
    pub(super) fn begin_schedules(&mut self) {
        self.await_server_look();
        self.await_next_hour();
        self.await_queue_cleanup();
        self.await_smart_protection_look();
        for agent in self.agents.ids() {
            self.begin_schedule(agent);
        }
    }

    /// What `agent` awaits by its schedule, and by polling, if it is behind NAT here or at home.
    pub(super) fn begin_schedule(&mut self, agent: AgentId) {
        if self.looks_by_itself(agent) {
            self.await_agent_look(agent);
        }
        let is_nat_at_home = self.company.sites[self.company.agents[agent].site].behind_nat;
        if is_nat_at_home || self.target(SERVER_NOTIFIER, agent).behind_nat {
            self.await_poll(agent);
        }
    }

    /// Whether `agent` updates on its schedule: under this option (TOP-3, TOP-4) or by the privilege (SCH-1), if agents
    /// update automatically at all (SRV-2).
    pub(super) fn looks_by_itself(&self, agent: AgentId) -> bool {
        let by_option = self.roles.agents_look
            || (self.roles.update_agents_look && self.update_agents.serves(agent));
        deploys(&self.settings().server) && (by_option || self.is_scheduled(agent))
    }

    /// The next check by `schedule`: after now, or, before the first event, from the start on.
    pub(super) fn next_look(&self, schedule: Schedule, draw: impl Fn(u32) -> Draw) -> SimTime {
        let (calendar, now) = (self.company.calendar, self.event_queue.now());
        if self.events == 0 {
            schedule::first_look(schedule, calendar, draw)
        } else {
            schedule::next_look(schedule, calendar, now, draw)
        }
    }

    fn await_poll(&mut self, agent: AgentId) {
        // The interval is a setting of agents, whether they update automatically is one of the server.
        let own = &self.settings_with(self.agents.edition.get(agent)).server;
        let does = deploys(&self.settings().server);
        let Some(interval) = own.poll_every.filter(|_| does) else { return };
        let schedule = Schedule::Every { interval, spread: true };
        let draw = |_| self.streams.draw(Purpose::PollPhase, agent.0, 0);
        let next = self.next_look(schedule, draw);
        self.event_queue.at(next, Event::AgentPolls(agent, self.agents.schedule.get(agent)));
    }

    /// An agent that cannot be notified polls the server, and updates if there is news (SRV-6).
    pub(super) fn agent_polls(&mut self, agent: AgentId, generation: TimerGeneration) {
        if self.agents.schedule.get(agent) != generation {
            return;
        }
        self.await_poll(agent);
        // One that is at a site that is not behind NAT is notified.
        let is_behind_nat = self.target(SERVER_NOTIFIER, agent).behind_nat;
        if is_behind_nat && self.hears_server(agent) && self.lacks_what_is_at(SERVER, agent) {
            self.begin_round(agent, Trigger::Poll);
        }
    }

    fn await_agent_look(&mut self, agent: AgentId) {
        let schedule = self.settings_of(agent).schedule;
        // The days of a schedule are draws in a row.
        let draws = self.streams.draws(Purpose::SchedulePhase, agent.0);
        let next = self.next_look(schedule, |nth| draws.draw(nth));
        self.event_queue.at(next, Event::AgentLooks(agent, self.agents.schedule.get(agent)));
    }

    /// An agent's schedule comes due; an agent that is off misses it (SCH-4). On a daily or weekly schedule the server
    /// notifies it, if the server is up (SCH-3).
    pub(super) fn agent_looks(&mut self, agent: AgentId, generation: TimerGeneration) {
        if self.agents.schedule.get(agent) != generation {
            return;
        }
        // Read before its draws, so that memory is waited for once: agents come in any order.
        let takes_part = schedule::takes_part(self.agents[agent].online);
        self.await_agent_look(agent);
        if !takes_part {
            return;
        }
        if !self.server_tells_of_schedule(agent) {
            self.begin_round(agent, Trigger::Schedule);
        } else if self.server_is_up() {
            self.enqueue(SERVER_NOTIFIER, agent, Message::Scheduled);
            self.serve_queue(SERVER_NOTIFIER);
        }
    }

    /// Whether the server notifies `agent` when its schedule comes due (SCH-3).
    pub(super) fn server_tells_of_schedule(&self, agent: AgentId) -> bool {
        let AgentSettings { schedule, schedule_by, .. } = *self.settings_of(agent);
        let is_out_of_reach = skipped_by_order(self.target(SERVER_NOTIFIER, agent)).is_some();
        is_told_by_server(schedule, schedule_by, is_out_of_reach)
    }

    /// Hours matter only where they differ in their slots (SRV-4), or in what links can carry.
    pub(super) fn await_next_hour(&mut self) {
        let hours = &self.settings().server.slots.hours;
        let differ = hours.iter().any(|class| *class != HourClass::Normal);
        let matters = differ || self.capacities_change_by_the_hour();
        if matters && !self.server.hour_is_awaited {
            self.server.hour_is_awaited = true;
            let hour = SimDuration::from_hours(1).as_nanos();
            let into = self.company.calendar.clock(self.event_queue.now()).as_nanos() % hour;
            self.event_queue.after(SimDuration::from_nanos(hour - into), Event::HourBegins);
        }
    }
}
