//! Releases, and who has everything that was released.

use crate::ids::{AgentId, ReleaseId, RowId};
use crate::model::version::Spans;
use crate::policy::content;
use crate::simulation::event::Event;
use crate::simulation::fact::Fact;
use crate::simulation::run::Simulation;
use crate::simulation::state::{ACTIVE_UPDATE, SERVER};

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
        self.newest.revisions.settings += u16::from(release.settings);
        self.newest.revisions.program += u16::from(release.program);
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

    fn has_newest(&self, agent: AgentId) -> bool {
        let scan = self.agents.scan[agent];
        let agents = &self.settings().agent;
        let own = self.agents.revisions[agent];
        let newest = self.newest.revisions;
        let components = self
            .company
            .catalogue
            .iter()
            .zip(self.agents.versions(agent))
            .zip(&self.newest.versions)
            .filter(|((component, _), _)| content::gets(component, scan, agents.scope))
            .all(|((_, own), newest)| own >= newest);
        components
            && own.settings >= newest.settings
            && (own.program >= newest.program || !content::gets_programs(agents.scope))
    }

    /// Whether the server has something that `agent` lacks: what it is told when it connects.
    pub(super) fn lacks_what_server_has(&self, agent: AgentId) -> bool {
        let shelf = &self.sources[SERVER].shelf;
        let scan = self.agents.scan[agent];
        let scope = self.settings().agent.scope;
        let own = self.agents.revisions[agent];
        own.settings < shelf.revisions.settings
            || (own.program < shelf.revisions.program && content::gets_programs(scope))
            || self
                .company
                .catalogue
                .iter()
                .zip(self.agents.versions(agent))
                .zip(&shelf.offers)
                .filter(|((component, _), _)| content::gets(component, scan, scope))
                .any(|((_, own), offer)| *own < offer.latest)
    }
}
