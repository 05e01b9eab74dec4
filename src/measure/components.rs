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
    /// All components.
    components: Vec<(ComponentId, Arc<str>)>,
    /// Whether each is one that the scenario releases, that some agent lacks at the start, or whose samples differ. Only
    /// the last sample of the others is kept.
    changing: Vec<bool>,
    /// The samples of all components, one after the other.
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
        Self {
            components: named.collect(),
            changing: company.catalogue.ids().map(changes).collect(),
            rows: Vec::new(),
        }
    }

    /// Samples all components.
    pub(super) fn sample(&mut self, simulation: &Simulation<'_>) {
        let before = self.rows.len().saturating_sub(self.components.len());
        self.rows.extend(self.components.iter().map(|of| row(simulation, of)));
        let (earlier, new) = self.rows[before..].split_at(self.components.len());
        for (changes, (was, is)) in self.changing.iter_mut().zip(earlier.iter().zip(new)) {
            *changes |= (was.at_server, was.at_vendor) != (is.at_server, is.at_vendor);
        }
    }

    /// The rows of the components that change, in the order of time and of the catalogue, then one row for each of the
    /// others; called at the end of the run.
    pub(super) fn finish(self, simulation: &Simulation<'_>) -> Vec<ComponentRow> {
        let all = self.rows.into_iter().zip(self.changing.iter().cycle());
        let mut rows: Vec<ComponentRow> =
            all.filter(|(_, changes)| **changes).map(|(row, _)| row).collect();
        let constant = self.components.iter().zip(&self.changing).filter(|(_, changes)| !**changes);
        rows.extend(constant.map(|(of, _)| row(simulation, of)));
        rows
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
