//! An agent's round: choose a source, fetch new content, continue with the next source if something is missing, report.

use crate::ids::{AgentId, NodeId, SourceId};
use crate::model::component::{ContentKind, KindSet};
use crate::model::trigger::Trigger;
use crate::model::version::{Package, Spans, Version};
use crate::policy::attempt::AttemptFailure;
use crate::policy::content::{self, Wish};
use crate::policy::duplication::{agent_package, incrementals_with};
use crate::policy::notification::{remembers, scans_now};
use crate::policy::source_order::{
    AtSource, Progress, SourceChoice, SourceView, at_older_source, standard_source,
};
use crate::simulation::fact::Fact;
use crate::simulation::memo::ComponentsPlan;
use crate::simulation::retrying::cause;
use crate::simulation::round::{Round, Stage};
use crate::simulation::round_id::RoundId;
use crate::simulation::run::Simulation;
use crate::simulation::sending::Shipment;
use crate::simulation::state::{ACTIVE_UPDATE, Revisions, SERVER, Standpoint, Target};
use crate::simulation::tag::Tag;
use crate::units::{BitRate, Bytes};

impl Simulation<'_> {
    /// An agent is notified to update, or regains its connection: it begins a round, or does so after its current one
    /// (NTF-12).
    pub(super) fn is_told(&mut self, agent: AgentId, trigger: Trigger) {
        let is_busy = self.agents[agent].round.get().is_some();
        if is_busy && remembers(self.settings_of(agent).told_while_busy) {
            self.remember_trigger(agent, trigger);
        }
        self.begin_round(agent, trigger);
    }

    /// An agent begins a round, unless it is off or already in one.
    pub(super) fn begin_round(&mut self, agent: AgentId, trigger: Trigger) {
        let Some(cause) = cause(&self.agents.retries, agent, trigger) else { return };
        let is_free = self.agents[agent].online && self.agents[agent].round.get().is_none();
        if !is_free || !self.may_begin(agent, trigger) {
            return;
        }
        if !self.admits_desktop(agent, trigger) {
            return;
        }
        let wanted = self.wishes(agent, cause);
        if trigger != Trigger::Retry && !self.agents.retries.is_empty() {
            self.replaces_retry(agent, wanted);
        }
        let targets = self.rounds.no_targets();
        let round = self.rounds.insert(Round {
            targets,
            versions: self.agents.versions_id(agent),
            agent,
            trigger,
            cause,
            progress: Progress::Begin,
            left: wanted,
            asking: KindSet::NONE,
            source: SERVER,
            stage: Stage::GivingUp,
            transfer: None,
            path: None,
            size: Bytes::ZERO,
            revisions: Revisions::default(),
            packages: (0, 0),
            whole: Bytes::ZERO,
            received: false,
            updated: false,
            by_proxy: false,
        });
        self.agents[agent].round = round;
        if trigger == Trigger::Schedule {
            self.agents.last_look.set(agent, self.event_queue.now());
        }
        self.note(Fact::RoundBegan { agent, trigger, wanted });
        self.try_next_source(round);
    }

    /// The kinds of content that an agent requests.
    pub(super) fn wishes(&self, agent: AgentId, cause: Trigger) -> KindSet {
        let settings = self.settings_of(agent);
        let own = self.agents.revisions.get(agent);
        let offered = self.sources[SERVER].repository.revisions;
        let today = self.company.calendar.day(self.event_queue.now());
        let taken_on = u32::from(self.agents.settings_taken.get(agent)).checked_sub(1);
        content::wanted(&Wish {
            trigger: cause,
            scope: self.scope_of_programs(agent),
            check: settings.settings_check,
            new_settings: offered.settings > own.settings,
            new_program: offered.program > own.program
                && !self.holds_program(self.held_back(agent), offered.program),
            settings_due: content::settings_due(taken_on, today, settings.settings_once_per_day),
        })
    }

    /// The round's agent has the settings of its source: by its schedule, it takes none again today if it does so once a
    /// day (SCH-2).
    fn note_settings_taken(&mut self, id: RoundId) {
        let Round { agent, cause, .. } = *self.rounds.get(id);
        if cause == Trigger::Schedule {
            let today = self.company.calendar.day(self.event_queue.now());
            self.agents.settings_taken.set(agent, u16::try_from(today + 1).unwrap_or(u16::MAX));
        }
    }

    /// The next source of the agent's list, or the end of the round (SRC-1 to SRC-5).
    pub(super) fn try_next_source(&mut self, id: RoundId) {
        let round = *self.rounds.get(id);
        let view = self.source_view(round.agent, round.left);
        let has_list = view.list.is_some();
        match self.source_policy.next_source(round.agent, &view, round.progress) {
            SourceChoice::Try { source, kinds, progress } => {
                let fallback = has_list && !matches!(progress, Progress::Entry(_));
                let source_id = self.source_id(source);
                let round = self.rounds.get_mut(id);
                round.progress = progress;
                round.asking = kinds;
                round.source = source_id;
                let (agent, source) = (round.agent, round.source);
                self.note(Fact::Asked { agent, source, fallback });
                self.request_admission(id);
            }
            SourceChoice::Quit => {
                let is_missing = self.is_missing(round.agent, round.left);
                self.note(Fact::Quit { agent: round.agent, is_missing });
                if is_missing {
                    self.fails_in_wave(round.agent);
                    self.await_own_retry(round.agent, round.trigger);
                }
                self.end_round(id);
            }
        }
    }

    /// Whether an agent that has found no source for `left` lacks some of it: released content, settings that were
    /// changed, or what an Update Agent is to serve.
    fn is_missing(&self, agent: AgentId, left: KindSet) -> bool {
        left.in_order().any(|kind| match kind {
            ContentKind::Settings => self.lacks(SERVER, agent, kind),
            ContentKind::Programs => self.may_lack_newest(agent, kind),
            ContentKind::Components => {
                self.may_lack_newest(agent, kind) || self.lacks_what_it_serves(agent)
            }
        })
    }

    /// The inputs of the choice of a source for `wanted`.
    pub(super) fn source_view(&self, agent: AgentId, wanted: KindSet) -> SourceView<'_> {
        self.source_view_with(self.standpoint(agent), agent, wanted)
    }

    /// The same from this standpoint.
    pub(super) fn source_view_with(
        &self,
        at: Standpoint,
        agent: AgentId,
        wanted: KindSet,
    ) -> SourceView<'_> {
        let lists = self.lists.with(at.edition);
        let settings = &self.settings_with(at.edition).source;
        SourceView {
            list: lists.of(agent, self.company.agents[agent].site, at.visiting),
            au_listed: lists.au_listed,
            au_first: lists.au_first,
            standard_source: standard_source(self.update_agents.serves(agent), settings),
            wanted,
            settings,
        }
    }

    /// Starts a transfer of the round from its current source; returns whether there is a route.
    pub(super) fn start_transfer(&mut self, id: RoundId, stage: Stage, size: Bytes) -> bool {
        let round = *self.rounds.get(id);
        let way = self.way_to(round.source, Some(round.agent));
        let sent = self.send(Shipment {
            from: self.sources[round.source].node,
            via: way.and_then(|way| self.node_on(way)),
            to: self.node_of(round.agent),
            cap: self.rate_cap(round.source, Some(round.agent)),
            size,
            tag: Tag::Round(id),
            agent: Some(round.agent),
        });
        let Some((transfer, path)) = sent else { return false };
        let round = self.rounds.get_mut(id);
        round.stage = stage;
        round.transfer = Some(transfer);
        round.path = Some(path);
        round.size = size;
        true
    }

    /// The rate cap of one connection of `agent`, or of the server if there is no agent, to `source`: the server and
    /// Update Agents have separate network cards (UAG-7).
    pub(super) fn rate_cap(&self, source: SourceId, agent: Option<AgentId>) -> BitRate {
        let nic = match agent {
            None => BitRate::MAX,
            Some(agent) => match self.update_agents.serving(agent) {
                Some(number) => self.company.update_agents[number].uplink,
                None => self.settings_of(agent).nic,
            },
        };
        let of_source = (source == ACTIVE_UPDATE).then_some(self.company.active_update_cap);
        of_source.flatten().map_or(nic, |cap| cap.min(nic))
    }

    /// The node of an agent: an Update Agent is behind its own network card (UAG-7).
    pub(super) fn node_of(&self, agent: AgentId) -> NodeId {
        match self.update_agents.serving(agent) {
            Some(number) => self.company.update_agents[number].node,
            None => self.company.sites[self.site_of(agent)].node,
        }
    }

    /// A transfer of a round has ended.
    pub(super) fn round_transfer_ended(&mut self, id: RoundId) {
        self.rounds.get_mut(id).transfer = None;
        let Round { agent, source, stage, size: bytes, path, .. } = *self.rounds.get(id);
        match stage {
            Stage::Index => self.note(Fact::IndexFetched { agent, source, bytes, path }),
            Stage::Fetching(kind) => {
                self.forget_kept(id);
                self.take(id, kind);
            }
            Stage::Mirroring => {
                self.note(Fact::Mirrored { agent, source, bytes, path });
                self.forget_kept(id);
                return self.mirrored(id);
            }
            Stage::Waiting(_) | Stage::GivingUp => {}
        }
        self.fetch_next_kind(id);
    }

    /// The next kind of content that the source has in a newer version (CMP-5), or the end of the session.
    fn fetch_next_kind(&mut self, id: RoundId) {
        while let Some(kind) = self.next_kind(id) {
            let reading = &self.settings().source;
            match at_older_source(|| self.is_older(id, kind), reading) {
                AtSource::Take => {}
                AtSource::TakeNothing => {
                    self.settle(id, kind);
                    continue;
                }
                AtSource::TurnAway => return self.turn_away(id, AttemptFailure::Stale),
            }
            let size = self.size_of_news(id, kind);
            self.settle(id, kind);
            if size > Bytes::ZERO {
                return self.fetch_content(id, Stage::Fetching(kind), size);
            }
            if kind == ContentKind::Settings {
                self.note_settings_taken(id);
            }
        }
        self.fetch_to_serve(id);
    }

    fn next_kind(&self, id: RoundId) -> Option<ContentKind> {
        let round = self.rounds.get(id);
        content::next_kind(round.asking, round.cause)
    }

    /// `kind` is settled in this round.
    fn settle(&mut self, id: RoundId, kind: ContentKind) {
        let round = self.rounds.get_mut(id);
        round.asking = round.asking.minus(KindSet::only(kind));
        round.left = round.left.minus(KindSet::only(kind));
    }

    /// The bytes of `kind` that the source has and the agent lacks; records the versions to which a transfer leads,
    /// which are those of the source now and not at the end of the transfer (DUP-9, DUP-12).
    fn size_of_news(&mut self, id: RoundId, kind: ContentKind) -> Bytes {
        let Round { agent, source, .. } = *self.rounds.get(id);
        let offered = self.sources[source].repository.revisions;
        self.rounds.get_mut(id).revisions = offered;
        let own = self.agents.revisions.get(agent);
        let sizes = &self.company.settings.sizes;
        match kind {
            ContentKind::Settings if offered.settings > own.settings => sizes.settings,
            ContentKind::Programs
                if offered.program > own.program
                    && !self.holds_program(self.held_back(agent), offered.program) =>
            {
                sizes.program
            }
            ContentKind::Settings | ContentKind::Programs => Bytes::ZERO,
            ContentKind::Components => self.plan_components(id),
        }
    }

    fn plan_components(&mut self, id: RoundId) -> Bytes {
        let Round { agent, source, .. } = *self.rounds.get(id);
        let versions = self.agents.versions_id(agent);
        let held = self.held_back(agent);
        let who = (self.agents[agent].scan, self.settings_of(agent).scope, held);
        let key = (self.sources[source].repository.edition(), versions, who);
        if self.memo.plan(source, key).is_none() {
            let plan = self.components_plan(source, agent);
            self.memo.keep_plan(source, key, plan);
        }
        let Some(plan) = self.memo.plan(source, key) else { return Bytes::ZERO };
        let round = self.rounds.get_mut(id);
        (round.targets, round.versions) = (plan.targets, plan.versions);
        round.packages = plan.packages;
        plan.size
    }

    /// The packages that `agent` lacks of the components that `source` offers (DUP-9).
    fn components_plan(&mut self, source: SourceId, agent: AgentId) -> ComponentsPlan {
        let scan = self.agents[agent].scan;
        let scope = self.settings_of(agent).scope;
        let held = self.held_back(agent);
        let offers = &self.sources[source].repository.offers;
        let (mut size, mut packages) = (Bytes::ZERO, (0, 0));
        let own = self.agents.versions(agent).iter();
        let targets = own.zip(offers).zip(self.company.catalogue.rows()).map(
            |((own, offer), (id, component))| {
                let is_to_get =
                    content::gets(component, scan, scope) && !self.holds(held, id, offer.latest);
                let package = agent_package(*own, *offer, component).filter(|_| is_to_get);
                let Some(package) = package else {
                    return Target { version: *own, incremental: Spans::NONE };
                };
                size += package.size(component);
                match package {
                    Package::Full(_) => packages.0 += 1,
                    Package::Incremental { .. } => packages.1 += 1,
                }
                Target { version: offer.latest, incremental: incrementals_with(package) }
            },
        );
        let targets: Vec<Target> = targets.collect();
        // Packages that weigh nothing together are fetched, too.
        let size = if packages == (0, 0) { size } else { size.max(Bytes::new(1)) };
        let versions: Vec<Version> = targets.iter().map(|target| target.version).collect();
        let (targets, versions) =
            (self.rounds.intern_targets(&targets), self.agents.row_of(&versions));
        ComponentsPlan { size, packages, targets, versions }
    }

    /// The agent has received a kind of content and applies the versions for which the transfer was begun, whatever the
    /// source has now (DUP-12).
    fn take(&mut self, id: RoundId, kind: ContentKind) {
        let round = *self.rounds.get(id);
        let (mut full, mut incremental) = (0, 0);
        let before = self.holding(round.agent);
        match kind {
            ContentKind::Settings => {
                let own = self.agents.revisions.get(round.agent);
                let settings = round.revisions.settings;
                self.agents.revisions.set(round.agent, Revisions { settings, ..own });
                self.note_settings_taken(id);
            }
            ContentKind::Programs => {
                let own = self.agents.revisions.get(round.agent);
                let program = round.revisions.program;
                self.agents.revisions.set(round.agent, Revisions { program, ..own });
            }
            ContentKind::Components => {
                (full, incremental) = round.packages;
                self.remember_before_recalled(id);
                self.agents[round.agent].versions = round.versions;
            }
        }
        let round_now = self.rounds.get_mut(id);
        round_now.received = true;
        round_now.updated |= kind == ContentKind::Components;
        let Round { agent, source, size: bytes, path, .. } = round;
        self.note(Fact::Fetched { agent, source, kind, bytes, full, incremental, path });
        if kind == ContentKind::Settings {
            self.follow_settings(agent);
        }
        // By its new settings an Update Agent may host what has arrived.
        self.offer_received(id, kind);
        let now = self.holding(agent);
        // Settings have counted it again if it is to get other components by them.
        if kind == ContentKind::Components {
            self.move_in_census(before, now);
        }
        self.note_releases(agent, before, now);
        self.judge(agent, now);
        self.note_recalled(agent);
    }

    pub(super) fn end_round(&mut self, id: RoundId) {
        let round = self.rounds.remove(id);
        let agent = round.agent;
        self.agents[agent].round = RoundId::NONE;
        self.desktop_ends(agent);
        let independent = self.company.agents[agent].is_independent();
        let settings = &self.settings().notification;
        self.agents[agent].scan_due |= scans_now(round.cause, round.updated, independent, settings);
        self.note(Fact::RoundEnded(agent));
        if round.received || was_told(round.trigger) || self.is_awaited_by_server(&round) {
            self.report(agent);
        } else {
            self.leaves_unreported(agent);
        }
        if let Some(index) = self.update_agents.serving(agent) {
            self.announce(index);
        }
        self.begin_next_round(agent);
    }

    /// An agent that is not updating any more begins the next update of which it was told meanwhile, if any (NTF-12).
    pub(super) fn begin_next_round(&mut self, agent: AgentId) {
        let mut told = self.agents.told.get(agent);
        let next = told.pop();
        self.agents.told.set(agent, told);
        match next {
            Some(Trigger::Restart) => self.connects(agent),
            Some(trigger) => self.begin_round(agent, trigger),
            None => {}
        }
    }

    /// An agent is to begin an update after the one that it is in, or waits for.
    pub(super) fn remember_trigger(&mut self, agent: AgentId, trigger: Trigger) {
        let mut told = self.agents.told.get(agent);
        told.insert(trigger);
        self.agents.told.set(agent, told);
    }

    /// The agent's computer is switched off: its round ends in any stage.
    pub(super) fn interrupt_round(&mut self, agent: AgentId) {
        let Some(id) = self.agents[agent].round.get() else { return };
        let Round { source, stage, .. } = *self.rounds.get(id);
        self.withdraw(id);
        if stage != Stage::GivingUp {
            let failure = AttemptFailure::CutOff;
            self.note(Fact::AttemptFailed { agent, source, failure });
        }
        self.rounds.remove(id);
        self.desktop_ends(agent);
        self.agents[agent].round = RoundId::NONE;
        self.agents[agent].timer = self.agents[agent].timer.wrapping_add(1);
        self.note(Fact::RoundEnded(agent));
    }
}

/// Whether its notifier waits for an answer (SRV-4).
pub(super) fn was_told(trigger: Trigger) -> bool {
    matches!(trigger, Trigger::Notification | Trigger::NotifyAll | Trigger::Manual)
}
