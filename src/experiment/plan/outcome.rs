//! The result of a plan.

use super::placement::Place;
use super::search_space::Numbers;
use super::trial::{Halt, PlanDay, Probe};
use crate::scenario::Scenario;

/// The result.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The sites.
    pub places: Vec<Place>,
    /// The plan that meets the targets; `None` if no candidate does.
    pub choice: Option<Choice>,
    /// The candidate closest to the targets, if none meets them.
    pub closest: Option<Closest>,
    /// The lower bound of the number of Update Agents: every placement with fewer was tried, under every setting, and
    /// failed on the days of the search.
    pub bound: u32,
    /// Whether every placement that could be cheaper was tried, if the cheapest is sought.
    pub is_complete: bool,
    /// The best placement of several numbers of Update Agents, on all days of the search, in the order of the numbers:
    /// the risk of each number.
    pub risk: Vec<Probe>,
    /// Every candidate, in order.
    pub probes: Vec<Probe>,
    /// The number of runs used.
    pub runs: u32,
    /// Why the search ended early, if it did: there may be a smaller plan, or a plan at all.
    pub halt: Option<Halt>,
}

/// A plan that meets the targets.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The setting, by its number.
    pub setting: usize,
    /// The number of Update Agents at each place.
    pub numbers: Numbers,
    /// The scenario with them.
    pub scenario: Scenario,
    /// The number of fresh days on which every target was met.
    pub met: u32,
    /// The number of fresh days.
    pub days: u32,
    /// The lower bound of the share of such days, at 95 % confidence.
    pub bound: f64,
    /// The fresh days.
    pub days_in_order: Vec<PlanDay>,
    /// The mean cost of a year over these days, without outages; `None` without `[cost]`.
    pub cost: Option<f64>,
}

/// The candidate that came closest to the targets.
#[derive(Clone, Debug)]
pub struct Closest {
    /// The setting, by its number.
    pub setting: usize,
    /// The number of Update Agents at each place.
    pub numbers: Numbers,
    /// The scenario with them.
    pub scenario: Scenario,
    /// Its trial.
    pub probe: Probe,
    /// The days of that trial.
    pub days_in_order: Vec<PlanDay>,
}
