//! How fast things move: channels, routes, and all transfers in progress sharing them fairly.
//!
//! [`Topology`] knows nodes and links and finds routes. [`Network`] knows channels with capacities
//! and the transfers over them, and when each ends. Neither knows what is transferred or why.
//!
//! The rates are *defined* in [`definition`], slowly and obviously. Everything else computes the
//! same integers faster.

pub mod definition;
mod quantum;
mod topology;

pub use topology::{Link, Route, Routes, Topology};
