//! What things cost in memory, counted by an allocator.

mod counting;
mod network;
mod scenario;
