//! The cases that the vendor's documents work out or imply, each with its exact input and output.
//! They are numbered as they were collected; a number that is missing belongs to a rule that is not
//! built yet.
//!
//! Where a case is a decision, `policy` is asked; where it is a process, a small scenario is lived
//! through and its facts are read.

mod admission;
mod content;
mod duplication;
mod notification;
mod schedule;
mod source_order;
mod world;
