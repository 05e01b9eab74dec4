//! The result of reading logs.

use crate::model::observation::Observations;

/// The result of reading logs.
#[derive(Clone, Debug)]
pub struct LogReading {
    /// The observations.
    pub observations: Observations,
    /// The report: what was read from where, and what could not be read or assigned.
    pub account: Vec<String>,
}
