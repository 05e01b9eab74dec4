//! Numbers in tables, as decimal digits.

use std::fmt;

use crate::measure::run::Value;
use crate::units::{SimDuration, SimTime};

/// A number, stored as decimal digits: exact where a binary fraction would not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) struct Number(String);

impl Number {
    /// A floating-point number; none if it is infinite or not a number.
    pub(in crate::report) fn real(number: f64) -> Option<Self> {
        number.is_finite().then(|| Self(number.to_string()))
    }

    /// A number between 0 and 1, to six decimals.
    pub(in crate::report) fn probability(number: f64) -> Self {
        Self(format!("{number:.6}"))
    }

    /// A whole number.
    pub(in crate::report) fn count(number: u64) -> Self {
        Self(number.to_string())
    }

    /// The number with these decimal digits.
    pub(in crate::report) fn of_digits(digits: &str) -> Self {
        Self(digits.into())
    }

    /// `value` times 10^-`decimals`, with as many digits as necessary.
    pub(in crate::report) fn decimal(units: u64, decimals: u32) -> Self {
        let one = 10_u64.pow(decimals);
        let (whole, part) = (units / one, units % one);
        if part == 0 {
            return Self(whole.to_string());
        }
        let digits = format!("{part:0width$}", width = decimals as usize);
        Self(format!("{whole}.{}", digits.trim_end_matches('0')))
    }

    /// Seconds from the start of the scenario.
    pub(in crate::report) fn time(time: SimTime) -> Self {
        Self::decimal(time.as_nanos(), 9)
    }

    /// Agents × seconds.
    pub(in crate::report) fn agent_seconds(agent_nanos: u128) -> Self {
        let (whole, part) = (agent_nanos / 1_000_000_000, agent_nanos % 1_000_000_000);
        let digits = format!("{whole}.{part:09}");
        Self(digits.trim_end_matches('0').trim_end_matches('.').into())
    }

    /// Seconds.
    pub(in crate::report) fn span(span: SimDuration) -> Self {
        Self::decimal(span.as_nanos(), 9)
    }

    /// The nearest floating-point number.
    #[cfg(feature = "parquet")]
    pub(in crate::report) fn nearest(&self) -> f64 {
        self.0.parse().expect("digits are a number")
    }
}

/// The value of a metric.
pub(in crate::report) fn value(value: Value) -> Option<Number> {
    match value {
        Value::Count(count) => Some(Number::count(count)),
        Value::Seconds(time) => time.map(Number::span),
        Value::Real(real) => Number::real(real),
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<[u8]> for Number {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_and_short() {
        for (units, decimals, said) in [
            (0, 9, "0"),
            (1, 9, "0.000000001"),
            (1_500_000_000, 9, "1.5"),
            (60_000_000_000, 9, "60"),
            (1_500_000, 9, "0.0015"),
            (125_000, 4, "12.5"),
            (7, 0, "7"),
        ] {
            assert_eq!(Number::decimal(units, decimals).to_string(), said);
        }
    }

    #[test]
    fn an_invalid_number_is_none() {
        assert_eq!(Number::real(f64::NAN), None);
        assert_eq!(Number::real(f64::INFINITY), None);
        assert_eq!(Number::real(0.25).map(|number| number.to_string()), Some("0.25".into()));
    }
}
