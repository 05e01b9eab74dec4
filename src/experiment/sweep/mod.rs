//! Sweeps: a design lists the points, an evaluation runs them. No files, no terminal.
//!
//! To evaluate metrics at other points, make a [`ResolvedScenario`] of each scenario, list the [`Run`]s and pass them to an
//! [`Evaluation`], which runs only what its [`RunStore`] does not have.

mod condition;
mod design;
mod design_file;
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
pub use design_file::{DesignFile, DesignPoint};
pub use estimates::{complete_mean, point_estimates};
pub use evaluation::{Evaluation, EvaluationError, NoStore, RunStore};
pub use factor::{Factor, FactorError, Levels, Spacing, listed};
pub use plan::{MOST_RUNS, PointError, SweepPlan};
pub use resolved_scenario::{PROGRAM, ResolvedScenario, Run, RunId, Summary};
pub(super) use sample::{latin_hypercube, sobol as sobol_points};
pub use shard::Shard;
pub(super) use sobol::DIMENSIONS as SOBOL_DIMENSIONS;

#[cfg(test)]
mod tests;
