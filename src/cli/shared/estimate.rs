//! What a run will take, from pilots with a few of its agents.

use super::progress::Stopwatch;
use crate::experiment::{Effort, effort, reduced};
use crate::model::settings::TopologyOption;
use crate::scenario::Scenario;

/// Pilots have about so many agents; a company that is not larger is run as it is.
const PILOT: u64 = 1_000;

/// What a run is expected to take.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct RunEstimate {
    /// The run.
    pub(in crate::cli) effort: Effort,
    /// Of one core.
    pub(in crate::cli) seconds: f64,
    /// How many agents its pilot had.
    pub(in crate::cli) piloted: u64,
}

/// By how much pilots of a company of so many agents are smaller.
pub(in crate::cli) fn divisor(agents: u64) -> u64 {
    agents.div_ceil(PILOT).max(1)
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
    let divisor = divisor(agents);
    let before = watch.seconds();
    let large = effort(&reduced(scenario, divisor), option, &has_patience)?;
    let took = watch.seconds() - before;
    if divisor == 1 {
        return Some(RunEstimate { effort: large, seconds: took, piloted: large.agents });
    }
    let small = effort(&reduced(scenario, 2 * divisor), option, &has_patience)?;
    let took_small = watch.seconds() - before - took;
    let effort = large.extrapolated(small, agents);
    // Time grows with the agents, too, from what a run takes without any, and at most with the events.
    let more = as_float(large.agents.saturating_sub(small.agents).max(1));
    let beyond = as_float(agents.saturating_sub(large.agents));
    let most = took * as_float(effort.events) / as_float(large.events.max(1));
    let seconds = (took + (took - took_small).max(0.0) * beyond / more).min(most);
    Some(RunEstimate { effort, seconds, piloted: large.agents })
}

/// A number of an estimate.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
pub(in crate::cli) fn as_float(number: u64) -> f64 {
    number as f64
}
