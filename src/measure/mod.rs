//! Numbers out: what one run yields, ready to be written. Nothing here reads files or draws.

mod agents;
mod cautions;
mod foreseen;
mod lens;
mod links;
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

pub use crate::model::metric::METRICS;
pub use foreseen::foreseen;
pub use lens::Lens;
pub use names::{Chosen, Names};
pub use recorder::{Places, Recorder};
