//! What a plan must reach: `protected_p95_s <= 7200`.

use std::fmt;

use crate::experiment::estimates::value_of;
use crate::measure::METRICS;
use crate::measure::run::{Metric, RunMeasurements};
use crate::scenario::nearest;

/// A limit on a metric of one run, which is one day with its luck.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// The metric.
    pub metric: Metric,
    /// On which side of the limit it must be.
    pub side: Side,
    /// The limit, in the metric's unit.
    pub limit: f64,
}

/// A side of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// At most the limit: `<=`.
    AtMost,
    /// At least the limit: `>=`.
    AtLeast,
}

impl Target {
    /// Reads `METRIC <= LIMIT` or `METRIC >= LIMIT`, the limit in the metric's unit.
    ///
    /// # Errors
    /// What is wrong with it, and what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let sides = [("<=", Side::AtMost), (">=", Side::AtLeast)];
        let split = |(sign, side)| text.split_once(sign).map(|(name, limit)| (name, side, limit));
        let (name, side, limit) = sides
            .into_iter()
            .find_map(split)
            .ok_or_else(|| format!("`{text}` is no target such as \"protected_p95_s <= 7200\""))?;
        let name = name.trim();
        let metric = METRICS.iter().find(|metric| metric.name == name).ok_or_else(|| {
            let near = nearest(name, METRICS.iter().map(|metric| metric.name));
            let near = near.unwrap_or_else(|| "`updraft list metrics` names all".into());
            format!("there is no metric `{name}`; {near}")
        })?;
        let limit: f64 = limit
            .trim()
            .parse()
            .ok()
            .filter(|limit: &f64| limit.is_finite())
            .ok_or_else(|| format!("`{}` is no number of {}", limit.trim(), metric.unit))?;
        Ok(Self { metric: *metric, side, limit })
    }

    /// The metric's value in `run`; `None` if it never came about.
    pub fn value(&self, run: &RunMeasurements) -> Option<f64> {
        value_of(run, self.metric.name)
    }

    /// Whether the run meets it. What never came about took longer than any limit.
    pub fn is_met_by(&self, run: &RunMeasurements) -> bool {
        self.excess(run) <= 0.0
    }

    /// How far the run is beyond the limit, relative to it; negative where it is met, infinite where
    /// the metric never came about and should have soon.
    pub fn excess(&self, run: &RunMeasurements) -> f64 {
        let scale = self.limit.abs().max(1.0);
        match (self.side, self.value(run)) {
            (Side::AtMost, None) => f64::INFINITY,
            (Side::AtLeast, None) => f64::NEG_INFINITY,
            (Side::AtMost, Some(value)) => (value - self.limit) / scale,
            (Side::AtLeast, Some(value)) => (self.limit - value) / scale,
        }
    }
}

/// Targets that contradict each other, if any do: a plan for them cannot be.
pub fn contradiction(targets: &[Target]) -> Option<(Target, Target)> {
    let pairs = targets.iter().flat_map(|a| targets.iter().map(move |b| (*a, *b)));
    let mut pairs = pairs.filter(|(low, high)| {
        low.metric == high.metric && low.side == Side::AtLeast && high.side == Side::AtMost
    });
    pairs.find(|(low, high)| low.limit > high.limit)
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.side == Side::AtMost { "<=" } else { ">=" };
        write!(f, "{} {sign} {}", self.metric.name, self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_read_and_said() {
        let target = Target::parse("server_egress_peak_bps<=300e6").unwrap();
        assert_eq!((target.metric.name, target.side), ("server_egress_peak_bps", Side::AtMost));
        assert_eq!(target.to_string(), "server_egress_peak_bps <= 300000000");
        for (text, part) in [
            ("protected_p59_s <= 1", "did you mean `protected_p"),
            ("protected_p95_s < 1", "no target"),
            ("protected_p95_s <= soon", "`soon` is no number of s"),
            ("protected_p95_s <= inf", "no number"),
        ] {
            let error = Target::parse(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn contradictions_are_found() {
        let both = ["rounds >= 10", "rounds <= 9"].map(|text| Target::parse(text).unwrap());
        assert!(contradiction(&both).is_some());
        let fine = ["rounds >= 10", "rounds <= 10"].map(|text| Target::parse(text).unwrap());
        assert!(contradiction(&fine).is_none());
    }
}
