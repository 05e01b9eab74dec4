//! Plots: egress and queues of the server over time.

use super::plot::Plot;
use crate::answer::quantities::RATES;
use crate::answer::window::Window;
use crate::answer::{after_release, first_runs, intervals, server_window};
use crate::measure::run::{RunMeasurements, ServerSample, SourceKind};
use crate::report::draw::{Axis, Curve, Drawing, Grid, GridRow, Panel, Point, within};
use crate::report::run::results::Results;

/// The egress of the server over time.
pub(in crate::report) struct ServerEgress;
/// Requests and notifications at the server over time.
pub(in crate::report) struct ServerQueue;

impl Plot for ServerEgress {
    fn name(&self) -> &'static str {
        "server_egress"
    }

    fn caption(&self) -> &'static str {
        "Egress of the server, mean of each sampling interval, first replication"
    }

    fn draw(&self, results: &Results<'_>) -> Result<Drawing, String> {
        egress(results).draw(results.record.plots.paper())
    }
}

impl Plot for ServerQueue {
    fn name(&self) -> &'static str {
        "server_queue"
    }

    fn caption(&self) -> &'static str {
        "Requests served by the server, requests waiting, and records in its notification queue, \
         one column for each option, first replication"
    }

    fn draw(&self, results: &Results<'_>) -> Result<Drawing, String> {
        grid(results).draw(results.record.plots.paper())
    }
}

/// The curves of the server's egress. Options without egress are named below.
pub(in crate::report) fn egress(results: &Results<'_>) -> Panel {
    let window = server_window(results.runs);
    let curve = |run: &RunMeasurements| Curve {
        option: run.option,
        points: steps(run, window),
        band: (Vec::new(), Vec::new()),
    };
    let all: Vec<Curve> = first_runs(results.runs).map(curve).collect();
    let sends = |curve: &Curve| curve.points.iter().any(|point| point.1 > 0.0);
    let (curves, silent): (Vec<_>, Vec<_>) = all.into_iter().partition(sends);
    let most = curves.iter().flat_map(|curve| &curve.points).map(|point| point.1);
    let mut notes = first_of(results);
    if !silent.is_empty() {
        let names: Vec<_> = silent.iter().map(|curve| curve.option.name()).collect();
        notes.push(format!("The server sends nothing under {}.", names.join(", ")));
    }
    Panel {
        title: "Sent by the server",
        x: Axis::time(window, 9),
        y: Axis::upward(most.fold(0.0, f64::max), RATES),
        curves,
        notes,
    }
}

/// The mean rate of each interval as a step in bit/s.
fn steps(run: &RunMeasurements, window: Window) -> Vec<Point> {
    let spans = intervals(run, run.server.iter().map(|sample| sample.time));
    #[expect(clippy::cast_precision_loss, reason = "a picture")]
    let rates = run.server.iter().map(|sample| sample.egress.bits_per_sec() as f64);
    let rates: Vec<((f64, f64), f64)> = spans
        .zip(rates)
        .filter(|((begin, end), _)| *end > window.from && *begin < window.to)
        .collect();
    let bunch = rates.len().div_ceil(500).max(1);
    let step = |bunch: &[((f64, f64), f64)]| {
        let most = bunch.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
        let ((begin, _), (_, end)) = (bunch[0].0, bunch[bunch.len() - 1].0);
        [(begin, most), (end, most)]
    };
    within(&rates.chunks(bunch).flat_map(step).collect::<Vec<_>>(), window)
}

fn first_of(results: &Results<'_>) -> Vec<String> {
    let replications = results.record.replications;
    (replications > 1)
        .then(|| format!("First of {replications} replications."))
        .into_iter()
        .collect()
}

/// Title, unit, value over time, and the maximum of a run if known between samples.
type Measure = (
    &'static str,
    &'static [(&'static str, f64)],
    fn(&ServerSample) -> u64,
    fn(&RunMeasurements) -> Option<u64>,
);

const MEASURES: [Measure; 3] = [
    ("Served at once", &[("requests", 1.0)], |sample| sample.active_peak, peak_active),
    ("Waiting to be served", &[("requests", 1.0)], |sample| sample.queued_requests, |_| None),
    ("Waiting to be notified", &[("records", 1.0)], |sample| sample.notification_queue, |_| None),
];

fn peak_active(run: &RunMeasurements) -> Option<u64> {
    run.sources.iter().find(|row| row.kind == SourceKind::Server).map(|row| row.peak_active)
}

/// The load of the server, in small panels. In many scenarios nothing ever waits; then that row is omitted, with a
/// note.
pub(in crate::report) fn grid(results: &Results<'_>) -> Grid {
    let window = server_window(results.runs);
    let mut notes = first_of(results);
    let mut rows = Vec::new();
    for measure in MEASURES {
        let cells: Vec<(Vec<Point>, f64)> =
            first_runs(results.runs).map(|run| cell(run, measure, window)).collect();
        let (cells, most): (Vec<_>, Vec<_>) = cells.into_iter().unzip();
        let highest = most.iter().copied().fold(0.0, f64::max);
        if highest > 0.0 {
            rows.push(GridRow {
                title: measure.0,
                y: Axis::upward(highest, measure.1),
                cells,
                most,
            });
        } else {
            notes.push(format!("{}: none at any time shown.", measure.0));
        }
    }
    Grid { options: first_runs(results.runs).map(|run| run.option).collect(), window, rows, notes }
}

#[expect(clippy::cast_precision_loss, reason = "a picture")]
fn cell(run: &RunMeasurements, measure: Measure, window: Window) -> (Vec<Point>, f64) {
    let (_, _, value, peak) = measure;
    let at = |at: &ServerSample| (after_release(run, at.time), value(at) as f64);
    let points = within(&run.server.iter().map(at).collect::<Vec<_>>(), window);
    let most = points.iter().map(|point| point.1).fold(0.0, f64::max);
    let most = peak(run).map_or(most, |peak| most.max(peak as f64));
    (points, most)
}
