//! What comes by itself: releases, computers that go on and off, schedules, hours.

use crate::ids::{AgentId, ReleaseId, RowId};
use crate::model::calendar::{HourClass, Schedule};
use crate::model::trigger::Trigger;
use crate::model::version::Spans;
use crate::policy::notification::updates_on_restart;
use crate::policy::presence::{Stay, stay};
use crate::policy::{content, schedule};
use crate::random::Purpose;
use crate::simulation::event::Event;
use crate::simulation::fact::Fact;
use crate::simulation::lists::SERVER_NOTIFIER;
use crate::simulation::run::Simulation;
use crate::simulation::state::{ACTIVE_UPDATE, SERVER, update_agent_source};
use crate::units::{SimDuration, SimTime};

impl Simulation<'_> {
    pub(super) fn announce_releases(&mut self) {
        for (index, release) in self.company.releases.iter().enumerate() {
            self.event_queue.at(release.at, Event::ReleaseDue(ReleaseId::from_index(index)));
        }
    }

    /// A release comes out: components at `ActiveUpdate` (DUP-2), settings and programs at the
    /// server (SRV-3), which then deploys them.
    pub(super) fn release(&mut self, id: ReleaseId) {
        let release = &self.company.releases[id.index()];
        for &component in &release.components {
            let latest = self.newest.versions[component].later(1);
            self.newest.versions[component] = latest;
            let offer = &mut self.sources[ACTIVE_UPDATE].shelf.offers[component];
            offer.latest = latest;
            if self.company.catalogue[component].incremental.is_some() {
                offer.incrementals = Spans::ALL;
            }
        }
        self.newest.revisions.settings += u8::from(release.settings);
        self.newest.revisions.program += u8::from(release.program);
        self.newest.releases += 1;
        self.sources[SERVER].shelf.revisions = self.newest.revisions;
        self.note(Fact::Released(id));
        self.count_who_is_up_to_date();
        if release.settings || release.program {
            self.server_deploys();
        }
    }

    /// Judges every agent anew: at the start and after a release.
    pub(super) fn count_who_is_up_to_date(&mut self) {
        for agent in self.agents.online.ids() {
            self.agents.up_to_date[agent] = false;
            self.judge(agent);
        }
    }

    /// Notes if `agent` now has every released content that it is to get.
    pub(super) fn judge(&mut self, agent: AgentId) {
        if !self.agents.up_to_date[agent] && self.has_newest(agent) {
            self.agents.up_to_date[agent] = true;
            self.note(Fact::UpToDate(agent));
        }
    }

    fn has_newest(&mut self, agent: AgentId) -> bool {
        let scope = self.settings().agent.scope;
        let own = self.agents.revisions[agent];
        let newest = self.newest.revisions;
        own.settings >= newest.settings
            && (own.program >= newest.program || !content::gets_programs(scope))
            && self.has_newest_components(agent)
    }

    fn has_newest_components(&mut self, agent: AgentId) -> bool {
        let scan = self.agents.scan[agent];
        let versions = self.agents.versions_id(agent);
        let known = self.memo.newest(self.newest.edition(), versions, scan);
        *known.get_or_insert_with(|| {
            let scope = self.company.settings.agent.scope;
            let catalogue = self.company.catalogue.iter();
            let all = catalogue.zip(self.agents.versions(agent)).zip(&self.newest.versions);
            let mut got = all.filter(|((component, _), _)| content::gets(component, scan, scope));
            got.all(|((_, own), newest)| own >= newest)
        })
    }

    /// Whether the server has something that `agent` lacks: what it is told when it connects.
    fn lacks_what_server_has(&self, agent: AgentId) -> bool {
        let shelf = &self.sources[SERVER].shelf;
        let scan = self.agents.scan[agent];
        let scope = self.settings().agent.scope;
        self.agents.revisions[agent] < shelf.revisions
            || self
                .company
                .catalogue
                .iter()
                .zip(self.agents.versions(agent))
                .zip(&shelf.offers)
                .filter(|((component, _), _)| content::gets(component, scan, scope))
                .any(|((_, own), offer)| *own < offer.latest)
    }

    pub(super) fn switch_on_who_is_there(&mut self) {
        for agent in self.agents.online.ids() {
            let stay = self.stay(agent);
            self.agents.online[agent] = stay.online;
            if stay.until < SimTime::NEVER {
                self.event_queue.at(stay.until, Event::PresenceChanges(agent));
            }
        }
    }

    fn stay(&self, agent: AgentId) -> Stay {
        let draw = |nth| self.streams.draw(Purpose::WorkingDay, agent.0, nth);
        let presence = self.company.agents.presence[agent];
        stay(
            presence,
            &self.company.working_day,
            self.company.calendar,
            self.event_queue.now(),
            draw,
        )
    }

    /// A computer goes on or off (NET-5).
    pub(super) fn change_presence(&mut self, agent: AgentId) {
        let stay = self.stay(agent);
        if stay.until < SimTime::NEVER {
            self.event_queue.at(stay.until, Event::PresenceChanges(agent));
        }
        self.set_online(agent, stay.online);
    }

    /// A computer is on or off from now on.
    pub(super) fn set_online(&mut self, agent: AgentId, online: bool) {
        if online == self.agents.online[agent] {
            return;
        }
        self.agents.online[agent] = online;
        if online {
            self.note(Fact::WentOn(agent));
            self.restarts(agent);
            if let Some(index) = self.index_of_update_agent(agent) {
                self.serve_queue(index + 1);
            }
        } else {
            self.note(Fact::WentOff(agent));
            self.interrupt_round(agent);
            if let Some(index) = self.index_of_update_agent(agent) {
                self.drop_visitors(update_agent_source(index));
            }
        }
    }

    /// The number of the Update Agent that `agent` serves as.
    pub(super) fn index_of_update_agent(&self, agent: AgentId) -> Option<usize> {
        self.serving.number(agent)
    }

    /// An agent has restarted: it connects, and makes up for a look that it missed (SCH-5).
    fn restarts(&mut self, agent: AgentId) {
        self.connects(agent);
        let last = self.agents.last_look.get(agent);
        let schedule = self.settings().agent.schedule;
        if self.looks_by_itself(agent)
            && schedule::missed(Some(last), self.event_queue.now(), schedule)
        {
            self.look(agent);
        }
    }

    /// An agent that has restarted connects to the server and fetches what it missed (NTF-4); one
    /// that cannot reach the server does so as soon as it can.
    fn connects(&mut self, agent: AgentId) {
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
    fn looks_by_itself(&self, agent: AgentId) -> bool {
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

    fn look(&mut self, agent: AgentId) {
        self.agents.last_look.set(agent, self.event_queue.now());
        self.begin_round(agent, Trigger::Schedule);
    }

    /// Whether the server and an agent can speak to each other now.
    pub(super) fn hears_server(&mut self, agent: AgentId) -> bool {
        self.server_is_up() && self.path_from(SERVER, agent).is_some()
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
