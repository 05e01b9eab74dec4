//! Axes: their range, unit and round ticks.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use super::window::Window;
use crate::report::quantities::{BYTES, RATES, thousands, unit_for};

/// An axis.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct Axis {
    pub(in crate::report) from: f64,
    pub(in crate::report) to: f64,
    pub(in crate::report) ticks: Vec<f64>,
    /// The unit of its labels.
    pub(in crate::report) unit: &'static str,
    scale: f64,
}

const SIXTIETHS: &[f64] = &[1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0];
const HOURS: &[f64] = &[0.5, 1.0, 2.0, 3.0, 6.0, 12.0, 24.0];
const DAYS: &[f64] = &[1.0, 2.0, 7.0, 14.0, 28.0, 91.0, 364.0, 728.0];

/// Spans up to this many seconds use this unit, with ticks at multiples of one of the steps.
const CLOCK: [(f64, &str, f64, &[f64]); 4] = [
    (180.0, "seconds", 1.0, SIXTIETHS),
    (7200.0, "minutes", 60.0, SIXTIETHS),
    (432_000.0, "hours", 3600.0, HOURS),
    (f64::INFINITY, "days", 86_400.0, DAYS),
];

impl Axis {
    /// A horizontal axis over `window` with at most `most` ticks.
    pub(in crate::report) fn time(window: Window, most: usize) -> Self {
        let span = window.to - window.from;
        let row = CLOCK.iter().find(|(up_to, ..)| span <= *up_to).unwrap_or(&CLOCK[3]);
        let &(_, unit, scale, steps) = row;
        let fits = |step: &&f64| ticks(window.from, window.to, **step * scale).len() <= most;
        let step = steps.iter().find(fits).unwrap_or(&steps[steps.len() - 1]) * scale;
        let mut ticks = ticks(window.from, window.to, step);
        // A label at the edge would extend beyond it.
        ticks.retain(|tick| *tick <= window.to - 0.03 * span);
        Self { from: window.from, to: window.to, ticks, unit, scale }
    }

    /// A vertical axis from 0 to slightly above `most`, in the most suitable of `units`.
    pub(in crate::report) fn upward(most: f64, units: &'static [(&'static str, f64)]) -> Self {
        let (unit, scale) = unit_for(most, units);
        let to = if most > 0.0 { most * 1.08 } else { scale };
        Self { from: 0.0, to, ticks: ticks(0.0, to, round_step(to, scale)), unit, scale }
    }

    /// A vertical axis from 0 to 100 %.
    pub(in crate::report) fn percent() -> Self {
        Self { from: 0.0, to: 100.0, ticks: ticks(0.0, 100.0, 20.0), unit: "%", scale: 1.0 }
    }

    /// An axis for numbers with a unit, from zero.
    pub(in crate::report) fn of_unit(unit: &str, most: f64) -> Self {
        match unit {
            "s" => {
                Self::time(Window { from: 0.0, to: if most > 0.0 { most * 1.08 } else { 60.0 } }, 7)
            }
            "bytes" => Self::upward(most, BYTES),
            "bit/s" => Self::upward(most, RATES),
            "agent-hours" => Self::upward(most, &[("agent-hours", 1.0)]),
            "cost" => Self::upward(most, &[("cost", 1.0)]),
            _ => Self::upward(most, &[("count", 1.0)]),
        }
    }

    /// The label of a tick.
    pub(in crate::report) fn label(&self, tick: f64) -> String {
        let number = tick / self.scale;
        if (number - number.round()).abs() < 1e-9 {
            return thousands(number);
        }
        format!("{number:.3}").trim_end_matches('0').into()
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    #[expect(clippy::cast_possible_truncation, reason = "pixels")]
    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let share = (value - self.from) / (self.to - self.from);
        limit.0 + (share * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.from..self.to
    }
}

impl ValueFormatter<f64> for Axis {
    fn format(tick: &f64) -> String {
        tick.to_string()
    }

    fn format_ext(&self, tick: &f64) -> String {
        self.label(*tick)
    }
}

/// Multiples of `step` in a range.
fn ticks(from: f64, to: f64, step: f64) -> Vec<f64> {
    let multiples = (0_u32..).map(|number| (from / step).ceil() * step + f64::from(number) * step);
    multiples.take_while(|tick| *tick <= to).collect()
}

/// 1, 2 or 5 times a power of ten, so that there are at most five ticks above 0. Counts have no fractions.
fn round_step(to: f64, scale: f64) -> f64 {
    let mut power = if scale > 1.0 { scale / 10.0 } else { 1.0 };
    loop {
        for step in [power, 2.0 * power, 5.0 * power] {
            if to / step <= 5.0 {
                return step;
            }
        }
        power *= 10.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> String {
        let labels: Vec<_> = axis.ticks.iter().map(|tick| axis.label(*tick)).collect();
        format!("{} {}", labels.join(" "), axis.unit)
    }

    #[test]
    fn ticks_of_time_are_those_of_a_clock() {
        let time = |from, to, most| labels(&Axis::time(Window { from, to }, most));
        assert_eq!(time(0.0, 3780.0, 9), "0 10 20 30 40 50 60 minutes");
        assert_eq!(time(2650.0, 3050.0, 4), "46 48 50 minutes");
        assert_eq!(time(2500.0, 20_000.0, 9), "1 2 3 4 5 hours");
        assert_eq!(time(0.0, 20_000.0, 7), "0 1 2 3 4 5 hours");
        assert_eq!(time(0.0, 86_400.0, 9), "0 3 6 9 12 15 18 21 hours");
        assert_eq!(time(0.0, 86_400.0 * 30.0, 9), "0 7 14 21 28 days");
        assert_eq!(time(0.0, 100.0, 9), "0 15 30 45 60 75 90 seconds");
    }

    #[test]
    fn ticks_of_amounts_are_round_and_counts_whole() {
        const COUNT: &[(&str, f64)] = &[("requests", 1.0)];
        assert_eq!(labels(&Axis::upward(30_000.0, COUNT)), "0 10,000 20,000 30,000 requests");
        assert_eq!(labels(&Axis::upward(1.0, COUNT)), "0 1 requests");
        assert_eq!(labels(&Axis::upward(0.0, COUNT)), "0 1 requests");
        assert_eq!(labels(&Axis::upward(454e6, RATES)), "0 100 200 300 400 Mbit/s");
        assert_eq!(labels(&Axis::upward(1.2e9, RATES)), "0 0.5 1 Gbit/s");
    }
}
