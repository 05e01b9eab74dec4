//! Estimates the cost of a run from pilot runs with fewer agents.

use super::progress::Stopwatch;
use crate::experiment::{Effort, effort, pilots, reduced};
use crate::model::settings::TopologyOption;
use crate::scenario::Scenario;

/// What a run is expected to take.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct RunEstimate {
    /// The run.
    pub(in crate::cli) effort: Effort,
    /// Of one core.
    pub(in crate::cli) seconds: f64,
    /// How many agents its larger and its smaller pilot had; none: it was run itself.
    pub(in crate::cli) piloted: Option<(u64, u64)>,
}

/// What a run of `scenario` with its `agents` agents takes under `option`; `None` if `watch` goes beyond
/// `patience` seconds before that is known.
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
    // Time grows with the agents, too, from what a run takes without any, and at most with the events.
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
