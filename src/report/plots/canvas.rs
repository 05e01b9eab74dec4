//! What the pictures have in common: size, colours, line styles, the time axis.

use plotters::prelude::*;

use crate::measure::run::RunMeasurements;
use crate::model::settings::TopologyOption;

/// Drawn at twice the size it is meant for, because the backend rounds to whole pixels.
pub(super) const WIDTH: u32 = 1600;
pub(super) const HEIGHT: u32 = 900;
/// Text sizes for that.
pub(super) const TITLE: i32 = 34;
pub(super) const TEXT: i32 = 26;

/// Colours of the Okabe–Ito palette, told apart by colour-blind readers.
pub(super) fn color(option: TopologyOption) -> RGBColor {
    match option {
        TopologyOption::Server => RGBColor(0, 114, 178),
        TopologyOption::ServerUa => RGBColor(0, 158, 115),
        TopologyOption::Ua => RGBColor(213, 94, 0),
        TopologyOption::Direct => RGBColor(204, 121, 167),
    }
}

/// Dash and gap in pixels; without a gap the line is solid.
pub(super) fn dash(option: TopologyOption) -> (u32, u32) {
    match option {
        TopologyOption::Server | TopologyOption::ServerUa => (1, 0),
        TopologyOption::Ua => (20, 8),
        TopologyOption::Direct => (6, 8),
    }
}

/// The first replication of each option.
pub(super) fn first_runs(runs: &[RunMeasurements]) -> impl Iterator<Item = &RunMeasurements> {
    runs.iter().filter(|run| run.replication == 1)
}

/// Hours after the release.
pub(super) fn hours(run: &RunMeasurements, time: crate::units::SimTime) -> f64 {
    (time.as_secs_f64() - run.released_at.as_secs_f64()) / 3600.0
}

/// The hour until which something happens: a little after the last option has 99.5 % of what it
/// gets, at most the end of the run.
pub(super) fn last_hour(runs: &[RunMeasurements]) -> f64 {
    let last = first_runs(runs).filter_map(|run| {
        let most = run.protection.last()?.up_to_date;
        let enough = |up_to_date: u64| up_to_date * 1000 >= most * 995;
        let late = run.protection.iter().rposition(|sample| !enough(sample.up_to_date))?;
        Some(hours(run, run.protection[(late + 1).min(run.protection.len() - 1)].time))
    });
    last.fold(0.5, f64::max) * 1.1
}

/// Points of a curve, at most about a thousand: of each bunch the largest.
pub(super) fn thin(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let bunch = points.len().div_ceil(1000).max(1);
    let largest = |bunch: &[(f64, f64)]| {
        bunch.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default()
    };
    points.chunks(bunch).map(largest).collect()
}

/// A text in the pictures' font.
pub(super) fn font(size: i32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&BLACK.mix(0.85))
}
