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

/// The interval that ends with each sample, in seconds after the release. The last one of a run is shorter if the
/// duration is no multiple of the sampling interval.
pub fn intervals(
    run: &RunMeasurements,
    samples: impl Iterator<Item = SimTime>,
) -> impl Iterator<Item = (f64, f64)> {
    let ends = samples.map(|time| after_release(run, time));
    ends.scan(after_release(run, SimTime::START), |begin, end| {
        Some((std::mem::replace(begin, end), end))
    })
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
    let spans = intervals(run, run.server.iter().map(|sample| sample.time));
    let values = run.server.iter().map(|sample| u128::from(measure(sample)));
    let samples: Vec<_> = spans.zip(values).filter(|((_, end), _)| *end >= 0.0).collect();
    let total: u128 = samples.iter().map(|(_, value)| value).sum();
    let ((from, _), _) = samples.iter().find(|(_, value)| *value > 0)?;
    let mut sum = 0;
    let ((_, to), _) = samples.iter().find(|(_, value)| {
        sum += value;
        sum * 100 >= total * 97
    })?;
    Some(Window { from: from.max(0.0), to: to + run.sample_every.as_secs_f64() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::fixture::run;
    use crate::model::settings::TopologyOption;

    #[test]
    fn the_last_interval_may_be_shorter() {
        let mut run = run(TopologyOption::Server, 1, &[0, 5, 5]);
        run.server[2].time = SimTime::from_secs(150);
        let spans = intervals(&run, run.server.iter().map(|sample| sample.time));
        assert_eq!(spans.collect::<Vec<_>>(), [(-120.0, -60.0), (-60.0, 0.0), (0.0, 30.0)]);
        // The server is busy in the last interval alone.
        run.server[1] = ServerSample { time: run.server[1].time, ..ServerSample::default() };
        run.protection[2].time = SimTime::from_secs(150);
        let window = server_window(&[run]);
        assert!(window.from.abs() < 1e-9, "{window:?}");
    }
}
