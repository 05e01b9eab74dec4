//! Verbs: what each event does.
//!
//! [`run::Simulation`] holds a company's changing state, an event queue and a network; its `handle` is
//! the table of contents of a run. Handlers are filed by process, because the product's rules cut
//! across actors: an Update Agent *is* an agent that also serves, and server and Update Agents
//! stock themselves by the same idea. A handler asks `policy` what the rules say, does it, and notes
//! the fact; it decides nothing itself. This is the only place where event queue, network and rules meet.

mod active_faults;
mod census;
mod commanding;
mod connections;
mod dashboard;
pub mod event;
pub mod fact;
mod faults;
mod in_line;
mod lists;
pub mod memo;
mod mirroring;
mod notification_queue;
mod notifiers;
mod notifying;
mod other_sources;
mod other_stocks;
mod paths;
mod presence;
mod protecting;
pub mod reading;
mod recalled_versions;
mod recalls;
mod recent;
mod release_coverage;
mod releases;
mod reporting;
mod round;
pub mod round_id;
mod rounds;
pub mod run;
mod schedules;
mod sending;
mod server_state;
mod slot_line;
mod slots;
mod source_sessions;
pub mod state;
pub mod tag;
pub mod tracked;
mod transfer_draws;
mod update_agents;
pub mod versions;
mod waiting_line;

pub use census::Census;
pub use fact::{Fact, Observer};
pub use run::Simulation;
