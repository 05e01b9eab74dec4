//! The cases that the vendor's documents work out or imply, each with its exact input and output.
//! Those `t_…` are numbered as they were collected; the others are about what a rule does in a run.
//!
//! Where a case is a decision, `policy` is asked; where it is a process, a small scenario is lived
//! through and its facts are read.

mod admission;
mod catching_up;
mod content;
mod duplication;
mod faults;
mod graph;
mod groups;
mod notification;
mod orders;
mod other_sources;
mod places;
mod reach;
mod recalls;
mod schedule;
mod source_order;
mod world;
