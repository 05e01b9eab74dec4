//! Targets of a plan, such as `protected_p95_s <= 7200`.

use std::fmt;

use crate::experiment::estimates::{value_of, value_of_release};
use crate::experiment::metric_name::metric_named;
use crate::measure::run::{Metric, RunMeasurements};
use crate::model::ReleaseScope;
use crate::units::decimal::Thousandths;
use crate::units::{BitRate, Bytes, SimDuration, text};

/// A limit on a metric of one run, that is, of one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The metric.
    pub metric: Metric,
    /// The release.
    pub release: ReleaseScope,
    /// The side of the limit on which it must be.
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
    /// Parses `METRIC <= LIMIT` or `METRIC >= LIMIT`; the limit is a quantity such as `2 h`, or a number in the
    /// metric's unit. It may be followed by `, release = NAME`, where NAME is a release, `each` or `worst`.
    ///
    /// # Errors
    /// A description of the error, and what is expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let sides = [("<=", Side::AtMost), (">=", Side::AtLeast)];
        let split = |(sign, side)| text.split_once(sign).map(|(name, limit)| (name, side, limit));
        let (name, side, limit) = sides.into_iter().find_map(split).ok_or_else(|| {
            format!("`{text}` is not a target such as \"protected_p95_s <= 2 h\"")
        })?;
        let name = name.trim();
        let metric = metric_named(name)?;
        let (limit, release) = split_release(limit)?;
        if !release.is_worst() && metric.of_release.is_none() {
            return Err(format!("`{name}` has one value for all releases, none for each"));
        }
        Ok(Self { metric, release, side, limit: parse_limit(limit, metric.unit)? })
    }

    /// The metric's values in `run` that must meet it: the headline, or those of the selected releases; `None` if it
    /// was never reached.
    fn values<'a>(&'a self, run: &'a RunMeasurements) -> impl Iterator<Item = Option<f64>> + 'a {
        let headline = self.release.is_worst().then(|| value_of(run, self.metric.name));
        let meant = run.releases.iter().filter(|release| self.release.names(&release.name));
        let each = meant.map(|release| value_of_release(release, self.metric.name));
        headline.into_iter().chain(each)
    }

    /// The worst value in `run`; `None` if it was never reached.
    pub fn value(&self, run: &RunMeasurements) -> Option<f64> {
        let values: Vec<Option<f64>> = self.values(run).collect();
        let beyond = |value: &Option<f64>| self.excess_of(*value);
        values.into_iter().max_by(|a, b| beyond(a).total_cmp(&beyond(b))).flatten()
    }

    /// Whether the run meets it. A time that was never reached exceeds any limit.
    pub fn is_met_by(&self, run: &RunMeasurements) -> bool {
        self.excess(run) <= 0.0
    }

    /// The excess of the run over the limit, relative to the limit; negative if it is met, infinite if the metric was
    /// never reached but needed to be.
    pub fn excess(&self, run: &RunMeasurements) -> f64 {
        self.values(run).map(|value| self.excess_of(value)).fold(f64::NEG_INFINITY, f64::max)
    }

    fn excess_of(&self, value: Option<f64>) -> f64 {
        let scale = self.limit.abs().max(1.0);
        match (self.side, value) {
            (Side::AtMost, None) => f64::INFINITY,
            (Side::AtLeast, None) => f64::NEG_INFINITY,
            (Side::AtMost, Some(value)) => (value - self.limit) / scale,
            (Side::AtLeast, Some(value)) => (self.limit - value) / scale,
        }
    }
}

/// The limit of a target, and the release after it.
fn split_release(text: &str) -> Result<(&str, ReleaseScope), String> {
    let Some((limit, rest)) = text.split_once(',') else {
        return Ok((text.trim(), ReleaseScope::Worst));
    };
    let name = rest.trim().strip_prefix("release").map(str::trim_start);
    let name =
        name.and_then(|rest| rest.strip_prefix('=')).map(|name| name.trim().trim_matches('"'));
    let name = name.filter(|name| !name.is_empty()).ok_or_else(|| {
        format!("`{}` is not understood; expected `release = NAME`, `each` or `worst`", rest.trim())
    })?;
    Ok((limit.trim(), ReleaseScope::from(name.to_string())))
}

/// A limit in the unit of its metric.
#[expect(clippy::cast_precision_loss, reason = "statistics are floating-point")]
fn parse_limit(text: &str, unit: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    let quantity = || Thousandths::parse_quantity(text, unit).map(|of| of.count() as f64 / 1000.0);
    number.map_or_else(quantity, Ok)
}

/// A limit in a form that [`parse_limit`] reads as the same value: as a quantity if that is exact.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within what was compared"
)]
fn print_limit(limit: f64, unit: &str) -> String {
    let whole = |number: f64| {
        (number.fract() == 0.0 && (1.0..1e15).contains(&number)).then_some(number as u64)
    };
    let printed = match unit {
        "s" => whole(limit * 1000.0)
            .map(|millis| text::print_duration_in_terms(SimDuration::from_millis(millis))),
        "bytes" => whole(limit).map(|bytes| text::print_bytes(Bytes::new(bytes))),
        "bit/s" => whole(limit).map(|rate| text::print_rate(BitRate::from_bits_per_sec(rate))),
        _ => None,
    };
    printed.unwrap_or_else(|| limit.to_string())
}

/// Contradictory targets, if any: no plan can meet them.
pub fn contradiction(targets: &[Target]) -> Option<(Target, Target)> {
    let pairs = targets.iter().flat_map(|a| targets.iter().map(move |b| (a, b)));
    let mut pairs = pairs.filter(|(low, high)| {
        low.metric == high.metric
            && low.release == high.release
            && low.side == Side::AtLeast
            && high.side == Side::AtMost
    });
    let found = pairs.find(|(low, high)| low.limit > high.limit);
    found.map(|(low, high)| (low.clone(), high.clone()))
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.side == Side::AtMost { "<=" } else { ">=" };
        write!(f, "{} {sign} {}", self.metric.name, print_limit(self.limit, self.metric.unit))?;
        if self.release.is_worst() { Ok(()) } else { write!(f, ", release = {}", self.release) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_read_and_said() {
        let target = Target::parse("server_egress_peak_bps<=300e6").unwrap();
        assert_eq!((target.metric.name, target.side), ("server_egress_peak_bps", Side::AtMost));
        assert_eq!(target.to_string(), "server_egress_peak_bps <= 300 Mbit/s");
        for (text, part) in [
            ("protected_p59_s <= 1", "did you mean `protected_p"),
            ("protected_p95_s < 1", "not a target"),
            ("protected_p95_s <= soon", "`soon`: "),
            ("protected_p95_s <= inf", "expected a duration"),
        ] {
            let error = Target::parse(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn limits_are_quantities_and_releases_are_named() {
        for (text, limit, said) in [
            ("protected_p95_s <= 2 h", 7200.0, "protected_p95_s <= 2 h"),
            ("protected_p95_s <= 7200", 7200.0, "protected_p95_s <= 2 h"),
            ("wan_bytes <= 1.5 GB", 1.5e9, "wan_bytes <= 1.5 GB"),
            ("rounds >= 10", 10.0, "rounds >= 10"),
            (
                "protected_p95_s<=90 min , release = \"the upgrade\"",
                5400.0,
                "protected_p95_s <= 1 h 30 min, release = the upgrade",
            ),
            (
                "protected_p95_s <= 2 h, release = each",
                7200.0,
                "protected_p95_s <= 2 h, release = each",
            ),
        ] {
            let target = Target::parse(text).unwrap();
            assert_eq!((target.limit, target.to_string().as_str()), (limit, said));
            assert_eq!(Target::parse(&target.to_string()).unwrap(), target);
        }
        for (text, part) in [
            ("wan_bytes <= 1, release = each", "no value for each"),
            ("protected_p95_s <= 1 h, each", "expected `release = NAME`"),
            ("protected_p95_s <= 1 h, release =", "expected `release = NAME`"),
        ] {
            let error = Target::parse(text).unwrap_err();
            assert!(error.contains(part) || error.contains("none for each"), "{text}: {error}");
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
