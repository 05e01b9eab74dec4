//! What logs say of one key.

use super::plausible::Plausible;

/// The confidence of every interval of a calibration.
pub const CONFIDENCE: f64 = 0.9;

/// An estimate: of a key of the scenario, or of something that the scenario has no key for.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The key, such as `notification.threads`, or a name of what has none.
    pub key: String,
    /// Whether it is a key of the scenario.
    pub is_key: bool,
    /// The unit of the numbers.
    pub unit: &'static str,
    /// The estimate; `None` where it is no number.
    pub value: Option<f64>,
    /// The ends of its interval of 90 %; `None` where there is none.
    pub interval: Option<(f64, f64)>,
    /// By which method.
    pub method: &'static str,
    /// From what, in words.
    pub evidence: String,
    /// How many lines that are.
    pub lines: usize,
    /// What the scenario is given; `None` where the logs leave it open.
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

    /// The same with its number and, if there is one, an interval.
    #[must_use]
    pub fn valued(self, value: f64, interval: Option<(f64, f64)>) -> Self {
        Self { value: Some(value), interval, ..self }
    }

    /// The same with the words of its evidence.
    #[must_use]
    pub fn from(self, evidence: String) -> Self {
        Self { evidence, ..self }
    }

    /// The same with what the scenario is given.
    #[must_use]
    pub fn given(self, plausible: Plausible) -> Self {
        Self { plausible: Some(plausible), ..self }
    }
}
