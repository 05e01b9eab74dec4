//! Releases, and which agents have all released contents.

use crate::ids::{AgentId, ReleaseId, RowId, SourceId};
use crate::model::component::{ContentKind, KindSet};
use crate::model::version::{Spans, Version};
use crate::model::wave::Held;
use crate::policy::content;
use crate::simulation::event::Event;
use crate::simulation::fact::Fact;
use crate::simulation::release_coverage::{Contents, Holding, Transition};
use crate::simulation::run::Simulation;
use crate::simulation::state::{ACTIVE_UPDATE, FIRST_VERSION, Revisions, SERVER, Source};

impl Simulation<'_> {
    pub(super) fn announce_releases(&mut self) {
        for (index, release) in self.company.releases.iter().enumerate() {
            let id = ReleaseId::from_index(index);
            self.event_queue.at(release.at, Event::ReleaseDue(id));
            if let Some(at) = release.withdrawn_at {
                self.event_queue.at(at, Event::ReleaseWithdrawn(id));
            }
            if let Some(at) = release.rolled_back_at {
                self.event_queue.at(at, Event::ReleaseRolledBack(id));
            }
        }
    }

    /// A release is published: components at `ActiveUpdate` (DUP-2), settings and programs at the server (SRV-3), which
    /// then deploys them.
    pub(super) fn release(&mut self, id: ReleaseId) {
        let release = &self.company.releases[id.index()];
        for &component in &release.components {
            let latest = self.newest.issued[component].later(1);
            self.newest.issued[component] = latest;
            self.recalls.publish((component, latest), (id, release.is_recalled()));
            self.newest.versions[component] = latest;
            let offer = &mut self.sources[ACTIVE_UPDATE].repository.offers[component];
            offer.latest = latest;
            if self.company.catalogue[component].incremental.is_some() {
                offer.incrementals = Spans::ALL;
            }
        }
        if !release.components.is_empty() {
            self.other_sources_follow();
        }
        // Changes of settings that are no release have revisions, too.
        let mut revisions = self.sources[SERVER].repository.revisions;
        revisions.settings += u16::from(release.settings);
        revisions.program += u16::from(release.program);
        if release.settings {
            self.newest.revisions.settings = revisions.settings;
        }
        self.newest.revisions.program = revisions.program;
        self.newest.releases += 1;
        self.sources[SERVER].repository.revisions = revisions;
        self.note(Fact::Released(id));
        self.cover_release(id);
        self.begin_rollout(id);
        self.count_who_is_up_to_date(Some(id));
        let kinds = KindSet::NONE
            .with_if(ContentKind::Settings, release.settings)
            .with_if(ContentKind::Programs, release.program);
        if !kinds.is_empty() {
            self.server_notifies(kinds);
        }
    }

    /// Re-evaluates every source and agent: at the start and after a release, which is `new`, or a recall.
    pub(super) fn count_who_is_up_to_date(&mut self, new: Option<ReleaseId>) {
        for source in self.sources.ids() {
            self.judge_source(source);
        }
        // Consecutive agents often have the same contents.
        let mut last: Option<Holding> = None;
        let (mut gained, mut has_newest) = (None, false);
        for agent in self.agents.ids() {
            let own = self.holding(agent);
            if last != Some(own) {
                last = Some(own);
                gained = new.map(RowId::index).filter(|new| self.has_release(own, *new));
                has_newest = self.has_newest(own);
            }
            if let Some(new) = gained {
                self.note_release(agent, new, true);
            }
            self.note_whether_up_to_date(agent, has_newest);
        }
    }

    /// Records whether `agent`, which has received contents and now has these, has every released content that it is to
    /// get.
    pub(super) fn judge(&mut self, agent: AgentId, now: Holding) {
        let has_newest = self.agents[agent].up_to_date || self.has_newest(now);
        self.note_whether_up_to_date(agent, has_newest);
    }

    /// Records whether `source` lacks published content that it hosts.
    pub(super) fn judge_source(&mut self, source: SourceId) {
        let Source { hosts, repository, .. } = &self.sources[source];
        let is_behind = hosts.in_order().any(|kind| repository.lacks(kind, self.newest_contents()));
        self.note(Fact::SourceJudged { source, is_behind });
    }

    fn note_whether_up_to_date(&mut self, agent: AgentId, has_newest: bool) {
        match (std::mem::replace(&mut self.agents[agent].up_to_date, has_newest), has_newest) {
            (false, true) => self.note(Fact::UpToDate(agent)),
            (true, false) => self.note(Fact::Outdated(agent)),
            (true, true) | (false, false) => {}
        }
        self.note_if_it_awaits_wave(agent);
    }

    /// Whether agents with these contents have every released content that they are to get.
    fn has_newest(&mut self, of: Holding) -> bool {
        let lacks = |all: &Self, kind| all.lacks_some(of, kind, all.newest_contents(), Held::NONE);
        if lacks(self, ContentKind::Settings) || lacks(self, ContentKind::Programs) {
            return false;
        }
        let edition = self.newest.edition();
        if let Some(known) = *self.memo.newest(edition, of.versions, of.who) {
            return known;
        }
        let has_newest = !lacks(self, ContentKind::Components);
        *self.memo.newest(edition, of.versions, of.who) = Some(has_newest);
        has_newest
    }

    /// Whether `agent` lacks released content of `kind` that it is to get, and is not held back from it.
    pub(super) fn may_lack_newest(&self, agent: AgentId, kind: ContentKind) -> bool {
        let held = self.held_back(agent);
        self.lacks_some(self.holding_of(agent, kind), kind, self.newest_contents(), held)
    }

    /// The contents of `agent`, with what it is to get of `kind`.
    pub(super) fn holding_of(&self, agent: AgentId, kind: ContentKind) -> Holding {
        let mut holding = self.holding(agent);
        if kind == ContentKind::Programs {
            holding.who.1 = self.scope_of_programs(agent);
        }
        holding
    }

    fn newest_contents(&self) -> (impl Iterator<Item = Version>, Revisions) {
        (self.newest.versions.iter().copied(), self.newest.revisions)
    }

    /// Whether agents with these contents lack content of `kind` that they are to get, among these versions of
    /// components and these revisions, and are not held back from it.
    #[inline]
    pub(super) fn lacks_some(
        &self,
        Holding { versions: own, revisions: had, who: (scan, scope) }: Holding,
        kind: ContentKind,
        (versions, revisions): (impl Iterator<Item = Version>, Revisions),
        held: Held,
    ) -> bool {
        match kind {
            ContentKind::Settings => had.settings < revisions.settings,
            ContentKind::Programs => {
                had.program < revisions.program
                    && content::gets_programs(scope)
                    && !self.holds_program(held, revisions.program)
            }
            ContentKind::Components => {
                let versions = self.agents.versions_of(own).iter().zip(versions);
                let mut all = versions.zip(self.company.catalogue.rows());
                all.any(|((own, latest), (id, component))| {
                    content::gets(component, scan, scope)
                        && *own < latest
                        && !self.holds(held, id, latest)
                })
            }
        }
    }

    /// Judges `agent` again and moves it in the census, after its contents, or those that it is to get, are no longer
    /// those of `before`; `fact` is why.
    pub(super) fn reconsider(&mut self, agent: AgentId, before: Holding, fact: Fact) {
        let now = self.holding(agent);
        self.move_in_census(before, now);
        self.note(fact);
        self.note_releases(agent, before, now);
        let has_newest = self.has_newest(now);
        self.note_whether_up_to_date(agent, has_newest);
        self.note_recalled(agent);
    }

    /// A release is published; its contents are among the newest.
    fn cover_release(&mut self, id: ReleaseId) {
        let release = &self.company.releases[id.index()];
        let mut versions = vec![FIRST_VERSION; self.company.catalogue.len()];
        for &component in &release.components {
            versions[component.index()] = self.newest.versions[component];
        }
        let newest = self.newest.revisions;
        let mut revisions = Revisions::default();
        if release.settings {
            revisions.settings = newest.settings;
        }
        if release.program {
            revisions.program = newest.program;
        }
        self.coverage.add(Contents { versions, revisions });
        self.note_releases_of_server();
    }

    /// The contents of an agent, on which it depends which releases it has.
    #[inline]
    pub(super) fn holding(&self, agent: AgentId) -> Holding {
        Holding {
            versions: self.agents.versions_id(agent),
            revisions: self.agents.revisions.get(agent),
            who: (self.agents[agent].scan, self.settings_of(agent).scope),
        }
    }

    /// Records the releases that an agent no longer has and that it newly has, now that its contents are no longer those
    /// of `before`.
    pub(super) fn note_releases(&mut self, agent: AgentId, before: Holding, now: Holding) {
        if now == before || self.coverage.len() == 0 {
            return;
        }
        let transition = self.transition(before, now);
        for (releases, has) in [(&transition.lost, false), (&transition.gained, true)] {
            for release in releases {
                self.note_release(agent, *release, has);
            }
        }
        self.coverage.last = transition;
    }

    /// The releases that an agent can have gained or lost as its contents changed. Consecutive changes are often equal,
    /// so the last one is kept.
    fn transition(&mut self, from: Holding, to: Holding) -> Transition {
        let mut last = std::mem::take(&mut self.coverage.last);
        let key = Some((from, to, self.coverage.len()));
        if last.key == key {
            return last;
        }
        let has_first = |holding: Holding| {
            let (scan, scope) = holding.who;
            let own = self.agents.versions_of(holding.versions).iter();
            let mut all = self.company.catalogue.iter().zip(own);
            all.all(|(of, own)| !content::gets(of, scan, scope) || *own >= FIRST_VERSION)
        };
        let (had_first, has_first) = (has_first(from), has_first(to));
        last.gained.clear();
        if had_first != has_first || from.who != to.who {
            last.gained.extend(0..self.coverage.len());
        } else if has_first {
            let versions = [from, to].map(|it| self.agents.versions_of(it.versions));
            let revisions = [from, to].map(|it| it.revisions);
            self.coverage.between(versions, revisions, &mut last.gained);
        }
        let has = |release: &mut usize| self.has_release(to, *release);
        last.lost.clear();
        last.lost.extend(last.gained.extract_if(.., |release| !has(release)));
        last.key = key;
        last
    }

    /// Records that an agent newly has a release, or no longer has it.
    fn note_release(&mut self, agent: AgentId, release: usize, has: bool) {
        if self.coverage.has(agent, release) == has {
            return;
        }
        self.coverage.set(agent, release, has);
        let release = ReleaseId::from_index(release);
        self.note(if has {
            Fact::HasRelease { agent, release }
        } else {
            Fact::LostRelease { agent, release }
        });
        self.count_in_wave(agent, release, has);
    }

    /// Records the releases that the server newly offers.
    pub(super) fn note_releases_of_server(&mut self) {
        for release in self.coverage.of_server(&self.sources[SERVER].repository) {
            self.note(Fact::ServerHasRelease(ReleaseId::from_index(release)));
        }
    }

    /// Whether an agent with these contents has all those of a release that it is to get.
    fn has_release(&self, holding: Holding, release: usize) -> bool {
        let contents = self.coverage.contents(release);
        let Holding { versions, revisions: own, who: (scan, scope) } = holding;
        let gets_programs = content::gets_programs(scope);
        own.settings >= contents.revisions.settings
            && (own.program >= contents.revisions.program || !gets_programs)
            && self
                .company
                .catalogue
                .iter()
                .zip(self.agents.versions_of(versions))
                .zip(&contents.versions)
                .filter(|((component, _), _)| content::gets(component, scan, scope))
                .all(|((_, own), needed)| own >= needed)
    }
}
