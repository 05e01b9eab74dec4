//! Sweeps: a design says which points there are, an evaluation runs them. No files, no terminal.
//!
//! Whoever needs metrics at points of their own choosing makes a [`ResolvedScenario`] of each scenario, lists the
//! [`Run`]s, and lets an [`Evaluation`] have them: what its [`RunStore`] knows is not run again.

mod condition;
mod design;
mod estimates;
mod evaluation;
mod factor;
mod plan;
mod resolved_scenario;
mod sample;
mod shard;
mod sobol;

pub use condition::Condition;
pub use design::{Applied, Design, DesignError, Point, Sampling};
pub use estimates::{complete_mean, point_estimates};
pub use evaluation::{Evaluation, EvaluationError, NoStore, RunStore};
pub use factor::{Factor, FactorError, Levels, Spacing};
pub use plan::{MOST_RUNS, PointError, SweepPlan};
pub use resolved_scenario::{PROGRAM, ResolvedScenario, Run, RunId, Summary};
pub(super) use sample::{latin_hypercube, sobol as sobol_points};
pub use shard::Shard;
pub(super) use sobol::DIMENSIONS as SOBOL_DIMENSIONS;

#[cfg(test)]
mod tests;
