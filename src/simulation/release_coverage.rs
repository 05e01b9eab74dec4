//! Which agents have which release: the contents that it brought, and everything that was out at the
//! start of the scenario. What later releases bring does not count.

use crate::ids::{AgentId, ComponentId, ReleaseId, RowId};
use crate::model::company::Company;
use crate::model::version::Version;
use crate::simulation::state::{Repository, Revisions};

/// Releases in a word of bits.
const BITS: usize = u64::BITS as usize;

/// What must be there for a release to be there.
#[derive(Debug)]
pub(super) struct Contents {
    /// The version of each component, in the order of the catalogue.
    pub(super) versions: Vec<Version>,
    pub(super) revisions: Revisions,
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
    /// Releases that are out and that the server has not offered yet, in order.
    server_lacks: Vec<usize>,
}

impl ReleaseCoverage {
    /// Nothing is out.
    pub(super) fn at_start(company: &Company) -> Self {
        let words = company.releases.len().div_ceil(BITS);
        let has = vec![0; words * company.agents.site.len()];
        Self { out: Vec::new(), words, has, server_lacks: Vec::new() }
    }

    /// The version that a release brought of a component; `None` before it is out.
    pub(super) fn version(&self, release: ReleaseId, component: ComponentId) -> Option<Version> {
        self.out.get(release.index()).map(|contents| contents.versions[component.index()])
    }

    /// A release with these contents is out.
    pub(super) fn add(&mut self, contents: Contents) {
        self.server_lacks.push(self.out.len());
        self.out.push(contents);
    }

    /// How many releases are out.
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    pub(super) fn contents(&self, release: usize) -> &Contents {
        &self.out[release]
    }

    /// The first release from `first` on that is out and that `agent` does not have.
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

    /// Notes whether `agent` has a release.
    pub(super) fn set(&mut self, agent: AgentId, release: usize, has: bool) {
        let (place, bit) = self.bit(agent, release);
        if has {
            self.has[place] |= bit;
        } else {
            self.has[place] &= !bit;
        }
    }

    /// The word in which the bit of an agent and a release is, and the bit.
    fn bit(&self, agent: AgentId, release: usize) -> (usize, u64) {
        (agent.index() * self.words + release / BITS, 1 << (release % BITS))
    }

    /// Notes the releases of which the server offers everything, and returns those that it did not offer before.
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

/// Whether `own` are no older than `needed`.
fn covers(own: Revisions, needed: Revisions) -> bool {
    own.settings >= needed.settings && own.program >= needed.program
}
