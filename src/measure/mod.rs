//! Measurements: the numbers of one run. Nothing here reads files or draws random numbers.

mod agent_state;
mod agent_tracer;
mod agents;
mod cautions;
mod components;
pub mod event_log;
mod links;
mod lints;
mod names;
mod prospects;
mod queries;
mod reached;
mod recalls;
mod recorder;
mod releases;
pub mod run;
mod sites;
mod stocks;
mod tallies;
pub mod timeline;
mod timeline_builder;
mod track;
mod update_agents;
pub mod waiting;
mod waits;
mod waves;

pub use crate::model::metric::METRICS;
pub use agent_tracer::AgentTracer;
pub use lints::lints;
pub use names::{Chosen, Names};
pub use recorder::{Places, Recorder};
