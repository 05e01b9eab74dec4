//! Numbers out: what one run yields, ready to be written. Nothing here reads files or draws.

mod agents;
mod cautions;
mod links;
mod metrics;
mod queries;
mod recorder;
pub mod run;
mod sites;
mod tallies;

pub use metrics::METRICS;
pub use recorder::{Places, Recorder};
