//! The event queue of a discrete-event run.
//!
//! This layer knows instants and the order of events; it does not know what an event means.

mod event_queue;
mod ordered;
mod radix_heap;

pub use event_queue::{EventQueue, LANES, Ordered};
