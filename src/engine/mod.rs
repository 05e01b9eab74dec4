//! When things happen: the agenda of a discrete-event run.
//!
//! It knows instants and the order of what is due; it does not know what an event means.

mod event_queue;
mod radix_heap;

pub use event_queue::{EventQueue, LANES, Ordered};
