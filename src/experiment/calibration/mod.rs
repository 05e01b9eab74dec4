//! Calibration: estimates the values of a scenario from logs, with intervals, and tests whether the resulting model
//! reproduces held-out days.

pub mod answers;
pub mod cells;
mod contents;
pub mod envelope;
pub mod estimate;
mod fetches;
pub mod history_matching;
mod links;
pub mod log_normal;
pub mod match_space;
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
pub use study::{Calibrated, Calibration, CalibrationError, MEMBERS, POINTS, estimates_of};
