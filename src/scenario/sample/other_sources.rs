//! Other update sources as nodes of the network, and sources by their names.

use std::collections::BTreeMap;

use super::super::Scenario;
use super::super::links::LinkEnd;
use super::super::named_source::NamedSource;
use super::super::other_sources::WrittenSource;
use super::Draft;
use crate::ids::LinkId;
use crate::model::company::{ListedSource, UpdateAgent};
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

/// The numbers of sources by their names.
pub(super) struct SourceNumbers<'a> {
    pub(super) update_agents: BTreeMap<String, usize>,
    others: BTreeMap<&'a str, usize>,
}

impl<'a> SourceNumbers<'a> {
    pub(super) fn new(scenario: &'a Scenario, update_agents: &[UpdateAgent]) -> Self {
        let update_agents = update_agents.iter().enumerate();
        let others = scenario.other_sources.iter().enumerate();
        Self {
            update_agents: update_agents.map(|(number, of)| (of.name.clone(), number)).collect(),
            others: others.map(|(number, of)| (&*of.name, number)).collect(),
        }
    }

    /// The source that a name names; none if it is an Update Agent that no agent was drawn for.
    pub(super) fn listed(&self, source: &NamedSource) -> Option<ListedSource> {
        Some(match source {
            NamedSource::Server => ListedSource::Server,
            NamedSource::ActiveUpdate => ListedSource::ActiveUpdate,
            NamedSource::ForeignActiveUpdate(_) => ListedSource::ForeignActiveUpdate,
            NamedSource::UpdateAgent(name) => {
                ListedSource::UpdateAgent(*self.update_agents.get(name)?)
            }
            NamedSource::Other(name) => ListedSource::Other(*self.others.get(&**name)?),
        })
    }
}
