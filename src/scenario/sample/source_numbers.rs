//! Sources by their names.

use std::collections::BTreeMap;

use super::super::Scenario;
use super::super::named_source::NamedSource;
use crate::model::company::{ListedSource, UpdateAgent};

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
