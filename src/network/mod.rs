//! How fast things move: channels, routes, and all transfers in progress sharing them fairly.
//!
//! [`Topology`] knows nodes and links and finds routes. [`Network`] knows channels with capacities
//! and the transfers over them, and when each ends. Neither knows what is transferred or why.
//!
//! The rates are *defined* in [`definition`], slowly and obviously. Everything else computes the
//! same integers faster.

mod aside;
mod beside;
mod bursts;
mod class;
mod clocks;
pub mod definition;
mod ends;
mod forest;
mod general;
mod heap;
mod inspection;
mod quantum;
mod readings;
mod regrowth;
pub mod replay;
mod roster;
mod solvers;
mod state;
pub mod tcp;
#[cfg(test)]
mod tests;
mod topology;
mod transfers;

pub use bursts::Bursts;
pub use inspection::{Flow, TransferState, WORK_PER_BYTE};
pub use readings::{Counts, Limit, Prospect};
pub use roster::TransferId;
pub use solvers::Method;
pub use tcp::Transport;
pub use topology::{Carries, Link, Route, Routes, Topology, Traffic};
pub use transfers::{Ended, MAX_WEIGHT, Network};
