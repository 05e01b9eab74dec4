//! Experiments: options and replications on all cores, results in a fixed order. No files, no terminal.

mod agent_trace;
pub mod calibration;
mod change;
mod cost_model;
mod estimates;
mod event_log;
pub mod intervals;
mod levers;
mod metric_name;
pub mod plan;
pub mod ranking_and_selection;
mod replicate;
mod run;
mod sampling;
pub mod sensitivity;
pub mod sequential_stopping;
pub mod sweep;
mod threads;
mod thresholds;
mod what_if;

pub use agent_trace::{AgentTrace, AgentTraceError, Answer, Whom};
pub use change::{Change, ChangeOutcome, Comparison, Level, Pairing, changes, same_population};
pub use cost_model::{Effort, effort, memory, memory_of_replications, pilots, reduced};
pub use estimates::{
    Difference, Estimate, Probability, Quantile, QuantileInterval, WorstRelease, difference,
    estimates, probabilities, quantiles, release_estimates, worst_release,
};
pub use levers::{Lever, Levers, scaled, unquoted};
pub use metric_name::metric_named;
pub use replicate::{DETAILED, Experiment, Progress};
pub use run::places;
pub use sampling::{Decision, EndedBy, Sampled, Sampling, SelectedOption};
pub use threads::ThreadsError;
pub use thresholds::{Judgement, Verdict, judge};
pub use what_if::{Tried, levers, what_if};
