//! Many runs: options and replications on all cores, results in a fixed order. No files, no terminal.

mod estimates;
mod inquiry;
mod replicate;
pub mod sensitivity;
pub mod sweep;

pub use estimates::{Difference, Estimate, difference, estimates};
pub use inquiry::{Answer, Inquiry, InquiryError, Whom};
pub use replicate::{Experiment, Progress};
