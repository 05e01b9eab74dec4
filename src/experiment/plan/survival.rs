//! Outages that a plan must survive: the targets must hold with each of them, one at a time.

use super::placement::Place;
use crate::model::fault::FaultKind;
use crate::scenario::{Breakdown, BrokenPart, Scenario, When};
use crate::units::SimTime;

/// The parts of which any one may be off for the whole scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Survival {
    /// Any one Update Agent.
    pub of_update_agents: bool,
    /// The link of any one site to the place above it, or any one `[[link]]` with a name. The access of headquarters to
    /// the Internet is not among them: without it there is nothing to distribute.
    pub of_links: bool,
}

/// A part that is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outage {
    /// Its name.
    pub(super) part: String,
    fault: Breakdown,
}

impl Survival {
    /// The outages of a candidate, in a fixed order.
    pub(super) fn outages(self, scenario: &Scenario, places: &[Place]) -> Vec<Outage> {
        let mut parts = Vec::new();
        if self.of_update_agents {
            let agents = scenario.update_agents.iter();
            parts.extend(
                agents.map(|at| (at.name.clone(), BrokenPart::UpdateAgent(at.name.clone()))),
            );
        }
        if self.of_links {
            // A place above another one is the upper end of its link; sites without a link have none.
            let sites = places.iter().filter(|place| place.has_link);
            parts.extend(sites.map(|at| (at.site.clone(), BrokenPart::LinkOf(at.site.clone()))));
            let named = scenario.graph.link_names();
            parts.extend(named.map(|name| (name.clone(), BrokenPart::Link(name))));
        }
        let (from, until) = (SimTime::START, SimTime::START + scenario.duration);
        let when = When::Once { from, until };
        parts
            .into_iter()
            .map(|(part, at)| Outage { part, fault: Breakdown { at, kind: FaultKind::Down, when } })
            .collect()
    }
}

impl Outage {
    /// `scenario` with it.
    pub(super) fn of(&self, scenario: &Scenario) -> Scenario {
        let mut scenario = scenario.clone();
        scenario.faults.push(self.fault.clone());
        scenario
    }
}
