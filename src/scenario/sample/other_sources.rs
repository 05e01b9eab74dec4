//! Other update sources as nodes of the network.

use super::super::links::LinkEnd;
use super::super::other_sources::WrittenSource;
use super::Draft;
use crate::ids::LinkId;
use crate::model::other_source::OtherSource;
use crate::units::SimDuration;

impl Draft<'_> {
    /// Other update sources, each behind its network card.
    pub(super) fn other_sources(&mut self) -> (Vec<OtherSource>, Vec<LinkId>) {
        let (scenario, mut links) = (self.scenario, Vec::new());
        let mut place = |written: &WrittenSource| {
            let node = self.topology.add_node(&written.name);
            let at = self.node_at(written.at, 0);
            links.push(self.topology.add_link(node, at, written.bandwidth, SimDuration::ZERO));
            OtherSource {
                name: written.name.clone(),
                node,
                is_on_internet: written.at == LinkEnd::Internet,
                lag: written.lag,
                connections: written.connections,
                overflow: written.overflow,
                family: written.family,
            }
        };
        let all = scenario.other_sources.iter().map(&mut place).collect();
        (all, links)
    }
}
