//! Which versions have been recalled, and which agents have releases that are or will be.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{AgentId, Column, ComponentId, ReleaseId, RowId};
use crate::model::company::Company;
use crate::model::version::Version;

/// Releases that are recalled at some time of the run; empty in most.
#[derive(Debug)]
pub(super) struct Recalls {
    /// Which agents have each of them.
    pub(super) carriers: Vec<(ReleaseId, Column<AgentId, bool>)>,
    /// Versions that the vendor has withdrawn.
    pub(super) withdrawn: BTreeSet<(ComponentId, Version)>,
    /// The same, and versions that were rolled back.
    pub(super) unwanted: BTreeSet<(ComponentId, Version)>,
    /// What an agent had before it took such a version.
    pub(super) before: BTreeMap<(AgentId, ComponentId), Version>,
}

impl Recalls {
    /// Those of `company`, none of which is out.
    pub(super) fn of(company: &Company) -> Self {
        let recalled = company.releases.iter().enumerate().filter(|(_, of)| of.is_recalled());
        let nobody = || Column::filled(false, company.agents.site.len());
        Self {
            carriers: recalled.map(|(at, _)| (ReleaseId::from_index(at), nobody())).collect(),
            withdrawn: BTreeSet::new(),
            unwanted: BTreeSet::new(),
            before: BTreeMap::new(),
        }
    }
}
