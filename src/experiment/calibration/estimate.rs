//! An estimate of one key.

use super::plausible::Plausible;

/// The confidence level of every interval of a calibration.
pub const CONFIDENCE: f64 = 0.9;

/// An estimate of a key of the scenario, or of a quantity without a key.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The key, such as `notification.threads`, or the name of the quantity.
    pub key: String,
    /// Whether it is a key of the scenario.
    pub is_key: bool,
    /// The unit of the numbers.
    pub unit: &'static str,
    /// The estimate; `None` if it is not a number.
    pub value: Option<f64>,
    /// The ends of its 90 % interval; `None` if there is none.
    pub interval: Option<(f64, f64)>,
    /// The method.
    pub method: &'static str,
    /// The evidence, in words.
    pub evidence: String,
    /// The number of log lines.
    pub lines: usize,
    /// The value for the scenario; `None` if the logs do not determine it.
    pub plausible: Option<Plausible>,
}

impl Estimate {
    /// An estimate without numbers.
    pub fn of(
        key: impl Into<String>,
        unit: &'static str,
        method: &'static str,
        lines: usize,
    ) -> Self {
        Self {
            key: key.into(),
            is_key: true,
            unit,
            value: None,
            interval: None,
            method,
            evidence: String::new(),
            lines,
            plausible: None,
        }
    }

    /// The same of something that is no key.
    #[must_use]
    pub fn without_key(self) -> Self {
        Self { is_key: false, ..self }
    }

    /// The same with a number and, optionally, an interval.
    #[must_use]
    pub fn valued(self, value: f64, interval: Option<(f64, f64)>) -> Self {
        Self { value: Some(value), interval, ..self }
    }

    /// The same with a description of the evidence.
    #[must_use]
    pub fn from(self, evidence: String) -> Self {
        Self { evidence, ..self }
    }

    /// The same with a value for the scenario.
    #[must_use]
    pub fn given(self, plausible: Plausible) -> Self {
        Self { plausible: Some(plausible), ..self }
    }
}
