//! Many runs: options and replications on all cores, results in a fixed order. No files, no terminal.

mod estimates;
mod inquiry;
mod pilot;
mod replicate;

pub use estimates::{Difference, Estimate, difference, estimates};
pub use inquiry::{Answer, Inquiry, InquiryError, Whom};
pub use pilot::{Effort, effort, memory, reduced};
pub use replicate::{Experiment, Progress};
