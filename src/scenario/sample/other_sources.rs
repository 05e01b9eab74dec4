//! Other update sources as nodes of the network, and sources by their names.

use std::collections::BTreeMap;

use super::super::links::LinkEnd;
use super::super::named_source::NamedSource;
use super::super::other_sources::WrittenSource;
use super::{Draft, Scenario};
use crate::ids::LinkId;
use crate::model::company::ListedSource;
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

impl Scenario {
    /// The source that a name names; none if it is an Update Agent that no agent was drawn for. `numbers`
    /// are those of the Update Agents by their names.
    pub(super) fn listed(
        &self,
        source: &NamedSource,
        numbers: &BTreeMap<String, usize>,
    ) -> Option<ListedSource> {
        Some(match source {
            NamedSource::Server => ListedSource::Server,
            NamedSource::ActiveUpdate => ListedSource::ActiveUpdate,
            NamedSource::ForeignActiveUpdate(_) => ListedSource::ForeignActiveUpdate,
            NamedSource::UpdateAgent(name) => ListedSource::UpdateAgent(*numbers.get(name)?),
            NamedSource::Other(name) => {
                let mut all = self.other_sources.iter();
                ListedSource::Other(all.position(|other| other.name == *name)?)
            }
        })
    }
}
