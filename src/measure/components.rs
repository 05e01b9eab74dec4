//! The dashboard of components over time (REP-1).

use std::sync::Arc;

use super::run::{ComponentCount, ComponentRow};
use crate::ids::ComponentId;
use crate::model::version::Version;
use crate::simulation::Simulation;
use crate::simulation::state::{FIRST_VERSION, SERVER};

/// Samples the dashboard.
#[derive(Debug)]
pub(super) struct ComponentLedger {
    /// Components that change in the scenario, or that some agent lacks at the start: included in each sample.
    changing: Vec<(ComponentId, Arc<str>)>,
    /// The others, sampled once, at the end of the run.
    constant: Vec<(ComponentId, Arc<str>)>,
    rows: Vec<ComponentRow>,
}

impl ComponentLedger {
    pub(super) fn new(simulation: &Simulation<'_>) -> Self {
        let (company, census) = (simulation.company(), simulation.census());
        let changes = |component: ComponentId| {
            let mut releases = company.releases.iter();
            releases.any(|release| release.components.contains(&component))
                || company.settings.server.releases_behind > 0
                || census.at_least(component, FIRST_VERSION) < census.agents(component)
        };
        let named = company.catalogue.rows().map(|(id, of)| (id, Arc::from(of.name.as_str())));
        let (changing, constant) = named.partition(|(id, _)| changes(*id));
        Self { changing, constant, rows: Vec::new() }
    }

    /// Samples the components that change.
    pub(super) fn sample(&mut self, simulation: &Simulation<'_>) {
        self.rows.extend(self.changing.iter().map(|of| row(simulation, of)));
    }

    /// All rows, in the order of time and of the catalogue; called at the end of the run.
    pub(super) fn finish(mut self, simulation: &Simulation<'_>) -> Vec<ComponentRow> {
        self.rows.extend(self.constant.iter().map(|of| row(simulation, of)));
        self.rows
    }
}

/// The present state of a component.
fn row(simulation: &Simulation<'_>, (id, name): &(ComponentId, Arc<str>)) -> ComponentRow {
    let census = simulation.census();
    let agents = census.agents(*id);
    let count = |latest: Version| {
        let updated = census.at_least(*id, latest);
        ComponentCount { latest: FIRST_VERSION.behind(latest), updated, outdated: agents - updated }
    };
    ComponentRow {
        time: simulation.now(),
        component: Arc::clone(name),
        at_server: count(simulation.sources()[SERVER].repository.offers[*id].latest),
        at_vendor: count(simulation.newest(*id)),
    }
}
