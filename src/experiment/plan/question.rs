//! The request for a plan.

use super::survival::Survival;
use super::target::Target;
use crate::scenario::Scenario;

/// A setting of the levers: the scenario with them, without its Update Agents.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The keys of the levers and their values.
    pub levers: Vec<(String, String)>,
    /// The scenario with them.
    pub scenario: Scenario,
    /// Plausible forms of it, which days use in turn; none: all days use the scenario itself.
    pub ensemble: Vec<Scenario>,
}

/// The request for a plan.
#[derive(Debug)]
pub struct Question<'a> {
    /// The settings, in order of preference.
    pub settings: &'a [Setting],
    /// What is best among the plans that meet the targets.
    pub goal: Goal,
    /// The targets.
    pub targets: &'a [Target],
    /// The outages with each of which they must hold.
    pub survival: Survival,
    /// The required share of days, from 0 to 1.
    pub confidence: f64,
    /// The maximum number of Update Agents.
    pub most: u32,
    /// The number of days of the search.
    pub days: u32,
    /// The number of fresh days of the validation.
    pub fresh_days: u32,
    /// The maximum number of runs of the search; the validation is extra.
    pub budget: u32,
    /// Seed of all random numbers.
    pub seed: u64,
    /// The number of threads; 0: one for each core.
    pub threads: usize,
}

/// What is best among the plans that meet the targets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Goal {
    /// The fewest Update Agents.
    #[default]
    Fewest,
    /// The lowest cost of a year, which requires the prices of `[cost]`.
    Cheapest,
}

/// The method of planning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A search in which candidates are simulated.
    Simulation,
    /// The vendors' rules of thumb, each of which is simulated.
    Formula,
}
