//! The network as a whole, compared with another simulator, with closed forms, and with itself.

mod closed_forms;
mod companies;
mod counts;
mod many_servers;
mod metamorphic;
mod queueing;
mod simgrid;
mod tcp;
mod tcp_replay;
mod trees;
mod workloads;
