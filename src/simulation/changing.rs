//! Changes of settings while the scenario runs: the server has its own at once, an agent has its new ones when it has
//! fetched them, and users change theirs at once (NTF-11, SCH-1).

use crate::ids::AgentId;
use crate::model::change::Taken;
use crate::model::company::ListedSource;
use crate::model::component::{ContentKind, KindSet};
use crate::model::settings::{AgentSettings, Settings};
use crate::policy::notification::{Batch, Teller};
use crate::policy::schedule::{has_schedule, privilege};
use crate::policy::source_order::Progress;
use crate::random::Purpose;
use crate::simulation::event::Event;
use crate::simulation::fact::Fact;
use crate::simulation::notifiers::{number_of, source_of};
use crate::simulation::run::Simulation;
use crate::simulation::state::{Edition, Revision, SERVER, update_agent_source};

impl<'a> Simulation<'a> {
    pub(super) fn announce_changes(&mut self) {
        for (number, change) in (0..).zip(&self.company.changes) {
            self.event_queue.at(change.at, Event::ChangeDue(number));
        }
    }

    /// The number of changes so far.
    #[inline]
    pub(super) fn server_edition(&self) -> Edition {
        Edition::try_from(self.server.changes.len()).expect("bounded by the registry")
    }

    /// All settings with this edition.
    #[inline]
    pub fn settings_with(&self, edition: Edition) -> &'a Settings {
        match usize::from(edition).checked_sub(1) {
            None => &self.company.settings,
            Some(change) => &self.company.changes[change].settings,
        }
    }

    /// The settings of `agent` with this edition.
    #[inline]
    pub fn profile_with(&self, edition: Edition, agent: AgentId) -> &'a AgentSettings {
        let profile = self.company.agents[agent].profile();
        match usize::from(edition).checked_sub(1) {
            None => &self.company.profiles[profile],
            Some(change) => &self.company.changes[change].profiles[profile],
        }
    }

    /// The settings by which `agent` goes now: those that it has fetched.
    #[inline]
    pub fn settings_of(&self, agent: AgentId) -> &'a AgentSettings {
        self.profile_with(self.agents.edition.get(agent), agent)
    }

    /// The matching entries of `agent` in order; `None`: it uses the standard source.
    #[inline]
    pub(super) fn list_of(&self, agent: AgentId) -> Option<&[ListedSource]> {
        self.list_with(self.agents.edition.get(agent), agent)
    }

    /// The same with this edition of its settings.
    #[inline]
    fn list_with(&self, edition: Edition, agent: AgentId) -> Option<&[ListedSource]> {
        let home = self.company.agents[agent].site;
        self.lists.with(edition).of(agent, home, self.agents.visiting.get(&agent).copied())
    }

    /// Whether `agent` has the privilege of scheduled update and uses it (SCH-1): the privilege is that which it has
    /// fetched, and its user may have disabled it at any time. That of an Update Agent is a setting of its own.
    pub(super) fn is_scheduled(&self, agent: AgentId) -> bool {
        let company = self.company;
        if company.changes.is_empty() {
            return company.agents[agent].is_scheduled();
        }
        if let Some(number) = self.update_agents.find(agent) {
            let settings = self.settings_with(self.agents.edition.get(agent));
            let own = company.update_agents[number].scheduled;
            return own.unwrap_or(settings.update_agent.scheduled);
        }
        let own = self.settings_of(agent);
        let wish = self.profile_with(self.server_edition(), agent).disabled;
        let happens =
            |nth, share| self.streams.happens(Purpose::SchedulePrivilege, agent.0, nth, share);
        let privilege = privilege(happens(0, own.scheduled), happens(1, wish));
        has_schedule(false, privilege, own.may_disable)
    }

    /// A change: the settings of the server are in force at once; those of agents are a new revision of settings, of
    /// which the server notifies nobody (NTF-11).
    pub(super) fn change(&mut self, number: u32) {
        let change = &self.company.changes[number as usize];
        let before = self.settings();
        let had_schedule = self.who_looks(change.taken);
        if change.is_for_agents() {
            self.sources[SERVER].repository.revisions.settings += 1;
        }
        self.server.changes.push(self.sources[SERVER].repository.revisions.settings);
        self.note(Fact::Changed(number));
        match change.taken {
            Taken::AtServer => self.server_follows(before),
            Taken::AtAgents => {}
            Taken::ByUsers => {
                for (agent, had) in had_schedule {
                    let has = self.looks_by_itself(agent);
                    if has != had {
                        self.note(Fact::ScheduleSwitched { agent, on: has });
                        self.begin_schedule_again(agent);
                    }
                }
            }
        }
    }

    /// Whether each agent updates on its schedule, if a change of this kind may change that.
    fn who_looks(&self, taken: Taken) -> Vec<(AgentId, bool)> {
        let agents = self.agents.ids().filter(|_| taken == Taken::ByUsers);
        agents.map(|agent| (agent, self.looks_by_itself(agent))).collect()
    }

    /// What the server awaits by its settings, if these differ from `before`.
    fn server_follows(&mut self, before: &Settings) {
        let now = self.settings();
        if now.server.schedule != before.server.schedule {
            self.await_server_look();
        }
        if now.smart_protection != before.smart_protection {
            self.await_smart_protection_look();
        }
        if now.notification.cleanup != before.notification.cleanup {
            self.await_queue_cleanup();
        }
        if now.server.max_transfers != before.server.max_transfers {
            self.sources[SERVER].capacity = now.server.max_transfers;
            self.vacancies.push(SERVER);
        }
        if now.server.image_updates != before.server.image_updates {
            self.limit_of_desktops_changes();
        }
        if now.server.slots.hours != before.server.slots.hours {
            self.await_next_hour();
        }
        if now.notification.notified_by != before.notification.notified_by {
            for agent in self.agents.ids() {
                self.note_sources(agent);
            }
        }
        let pace = |settings: &Settings| {
            (settings.notification.batch, settings.notification.batch_interval)
        };
        if pace(now) != pace(before) {
            for queue in &mut self.queues {
                queue.batch = Batch::default();
            }
        }
        if now.server.deploys != before.server.deploys {
            self.leave_lines_without_automatic_update();
            for agent in self.agents.ids() {
                self.begin_schedule_again(agent);
            }
        }
        for notifier in 0..self.queues.len() {
            self.serve_queue(notifier);
        }
    }

    /// The settings with a revision of settings.
    fn edition_of(&self, revision: Revision) -> Edition {
        let earlier = self.server.changes.partition_point(|change| *change <= revision);
        Edition::try_from(earlier).expect("bounded by the registry")
    }

    /// An agent goes by the settings that it has now, which may be those of an image.
    pub(super) fn follow_settings(&mut self, agent: AgentId) {
        let edition = self.edition_of(self.agents.revisions.get(agent).settings);
        let before = self.agents.edition.get(agent);
        if edition == before {
            return;
        }
        let waits_for = |all: &Self| {
            let polls = all.settings_with(all.agents.edition.get(agent)).server.poll_every;
            (all.looks_by_itself(agent), all.settings_of(agent).schedule, polls)
        };
        let awaited = waits_for(self);
        let has_other_list = self.list_with(before, agent) != self.list_with(edition, agent);
        let told_by =
            has_other_list.then(|| ContentKind::IN_ORDER.map(|kind| self.teller(agent, kind)));
        let (old, new) = (self.profile_with(before, agent), self.profile_with(edition, agent));
        let has_other_scope = old.scope != new.scope;
        let held = self.holding(agent);
        self.agents.edition.set(agent, edition);
        self.note(Fact::TookSettings { agent, edition });
        self.round_follows_settings(agent, has_other_list);
        if has_other_scope {
            self.reconsider(agent, held, Fact::ChangedScope(agent));
        }
        if waits_for(self) != awaited {
            self.begin_schedule_again(agent);
        }
        if let Some(index) = self.update_agents.serving(agent) {
            self.serve_by_settings(index, edition);
        }
        if let Some(told_by) = told_by {
            self.note_sources(agent);
            self.hears_of_news_at_new_notifier(agent, told_by);
        }
    }

    /// Records the sources of an agent that has others than before.
    pub(super) fn note_sources(&mut self, agent: AgentId) {
        let first = self.first_update_agent(agent);
        let (notifier, news_from) = (self.notifier(agent), self.source_of_news(agent));
        self.note(Fact::SourcesChanged { agent, first, notifier, news_from });
    }

    /// An agent that has another notifier by its new settings is notified of what that has announced and the one before
    /// has not (NTF-10), unless it fetches this in its present round.
    fn hears_of_news_at_new_notifier(&mut self, agent: AgentId, before: [Option<Teller>; 3]) {
        let round = self.agents[agent].round.get();
        let left = round.map_or(KindSet::NONE, |id| self.rounds.get(id).left);
        let mut kinds = KindSet::NONE;
        for (kind, before) in ContentKind::IN_ORDER.into_iter().zip(before) {
            let (Some(before), Some(now)) = (before, self.teller(agent, kind)) else { continue };
            let [before, now] = [before, now].map(|teller| source_of(number_of(teller.notifier)));
            let is_newer = self.sources[before]
                .repository
                .lacks(kind, self.sources[now].repository.contents());
            kinds = kinds.with_if(kind, is_newer && !left.has(kind));
        }
        if !kinds.is_empty() {
            self.told_of([agent], kinds);
        }
    }

    /// The round in which an agent has fetched its new settings goes by them from now on: by its new list, whose entries
    /// it tries from the first one on (SRC-2), and by what it may update (CMP-7).
    fn round_follows_settings(&mut self, agent: AgentId, has_other_list: bool) {
        let Some(id) = self.agents[agent].round.get() else { return };
        let cause = self.rounds.get(id).cause;
        let gets_programs = self.wishes(agent, cause).has(ContentKind::Programs);
        let hosts = self.sources[self.rounds.get(id).source].hosts;
        let programs = KindSet::only(ContentKind::Programs);
        let round = self.rounds.get_mut(id);
        if has_other_list {
            round.progress = Progress::Begin;
        }
        let with = |kinds: KindSet, has| kinds.minus(programs).with_if(ContentKind::Programs, has);
        round.left = with(round.left, gets_programs);
        round.asking = with(round.asking, gets_programs && hosts.has(ContentKind::Programs));
    }

    /// An Update Agent serves by these settings from now on, except for what it has of its own.
    fn serve_by_settings(&mut self, index: usize, edition: Edition) {
        let own = &self.company.update_agents[index];
        let settings = &self.settings_with(edition).update_agent;
        let id = update_agent_source(index);
        let before = self.notifier_state(index);
        let source = &mut self.sources[id];
        source.hosts = own.hosts.unwrap_or(settings.hosts);
        source.capacity = Some(own.capacity.unwrap_or(settings.capacity));
        self.vacancies.push(id);
        if self.sources[id].hosts != before.hosts {
            self.ceases_to_notify(index, before);
            self.judge_source(id);
        }
    }

    /// An agent's schedule begins again by the present settings: what it awaited before is stale.
    pub(super) fn begin_schedule_again(&mut self, agent: AgentId) {
        let generation = self.agents.schedule.get(agent).wrapping_add(1);
        self.agents.schedule.set(agent, generation);
        self.begin_schedule(agent);
    }
}
