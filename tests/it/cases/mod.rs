//! The cases that the vendor's documents work out or imply, each with its exact input and output. Those named `t_…` are
//! numbered as they were collected; the others are about the effect of a rule in a run.
//!
//! If a case is a decision, `policy` is called; if it is a process, a small scenario is run and its facts are examined.

mod admission;
mod catching_up;
mod changes;
mod content;
mod duplication;
mod faults;
mod graph;
mod groups;
mod images;
mod lines;
mod mesh;
mod notification;
mod orders;
mod other_sources;
mod places;
mod reach;
mod recalls;
mod roaming;
mod schedule;
mod side_transfers;
mod source_order;
mod waves;
mod world;
