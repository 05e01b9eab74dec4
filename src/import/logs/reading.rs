//! What was read of logs.

use crate::model::observation::Observations;

/// What was read of logs.
#[derive(Clone, Debug)]
pub struct LogReading {
    /// What they tell.
    pub observations: Observations,
    /// What was read from where, and what could not be read or placed.
    pub account: Vec<String>,
}
