//! What a run will take, from pilots with a few of its agents.

use super::progress::Stopwatch;
use crate::experiment::{Effort, effort, pilots, reduced};
use crate::model::settings::TopologyOption;
use crate::scenario::Scenario;

/// What a run is expected to take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Foretold {
    /// The run.
    pub(super) effort: Effort,
    /// Of one core.
    pub(super) seconds: f64,
    /// How many agents its larger and its smaller pilot had; none: it was run itself.
    pub(super) piloted: Option<(u64, u64)>,
}

/// What a run of `scenario` with its `agents` agents takes under `option`; `None` if `watch` goes beyond
/// `patience` seconds before that is known.
pub(super) fn foretell(
    scenario: &Scenario,
    agents: u64,
    option: TopologyOption,
    watch: &Stopwatch,
    patience: f64,
) -> Option<Foretold> {
    let has_patience = || watch.seconds() < patience;
    let (divisor, half) = pilots(scenario, agents);
    let before = watch.seconds();
    let large = effort(&reduced(scenario, divisor), option, &has_patience)?;
    let took = watch.seconds() - before;
    let Some(half) = half else {
        return Some(Foretold { effort: large, seconds: took, piloted: None });
    };
    let small = effort(&reduced(scenario, half), option, &has_patience)?;
    let took_small = watch.seconds() - before - took;
    let effort = large.extrapolated(small, agents);
    // Time grows with the agents, too, from what a run takes without any, and at most with the events.
    let more = as_float(large.agents.saturating_sub(small.agents).max(1));
    let beyond = as_float(agents.saturating_sub(large.agents));
    let most = took * as_float(effort.events) / as_float(large.events.max(1));
    let seconds = (took + (took - took_small).max(0.0) * beyond / more).min(most);
    Some(Foretold { effort, seconds, piloted: Some((large.agents, small.agents)) })
}

/// A number of an estimate.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
pub(super) fn as_float(number: u64) -> f64 {
    number as f64
}
