//! Sensitivity analysis: which factors a metric depends on, and how strongly. No files, no terminal.
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
    /// Its 95 % confidence interval, if there is one.
    pub ci95: Option<(f64, f64)>,
}

/// The findings of a method on one factor.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// The number of comparisons for it that have no value, because the metric was never reached at one of their
    /// points.
    pub never: usize,
    /// The number of these in which the factor decides: the metric was reached at one of the two points only.
    pub never_by_key: usize,
    /// The indices of the method, in its order; `None` if undefined.
    pub numbers: Vec<Option<Number>>,
}

#[cfg(test)]
mod tests;
