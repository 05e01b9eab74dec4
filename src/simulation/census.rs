//! The number of agents with each version of each component, updated as versions change (REP-1).
//!
//! The number of outdated agents is sampled regularly. Counting agents for each sample would cost agents × components;
//! this census costs a few additions for each update.

use crate::ids::{Column, ComponentId};
use crate::model::version::Version;

/// Agents by version, for each component, among the agents that get it (CMP-2, CMP-7).
#[derive(Clone, Debug)]
pub struct Census {
    /// For each component: the versions that agents have and the number of agents with each, oldest first.
    holders: Column<ComponentId, Vec<(Version, u32)>>,
}

impl Census {
    /// An empty census for `components` components.
    pub(super) fn new(components: usize) -> Self {
        Self { holders: Column::filled(Vec::new(), components) }
    }

    /// Adds agents that have `version` of `component`.
    pub(super) fn add(&mut self, component: ComponentId, version: Version, agents: u32) {
        let holders = &mut self.holders[component];
        match holders.binary_search_by_key(&version, |holder| holder.0) {
            Ok(at) => holders[at].1 += agents,
            Err(at) => holders.insert(at, (version, agents)),
        }
    }

    /// Removes an agent that has `version` of `component`.
    ///
    /// # Panics
    /// If no agent that has `version` is counted.
    pub(super) fn remove(&mut self, component: ComponentId, version: Version) {
        let holders = &mut self.holders[component];
        let at = holders
            .binary_search_by_key(&version, |holder| holder.0)
            .expect("an agent that leaves a version was counted there");
        holders[at].1 -= 1;
        if holders[at].1 == 0 {
            holders.remove(at);
        }
    }

    /// The components.
    pub(super) fn ids(&self) -> impl Iterator<Item = ComponentId> + use<> {
        self.holders.ids()
    }

    /// The number of agents that get `component`.
    pub fn agents(&self, component: ComponentId) -> u64 {
        self.holders[component].iter().map(|holder| u64::from(holder.1)).sum()
    }

    /// The number of agents that have `version` of `component`, or a later one.
    pub fn at_least(&self, component: ComponentId, version: Version) -> u64 {
        let newer = self.holders[component].iter().rev().take_while(|holder| holder.0 >= version);
        newer.map(|holder| u64::from(holder.1)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RowId as _;

    #[test]
    fn rep_1_agents_are_counted_by_version_and_leave_no_trace() {
        let component = ComponentId::from_index(1);
        let mut census = Census::new(2);
        for version in [5, 3, 5, 7] {
            census.add(component, Version(version), 1);
        }
        let counts =
            |census: &Census| [3, 4, 5, 6, 7, 8].map(|v| census.at_least(component, Version(v)));
        assert_eq!(counts(&census), [4, 3, 3, 1, 1, 0]);
        census.remove(component, Version(3));
        census.add(component, Version(8), 1);
        assert_eq!(counts(&census), [4, 4, 4, 2, 2, 1]);
        assert_eq!(census.agents(component), 4);
        assert_eq!(census.agents(ComponentId::from_index(0)), 0);
        assert_eq!(census.holders[component].len(), 3);
    }
}
