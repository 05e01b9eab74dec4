//! A calibration as text.

use std::fmt::Write as _;

use super::results::{CalibrationResults, day_named};
use crate::answer::quantities::quantity;
use crate::experiment::calibration::Calibrated;
use crate::experiment::calibration::history_matching::History;
use crate::experiment::calibration::overlay::history_told;
use crate::experiment::calibration::verdict::{Held, SIGNIFICANCE};

/// The maximum number of failures that are listed.
const TOLD: usize = 10;

/// The text for the terminal.
pub(super) fn told(results: &CalibrationResults<'_>, target: &str) -> String {
    let calibrated = results.calibrated;
    let mut out = String::from("Logs\n");
    for line in results.account {
        let _ = writeln!(out, "  {line}");
    }
    out.push_str("\nEstimates\n");
    for estimate in &calibrated.estimates {
        let unit = estimate.unit;
        let value = match (estimate.value, estimate.interval) {
            (Some(value), Some((low, high))) => {
                format!("{} ({} to {})", worded(unit, value), shown(unit, low), shown(unit, high))
            }
            (Some(value), None) => worded(unit, value),
            (None, _) => estimate.evidence.clone(),
        };
        let _ = writeln!(out, "  {:34} {value}", estimate.key);
    }
    if calibrated.estimates.is_empty() {
        out.push_str("  none: the logs determine no key\n");
    }
    if let Some(history) = &calibrated.history {
        out.push_str("\nHistory matching\n");
        out.push_str(&matched(history));
    }
    let _ = write!(out, "\nHeld-out days\n{}\nResults: {target}\n", verdict(calibrated));
    out
}

/// What history matching left.
fn matched(history: &History) -> String {
    let mut out = String::new();
    for line in history_told(history) {
        let _ = writeln!(out, "  {line}");
    }
    out
}

/// An estimate in its unit; a share is followed by the value that has it.
fn worded(unit: &str, value: f64) -> String {
    let of = unit.strip_prefix("share of").unwrap_or_default();
    format!("{}{of}", shown(unit, value))
}

/// A number in the unit of an estimate or of a measure. Times below 100 s are close to each other, so their hundredths are
/// shown.
pub(super) fn shown(unit: &str, value: f64) -> String {
    match unit {
        "time of day" => {
            let minutes = (value / 60.0).floor();
            let (hour, minute) = ((minutes / 60.0).floor(), minutes % 60.0);
            format!("{hour:02}:{minute:02}:{:02.0}", (value % 60.0).floor())
        }
        "" => format!("{value:.2}"),
        "s" if value < 100.0 => format!("{value:.2} s"),
        _ if unit.starts_with("share") => format!("{:.1} %", value * 100.0),
        _ => quantity(unit, value),
    }
}

/// The verdict of the held-out days.
pub(super) fn verdict(calibrated: &Calibrated) -> String {
    let verdict = &calibrated.verdict;
    let (learned, held) = (calibrated.trained.len(), calibrated.held_out.len());
    let (Some(p), Some(coverage)) = (verdict.p_value, verdict.coverage()) else {
        return format!(
            "  not checked: the logs have {learned} days on which agents updated, and at least two are needed to hold one out\n"
        );
    };
    let says = match verdict.reproduces() {
        Some(true) => "the model reproduces them",
        _ => "the model does not reproduce them",
    };
    let mut out = format!(
        "  {says}: p = {p:.3} (refused below {SIGNIFICANCE}), {:.0} % of {} numbers within the 90 % band\n  trained \
         on {learned} days, held out {held}\n",
        coverage * 100.0,
        verdict.held.len(),
    );
    if let Some(nearest) = calibrated.history.as_ref().filter(|_| !calibrated.comes_near()) {
        let worst = nearest.best().and_then(|point| point.worst);
        let worst = worst.map_or(String::new(), |cell| {
            format!(": {} at {}", cell.measure.words(), calibrated.shape.groups[cell.group])
        });
        let _ = writeln!(
            out,
            "  the model does not come near the training days with any values of the matched keys{worst}"
        );
    }
    let failures = verdict.failures();
    if calibrated.reproduces() == Some(false) && !failures.is_empty() {
        out.push_str("  largest differences first:\n");
        for held in failures.iter().take(TOLD) {
            let _ = writeln!(out, "    {}", failure(held, calibrated));
        }
        if failures.len() > TOLD {
            let _ = writeln!(out, "    and {} more in held_out.csv", failures.len() - TOLD);
        }
    }
    out
}

/// What was observed, and the ends of the band, in the measure's unit.
pub(super) fn numbers(held: &Held) -> [String; 3] {
    [held.observed, held.low, held.high].map(|value| shown(held.cell.measure.unit(), value))
}

fn failure(held: &Held, calibrated: &Calibrated) -> String {
    let hour = held
        .cell
        .hour
        .map_or(String::new(), |hour| format!(", {hour:02}:00 to {:02}:00", hour + 1));
    let [observed, low, high] = numbers(held);
    format!(
        "{}, {}{hour}: {}: {observed}, the model predicts {low} to {high}",
        day_named(held.day),
        calibrated.shape.groups[held.cell.group],
        held.cell.measure.words(),
    )
}
