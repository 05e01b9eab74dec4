//! Agents with a recalled release over time.

use super::plot::Plot;
use crate::answer::{after_release, protection_window};
use crate::measure::run::{CarriedSample, RunMeasurements};
use crate::report::draw::{Axis, Curve, Drawing, Panel, Point, within};
use crate::report::run::results::Results;

/// Agents that have a release which is withdrawn or rolled back.
pub(in crate::report) struct Carried;

impl Plot for Carried {
    fn name(&self) -> &'static str {
        "carried"
    }

    fn applies(&self, results: &Results<'_>) -> bool {
        results.runs.iter().any(|run| !run.carried.is_empty())
    }

    fn caption(&self) -> &'static str {
        "Agents that have a release which is withdrawn or rolled back, summed over such releases; first replication"
    }

    fn draw(&self, results: &Results<'_>) -> Result<Drawing, String> {
        panel(results).draw(results.record.plots.paper())
    }
}

fn panel(results: &Results<'_>) -> Panel {
    let window = protection_window(results.runs);
    let first = results.runs.iter().filter(|run| run.replication == 1);
    let curves: Vec<Curve> = first
        .map(|run| Curve {
            option: run.option,
            points: within(&points(run), window),
            band: (Vec::new(), Vec::new()),
        })
        .collect();
    let all = curves.iter().flat_map(|curve| &curve.points);
    let highest = all.map(|point| point.1).fold(1.0, f64::max);
    Panel {
        title: "Agents with a recalled release",
        x: Axis::time(window, 9),
        y: Axis::upward(highest, &[("agents", 1.0)]),
        curves,
        notes: Vec::new(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a picture")]
fn points(run: &RunMeasurements) -> Vec<Point> {
    let at_once = run.carried.chunk_by(|a, b| a.time == b.time);
    let sum = |samples: &[CarriedSample]| samples.iter().map(|sample| sample.agents).sum::<u64>();
    at_once.map(|all| (after_release(run, all[0].time), sum(all) as f64)).collect()
}
