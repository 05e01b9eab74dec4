//! updraft: a discrete-event simulator of how security updates travel through a company's network.

pub mod cli;
pub mod engine;
pub mod experiment;
pub mod ids;
pub mod import;
pub mod measure;
pub mod model;
pub mod network;
pub mod policy;
pub mod random;
pub mod report;
pub mod scenario;
pub mod simulation;
pub mod units;
