//! Memory consumption, counted by an allocator.

mod company;
mod counting;
mod network;
mod run;
mod scenario;
