//! Plot: share of up-to-date agents over time.

use super::plot::Plot;
use crate::answer::quantities::quantity;
use crate::answer::window::Window;
use crate::answer::{after_release, protection_window};
use crate::experiment::intervals;
use crate::measure::run::{ProtectionSample, RunMeasurements};
use crate::report::draw::{Axis, Curve, Drawing, Panel, Point, within};
use crate::report::run::results::Results;

/// Share of agents up to date over time.
pub(in crate::report) struct Protection;

impl Plot for Protection {
    fn name(&self) -> &'static str {
        "protection"
    }

    fn caption(&self) -> &'static str {
        "Share of all agents that have every released content; mean and range of the replications"
    }

    fn draw(&self, results: &Results<'_>) -> Result<Drawing, String> {
        panel(results).draw(results.record.plots.paper())
    }
}

/// The data of the plot.
pub(in crate::report) fn panel(results: &Results<'_>) -> Panel {
    let window = protection_window(results.runs);
    let mut notes = Vec::new();
    if results.record.replications > 1 {
        notes.push(format!("Mean, least and most of {} replications.", results.replications()));
    }
    notes.extend(later(results.runs, window));
    Panel {
        title: "Agents up to date",
        x: Axis::time(window, 9),
        y: Axis::percent(),
        curves: results.by_option().map(|runs| curve(runs, window)).collect(),
        notes,
    }
}

fn curve(runs: &[RunMeasurements], window: Window) -> Curve {
    let shares: Vec<Vec<Point>> = runs.iter().map(shares).collect();
    // All replications are sampled at the same times.
    let across = |fold: fn(&[f64]) -> f64| {
        let at = |place: usize| {
            let values: Vec<f64> =
                shares.iter().filter_map(|points| Some(points.get(place)?.1)).collect();
            (shares[0][place].0, fold(&values))
        };
        within(&(0..shares[0].len()).map(at).collect::<Vec<_>>(), window)
    };
    let band = if runs.len() > 1 {
        (
            across(|values| values.iter().copied().fold(f64::INFINITY, f64::min)),
            across(|values| values.iter().copied().fold(0.0, f64::max)),
        )
    } else {
        (Vec::new(), Vec::new())
    };
    let mean = across(|values| intervals::mean(values).unwrap_or_default());
    Curve { option: runs[0].option, points: mean, band }
}

/// Per cent of all agents after the release; a sample at the release itself is from before any agent could have it.
fn shares(run: &RunMeasurements) -> Vec<Point> {
    let points = run.protection.iter().map(|at| (after_release(run, at.time), percent(at)));
    points.filter(|point| point.0 > 0.0).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a picture")]
fn percent(sample: &ProtectionSample) -> f64 {
    let all = sample.up_to_date + sample.outdated;
    100.0 * sample.up_to_date as f64 / all.max(1) as f64
}

/// A note on the agents that become up to date after the shown window, and until when.
fn later(runs: &[RunMeasurements], window: Window) -> Option<String> {
    let of_run = |run: &RunMeasurements| {
        let points = shares(run);
        let end = points.last()?.1;
        let shown = points.iter().rfind(|point| point.0 <= window.to)?.1;
        let until = points.iter().find(|point| point.1 >= end)?.0;
        (end > shown).then_some((end - shown, until))
    };
    let (most, until) =
        runs.iter().filter_map(of_run).reduce(|a, b| (a.0.max(b.0), a.1.max(b.1)))?;
    let until = quantity("s", until);
    let most = if most < 0.05 { "fewer than 0.1 %".into() } else { format!("at most {most:.1} %") };
    Some(format!("Later than shown: {most} of the agents, until {until}."))
}
