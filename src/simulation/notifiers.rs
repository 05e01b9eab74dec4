//! Notifiers (NTF-10): the server, or the Update Agent that is an agent's first usable source.

use std::collections::BTreeSet;

use crate::ids::{AgentId, SourceId};
use crate::model::company::Release;
use crate::model::component::{ContentKind, KindSet};
use crate::model::settings::{NotifiedBy, WhenNotifierIsOff};
use crate::model::trigger::Message;
use crate::policy::admission::deploys;
use crate::policy::notification::{
    Notifier, NotifierView, Teller, first_notifier, is_notifier, teller,
};
use crate::simulation::event::{Event, TimerGeneration};
use crate::simulation::fact::Fact;
use crate::simulation::lists::SERVER_NOTIFIER;
use crate::simulation::run::Simulation;
use crate::simulation::state::{SERVER, update_agent_source};

/// An Update Agent as a notifier, of whichever agent.
#[derive(Clone, Copy, Debug)]
pub(super) struct NotifierState {
    pub(super) hosts: KindSet,
    has_disk: bool,
    is_at_its_address: bool,
    is_up: bool,
}

/// Remembers the last answer: agents in turn often have the same notifier.
fn remembering<V: Copy>(answer: impl Fn(usize) -> V) -> impl FnMut(usize) -> V {
    let mut last = None;
    move |question| match last {
        Some((known, answer)) if known == question => answer,
        _ => last.insert((question, answer(question))).1,
    }
}

impl Simulation<'_> {
    /// The present notifier of `agent`: for new components, unless there are only releases of other content.
    pub fn notifier(&self, agent: AgentId) -> Option<Notifier> {
        self.teller(agent, self.kind_of_news()).map(|teller| teller.notifier)
    }

    /// The source whose news reaches `agent`: its notifier, or the Update Agent for which the server waits (NTF-10).
    pub fn source_of_news(&self, agent: AgentId) -> Option<SourceId> {
        self.sources_of_news()(agent)
    }

    /// The same for many agents.
    pub fn sources_of_news(&self) -> impl FnMut(AgentId) -> Option<SourceId> {
        let kind = self.kind_of_news();
        let mut state = remembering(|index| self.notifier_state(index));
        move |agent| {
            let Teller { notifier, after } = self.teller_among(agent, kind, &mut state)?;
            Some(after.map_or(source_of(number_of(notifier)), update_agent_source))
        }
    }

    /// Components, unless there are only releases of other content.
    fn kind_of_news(&self) -> ContentKind {
        let releases = &self.company.releases;
        let brings = |is_brought: fn(&Release) -> bool| releases.iter().any(is_brought);
        if brings(|release| !release.components.is_empty()) || releases.is_empty() {
            ContentKind::Components
        } else if brings(|release| release.program) {
            ContentKind::Programs
        } else {
            ContentKind::Settings
        }
    }

    /// The present notifier of `agent` for new content of `kind`. Under `ua` Update Agents check by themselves (TOP-3).
    pub(super) fn teller(&self, agent: AgentId, kind: ContentKind) -> Option<Teller> {
        self.teller_among(agent, kind, |index| self.notifier_state(index))
    }

    /// The same, among Update Agents in these states.
    fn teller_among(
        &self,
        agent: AgentId,
        kind: ContentKind,
        state: impl FnMut(usize) -> NotifierState,
    ) -> Option<Teller> {
        if self.roles.update_agents_look && self.update_agents.serves(agent) {
            return None;
        }
        let first = self.first_notifier(agent, kind, state);
        teller(first, self.roles, self.settings().notification.notified_by)
    }

    /// The Update Agent that notifies `agent` of content of `kind`, among those in these states.
    fn first_notifier(
        &self,
        agent: AgentId,
        kind: ContentKind,
        mut state: impl FnMut(usize) -> NotifierState,
    ) -> Option<usize> {
        if !self.roles.update_agents_serve {
            return None;
        }
        let list = self.list_of(agent)?;
        first_notifier(list, kind, |index| self.can_tell(index, agent, kind, state(index)))
    }

    /// Whether Update Agent number `index`, in this state, is a source of `kind` for `agent`, and so notifies it.
    fn can_tell(
        &self,
        index: usize,
        agent: AgentId,
        kind: ContentKind,
        state: NotifierState,
    ) -> bool {
        let view = NotifierView {
            is_another: self.company.update_agents[index].agent != agent,
            hosts: state.hosts.has(kind),
            has_disk: state.has_disk,
            is_of_right_family: !self.speaks_other_family(update_agent_source(index), agent),
            is_at_its_address: state.is_at_its_address,
            is_up: state.is_up,
        };
        is_notifier(view, self.settings().notification.when_notifier_is_off)
    }

    pub(super) fn notifier_state(&self, index: usize) -> NotifierState {
        let id = update_agent_source(index);
        let source = &self.sources[id];
        NotifierState {
            hosts: source.hosts,
            has_disk: source.can_store(),
            is_at_its_address: self.entry_leads_to(id),
            is_up: self.is_up_to_tell(index),
        }
    }

    /// Whether Update Agent number `index` is on, was not given up, and is informed of updates at all.
    fn is_up_to_tell(&self, index: usize) -> bool {
        let host = self.company.update_agents[index].agent;
        let settings = self.settings();
        let include_all = settings.notification.include_offline;
        let is_told = include_all || !self.company.agents[host].is_independent();
        let own = self.settings_with(self.agents.edition.get(host));
        let polls = own.server.poll_every.is_some();
        let is_hidden = self.target(SERVER_NOTIFIER, host).behind_nat && !polls;
        let learns = self.looks_by_itself(host) || (is_told && !is_hidden);
        let source = &self.sources[update_agent_source(index)];
        self.agents[host].online && !source.given_up && learns
    }

    /// The agents that `notifier` notifies of new contents of these kinds.
    pub(super) fn told_by(&self, notifier: usize, kinds: KindSet) -> Vec<AgentId> {
        let mut state = remembering(|index| self.notifier_state(index));
        let is_told = |agent: &AgentId| {
            kinds.in_order().any(|kind| {
                self.teller_among(*agent, kind, &mut state).is_some_and(|teller| {
                    number_of(teller.notifier) == notifier && teller.after.is_none()
                })
            })
        };
        match notifier.checked_sub(1) {
            None => self.agents.ids().filter(is_told).collect(),
            Some(index) => self
                .lists
                .listing(index, self.company, &self.agents)
                .into_iter()
                .filter(is_told)
                .collect(),
        }
    }

    /// The server has new contents: it notifies its agents, and if it also notifies those of Update Agents, it first
    /// waits for these to obtain the update, for a limited time (NTF-10).
    pub(super) fn server_notifies(&mut self, kinds: KindSet) {
        self.notify_all(SERVER_NOTIFIER, kinds);
        if !self.roles.update_agents_serve || !deploys(&self.settings().server) {
            return;
        }
        for index in 0..self.company.update_agents.len() {
            if self.agents[self.company.update_agents[index].agent].online {
                self.sources[update_agent_source(index)].is_due = true;
            } else {
                let on = NotifierState { is_up: true, ..self.notifier_state(index) };
                self.pass_over(index, on, false);
            }
        }
        if !self.server_waits() {
            return;
        }
        let settings = &self.settings().notification;
        for index in 0..self.company.update_agents.len() {
            let source = &mut self.sources[update_agent_source(index)];
            source.awaited = source.awaited.union(kinds);
            source.wait_generation = source.wait_generation.wrapping_add(1);
            let event = Event::UpdateAgentWaitEnds(row(index), source.wait_generation);
            self.event_queue.after(settings.wait_for_update_agent, event);
        }
    }

    /// Whether the server notifies the agents of Update Agents, too, and so waits for these (NTF-10).
    fn server_waits(&self) -> bool {
        let by_server = self.settings().notification.notified_by == NotifiedBy::Server;
        by_server && !self.roles.update_agents_look
    }

    /// Whether a notifier has not got content of `kind` yet: the Update Agent that the server waits for has not.
    pub(super) fn is_awaited(&self, teller: Teller, kind: ContentKind) -> bool {
        let awaits = |index| self.sources[update_agent_source(index)].awaited.has(kind);
        teller.after.is_some_and(awaits)
    }

    /// The server's wait for an Update Agent is over (NTF-10).
    pub(super) fn update_agent_wait_ends(&mut self, index: u32, generation: TimerGeneration) {
        let index = index as usize;
        if self.sources[update_agent_source(index)].wait_generation == generation {
            let awaited = self.end_wait(index);
            self.server_tells(index, awaited, KindSet::NONE);
        }
    }

    /// The server no longer waits for an Update Agent; returns for which kinds of content it did.
    fn end_wait(&mut self, index: usize) -> KindSet {
        let source = &mut self.sources[update_agent_source(index)];
        source.wait_generation = source.wait_generation.wrapping_add(1);
        std::mem::take(&mut source.awaited)
    }

    /// The server notifies the agents of an Update Agent: all of content of the kinds for which they waited, and those
    /// that lack some of what is `new` there.
    fn server_tells(&mut self, index: usize, awaited: KindSet, new: KindSet) {
        if awaited.is_empty() && new.is_empty() {
            return;
        }
        let id = update_agent_source(index);
        let tells = |all: &Self, agent, kind| {
            all.teller(agent, kind).is_some_and(|teller| teller.after == Some(index))
        };
        let mut agents = self.lists.listing(index, self.company, &self.agents);
        agents.retain(|&agent| {
            awaited.in_order().any(|kind| tells(self, agent, kind))
                || (new.in_order().any(|kind| tells(self, agent, kind))
                    && self.lacks_what_is_at(id, agent))
        });
        self.notify(SERVER_NOTIFIER, agents);
        self.serve_queue(SERVER_NOTIFIER);
    }

    /// An Update Agent that has something new to offer notifies its agents, or the server does (NTF-10).
    pub(super) fn announce(&mut self, index: usize) {
        let id = update_agent_source(index);
        let kinds = std::mem::take(&mut self.sources[id].unannounced);
        if kinds.is_empty() {
            return;
        }
        (self.sources[id].given_up, self.sources[id].is_due) = (false, false);
        self.note(Fact::UpdateAgentStocked(id));
        self.judge_source(id);
        self.notify_all(index + 1, kinds);
        let awaited = self.end_wait(index);
        // Who was told when the wait was over has found nothing new here.
        let by_server = self.server_waits() && deploys(&self.settings().server);
        let new = if by_server { kinds } else { KindSet::NONE };
        self.server_tells(index, awaited, new);
    }

    /// An Update Agent that was a notifier in the state `before` goes off or can no longer be used: if it has not
    /// announced what it was to, others take its place (NTF-10). Returns whether that is so.
    pub(super) fn ceases_to_notify(&mut self, index: usize, before: NotifierState) -> bool {
        let host = self.company.update_agents[index].agent;
        let source = &self.sources[update_agent_source(index)];
        let is_behind = source.is_due && self.lacks_what_is_at(SERVER, host);
        let is_passed_over =
            is_behind || !source.unannounced.is_empty() || !source.incoming.is_empty();
        if is_passed_over {
            self.pass_over(index, before, true);
        }
        is_passed_over
    }

    /// An Update Agent has gone off: others take its place for the agents that it was to notify (NTF-10).
    pub(super) fn notifier_goes_off(&mut self, index: usize) {
        let on = NotifierState { is_up: true, ..self.notifier_state(index) };
        let is_passed_over = self.ceases_to_notify(index, on);
        self.sources[update_agent_source(index)].is_due = false;
        if self.is_replaced_when_off() {
            let agents = self.drop_queue(index + 1);
            self.told_of(agents.into_iter().filter(|_| !is_passed_over), KindSet::ALL);
        }
    }

    /// Whether others take the place of an Update Agent that is off.
    pub(super) fn is_replaced_when_off(&self) -> bool {
        self.settings().notification.when_notifier_is_off == WhenNotifierIsOff::Next
    }

    /// The present notifiers of `agents` for content of these kinds notify them, if they have some that these lack.
    pub(super) fn told_of(&mut self, agents: impl IntoIterator<Item = AgentId>, kinds: KindSet) {
        let mut told = Vec::new();
        for agent in agents {
            let next = self.next_notifiers(agent, |_, kind| kinds.has(kind));
            told.extend(next.map(|next| (next, agent)));
        }
        self.notify_each(told);
    }

    /// A notification was answered: an Update Agent that had been given up is available again.
    pub(super) fn answers(&mut self, agent: AgentId) {
        if let Some(index) = self.update_agents.serving(agent) {
            self.sources[update_agent_source(index)].given_up = false;
        }
    }

    /// `agent` is no longer notified of an update. If it is an Update Agent, others take its place.
    pub(super) fn give_up(&mut self, agent: AgentId, message: Message) {
        if message != Message::Update {
            return;
        }
        if let Some(index) = self.update_agents.serving(agent) {
            let before = NotifierState { is_up: true, ..self.notifier_state(index) };
            self.sources[update_agent_source(index)].given_up = true;
            self.pass_over(index, before, true);
        }
    }

    /// The agents that an Update Agent notified in the state `before`, and no longer does, are notified by the Update Agent
    /// of their next usable entry or, if `also_by_server`, by the server, if these have something that they lack (NTF-10).
    fn pass_over(&mut self, index: usize, before: NotifierState, also_by_server: bool) {
        let mut told = Vec::new();
        for agent in self.lists.listing(index, self.company, &self.agents) {
            let if_as_before =
                |other| if other == index { before } else { self.notifier_state(other) };
            let loses_it = |all: &Self, kind| {
                all.first_notifier(agent, kind, if_as_before) == Some(index)
                    && all.first_notifier(agent, kind, |other| all.notifier_state(other))
                        != Some(index)
            };
            let next = self.next_notifiers(agent, loses_it);
            let next = next.filter(|next| also_by_server || *next != SERVER_NOTIFIER);
            told.extend(next.map(|next| (next, agent)));
        }
        self.notify_each(told);
    }

    /// The notifiers of `agent` for the kinds for which this holds, if they have content that it lacks and wait for nobody.
    fn next_notifiers(
        &self,
        agent: AgentId,
        is_meant: impl Fn(&Self, ContentKind) -> bool,
    ) -> impl Iterator<Item = usize> {
        let kinds = ContentKind::IN_ORDER.into_iter().filter(|kind| is_meant(self, *kind));
        let next = kinds.filter_map(|kind| {
            let teller = self.teller(agent, kind)?;
            (!self.is_awaited(teller, kind)).then_some(number_of(teller.notifier))
        });
        let mut next: Vec<usize> = next.collect();
        next.dedup();
        next.retain(|notifier| self.lacks_what_is_at(source_of(*notifier), agent));
        next.into_iter()
    }

    /// These notifiers notify these agents.
    fn notify_each(&mut self, told: Vec<(usize, AgentId)>) {
        for &(notifier, agent) in &told {
            self.notify(notifier, [agent]);
        }
        let notifiers: BTreeSet<usize> = told.into_iter().map(|(notifier, _)| notifier).collect();
        for notifier in notifiers {
            self.serve_queue(notifier);
        }
    }

    /// Whether `source` hosts content that `agent` is to get and lacks.
    pub(super) fn lacks_what_is_at(&self, source: SourceId, agent: AgentId) -> bool {
        let hosts = self.sources[source].hosts;
        hosts.in_order().any(|kind| self.lacks(source, agent, kind))
    }

    /// Whether `agent` lacks content of `kind` that `source` has and it is to get.
    pub(super) fn lacks(&self, source: SourceId, agent: AgentId, kind: ContentKind) -> bool {
        let contents = self.sources[source].repository.contents();
        self.lacks_some(self.holding_of(agent, kind), kind, contents, self.held_back(agent))
    }
}

/// The number of a notifier.
pub(super) fn number_of(notifier: Notifier) -> usize {
    match notifier {
        Notifier::Server => SERVER_NOTIFIER,
        Notifier::UpdateAgent(index) => index + 1,
    }
}

/// The source that the notifier with this number is.
pub(super) fn source_of(notifier: usize) -> SourceId {
    notifier.checked_sub(1).map_or(SERVER, update_agent_source)
}

fn row(index: usize) -> u32 {
    u32::try_from(index).expect("fewer Update Agents than agents")
}
