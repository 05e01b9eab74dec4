//! The number of agents with each version of each component, updated as versions change (REP-1).
//!
//! The number of outdated agents is sampled regularly. Counting agents for each sample would cost agents × components;
//! this census costs a few additions for each update.

use crate::ids::{Column, ComponentId};
use crate::model::component::ScanMethod;
use crate::model::settings::UpdateScope;
use crate::model::version::Version;
use crate::simulation::versions::VersionsId;

/// What determines where an agent is counted: its versions, its scan method and what it may update.
pub(super) type Counted = (VersionsId, (ScanMethod, UpdateScope));

/// The version of a component as which an agent is no longer counted, and the one as which it is from now on; `None`: it
/// does not get the component.
pub(super) type Move = (ComponentId, [Option<Version>; 2]);

/// A version of a component, and the number of agents that have it.
pub type Holder = (Version, u32);

/// The agents with each version of a component, oldest first.
type Holders = Vec<Holder>;

/// Agents by version, for each component, among the agents that get it (CMP-2, CMP-7).
#[derive(Clone, Debug)]
pub struct Census {
    holders: Column<ComponentId, Holders>,
    /// The last change of an agent, and the moves in it.
    last: Option<[Counted; 2]>,
    moves: Vec<Move>,
}

impl Census {
    /// An empty census for `components` components.
    pub(super) fn new(components: usize) -> Self {
        Self { holders: Column::filled(Vec::new(), components), last: None, moves: Vec::new() }
    }

    /// Adds agents that have `version` of `component`.
    pub(super) fn add(&mut self, component: ComponentId, version: Version, agents: u32) {
        add(&mut self.holders[component], version, agents);
    }

    /// Follows the `change` of an agent, which consists of `moves`. Consecutive changes are often equal, so the moves of
    /// the last one are kept.
    ///
    /// # Panics
    /// If no agent is counted where this one leaves.
    pub(super) fn follow<M: Iterator<Item = Move>>(
        &mut self,
        change: [Counted; 2],
        moves: impl FnOnce() -> M,
    ) {
        if self.last != Some(change) {
            self.last = Some(change);
            self.moves.clear();
            self.moves.extend(moves());
        }
        for &(component, [from, to]) in &self.moves {
            let holders = &mut self.holders[component];
            if let Some(version) = from {
                remove(holders, version);
            }
            if let Some(version) = to {
                add(holders, version, 1);
            }
        }
    }

    /// The agents that get `component`, if all have the same version.
    pub fn only_holder(&self, component: ComponentId) -> Option<Holder> {
        match self.holders[component][..] {
            [] => Some((Version(u16::MAX), 0)),
            [holder] => Some(holder),
            _ => None,
        }
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

fn add(holders: &mut Holders, version: Version, agents: u32) {
    match holders.binary_search_by_key(&version, |holder| holder.0) {
        Ok(at) => holders[at].1 += agents,
        Err(at) => holders.insert(at, (version, agents)),
    }
}

fn remove(holders: &mut Holders, version: Version) {
    let at = holders
        .binary_search_by_key(&version, |holder| holder.0)
        .expect("an agent that leaves a version was counted there");
    holders[at].1 -= 1;
    if holders[at].1 == 0 {
        holders.remove(at);
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
        let counted =
            |row| (VersionsId::from_index(row), (ScanMethod::Smart, UpdateScope::Everything));
        let moves = || [(component, [Some(Version(3)), Some(Version(8))])].into_iter();
        census.follow([counted(0), counted(1)], moves);
        assert_eq!(counts(&census), [4, 4, 4, 2, 2, 1]);
        assert_eq!(census.agents(component), 4);
        let moves = || [(component, [Some(Version(5)), None])].into_iter();
        census.follow([counted(2), counted(3)], moves);
        census.follow([counted(2), counted(3)], || -> std::iter::Empty<Move> { panic!("known") });
        assert_eq!(counts(&census), [2, 2, 2, 2, 2, 1]);
        assert_eq!(census.agents(ComponentId::from_index(0)), 0);
        assert_eq!(census.holders[component].len(), 2);
    }
}
