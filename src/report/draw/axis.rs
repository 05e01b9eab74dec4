//! Axes: their range, unit and round ticks.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use crate::answer::quantities::{BYTES, RATES, thousands, unit_for};
use crate::answer::window::Window;

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

    /// An axis for numbers with a unit around `values`: from zero if they differ by much of their size, otherwise from
    /// below the least, so that their differences are seen.
    pub(in crate::report) fn around(unit: &str, values: impl Iterator<Item = f64> + Clone) -> Self {
        let least = values.clone().fold(f64::INFINITY, f64::min);
        let most = values.fold(f64::NEG_INFINITY, f64::max);
        let whole = Self::of_unit(unit, most.max(0.0));
        // Without values, with one value, or with values from zero, the whole axis is shown.
        if least >= most || least < 0.5 * most {
            return whole;
        }
        let margin = 0.08 * (most - least);
        let (from, to) = ((least - margin).max(0.0), most + margin);
        let step = if unit == "s" {
            clock_step(from, to)
        } else {
            round_step_of(to - from, if unit == "count" { 1.0 } else { 0.0 })
        };
        Self { from, to, ticks: ticks(from, to, step), ..whole }
    }

    /// The same without the name of its unit, which its title contains.
    pub(in crate::report) fn untitled(self) -> Self {
        Self { unit: "", ..self }
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

impl Axis {
    /// A number in the unit of the axis, in about three digits.
    pub(in crate::report) fn short(&self, value: f64) -> String {
        let number = value / self.scale;
        let decimals = match number.abs() {
            size if size >= 99.95 || number.fract() == 0.0 => return thousands(number.round()),
            size if size >= 9.995 => 1,
            _ => 2,
        };
        let text = format!("{number:.decimals$}");
        text.trim_end_matches('0').trim_end_matches('.').into()
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

/// A round step of a clock for at most seven ticks, finer than those of [`CLOCK`] if necessary.
fn clock_step(from: f64, to: f64) -> f64 {
    let steps = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0];
    let more = [7200.0, 10_800.0, 21_600.0, 43_200.0, 86_400.0, 172_800.0, 604_800.0];
    let fits = |step: &&f64| (to - from) / **step <= 6.0;
    let found = steps.iter().chain(&more).find(fits);
    found.copied().unwrap_or_else(|| round_step_of(to - from, 86_400.0))
}

/// 1, 2 or 5 times a power of ten, at least `least`, so that a span has at most six steps.
fn round_step_of(span: f64, least: f64) -> f64 {
    let mut power = 10_f64.powf(span.log10().floor() - 2.0);
    loop {
        for step in [power, 2.0 * power, 5.0 * power] {
            if step >= least && span / step <= 6.0 {
                return step;
            }
        }
        power *= 10.0;
    }
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
    fn an_axis_around_values_begins_at_zero_only_if_they_differ_by_much() {
        let around = |unit, values: &[f64]| labels(&Axis::around(unit, values.iter().copied()));
        assert_eq!(around("s", &[2760.0, 2940.0]), "46 47 48 49 minutes");
        assert_eq!(around("s", &[600.0, 2940.0]), "0 10 20 30 40 50 minutes");
        assert_eq!(around("cost", &[10_100.0, 10_900.0]), "10,200 10,400 10,600 10,800 cost");
        assert_eq!(around("bytes", &[9e9, 9.5e9]), "9 9.1 9.2 9.3 9.4 9.5 GB");
        assert_eq!(around("count", &[7.0]), "0 2 4 6 count");
        assert_eq!(around("count", &[]), "0 1 count");
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
