//! Memory consumption, counted by an allocator.

mod company;
mod counting;
mod growth;
#[path = "../lists/mod.rs"]
mod lists;
mod network;
mod scenario;
