//! The network: channels, routes, and transfers that share the channels by max-min fairness.
//!
//! [`Topology`] knows nodes and links and finds routes. [`Network`] knows channels with capacities, the transfers over
//! them, and when each ends. Neither knows what is transferred or why.
//!
//! The rates are *defined* by [`solver::reference`], a slow and direct implementation. All other solvers compute the
//! same integers faster.

mod check;
mod flows;
mod hanging_trees;
mod incast;
mod indexed_heap;
mod inspection;
mod link;
mod quantum;
mod readings;
pub mod replay;
mod route_changes;
mod routes;
pub mod solver;
pub mod tcp;
mod tcp_start;
#[cfg(test)]
mod tests;
mod topology;
mod transfers;

pub use flows::slab::TransferId;
pub use hanging_trees::{HangingTrees, TreeWay};
pub use inspection::{TransferState, WORK_PER_BYTE};
pub use link::{Carries, Link, RouteChoice, RoutesBy, Traffic};
pub use readings::{Counts, Limit, Prospect};
pub use routes::{Passing, RootEnd, Route, Routes};
pub use solver::placement::Method;
pub use tcp::Transport;
pub use tcp_start::{Started, Starting, TcpStarts};
pub use topology::Topology;
pub use transfers::{Ended, MAX_WEIGHT, Network};
