//! From what logs tell to the values of a scenario: estimates with intervals, and whether the model that they make
//! reproduces days that it has not seen.

pub mod answers;
pub mod envelope;
pub mod log_normal;
pub mod overlap;
