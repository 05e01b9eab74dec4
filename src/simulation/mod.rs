//! The simulation: the effect of each event.
//!
//! [`run::Simulation`] holds a company's changing state, an event queue and a network; its `handle` lists all handlers.
//! Handlers are grouped by process, not by actor: an Update Agent *is* an agent that also serves, and server and Update
//! Agents obtain their content in the same way. A handler asks `policy` for the decision, carries it out, and records
//! the fact; it makes no decisions itself. This is the only layer in which event queue, network and rules meet.

mod active_faults;
mod by_site;
mod capacities;
mod census;
mod changing;
mod commanding;
mod connections;
mod dashboard;
mod desktop_line;
mod desktops;
pub mod event;
pub mod fact;
mod facts;
mod faults;
mod free_numbers;
mod images;
mod in_line;
mod kept;
mod lists;
pub mod memo;
mod mirroring;
mod notification_queue;
mod notifiers;
mod notifying;
mod older_sources;
mod other_sources;
mod other_stocks;
mod other_traffic;
mod paged_column;
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
mod resuming;
mod retrying;
mod roaming;
mod rolling_out;
mod rollouts;
mod round;
pub mod round_id;
mod rounds;
pub mod run;
mod schedules;
mod sending;
mod server_state;
mod side_transfers;
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

pub use census::{Census, Holder};
pub use fact::{Fact, Observer};
pub use run::Simulation;
