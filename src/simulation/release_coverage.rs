//! Which agents have which release: its contents, and everything that was published before the start of the scenario.
//! Contents of later releases do not count.

use crate::ids::{AgentId, ComponentId, ReleaseId, RowId};
use crate::model::company::Company;
use crate::model::version::Version;
use crate::simulation::state::{Repository, Revisions};

/// Releases in a word of bits.
const BITS: usize = u64::BITS as usize;

/// The versions that make up a release.
#[derive(Debug)]
pub(super) struct Contents {
    /// The version of each component, in the order of the catalogue.
    pub(super) versions: Vec<Version>,
    pub(super) revisions: Revisions,
}

/// Which agents have which releases.
#[derive(Debug)]
pub(super) struct ReleaseCoverage {
    /// The contents of each published release.
    out: Vec<Contents>,
    /// The number of words of bits for each agent.
    words: usize,
    /// A bit for each release, agent by agent.
    has: Vec<u64>,
    /// Published releases that the server has not offered yet, in order.
    server_lacks: Vec<usize>,
}

impl ReleaseCoverage {
    /// No published releases.
    pub(super) fn at_start(company: &Company) -> Self {
        let words = company.releases.len().div_ceil(BITS);
        let has = vec![0; words * company.agents.site.len()];
        Self { out: Vec::new(), words, has, server_lacks: Vec::new() }
    }

    /// The version of a component that a release introduced; `None` before it is published.
    pub(super) fn version(&self, release: ReleaseId, component: ComponentId) -> Option<Version> {
        self.out.get(release.index()).map(|contents| contents.versions[component.index()])
    }

    /// Adds a published release with these contents.
    pub(super) fn add(&mut self, contents: Contents) {
        self.server_lacks.push(self.out.len());
        self.out.push(contents);
    }

    /// The number of published releases.
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    pub(super) fn contents(&self, release: usize) -> &Contents {
        &self.out[release]
    }

    /// The first published release from `first` on that `agent` does not have.
    pub(super) fn next_lacking(&self, agent: AgentId, first: usize) -> Option<usize> {
        let mut first = first;
        while first < self.out.len() {
            let word = first / BITS;
            let lacking = !self.has[agent.index() * self.words + word] & u64::MAX << (first % BITS);
            if lacking != 0 {
                let release = word * BITS + lacking.trailing_zeros() as usize;
                return Some(release).filter(|release| *release < self.out.len());
            }
            first = (word + 1) * BITS;
        }
        None
    }

    pub(super) fn has(&self, agent: AgentId, release: usize) -> bool {
        let (place, bit) = self.bit(agent, release);
        self.has[place] & bit != 0
    }

    /// Records whether `agent` has a release.
    pub(super) fn set(&mut self, agent: AgentId, release: usize, has: bool) {
        let (place, bit) = self.bit(agent, release);
        if has {
            self.has[place] |= bit;
        } else {
            self.has[place] &= !bit;
        }
    }

    /// The word and the bit of an agent and a release.
    fn bit(&self, agent: AgentId, release: usize) -> (usize, u64) {
        (agent.index() * self.words + release / BITS, 1 << (release % BITS))
    }

    /// Records the releases whose contents the server offers completely, and returns those that it did not offer
    /// before.
    pub(super) fn of_server(&mut self, repository: &Repository) -> Vec<usize> {
        let out = &self.out;
        let offers_all = |release: &mut usize| {
            let needed = &out[*release];
            let mut offers = repository.offers.iter().zip(&needed.versions);
            offers.all(|(offer, needed)| offer.latest >= *needed)
                && covers(repository.revisions, needed.revisions)
        };
        self.server_lacks.extract_if(.., offers_all).collect()
    }
}

/// Whether `own` are at least as new as `needed`.
fn covers(own: Revisions, needed: Revisions) -> bool {
    own.settings >= needed.settings && own.program >= needed.program
}
