//! The network as a whole: against another simulator, against closed forms, against itself.

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
