//! A calibration with its request.

use crate::experiment::calibration::Calibrated;
use crate::experiment::calibration::shape::LogDay;

/// A calibration with its request.
#[derive(Debug)]
pub struct CalibrationResults<'a> {
    /// The calibration.
    pub calibrated: &'a Calibrated,
    /// The report of reading the logs.
    pub account: &'a [String],
    /// The name of the scenario.
    pub scenario: &'a str,
    /// The request, without arguments that do not affect the results.
    pub command: Vec<String>,
    /// Seed of all random numbers.
    pub seed: u64,
}

/// A day in words: `span 2, day 3`, both from 1.
pub(super) fn day_named(day: LogDay) -> String {
    format!("span {}, day {}", day.window + 1, day.day + 1)
}
