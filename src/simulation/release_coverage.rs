//! Which agents have which release: the contents that it brought, and everything that was out at the
//! start of the scenario. What later releases bring does not count.

use crate::ids::{AgentId, ComponentId, ReleaseId, RowId};
use crate::model::company::Company;
use crate::model::version::Version;
use crate::policy::content;
use crate::simulation::fact::Fact;
use crate::simulation::run::Simulation;
use crate::simulation::state::{FIRST_VERSION, Revisions, SERVER};

/// Releases in a word of bits.
const BITS: usize = u64::BITS as usize;

/// What must be there for a release to be there.
#[derive(Debug)]
struct Contents {
    /// The version of each component, in the order of the catalogue.
    versions: Vec<Version>,
    revisions: Revisions,
}

/// Which agents have which release.
#[derive(Debug)]
pub(super) struct ReleaseCoverage {
    /// What each release consists of that is out.
    out: Vec<Contents>,
    /// Words of bits of each agent.
    words: usize,
    /// A bit for each release, agent by agent.
    has: Vec<u64>,
    /// Releases that the server offers; it begins with none.
    server_has: Vec<bool>,
}

impl ReleaseCoverage {
    /// Nothing is out.
    pub(super) fn at_start(company: &Company) -> Self {
        let words = company.releases.len().div_ceil(BITS);
        let has = vec![0; words * company.agents.site.len()];
        Self { out: Vec::new(), words, has, server_has: Vec::new() }
    }

    /// The version that a release brought of a component; `None` before it is out.
    pub(super) fn version(&self, release: ReleaseId, component: ComponentId) -> Option<Version> {
        self.out.get(release.index()).map(|contents| contents.versions[component.index()])
    }
}

impl Simulation<'_> {
    /// A release is out; what it brought is among the newest contents.
    pub(super) fn cover_release(&mut self, id: ReleaseId) {
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
        self.coverage.out.push(Contents { versions, revisions });
        self.coverage.server_has.push(false);
        self.note_releases_of_server();
    }

    /// Notes the releases that an agent now has and did not have.
    pub(super) fn note_releases(&mut self, agent: AgentId) {
        for word in 0..self.coverage.words {
            let out = self.coverage.out.len().saturating_sub(word * BITS).min(BITS);
            let place = agent.index() * self.coverage.words + word;
            let mut lacking = mask(out) & !self.coverage.has[place];
            while lacking != 0 {
                let bit = lacking.trailing_zeros() as usize;
                lacking &= lacking - 1;
                let release = word * BITS + bit;
                if self.has_release(agent, release) {
                    self.coverage.has[place] |= 1 << bit;
                    let release = ReleaseId::from_index(release);
                    self.note(Fact::HasRelease { agent, release });
                }
            }
        }
    }

    /// Notes the releases that an agent had and does not have any more.
    pub(super) fn note_lost_releases(&mut self, agent: AgentId) {
        for release in 0..self.coverage.out.len() {
            let place = agent.index() * self.coverage.words + release / BITS;
            let bit = 1 << (release % BITS);
            if self.coverage.has[place] & bit != 0 && !self.has_release(agent, release) {
                self.coverage.has[place] &= !bit;
                let release = ReleaseId::from_index(release);
                self.note(Fact::LostRelease { agent, release });
            }
        }
    }

    /// Notes the releases that the server now offers and did not offer.
    pub(super) fn note_releases_of_server(&mut self) {
        let repository = &self.sources[SERVER].repository;
        let mut new = Vec::new();
        for (release, contents) in self.coverage.out.iter().enumerate() {
            let offers = repository.offers.iter().zip(&contents.versions);
            let has_all = offers.into_iter().all(|(offer, needed)| offer.latest >= *needed)
                && covers(repository.revisions, contents.revisions);
            if has_all && !self.coverage.server_has[release] {
                new.push(release);
            }
        }
        for release in new {
            self.coverage.server_has[release] = true;
            self.note(Fact::ServerHasRelease(ReleaseId::from_index(release)));
        }
    }

    /// Whether an agent has everything of a release that it is to get.
    fn has_release(&self, agent: AgentId, release: usize) -> bool {
        let contents = &self.coverage.out[release];
        let (scan, scope) = (self.agents.scan[agent], self.company.settings_of(agent).scope);
        let own = self.agents.revisions[agent];
        let gets_programs = content::gets_programs(scope);
        own.settings >= contents.revisions.settings
            && (own.program >= contents.revisions.program || !gets_programs)
            && self
                .company
                .catalogue
                .iter()
                .zip(self.agents.versions(agent))
                .zip(&contents.versions)
                .filter(|((component, _), _)| content::gets(component, scan, scope))
                .all(|((_, own), needed)| own >= needed)
    }
}

/// Whether `own` are no older than `needed`.
fn covers(own: Revisions, needed: Revisions) -> bool {
    own.settings >= needed.settings && own.program >= needed.program
}

/// So many bits.
fn mask(bits: usize) -> u64 {
    if bits == BITS { u64::MAX } else { (1 << bits) - 1 }
}
