//! The dashboard of components over time (REP-1).

use std::sync::Arc;

use super::run::{ComponentCount, ComponentRow};
use crate::ids::ComponentId;
use crate::model::version::Version;
use crate::simulation::state::{FIRST_VERSION, SERVER};
use crate::simulation::{Holder, Simulation};
use crate::units::SimTime;

/// Samples the dashboard.
#[derive(Debug)]
pub(super) struct ComponentLedger {
    components: Vec<Component>,
    times: Vec<SimTime>,
    /// The samples of the components that change, with their places in the catalogue.
    rows: Vec<(usize, ComponentRow)>,
}

#[derive(Debug)]
struct Component {
    id: ComponentId,
    name: Arc<str>,
    /// Its holders at the start, if the scenario does not release it and no agent lacks it, as long as they are the same:
    /// its samples are equal so far, and are not kept.
    constant: Option<Holder>,
}

impl ComponentLedger {
    pub(super) fn new(simulation: &Simulation<'_>) -> Self {
        let (company, census) = (simulation.company(), simulation.census());
        let component = |(id, of): (ComponentId, &crate::model::component::Component)| {
            let is_released =
                company.releases.iter().any(|release| release.components.contains(&id));
            let is_at_server = company.settings.server.releases_behind == 0;
            let holder = census.only_holder(id).filter(|(version, _)| *version >= FIRST_VERSION);
            Component {
                id,
                name: of.name.as_str().into(),
                constant: holder.filter(|_| !is_released && is_at_server),
            }
        };
        let components = company.catalogue.rows().map(component).collect();
        Self { components, times: Vec::new(), rows: Vec::new() }
    }

    /// Samples the components that change.
    pub(super) fn sample(&mut self, simulation: &Simulation<'_>) {
        let (census, now) = (simulation.census(), simulation.now());
        for (place, of) in self.components.iter_mut().enumerate() {
            if let Some(holder) = of.constant {
                if census.only_holder(of.id) == Some(holder) {
                    continue;
                }
                of.constant = None;
                let earlier = |time: &SimTime| (place, constant_row(*time, &of.name, holder));
                self.rows.extend(self.times.iter().map(earlier));
            }
            self.rows.push((place, row(simulation, of)));
        }
        self.times.push(now);
    }

    /// The rows of the components that change, in the order of time and of the catalogue, then one row for each of the
    /// others; called at the end of the run.
    pub(super) fn finish(mut self, simulation: &Simulation<'_>) -> Vec<ComponentRow> {
        self.rows.sort_by_key(|(place, row)| (row.time, *place));
        let mut rows: Vec<ComponentRow> = self.rows.into_iter().map(|(_, row)| row).collect();
        let constant = self.components.iter().filter(|of| of.constant.is_some());
        rows.extend(constant.map(|of| row(simulation, of)));
        rows
    }
}

/// The state, at this time, of a component without news whose only holders were these.
fn constant_row(time: SimTime, name: &Arc<str>, (_, agents): Holder) -> ComponentRow {
    let count = ComponentCount { latest: 0, updated: agents.into(), outdated: 0 };
    ComponentRow { time, component: Arc::clone(name), at_server: count, at_vendor: count }
}

/// The present state of a component.
fn row(simulation: &Simulation<'_>, Component { id, name, .. }: &Component) -> ComponentRow {
    let (census, id) = (simulation.census(), *id);
    let agents = census.agents(id);
    let count = |latest: Version| {
        let updated = census.at_least(id, latest);
        ComponentCount { latest: FIRST_VERSION.behind(latest), updated, outdated: agents - updated }
    };
    ComponentRow {
        time: simulation.now(),
        component: Arc::clone(name),
        at_server: count(simulation.sources()[SERVER].repository.offers[id].latest),
        at_vendor: count(simulation.newest(id)),
    }
}
