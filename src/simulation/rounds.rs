//! An agent's round: choose a source, knock, fetch the index and what is new, go on with the next
//! source where something is missing, report.

use crate::ids::{AgentId, NodeId, SourceId};
use crate::model::company::ListedSource;
use crate::model::component::{ContentKind, KindSet};
use crate::model::version::Package;
use crate::policy::admission::{Admission, admit};
use crate::policy::content;
use crate::policy::duplication::agent_package;
use crate::policy::source_order::{
    AttemptFailure, Progress, SourceChoice, SourceView, next_source, standard_source,
};
use crate::simulation::event::Event;
use crate::simulation::fact::{Fact, Trigger};
use crate::simulation::round::{Round, Stage};
use crate::simulation::run::Simulation;
use crate::simulation::sending::Shipment;
use crate::simulation::state::{self, ACTIVE_UPDATE, RoundId, SERVER};
use crate::simulation::tag::Tag;
use crate::units::{BitRate, Bytes};

impl Simulation<'_> {
    /// An agent begins a round, unless it is off or in one already.
    pub(super) fn begin_round(&mut self, agent: AgentId, trigger: Trigger) {
        if !self.agents.online[agent] || self.agents.round[agent].get().is_some() {
            return;
        }
        let own = self.agents.revisions[agent];
        let offered = self.sources[SERVER].shelf.revisions;
        let news = (offered.settings > own.settings, offered.program > own.program);
        let wanted = content::wanted(self.settings().agent.scope, news.0, news.1);
        let round = self.rounds.insert(Round {
            agent,
            trigger,
            progress: Progress::Begin,
            left: wanted,
            asking: KindSet::NONE,
            source: SERVER,
            stage: Stage::GivingUp,
            transfer: None,
            size: Bytes::ZERO,
            packages: (0, 0),
            received: false,
        });
        self.agents.round[agent] = round;
        self.note(Fact::RoundBegan { agent, trigger });
        self.try_next_source(round);
    }

    /// The next source of the agent's list, or the end of the round (SRC-1 to SRC-5).
    fn try_next_source(&mut self, id: RoundId) {
        let round = *self.rounds.get(id);
        let list = self.lists.of(round.agent);
        let view = SourceView {
            list,
            au_listed: self.lists.au_listed,
            au_first: self.lists.au_first,
            standard_source: standard_source(
                self.is_update_agent(round.agent),
                &self.settings().source,
            ),
            au_after_server: true,
            wanted: round.left,
            settings: &self.settings().source,
        };
        match next_source(&view, round.progress) {
            SourceChoice::Try { source, kinds, progress } => {
                let fallback = list.is_some() && !matches!(progress, Progress::Entry(_));
                let round = self.rounds.get_mut(id);
                round.progress = progress;
                round.asking = kinds;
                round.source = source_id(source);
                let (agent, source) = (round.agent, round.source);
                self.note(Fact::Asked { agent, source, fallback });
                self.knock(id);
            }
            SourceChoice::Quit => {
                self.note(Fact::Quit(round.agent));
                self.end_round(id);
            }
        }
    }

    /// Asks the present source for a place (UAG-1, SRC-8).
    fn knock(&mut self, id: RoundId) {
        let round = *self.rounds.get(id);
        if !self.is_reachable(round.source, round.agent) {
            return self.attempt_fails(id, AttemptFailure::Unreachable);
        }
        let source = &self.sources[round.source];
        let kinds = round.asking.and(source.hosts);
        if kinds.is_empty() {
            return self.attempt_fails(id, AttemptFailure::NotHosted);
        }
        self.rounds.get_mut(id).asking = kinds;
        match admit(source.active, source.capacity, source.overflow) {
            Admission::Serve => self.fetch_index(id),
            Admission::Refuse => self.attempt_fails(id, AttemptFailure::Refused),
            Admission::Wait => {
                self.rounds.get_mut(id).stage = Stage::Waiting;
                self.sources[round.source].waiting.push_back(id);
                self.note(Fact::Waits { agent: round.agent, source: round.source });
            }
        }
    }

    /// Whether `agent` can reach `source` now: a route leads there, and it is on and has its disk
    /// (UAG-2).
    pub fn is_reachable(&mut self, source: SourceId, agent: AgentId) -> bool {
        let at = &self.sources[source];
        let on = at.host.is_none_or(|host| host != agent && self.agents.online[host]);
        on && at.has_disk && {
            let (from, to) = (at.node, self.node_of(agent));
            self.paths.between(from, to).is_some()
        }
    }

    /// Takes a place and fetches the index file (CMP-6).
    pub(super) fn fetch_index(&mut self, id: RoundId) {
        let round = *self.rounds.get(id);
        self.sources[round.source].active += 1;
        self.note(Fact::Admitted { agent: round.agent, source: round.source });
        self.fetch(id, Stage::Index, self.settings().sizes.index);
    }

    /// Starts a transfer of the round from its present source.
    pub(super) fn fetch(&mut self, id: RoundId, stage: Stage, size: Bytes) {
        let round = *self.rounds.get(id);
        let transfer = self.send(Shipment {
            from: self.sources[round.source].node,
            to: self.node_of(round.agent),
            ceiling: self.ceiling(round.source),
            size,
            tag: Tag::Round(id),
            agent: Some(round.agent),
        });
        let round = self.rounds.get_mut(id);
        round.stage = stage;
        round.transfer = Some(transfer.expect("the source was reachable"));
        round.size = size;
    }

    /// The fastest that one connection to `source` can be.
    pub(super) fn ceiling(&self, source: SourceId) -> BitRate {
        let nic = self.settings().agent.nic;
        let of_source = (source == ACTIVE_UPDATE).then_some(self.company.active_update_ceiling);
        of_source.flatten().map_or(nic, |ceiling| ceiling.min(nic))
    }

    /// Where an agent is in the network: an Update Agent behind its own network card (UAG-7).
    pub(super) fn node_of(&self, agent: AgentId) -> NodeId {
        match self.update_agent_nodes.binary_search_by_key(&agent, |(agent, _)| *agent) {
            Ok(found) => self.update_agent_nodes[found].1,
            Err(_) => self.company.sites[self.company.agents.site[agent]].node,
        }
    }

    /// A transfer of a round has ended.
    pub(super) fn round_transfer_ended(&mut self, id: RoundId) {
        self.rounds.get_mut(id).transfer = None;
        let Round { agent, source, stage, size: bytes, .. } = *self.rounds.get(id);
        match stage {
            Stage::Index => self.note(Fact::IndexFetched { agent, source, bytes }),
            Stage::Fetching(kind) => self.take(id, kind),
            Stage::Mirroring => {
                self.note(Fact::Mirrored { agent, source, bytes });
                return self.mirrored(id);
            }
            Stage::Waiting | Stage::GivingUp => {}
        }
        self.fetch_next_kind(id);
    }

    /// The next kind of content that the source has newer (CMP-5), or the end of the visit.
    fn fetch_next_kind(&mut self, id: RoundId) {
        while let Some(kind) = content::next_kind(self.rounds.get(id).asking) {
            let size = self.size_of_news(id, kind);
            let round = self.rounds.get_mut(id);
            round.asking = round.asking.minus(KindSet::only(kind));
            round.left = round.left.minus(KindSet::only(kind));
            if size > Bytes::ZERO {
                return self.fetch(id, Stage::Fetching(kind), size);
            }
        }
        self.fetch_for_shelf(id);
    }

    /// How much of `kind` the source has that the agent lacks; notes the versions aimed at (DUP-9).
    fn size_of_news(&mut self, id: RoundId, kind: ContentKind) -> Bytes {
        let round = *self.rounds.get(id);
        let shelf = &self.sources[round.source].shelf;
        let own = self.agents.revisions[round.agent];
        let sizes = &self.company.settings.sizes;
        match kind {
            ContentKind::Settings if shelf.revisions.settings > own.settings => sizes.settings,
            ContentKind::Programs if shelf.revisions.program > own.program => sizes.program,
            ContentKind::Settings | ContentKind::Programs => Bytes::ZERO,
            ContentKind::Components => self.plan_components(id),
        }
    }

    fn plan_components(&mut self, id: RoundId) -> Bytes {
        let round = *self.rounds.get(id);
        let scan = self.company.agents.scan[round.agent];
        let scope = self.company.settings.agent.scope;
        let own = self.agents.versions(round.agent);
        let targets = self.rounds.targets_mut(id);
        targets.copy_from_slice(own);
        let (mut size, mut packages) = (Bytes::ZERO, (0, 0));
        for (index, (offer, component)) in self.sources[round.source]
            .shelf
            .offers
            .iter()
            .zip(&self.company.catalogue)
            .enumerate()
            .filter(|(_, (_, component))| content::gets(component, scan, scope))
        {
            let Some(package) = agent_package(own[index], *offer, component) else { continue };
            size += package.size(component);
            targets[index] = offer.latest;
            match package {
                Package::Full(_) => packages.0 += 1,
                Package::Incremental { .. } => packages.1 += 1,
            }
        }
        self.rounds.get_mut(id).packages = packages;
        size
    }

    /// The agent has received a kind of content and applies it.
    fn take(&mut self, id: RoundId, kind: ContentKind) {
        let round = *self.rounds.get(id);
        let shelf = &self.sources[round.source].shelf;
        let (mut full, mut incremental) = (0, 0);
        match kind {
            ContentKind::Settings => {
                self.agents.revisions[round.agent].settings = shelf.revisions.settings;
            }
            ContentKind::Programs => {
                self.agents.revisions[round.agent].program = shelf.revisions.program;
            }
            ContentKind::Components => {
                (full, incremental) = round.packages;
                self.agents.versions_mut(round.agent).copy_from_slice(self.rounds.targets(id));
            }
        }
        self.rounds.get_mut(id).received = true;
        let Round { agent, source, size: bytes, .. } = round;
        self.note(Fact::Fetched { agent, source, kind, bytes, full, incremental });
        self.judge(round.agent);
    }

    /// The agent leaves its source, and goes on to the next if something is still missing.
    pub(super) fn leave_source(&mut self, id: RoundId) {
        let round = *self.rounds.get(id);
        self.free_place(round.source, round.agent);
        self.note(Fact::Served { agent: round.agent, source: round.source });
        if round.left.is_empty() { self.end_round(id) } else { self.try_next_source(id) }
    }

    /// A place at `source` is free: who waits longest gets it.
    fn free_place(&mut self, source: SourceId, agent: AgentId) {
        self.sources[source].active -= 1;
        self.note(Fact::Left { agent, source });
        if let Some(next) = self.sources[source].waiting.pop_front() {
            self.fetch_index(next);
        }
    }

    /// An attempt fails, which takes its time (SRC-8).
    fn attempt_fails(&mut self, id: RoundId, failure: AttemptFailure) {
        let Round { agent, source, .. } = *self.rounds.get(id);
        self.rounds.get_mut(id).stage = Stage::GivingUp;
        self.note(Fact::AttemptFailed { agent, source, failure });
        let stamp = self.agents.stamp[agent].wrapping_add(1);
        self.agents.stamp[agent] = stamp;
        let delay = failure.delay(&self.settings().source);
        self.agenda.after(delay, Event::AttemptGivenUp(agent, stamp));
    }

    /// The failed attempt is over.
    pub(super) fn attempt_given_up(&mut self, agent: AgentId, stamp: u16) {
        if self.agents.stamp[agent] != stamp {
            return;
        }
        if let Some(id) = self.agents.round[agent].get() {
            self.try_next_source(id);
        }
    }

    fn end_round(&mut self, id: RoundId) {
        let round = self.rounds.remove(id);
        self.agents.round[round.agent] = RoundId::NONE;
        self.note(Fact::RoundEnded(round.agent));
        if round.received || round.trigger == Trigger::Notification {
            self.report(round.agent);
        }
    }

    /// The agent's computer goes off: its round is over, whatever it was at.
    pub(super) fn interrupt_round(&mut self, agent: AgentId) {
        let Some(id) = self.agents.round[agent].get() else { return };
        self.withdraw(id);
        self.rounds.remove(id);
        self.agents.round[agent] = RoundId::NONE;
        self.agents.stamp[agent] = self.agents.stamp[agent].wrapping_add(1);
        self.note(Fact::RoundEnded(agent));
    }

    /// A source goes off: whoever is there notices and turns elsewhere (SRC-8).
    pub(super) fn drop_visitors(&mut self, source: SourceId) {
        for id in self.rounds.at_source(source) {
            let stage = self.rounds.get(id).stage;
            if stage.has_place() || stage == Stage::Waiting {
                self.withdraw(id);
                self.attempt_fails(id, AttemptFailure::Broken);
            }
        }
    }

    /// Takes a round away from its source: its transfer is aborted, its place is free.
    fn withdraw(&mut self, id: RoundId) {
        let round = *self.rounds.get(id);
        if let Some(transfer) = round.transfer {
            let bytes = self.network.abort(transfer);
            self.rounds.get_mut(id).transfer = None;
            let Round { agent, source, .. } = round;
            self.note(Fact::Interrupted { agent, source, bytes });
        }
        if round.stage == Stage::Waiting {
            self.sources[round.source].waiting.retain(|waiting| *waiting != id);
        }
        if round.stage.has_place() {
            self.rounds.get_mut(id).stage = Stage::GivingUp;
            self.free_place(round.source, round.agent);
        }
    }
}

/// The source that an entry of a list names.
fn source_id(listed: ListedSource) -> SourceId {
    match listed {
        ListedSource::UpdateAgent(index) => state::update_agent_source(index),
        ListedSource::ActiveUpdate => ACTIVE_UPDATE,
        ListedSource::Server => SERVER,
    }
}
