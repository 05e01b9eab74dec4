//! Many runs: options and replications on all cores, results in a fixed order. No files, no terminal.

mod estimates;
mod inquiry;
pub mod intervals;
mod pilot;
pub mod plan;
pub mod precision;
mod replicate;
mod sampling;
pub mod selection;
pub mod sensitivity;
pub mod sweep;
mod thresholds;

pub use estimates::{
    Difference, Estimate, Probability, Quantile, QuantileInterval, difference, estimates,
    probabilities, quantiles,
};
pub use inquiry::{Answer, Inquiry, InquiryError, Whom};
pub use pilot::{Effort, effort, memory, memory_of_runs, reduced};
pub use replicate::{Experiment, Progress};
pub use sampling::{Decision, EndedBy, Sampled, Sampling, SelectedOption};
pub use thresholds::{Judgement, Verdict, judge};
