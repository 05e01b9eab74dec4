//! Time series for the charts, denser where values change.

use serde::Serialize;

use super::outcome::Outcome;
use crate::answer::window::Window;
use crate::answer::{after_release, first_runs, protection_window, server_window};
use crate::experiment::intervals;
use crate::measure::run::{RunMeasurements, ServerSample};
use crate::units::SimTime;

/// The maximum number of points of a curve inside and outside the initial window.
const INSIDE: usize = 600;
const OUTSIDE: usize = 200;

/// The same for the curves of components, of which there are many: outside and inside.
const OF_COMPONENTS: [usize; 2] = [40, 160];

/// Curves of one measure.
#[derive(Debug, Serialize)]
pub struct Chart {
    title: &'static str,
    /// The unit of its values: `%`, `bit/s` or `count`.
    unit: &'static str,
    /// The initial window, in seconds after the release.
    from: f64,
    to: f64,
    /// Seconds after the release.
    along: Vec<f64>,
    /// By option.
    curves: Vec<Curve>,
}

/// The curves of one option.
#[derive(Debug, Serialize)]
struct Curve {
    values: Vec<f64>,
    /// Minimum and maximum over the replications, if there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    band: Option<(Vec<f64>, Vec<f64>)>,
}

/// Share of all agents that have every released content.
pub fn protection(outcome: &Outcome<'_>) -> Chart {
    let window = protection_window(outcome.runs);
    let mut bunches = bunches(&outcome.runs[0], window, [OUTSIDE, INSIDE]);
    let first = &outcome.runs[0];
    let end = |bunch: &Vec<usize>| first.protection[bunch[bunch.len() - 1]].time;
    // Before the release no agent lacks anything.
    bunches.retain(|bunch| end(bunch) > first.released_at);
    let curve = |runs: &[RunMeasurements]| {
        let across = |fold: fn(&[f64]) -> f64| {
            let at = |bunch: &[usize]| {
                let last = bunch[bunch.len() - 1];
                rounded(fold(&runs.iter().filter_map(|run| percent(run, last)).collect::<Vec<_>>()))
            };
            bunches.iter().map(|bunch| at(bunch)).collect::<Vec<f64>>()
        };
        let least = |values: &[f64]| values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
        let band = (runs.len() > 1).then(|| (across(least), across(most)));
        let mean = |values: &[f64]| intervals::mean(values).unwrap_or_default();
        Curve { values: across(mean), band }
    };
    let curves = outcome.by_option().map(curve).collect();
    chart("Agents up to date", "%", window, &outcome.runs[0], &bunches, curves)
}

/// Title and unit, the value of a sample, and the value of a bunch of samples.
type Measure = (&'static str, &'static str, fn(&ServerSample) -> u64);

const MEASURES: [Measure; 4] = [
    ("Sent by the server", "bit/s", |sample| sample.egress.bits_per_sec()),
    ("Requests served at once (limited by server.max_transfers)", "count", |sample| {
        sample.active_peak
    }),
    ("Requests waiting to be served", "count", |sample| sample.queued_requests),
    ("Records waiting to be notified", "count", |sample| sample.notification_queue),
];

/// The load of the server: the maximum of each bunch of samples, first replication. Measures that are always zero are
/// omitted, except for the first.
pub fn server(outcome: &Outcome<'_>) -> Vec<Chart> {
    let window = server_window(outcome.runs);
    let bunches = bunches(&outcome.runs[0], window, [OUTSIDE, INSIDE]);
    let charts = MEASURES.iter().map(|(title, unit, value)| {
        let curve = |run: &RunMeasurements| {
            #[expect(clippy::cast_precision_loss, reason = "a picture")]
            let most = |bunch: &Vec<usize>| {
                let samples = bunch.iter().filter_map(|place| run.server.get(*place));
                samples.map(value).max().unwrap_or(0) as f64
            };
            Curve { values: bunches.iter().map(most).collect(), band: None }
        };
        let curves = first_runs(outcome.runs).map(curve).collect();
        chart(title, unit, window, &outcome.runs[0], &bunches, curves)
    });
    let says = |chart: &Chart| chart.curves.iter().any(|at| at.values.iter().any(|at| *at > 0.0));
    charts.enumerate().filter(|(place, chart)| *place == 0 || says(chart)).map(|at| at.1).collect()
}

/// Shares of a component sampled at these times, by option, as curves: each point is the last sample of its bunch.
pub fn component_curves(outcome: &Outcome<'_>, seen: Vec<Vec<(SimTime, f64)>>) -> Chart {
    let (window, first) = (protection_window(outcome.runs), &outcome.runs[0]);
    let bunches = bunches(first, window, OF_COMPONENTS);
    let curve = |seen: Vec<(SimTime, f64)>| {
        let at = |bunch: &Vec<usize>| {
            let until = first.protection[bunch[bunch.len() - 1]].time;
            let behind = seen.partition_point(|(time, _)| *time <= until);
            seen.get(behind.saturating_sub(1)).map_or(100.0, |(_, share)| *share)
        };
        Curve { values: bunches.iter().map(at).collect(), band: None }
    };
    let curves = seen.into_iter().map(curve).collect();
    chart("Agents that have the version", "%", window, first, &bunches, curves)
}

fn chart(
    title: &'static str,
    unit: &'static str,
    window: Window,
    run: &RunMeasurements,
    bunches: &[Vec<usize>],
    curves: Vec<Curve>,
) -> Chart {
    let end = |bunch: &Vec<usize>| {
        rounded(after_release(run, run.protection[bunch[bunch.len() - 1]].time))
    };
    let along = bunches.iter().map(end).collect();
    Chart { title, unit, from: rounded(window.from), to: rounded(window.to), along, curves }
}

/// Samples of a run in bunches: few enough to draw, about `most` outside and inside `window`. All runs of an experiment
/// are sampled at the same times.
fn bunches(run: &RunMeasurements, window: Window, most: [usize; 2]) -> Vec<Vec<usize>> {
    let inside = |place: &usize| window.holds(after_release(run, run.protection[*place].time));
    let places: Vec<usize> = (0..run.protection.len()).collect();
    let stretches: Vec<&[usize]> = places.chunk_by(|a, b| inside(a) == inside(b)).collect();
    let count = |wanted: bool| places.iter().filter(|place| inside(place) == wanted).count();
    let sizes = [count(false).div_ceil(most[0]).max(1), count(true).div_ceil(most[1]).max(1)];
    let bunches = stretches.into_iter().flat_map(|stretch| {
        let size = sizes[usize::from(stretch.first().is_some_and(inside))];
        stretch.chunks(size).map(<[usize]>::to_vec)
    });
    bunches.collect()
}

#[expect(clippy::cast_precision_loss, reason = "a picture")]
fn percent(run: &RunMeasurements, place: usize) -> Option<f64> {
    let sample = run.protection.get(place)?;
    let all = sample.up_to_date + sample.outdated;
    Some(100.0 * sample.up_to_date as f64 / all.max(1) as f64)
}

/// A picture shows no more than three decimals.
pub fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
