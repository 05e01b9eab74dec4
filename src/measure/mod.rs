//! Numbers out: what one run yields, ready to be written. Nothing here reads files or draws.

mod agents;
mod cautions;
mod foreseen;
mod lens;
mod links;
mod metrics;
mod names;
mod queries;
mod recorder;
pub mod run;
mod sites;
pub mod story;
mod tallies;
mod telling;
mod track;
mod update_agents;
mod waiting;

pub use foreseen::foreseen;
pub use lens::Lens;
pub use metrics::METRICS;
pub use names::{Chosen, Names};
pub use recorder::{Places, Recorder};
