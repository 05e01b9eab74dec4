//! Recalled versions, and the agents with releases that are or will be recalled.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{AgentId, ComponentId, ReleaseId};
use crate::model::company::{Company, Release};
use crate::model::version::Version;
use crate::policy::recall::newest_left;

/// Versions of components.
#[derive(Debug, Default)]
pub(super) struct Kept(BTreeSet<(ComponentId, Version)>);

impl Kept {
    /// The newest version of a component, and at least `first`.
    pub(super) fn newest(&self, component: ComponentId, first: Version) -> Version {
        let of_it = self.0.range((component, Version::default())..=(component, Version(u16::MAX)));
        newest_left(of_it.map(|(_, version)| *version), first)
    }

    /// Removes a version.
    pub(super) fn remove(&mut self, component: ComponentId, version: Version) {
        self.0.remove(&(component, version));
    }
}

/// Releases that are recalled during the run; usually none.
#[derive(Debug)]
pub(super) struct Recalls {
    are_any: bool,
    /// The release that brought a version, if it is or will be recalled.
    pub(super) brought: BTreeMap<(ComponentId, Version), ReleaseId>,
    /// Published versions that the vendor has not withdrawn.
    pub(super) offered: Kept,
    /// Of these the versions that were not rolled back.
    pub(super) wanted: Kept,
    /// The version that an agent had, or that it served only, before it took a recalled one.
    pub(super) before: BTreeMap<(AgentId, ComponentId, Version), Version>,
    /// The releases in `brought` that each agent has now, in order; agents without any are absent.
    pub(super) carried: BTreeMap<AgentId, Vec<ReleaseId>>,
    /// A buffer for the releases that an agent has.
    pub(super) found: Vec<ReleaseId>,
}

impl Recalls {
    /// The recalled releases of `company`, none of which is published yet.
    pub(super) fn of(company: &Company) -> Self {
        Self {
            are_any: company.releases.iter().any(Release::is_recalled),
            brought: BTreeMap::new(),
            offered: Kept::default(),
            wanted: Kept::default(),
            before: BTreeMap::new(),
            carried: BTreeMap::new(),
            found: Vec::new(),
        }
    }

    /// Whether no release is recalled during the run.
    pub(super) const fn is_empty(&self) -> bool {
        !self.are_any
    }

    /// Records what an Update Agent served of a component before the version that it is about to offer, if that is recalled
    /// and it does not use the component itself.
    pub(super) fn remember_served(
        &mut self,
        about: (AgentId, ComponentId, Version),
        served: Version,
    ) {
        let (_, component, version) = about;
        if served != version && self.brought.contains_key(&(component, version)) {
            self.before.entry(about).or_insert(served);
        }
    }

    /// A version of a component is published with `release`.
    pub(super) fn publish(
        &mut self,
        (component, version): (ComponentId, Version),
        (release, is_recalled): (ReleaseId, bool),
    ) {
        if self.is_empty() {
            return;
        }
        if is_recalled {
            self.brought.insert((component, version), release);
        }
        self.offered.0.insert((component, version));
        self.wanted.0.insert((component, version));
    }
}
