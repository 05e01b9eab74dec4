//! Estimates the cost of a run from pilot runs with fewer agents.

use super::progress::Stopwatch;
use crate::experiment::{Effort, effort, pilots, reduced};
use crate::model::settings::TopologyOption;
use crate::scenario::Scenario;

/// The estimated cost of a run.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct RunEstimate {
    /// The run.
    pub(in crate::cli) effort: Effort,
    /// For one core.
    pub(in crate::cli) seconds: f64,
    /// The numbers of agents of its larger and its smaller pilot; none: it was run itself.
    pub(in crate::cli) piloted: Option<(u64, u64)>,
}

/// The estimated cost of a run of `scenario` with its `agents` agents under `option`; `None` if `watch` exceeds
/// `patience` seconds before.
pub(in crate::cli) fn estimate_run(
    scenario: &Scenario,
    agents: u64,
    option: TopologyOption,
    watch: &Stopwatch,
    patience: f64,
) -> Option<RunEstimate> {
    let has_patience = || watch.seconds() < patience;
    let (divisor, half) = pilots(scenario, agents);
    let before = watch.seconds();
    let large = effort(&reduced(scenario, divisor), option, &has_patience)?;
    let took = watch.seconds() - before;
    let Some(half) = half else {
        return Some(RunEstimate { effort: large, seconds: took, piloted: None });
    };
    let small = effort(&reduced(scenario, half), option, &has_patience)?;
    let took_small = watch.seconds() - before - took;
    let effort = large.extrapolated(small, agents);
    // Time is linear in the number of agents, too, and grows at most in proportion to the events.
    let more = as_float(large.agents.saturating_sub(small.agents).max(1));
    let beyond = as_float(agents.saturating_sub(large.agents));
    let most = took * as_float(effort.events) / as_float(large.events.max(1));
    let seconds = (took + (took - took_small).max(0.0) * beyond / more).min(most);
    Some(RunEstimate { effort, seconds, piloted: Some((large.agents, small.agents)) })
}

/// A number of an estimate.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
pub(in crate::cli) fn as_float(number: u64) -> f64 {
    number as f64
}
