//! Updates the census of versions as agents update (REP-1).

use std::collections::BTreeMap;

use crate::ids::{AgentId, ComponentId};
use crate::model::version::Version;
use crate::policy::content;
use crate::simulation::census::Census;
use crate::simulation::release_coverage::Holding;
use crate::simulation::round_id::RoundId;
use crate::simulation::run::Simulation;

impl Simulation<'_> {
    /// Counts the agents when the run begins: those with equal versions that get the same components at once.
    pub(super) fn take_census(&mut self) {
        let mut alike: BTreeMap<_, (AgentId, u32)> = BTreeMap::new();
        for agent in self.agents.ids() {
            let Holding { versions, who, .. } = self.holding(agent);
            alike.entry((versions, who)).or_insert((agent, 0)).1 += 1;
        }
        for (agent, count) in alike.into_values() {
            self.for_each_component(agent, |census, component, version| {
                census.add(component, version, count);
            });
        }
    }

    /// Counts `agent` for the components that it gets, at its present versions.
    pub(super) fn enter_in_census(&mut self, agent: AgentId) {
        self.for_each_component(agent, |census, component, version| {
            census.add(component, version, 1);
        });
    }

    /// Removes `agent` from the census, before its versions or its scan method change.
    pub(super) fn leave_census(&mut self, agent: AgentId) {
        self.for_each_component(agent, Census::remove);
    }

    /// Counts `agent` at the versions to which its round's transfer of components leads.
    pub(super) fn move_in_census(&mut self, agent: AgentId, round: RoundId) {
        let (own, targets) = (self.agents.versions(agent), self.rounds.targets(round));
        for (component, (own, target)) in self.census.ids().zip(own.iter().zip(targets)) {
            if *own != target.version {
                self.census.remove(component, *own);
                self.census.add(component, target.version, 1);
            }
        }
    }

    fn for_each_component(
        &mut self,
        agent: AgentId,
        count: impl Fn(&mut Census, ComponentId, Version),
    ) {
        let scan = self.agents[agent].scan;
        let scope = self.settings_of(agent).scope;
        for ((component, of), version) in
            self.company.catalogue.rows().zip(self.agents.versions(agent))
        {
            if content::gets(of, scan, scope) {
                count(&mut self.census, component, *version);
            }
        }
    }
}
