//! Recalled versions, and the agents with releases that are or will be recalled.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{AgentId, Column, ComponentId, ReleaseId, RowId};
use crate::model::company::Company;
use crate::model::version::Version;

/// Releases that are recalled during the run; usually empty.
#[derive(Debug)]
pub(super) struct Recalls {
    /// Which agents have each of them.
    pub(super) carriers: Vec<(ReleaseId, Column<AgentId, bool>)>,
    /// Versions that the vendor has withdrawn.
    pub(super) withdrawn: BTreeSet<(ComponentId, Version)>,
    /// The same, including versions that were rolled back.
    pub(super) unwanted: BTreeSet<(ComponentId, Version)>,
    /// The version that an agent had before it took a recalled one.
    pub(super) before: BTreeMap<(AgentId, ComponentId), Version>,
}

impl Recalls {
    /// The recalled releases of `company`, none of which is published yet.
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
