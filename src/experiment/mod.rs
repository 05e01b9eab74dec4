//! Many runs: options and replications on all cores, results in a fixed order. No files, no terminal.

mod estimates;
mod replicate;

pub use estimates::{Estimate, estimates};
pub use replicate::{Experiment, Progress};
