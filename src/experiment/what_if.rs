//! What if: the levers of what agents wait for, each moved by one step alone, and what that changes.
//!
//! A step doubles or halves the value in force, whichever shortens the wait, or switches something on; an Update Agent is
//! added where a site has none. All levers meet the same random numbers, so that the differences of replications are compared.

use std::sync::atomic::AtomicBool;

use super::change::{Change, Comparison, Pairing, changes};
use super::levers::{Keyed, Lever, Levers};
use super::replicate::{Experiment, Progress};
use super::threads::ThreadsError;
use crate::measure::run::{Metric, RunMeasurements, total_waits};
use crate::measure::waiting::Reason;
use crate::scenario::{Overrides, Scenario};

/// Waits below this part of all waiting of agents that are on have no lever tried.
const LEAST_SHARE: f64 = 0.005;

/// So many levers are tried at most, those of the longest waits.
const MOST: usize = 8;

/// What a lever brings.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The lever.
    pub lever: Lever,
    /// What changes, in every metric.
    pub changes: Vec<Change>,
}

impl Tried {
    /// What changes in a metric.
    pub fn change(&self, metric: &str) -> Option<&Change> {
        self.changes.iter().find(|at| at.release.is_none() && at.metric.name == metric)
    }
}

/// The levers of what agents wait for in `runs`, those of the longest waits first.
pub fn levers(scenario: &Scenario, runs: &[RunMeasurements]) -> Vec<Lever> {
    let Some(first) = runs.first() else { return Vec::new() };
    let all = Levers::new(scenario, first.option);
    let mut waits = total_waits(runs);
    waits.retain(|(reason, _), _| *reason != Reason::Off);
    let waited: u128 = waits.values().sum();
    // Places with one lever count together: the links of many branches are one key.
    let mut keys: Vec<(Keyed, u128)> = Vec::new();
    for ((reason, place), nanos) in waits {
        for keyed in all.keys(reason, place) {
            match keys.iter_mut().find(|at| at.0.0 == keyed.0) {
                Some(known) => known.1 += nanos,
                None => keys.push((keyed, nanos)),
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let counts = |nanos: u128| nanos > 0 && nanos as f64 >= LEAST_SHARE * waited as f64;
    keys.retain(|at| counts(at.1));
    keys.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.0.cmp(&b.0.0)));
    keys.into_iter().filter_map(|(keyed, _)| all.lever(keyed)).take(MOST).collect()
}

/// Tries each lever of what agents wait for in `runs`, which are those of `experiment` under one option, with the same
/// replications; `set` is what the command line changes in the scenario. Those that bring most come first: by the
/// time until 95 % are protected, then by the exposure. `None` if `stop` was raised.
///
/// # Errors
/// If the threads cannot be started.
pub fn what_if(
    experiment: &Experiment<'_>,
    set: &Overrides,
    runs: &[RunMeasurements],
    stop: &AtomicBool,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<Option<Vec<Tried>>, ThreadsError> {
    let Some(first) = runs.first() else { return Ok(Some(Vec::new())) };
    let by = Comparison { pairing: Pairing::Paired, tolerance: 0.0 };
    let mut all = Vec::new();
    for (nth, lever) in levers(experiment.scenario, runs).into_iter().enumerate() {
        let mut set = set.clone();
        set.0.retain(|(key, _)| *key != lever.key);
        set.0.push((lever.key.clone(), lever.after.clone()));
        let Ok(changed) = Scenario::parse(&experiment.scenario.toml, "what-if", &set) else {
            // A value that this scenario cannot have is no lever of it.
            continue;
        };
        let replications = u32::try_from(runs.len()).unwrap_or(u32::MAX);
        let options = vec![first.option];
        let tried =
            Experiment { scenario: &changed, ensemble: &[], options, replications, ..*experiment };
        let before = nth * runs.len();
        let tell = |at: Progress| tell(Progress { run: before + at.run, ..at });
        let Some(after) = tried.run(stop, &tell)? else { return Ok(None) };
        all.push(Tried { lever, changes: changes(runs, &after, by) });
    }
    all.sort_by(|a, b| gain(a).total_cmp(&gain(b)));
    Ok(Some(all))
}

/// What orders levers: the change of the time until 95 % are protected, or of the exposure where that is not
/// reached or does not change; the less the better.
fn gain(tried: &Tried) -> f64 {
    let of = |metric: Metric| tried.change(metric.name).and_then(|at| at.difference);
    let named = |name| Metric::named(name).and_then(of);
    let change = tried.change("protected_p95_s");
    let comes_about = change.is_some_and(|at| at.before.mean.is_none() && at.after.mean.is_some());
    if comes_about {
        return f64::NEG_INFINITY;
    }
    let seconds = named("protected_p95_s").unwrap_or(0.0);
    // A second more for 95 % weighs more than any exposure; agent-hours order what is alike.
    seconds * 1e9 + named("exposure_agent_hours").unwrap_or(0.0)
}
