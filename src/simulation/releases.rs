//! Releases, and who has everything that was released.

use crate::ids::{AgentId, ReleaseId, RowId};
use crate::model::component::{ContentKind, KindSet};
use crate::model::version::Spans;
use crate::policy::content;
use crate::simulation::event::Event;
use crate::simulation::fact::Fact;
use crate::simulation::run::Simulation;
use crate::simulation::state::{ACTIVE_UPDATE, SERVER};

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

    /// A release comes out: components at `ActiveUpdate` (DUP-2), settings and programs at the
    /// server (SRV-3), which then deploys them.
    pub(super) fn release(&mut self, id: ReleaseId) {
        let release = &self.company.releases[id.index()];
        for &component in &release.components {
            let latest = self.newest.issued[component].later(1);
            self.newest.issued[component] = latest;
            self.newest.versions[component] = latest;
            let offer = &mut self.sources[ACTIVE_UPDATE].repository.offers[component];
            offer.latest = latest;
            if self.company.catalogue[component].incremental.is_some() {
                offer.incrementals = Spans::ALL;
            }
        }
        self.newest.revisions.settings += u16::from(release.settings);
        self.newest.revisions.program += u16::from(release.program);
        self.newest.releases += 1;
        self.sources[SERVER].repository.revisions = self.newest.revisions;
        self.note(Fact::Released(id));
        self.cover_release(id);
        self.count_who_is_up_to_date();
        let kinds = KindSet::NONE
            .with_if(ContentKind::Settings, release.settings)
            .with_if(ContentKind::Programs, release.program);
        if !kinds.is_empty() {
            self.server_notifies(kinds);
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
        self.note_releases(agent);
        if !self.agents.up_to_date[agent] && self.has_newest(agent) {
            self.agents.up_to_date[agent] = true;
            self.note(Fact::UpToDate(agent));
        }
    }

    fn has_newest(&mut self, agent: AgentId) -> bool {
        let who = (self.agents.scan[agent], self.company.settings_of(agent).scope);
        let versions = self.agents.versions_id(agent);
        let edition = self.newest.edition();
        let others = [ContentKind::Settings, ContentKind::Programs];
        if others.into_iter().any(|kind| self.lacks_newest(agent, kind)) {
            return false;
        }
        if let Some(known) = *self.memo.newest(edition, versions, who) {
            return known;
        }
        let has_newest = !self.lacks_newest(agent, ContentKind::Components);
        *self.memo.newest(edition, versions, who) = Some(has_newest);
        has_newest
    }

    /// Whether `agent` lacks released content of `kind` that it is to get.
    pub(super) fn lacks_newest(&self, agent: AgentId, kind: ContentKind) -> bool {
        let scan = self.agents.scan[agent];
        let scope = self.company.settings_of(agent).scope;
        let own = self.agents.revisions[agent];
        let newest = self.newest.revisions;
        match kind {
            ContentKind::Settings => own.settings < newest.settings,
            ContentKind::Programs => own.program < newest.program && content::gets_programs(scope),
            ContentKind::Components => {
                let versions = self.agents.versions(agent).iter().zip(&self.newest.versions);
                let mut all = versions.zip(&self.company.catalogue);
                all.any(|((own, newest), component)| {
                    content::gets(component, scan, scope) && own < newest
                })
            }
        }
    }
}
