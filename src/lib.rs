//! updraft: a discrete-event simulator of how security updates travel through a company's network.

pub mod engine;
pub mod ids;
pub mod measure;
pub mod model;
pub mod network;
pub mod policy;
pub mod random;
pub mod simulation;
pub mod units;
