//! The initial time window of plots and page: the part of the run in which values change.

use crate::answer::window::Window;
use crate::measure::run::{RunMeasurements, ServerSample};
use crate::units::SimTime;

/// The first replication of each option.
pub fn first_runs(runs: &[RunMeasurements]) -> impl Iterator<Item = &RunMeasurements> {
    runs.iter().filter(|run| run.replication == 1)
}

/// Seconds after the release, negative before.
pub fn after_release(run: &RunMeasurements, time: SimTime) -> f64 {
    time.as_secs_f64() - run.released_at.as_secs_f64()
}

/// When the runs end.
fn end(runs: &[RunMeasurements]) -> f64 {
    let last = |run: &RunMeasurements| Some(after_release(run, run.protection.last()?.time));
    runs.iter().filter_map(last).fold(1.0, f64::max)
}

/// From the release until the last option has 99 % of its final share: the few agents that are off until the next
/// morning would leave no room for the others. The whole run, if nothing changes in it.
pub fn protection_window(runs: &[RunMeasurements]) -> Window {
    let reached = |run: &RunMeasurements| {
        let most = run.protection.last()?.up_to_date;
        let late = run.protection.iter().rposition(|sample| {
            after_release(run, sample.time) >= 0.0 && sample.up_to_date * 100 < most * 99
        })?;
        Some(after_release(run, run.protection.get(late + 1)?.time))
    };
    let last = runs.iter().filter_map(reached).reduce(f64::max);
    let end = end(runs);
    Window { from: 0.0, to: last.map_or(end, |last| (last * 1.06).min(end)) }
}

/// While the server is busy: until 97 % of its egress is sent and of its queues is processed. If it never is, the
/// window of [`protection_window`].
pub fn server_window(runs: &[RunMeasurements]) -> Window {
    let measures: [fn(&ServerSample) -> u64; 3] = [
        |sample| sample.egress.bits_per_sec(),
        |sample| sample.active_transfers + sample.queued_requests,
        |sample| sample.notification_queue,
    ];
    let busy = first_runs(runs)
        .flat_map(|run| measures.iter().filter_map(|measure| busy(run, *measure)))
        .reduce(|a, b| Window { from: a.from.min(b.from), to: a.to.max(b.to) });
    let Some(busy) = busy else { return protection_window(runs) };
    let margin = (busy.to - busy.from) * 0.06;
    Window { from: (busy.from - margin).max(0.0), to: (busy.to + margin).min(end(runs)) }
}

/// From the first interval with a value until 97 % of the sum.
fn busy(run: &RunMeasurements, measure: fn(&ServerSample) -> u64) -> Option<Window> {
    let samples = || run.server.iter().filter(|at| after_release(run, at.time) >= 0.0);
    let total: u128 = samples().map(|sample| u128::from(measure(sample))).sum();
    let first = samples().find(|sample| measure(sample) > 0)?;
    let mut sum = 0;
    let last = samples().find(|sample| {
        sum += u128::from(measure(sample));
        sum * 100 >= total * 97
    })?;
    let interval = run.sample_every.as_secs_f64();
    let from = (after_release(run, first.time) - interval).max(0.0);
    Some(Window { from, to: after_release(run, last.time) + interval })
}
