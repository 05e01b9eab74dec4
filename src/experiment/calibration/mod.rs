//! From what logs tell to the values of a scenario: estimates with intervals, and whether the model that they make
//! reproduces days that it has not seen.

pub mod answers;
pub mod cells;
mod contents;
pub mod envelope;
pub mod estimate;
mod fetches;
mod links;
pub mod log_normal;
mod notifications;
pub mod overlap;
pub mod overlay;
pub mod plausible;
mod presence;
pub mod shape;
mod simulated;
mod study;
pub mod verdict;

pub use simulated::observed;
pub use study::{Calibrated, Calibration, CalibrationError, MEMBERS, estimates_of};
