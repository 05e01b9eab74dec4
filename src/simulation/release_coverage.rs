//! Which agents have which release: its contents, and everything that was published before the start of the scenario.
//! Contents of later releases do not count.

use crate::ids::{AgentId, Column, ComponentId, ReleaseId, RowId};
use crate::model::company::Company;
use crate::model::component::ScanMethod;
use crate::model::settings::UpdateScope;
use crate::model::version::Version;
use crate::simulation::state::{FIRST_VERSION, Repository, Revision, Revisions};
use crate::simulation::versions::VersionsId;

/// Bits in a word.
const BITS: usize = u64::BITS as usize;

/// The versions that make up a release.
#[derive(Debug)]
pub(super) struct Contents {
    /// The version of each component, in the order of the catalogue.
    pub(super) versions: Vec<Version>,
    pub(super) revisions: Revisions,
}

/// The contents of an agent at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Holding {
    pub(super) versions: VersionsId,
    pub(super) revisions: Revisions,
    /// What determines which components it gets.
    pub(super) who: (ScanMethod, UpdateScope),
}

/// Which agents have which releases.
#[derive(Debug)]
pub(super) struct ReleaseCoverage {
    /// The contents of each published release.
    out: Vec<Contents>,
    /// The releases that brought a version of each component, in the order of versions.
    of_component: Column<ComponentId, Vec<(Version, usize)>>,
    /// The same of settings and of programs.
    of_settings: Vec<(Revision, usize)>,
    of_program: Vec<(Revision, usize)>,
    /// The number of releases of the scenario.
    releases: usize,
    /// A bit for each release, agent by agent.
    has: Vec<u64>,
    /// Whether the server has offered each published release.
    server_had: Vec<bool>,
    /// What the server offered when that was last determined.
    server_held: Contents,
    /// The last change of an agent's contents.
    pub(super) last: Transition,
}

/// A change of an agent's contents, and the releases that it concerns.
#[derive(Debug, Default)]
pub(super) struct Transition {
    /// The contents before and after, and the number of releases that were published by then.
    pub(super) key: Option<(Holding, Holding, usize)>,
    /// The releases that it has afterwards and can have gained, in order.
    pub(super) gained: Vec<usize>,
    /// Those that it does not have afterwards and can have lost.
    pub(super) lost: Vec<usize>,
}

/// The releases of `of_kind` with versions after `one` and up to `other`, in either order.
fn between<V: Ord + Copy>(
    of_kind: &[(V, usize)],
    one: V,
    other: V,
) -> impl Iterator<Item = usize> + '_ {
    let up_to = |version: V| of_kind.partition_point(|(brought, _)| *brought <= version);
    let found = &of_kind[up_to(one.min(other))..up_to(one.max(other))];
    found.iter().map(|(_, release)| *release)
}

impl ReleaseCoverage {
    /// No published releases.
    pub(super) fn at_start(company: &Company) -> Self {
        let releases = company.releases.len();
        let has = vec![0; (releases * company.agents.len()).div_ceil(BITS)];
        let count = company.catalogue.len();
        Self {
            out: Vec::new(),
            of_component: Column::filled(Vec::new(), count),
            of_settings: Vec::new(),
            of_program: Vec::new(),
            releases,
            has,
            server_had: Vec::new(),
            server_held: Contents {
                versions: vec![Version::default(); count],
                revisions: Revisions::default(),
            },
            last: Transition::default(),
        }
    }

    /// The version of a component that a release introduced; `None` before it is published.
    pub(super) fn version(&self, release: ReleaseId, component: ComponentId) -> Option<Version> {
        self.out.get(release.index()).map(|contents| contents.versions[component.index()])
    }

    /// Adds a published release with these contents.
    pub(super) fn add(&mut self, contents: Contents) {
        let release = self.out.len();
        for ((_, brought), version) in self.of_component.rows_mut().zip(&contents.versions) {
            if *version > FIRST_VERSION {
                brought.push((*version, release));
            }
        }
        let Revisions { settings, program } = contents.revisions;
        if settings > 0 {
            self.of_settings.push((settings, release));
        }
        if program > 0 {
            self.of_program.push((program, release));
        }
        self.out.push(contents);
    }

    /// The releases that an agent or a source can have gained or lost as its contents changed, in order, if it has or had
    /// everything that was published before the start of the scenario both times.
    pub(super) fn between(
        &self,
        [one, other]: [&[Version]; 2],
        revisions: [Revisions; 2],
        concerned: &mut Vec<usize>,
    ) {
        for ((brought, one), other) in self.of_component.iter().zip(one).zip(other) {
            if one != other {
                concerned.extend(between(brought, *one, *other));
            }
        }
        let [from, to] = revisions;
        concerned.extend(between(&self.of_settings, from.settings, to.settings));
        concerned.extend(between(&self.of_program, from.program, to.program));
        concerned.sort_unstable();
        concerned.dedup();
    }

    /// The number of published releases.
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    pub(super) fn contents(&self, release: usize) -> &Contents {
        &self.out[release]
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
        let bit = agent.index() * self.releases + release;
        (bit / BITS, 1 << (bit % BITS))
    }

    /// Records the releases whose contents the server offers completely, and returns those that it did not offer
    /// before, in order.
    pub(super) fn of_server(&mut self, repository: &Repository) -> Vec<usize> {
        let versions: Vec<Version> = repository.offers.iter().map(|offer| offer.latest).collect();
        let now = Contents { versions, revisions: repository.revisions };
        let has_first =
            |contents: &Contents| contents.versions.iter().all(|version| *version >= FIRST_VERSION);
        let mut concerned: Vec<usize> = Vec::new();
        if has_first(&now) && has_first(&self.server_held) {
            let revisions = [self.server_held.revisions, now.revisions];
            self.between([&self.server_held.versions, &now.versions], revisions, &mut concerned);
            concerned.retain(|release| *release < self.server_had.len());
            concerned.extend(self.server_had.len()..self.out.len());
        } else {
            concerned.extend(0..self.out.len());
        }
        self.server_had.resize(self.out.len(), false);
        let offers_all = |release: &usize| {
            let needed = &self.out[*release];
            let mut offers = now.versions.iter().zip(&needed.versions);
            offers.all(|(offered, needed)| offered >= needed)
                && covers(now.revisions, needed.revisions)
        };
        concerned.retain(|release| !self.server_had[*release] && offers_all(release));
        for release in &concerned {
            self.server_had[*release] = true;
        }
        self.server_held = now;
        concerned
    }
}

/// Whether `own` are at least as new as `needed`.
fn covers(own: Revisions, needed: Revisions) -> bool {
    own.settings >= needed.settings && own.program >= needed.program
}
