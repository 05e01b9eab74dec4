//! Sensitivity analysis: which factors a metric depends on, and how much. No files, no terminal.
//!
//! A method chooses the points and computes indices from their values; it knows neither scenarios nor metrics. A
//! [`Study`] applies a method to both.

mod analysis;
mod axis;
mod candidates;
mod morris;
mod resample;
mod study;
mod variance;

pub use analysis::Analysis;
pub use axis::Axis;
pub use candidates::{Candidates, LeftOut, candidates};
pub use morris::{Scale, Trajectories};
pub use study::{Finding, Method, Study, StudyError};
pub use variance::Samples;

/// An index of a factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    /// Its estimate.
    pub value: f64,
    /// Its 95 % confidence interval, where there is one.
    pub ci95: Option<(f64, f64)>,
}

/// What a method says of one factor.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// How many of the comparisons that were made for it have no value, because the metric never came
    /// about at a point of them.
    pub never: usize,
    /// In how many of these it is the factor that decides: it came about with one value of it only.
    pub never_by_key: usize,
    /// The indices of the method, in its order; `None` where there is none.
    pub numbers: Vec<Option<Number>>,
}

#[cfg(test)]
mod tests;
