//! Releases that are withdrawn or rolled back, and the agents that have one.
//!
//! A withdrawn release is no longer available from `ActiveUpdate`; sources and agents that have it keep it, and
//! continue to serve it. A rolled-back release is removed from the server, which commands every agent that has it to
//! return to the previous version, which agents keep on their own disks (an assumption). If the vendor still offers the
//! release, the server fetches it again at its next check.

use std::collections::BTreeSet;

use crate::ids::{AgentId, ComponentId, ReleaseId, RowId};
use crate::model::component::KindSet;
use crate::model::trigger::Message;
use crate::model::version::{Offer, Spans, Version};
use crate::policy::content;
use crate::policy::notification::skipped_by_order;
use crate::simulation::fact::{Fact, Recall};
use crate::simulation::kept::Content;
use crate::simulation::lists::SERVER_NOTIFIER;
use crate::simulation::round_id::RoundId;
use crate::simulation::run::Simulation;
use crate::simulation::state::{ACTIVE_UPDATE, FIRST_VERSION, Source, update_agent_source};

impl Simulation<'_> {
    /// The vendor withdraws a release: `ActiveUpdate` offers the previous version.
    pub(super) fn withdraw_release(&mut self, id: ReleaseId) {
        for (component, version) in self.brought(id) {
            self.recalls.offered.remove(component, version);
            let left = self.recalls.offered.newest(component, FIRST_VERSION);
            self.sources[ACTIVE_UPDATE].repository.offers[component].latest = left;
        }
        self.other_sources_follow();
        self.recall(id, Recall::Withdrawn);
    }

    /// The administrator rolls a release back: the server offers its previous version, and commands every agent
    /// that has the release to return, if a command at the console reaches it.
    pub(super) fn roll_back_release(&mut self, id: ReleaseId) {
        let brought = self.brought(id);
        for (component, version) in &brought {
            self.server_goes_back(*component, *version);
        }
        self.recall(id, Recall::RolledBack);
        for agent in self.who_has(id, &brought) {
            match skipped_by_order(self.target(SERVER_NOTIFIER, agent)) {
                None => self.enqueue(SERVER_NOTIFIER, agent, Message::RollBack),
                Some(why) => self.note(Fact::SkippedByOrder { agent, why }),
            }
        }
        self.serve_queue(SERVER_NOTIFIER);
    }

    /// The agents that have a release, that are fetching it, and the Update Agents that serve it without using it, in order.
    fn who_has(&self, id: ReleaseId, brought: &[(ComponentId, Version)]) -> Vec<AgentId> {
        let carried = self.recalls.carried.iter();
        let carriers = carried.filter(|(_, releases)| releases.binary_search(&id).is_ok());
        let serves = |source: &&Source| {
            let offers = &source.repository.offers;
            brought.iter().any(|(component, bad)| offers[*component].latest == *bad)
        };
        let update_agents = self.sources.iter().filter(serves).filter_map(|source| source.host);
        let rounds = self.rounds.all().into_iter();
        let fetching = rounds.filter(|round| self.fetches(*round, |bad| brought.contains(&bad)));
        let all: BTreeSet<AgentId> = carriers
            .map(|(agent, _)| *agent)
            .chain(update_agents)
            .chain(fetching.map(|round| self.rounds.get(round).agent))
            .collect();
        all.into_iter().collect()
    }

    /// The versions that a release brought.
    fn brought(&self, id: ReleaseId) -> Vec<(ComponentId, Version)> {
        let components = self.company.releases[id.index()].components.iter();
        let version = |component| Some((component, self.coverage.version(id, component)?));
        components.filter_map(|component| version(*component)).collect()
    }

    /// The contents of a release are no longer among the newest contents.
    fn recall(&mut self, id: ReleaseId, how: Recall) {
        for (component, version) in self.brought(id) {
            self.recalls.wanted.remove(component, version);
            self.newest.versions[component] = self.recalls.wanted.newest(component, FIRST_VERSION);
        }
        self.note(Fact::Recalled { release: id, how });
        self.stop_rollout(id);
        self.hold_back();
        self.count_who_is_up_to_date(None);
    }

    /// Records the recalled versions, or versions to be recalled, of an agent that now takes others.
    pub(super) fn remember_before_recalled(&mut self, id: RoundId) {
        if self.recalls.is_empty() {
            return;
        }
        let agent = self.rounds.get(id).agent;
        let own = self.agents.versions(agent).iter();
        let targets = self.rounds.targets(id).iter().map(|target| target.version);
        for ((component, own), target) in self.company.catalogue.ids().zip(own).zip(targets) {
            let is_first = *own == Version::default();
            let is_recalled = || self.recalls.brought.contains_key(&(component, target));
            if *own != target && !is_first && is_recalled() {
                self.recalls.before.insert((agent, component, target), *own);
            }
        }
    }

    /// Records which recalled releases an agent now has, or no longer has: those that brought the exact version of a
    /// component that it gets.
    pub(super) fn note_recalled(&mut self, agent: AgentId) {
        if self.recalls.is_empty() {
            return;
        }
        let mut found = std::mem::take(&mut self.recalls.found);
        found.clear();
        let (scan, scope) = (self.agents[agent].scan, self.settings_of(agent).scope);
        let own = self.agents.versions(agent);
        for ((id, component), version) in self.company.catalogue.rows().zip(own) {
            if content::gets(component, scan, scope) {
                found.extend(self.recalls.brought.get(&(id, *version)));
            }
        }
        found.sort_unstable();
        found.dedup();
        let mut carried = self.recalls.carried.remove(&agent).unwrap_or_default();
        if carried != found {
            let now = found.clone();
            found.extend(&carried);
            found.sort_unstable();
            found.dedup();
            for &release in &found {
                let [had, has] = [&carried, &now].map(|of| of.binary_search(&release).is_ok());
                match (had, has) {
                    (false, true) => self.note(Fact::TookRecalled { agent, release }),
                    (true, false) => self.note(Fact::LeftRecalled { agent, release }),
                    _ => {}
                }
            }
            carried = now;
        }
        if !carried.is_empty() {
            self.recalls.carried.insert(agent, carried);
        }
        self.recalls.found = found;
    }

    /// The version to which `agent` returns from `version` of a component: the last before it that was not rolled back, or
    /// that the server has fetched again since.
    fn before_rolled_back(
        &self,
        agent: AgentId,
        component: ComponentId,
        version: Version,
    ) -> Version {
        let now = self.event_queue.now();
        let mut left = version;
        while let Some(release) = self.recalls.brought.get(&(component, left))
            && self.company.releases[release.index()].rolled_back_at.is_some_and(|at| at <= now)
            && !self.server.held[component].contains(&left)
        {
            let before = self.recalls.before.get(&(agent, component, left)).copied();
            left = before.filter(|before| *before < left).unwrap_or_else(|| left.earlier(1));
        }
        left
    }

    /// The versions of an agent without those that were rolled back.
    fn versions_before_rolled_back(&self, agent: AgentId) -> Vec<Version> {
        let own = self.company.catalogue.ids().zip(self.agents.versions(agent));
        own.map(|(component, own)| self.before_rolled_back(agent, component, *own)).collect()
    }

    /// The offers that an Update Agent, if `agent` is one, has to take back, with those that replace them. The
    /// incrementals that it has lead to what was rolled back, so it offers none.
    fn offers_to_take_back(&self, agent: AgentId) -> Vec<(ComponentId, Offer)> {
        let Some(index) = self.update_agents.serving(agent) else { return Vec::new() };
        let offers = self.sources[update_agent_source(index)].repository.offers.rows();
        let before = offers.filter_map(|(component, offer)| {
            let latest = self.before_rolled_back(agent, component, offer.latest);
            (latest != offer.latest)
                .then_some((component, Offer { latest, incrementals: Spans::NONE }))
        });
        before.collect()
    }

    /// Whether the transfer of a round leads to versions of components for one of which this holds.
    fn fetches(
        &self,
        round: RoundId,
        mut is_meant: impl FnMut((ComponentId, Version)) -> bool,
    ) -> bool {
        match self.content_of(round) {
            Some(Content::Components(targets)) => {
                let versions = targets.iter().map(|target| target.version);
                self.company.catalogue.ids().zip(versions).any(&mut is_meant)
            }
            Some(Content::ToServe(offers)) => {
                offers.iter().map(|(id, offer)| (*id, offer.latest)).any(is_meant)
            }
            Some(Content::Settings(_) | Content::Programs(_)) | None => false,
        }
    }

    /// Whether an agent is fetching what was rolled back.
    fn fetches_rolled_back(&self, agent: AgentId) -> bool {
        let left = |(id, version)| self.before_rolled_back(agent, id, version) != version;
        self.agents[agent].round.get().is_some_and(|round| self.fetches(round, left))
    }

    /// Whether an agent has nothing that was rolled back, and fetches nothing such.
    pub(super) fn has_rolled_back(&self, agent: AgentId) -> bool {
        self.versions_before_rolled_back(agent) == self.agents.versions(agent)
            && self.offers_to_take_back(agent).is_empty()
            && !self.fetches_rolled_back(agent)
    }

    /// An agent returns from every version that was rolled back to its previous version, and begins again if it was
    /// updating.
    pub(super) fn roll_back(&mut self, agent: AgentId) {
        let offers = self.offers_to_take_back(agent);
        if let Some(index) = self.update_agents.serving(agent).filter(|_| !offers.is_empty()) {
            for (component, offer) in offers {
                self.sources[update_agent_source(index)].repository.offers[component] = offer;
            }
            // Those of its agents that returned before it, and then waited for it.
            let agents = self.lists.listing(index, self.company, &self.agents);
            self.told_of(agents, KindSet::COMPONENTS);
        }
        let mine = self.versions_before_rolled_back(agent);
        let has_left = mine != self.agents.versions(agent);
        if !has_left && !self.fetches_rolled_back(agent) {
            return;
        }
        // A transfer in progress was planned for the version that it leaves, or leads to one that was rolled back.
        let trigger = self.agents[agent].round.get().map(|id| self.rounds.get(id).trigger);
        self.interrupt_round(agent);
        if has_left {
            let before = self.holding(agent);
            self.agents.set_versions(agent, &mine);
            self.reconsider(agent, before, Fact::RolledBack(agent));
            self.report(agent);
        }
        match trigger {
            Some(trigger) => self.begin_round(agent, trigger),
            // What it had before may be older than what its notifier has announced.
            None if !self.learns_from_who_is_to_go_back(agent) => {
                self.told_of([agent], KindSet::COMPONENTS);
            }
            None => {}
        }
    }

    /// Whether the Update Agent that notifies `agent` still offers what was rolled back.
    fn learns_from_who_is_to_go_back(&self, agent: AgentId) -> bool {
        let source = self.source_of_news(agent);
        let host = source.and_then(|source| self.sources[source].host);
        host.is_some_and(|host| !self.offers_to_take_back(host).is_empty())
    }
}
