//! The dashboard of components over time (REP-1).

use crate::ids::ComponentId;
use crate::model::company::Company;
use crate::model::version::Version;
use crate::simulation::Simulation;
use crate::simulation::state::{FIRST_VERSION, SERVER};
use crate::units::SimTime;

/// One line of `components.csv`: a component at the end of a sampling interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ComponentSample {
    /// When.
    pub time: SimTime,
    /// Which component.
    pub component: ComponentId,
    /// By what the server offers.
    pub at_server: ComponentCount,
    /// By what the vendor has released.
    pub at_vendor: ComponentCount,
}

/// Agents by whether they have a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ComponentCount {
    /// The version, in releases since the scenario began.
    pub latest: u16,
    /// Agents that have it, or a later one.
    pub updated: u64,
    /// Agents that get the component (CMP-2, CMP-7) and have an older one.
    pub outdated: u64,
}

/// Samples the dashboard.
#[derive(Debug)]
pub(super) struct ComponentLedger {
    /// Components that change in the scenario, or that some agent lacks as it begins: sampled each time.
    changing: Vec<ComponentId>,
    /// The others, sampled as the first interval ends and as the run ends.
    constant: Vec<ComponentId>,
    samples: Vec<ComponentSample>,
}

impl ComponentLedger {
    pub(super) fn new(company: &Company, simulation: &Simulation<'_>) -> Self {
        let census = simulation.census();
        let changes = |component: &ComponentId| {
            let is_released =
                company.releases.iter().any(|release| release.components.contains(component));
            let current = census.at_least(*component, FIRST_VERSION);
            is_released || current < census.agents(*component)
        };
        let (changing, constant) = company.catalogue.ids().partition(changes);
        Self { changing, constant, samples: Vec::new() }
    }

    /// Takes a sample of what changes; of every component if `whole`.
    pub(super) fn sample(&mut self, simulation: &Simulation<'_>, whole: bool) {
        let constant = self.constant.iter().filter(|_| whole);
        let samples = self.changing.iter().chain(constant).map(|&component| {
            let census = simulation.census();
            let agents = census.agents(component);
            let count = |latest: Version| {
                let updated = census.at_least(component, latest);
                let latest = FIRST_VERSION.behind(latest);
                ComponentCount { latest, updated, outdated: agents - updated }
            };
            let offer = simulation.sources()[SERVER].shelf.offers[component];
            let at_server = count(offer.latest);
            let at_vendor = count(simulation.newest(component));
            ComponentSample { time: simulation.now(), component, at_server, at_vendor }
        });
        self.samples.extend(samples);
    }

    /// The samples, in the order of time, then of those that change and those that do not.
    pub(super) fn finish(self) -> Vec<ComponentSample> {
        self.samples
    }
}
