//! The text form of a change.

use super::differences::Diff;
use crate::answer::quantities::{quantity, thousands};
use crate::experiment::{Change, ChangeOutcome, Level};

/// The cells of a change.
pub(super) struct DiffRow {
    /// The metric, and the release if it is not the headline.
    pub(super) label: String,
    /// The mean before.
    pub(super) before: String,
    /// The mean after.
    pub(super) after: String,
    /// The difference, with half the width of its interval: in percent of the earlier value, or in the metric's unit if
    /// that was zero.
    pub(super) change: String,
}

impl DiffRow {
    pub(super) fn of(change: &Change) -> Self {
        let unit = change.metric.unit;
        let label = match &change.release {
            Some(release) => format!("{} of {release}", change.metric.name),
            None => change.metric.name.into(),
        };
        let told = |level: &Level| match level.mean {
            Some(mean) => quantity(unit, mean),
            None if level.never == level.replications => "never".into(),
            None => format!("{}/{} never", level.never, level.replications),
        };
        let (before, after) = (told(&change.before), told(&change.after));
        Self { label, before, after, change: difference(change) }
    }
}

fn difference(change: &Change) -> String {
    let Some(difference) = change.difference else { return String::new() };
    let half = change.ci95.map(|(low, high)| (high - low) / 2.0).filter(|half| *half > 0.0);
    let unit = change.metric.unit;
    let signed = |text: String| match text {
        // A value that rounds to zero has no sign.
        text if text.starts_with('<') => text,
        text if difference < 0.0 => format!("−{text}"),
        text => format!("+{text}"),
    };
    match change.before.mean {
        Some(mean) if mean > 0.0 => {
            let percent = |value: f64| percent(100.0 * value / mean);
            let half = half.map_or_else(String::new, |half| format!(" ± {}", percent(half)));
            format!("{}{half} %", signed(percent(difference.abs())))
        }
        _ => {
            let half = half.map_or_else(String::new, |half| format!(" ± {}", quantity(unit, half)));
            format!("{}{half}", signed(quantity(unit, difference.abs())))
        }
    }
}

/// A percentage with its significant digits: "0.04", "5.3", "12", "1,200".
fn percent(value: f64) -> String {
    match value {
        value if value >= 9.95 => thousands(value),
        value if value >= 0.1 => format!("{value:.1}"),
        value if value >= 0.001 => format!("{value:.3}").trim_end_matches('0').into(),
        value if value > 0.0 => "< 0.001".into(),
        _ => "0".into(),
    }
}

/// A line for each metric that is worse: metric, option and both values.
pub fn worse_lines(diff: &Diff) -> Vec<String> {
    let worse = diff.changes().filter(|(_, change)| change.outcome == ChangeOutcome::Worse);
    worse
        .map(|(option, change)| {
            let row = DiffRow::of(change);
            format!("{} under {option}: {} → {} {}", row.label, row.before, row.after, row.change)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_hide_no_difference() {
        for (value, said) in [
            (0.0, "0"),
            (0.0001, "< 0.001"),
            (0.0031, "0.003"),
            (0.04, "0.04"),
            (5.26, "5.3"),
            (12.4, "12"),
            (1200.0, "1,200"),
        ] {
            assert_eq!(percent(value), said);
        }
    }
}
