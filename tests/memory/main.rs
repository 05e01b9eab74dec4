//! What things cost in memory, counted by an allocator.

mod network;
