//! What came of a calibration, and of what.

use crate::experiment::calibration::Calibrated;
use crate::experiment::calibration::shape::LogDay;

/// What came of a calibration, and of what.
#[derive(Debug)]
pub struct CalibrationResults<'a> {
    /// What came of it.
    pub calibrated: &'a Calibrated,
    /// What was read of the logs.
    pub account: &'a [String],
    /// The name of the scenario.
    pub scenario: &'a str,
    /// What was asked, without what changes nothing in the results.
    pub command: Vec<String>,
    /// Seed of all randomness.
    pub seed: u64,
}

/// A day in words: `span 2, day 3`, both from 1.
pub(super) fn day_named(day: LogDay) -> String {
    format!("span {}, day {}", day.window + 1, day.day + 1)
}
