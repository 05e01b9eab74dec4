//! Quantities of a run: integer time, bytes and rates, and their one way to and from text.
//!
//! No quantity inside a run is a floating-point number, so two runs agree to the last bit and the
//! fast solver can be compared with its definition for *equality*. What the scenario writes
//! (`"15 min"`, `"60 MB"`, `"10 Mbit/s"`) is read and printed by [`text`] and nowhere else; columns of
//! bare numbers are read by [`decimal`].

mod amount;
pub mod decimal;
mod rate;
pub mod text;
mod time;

pub use amount::Bytes;
pub use rate::{BitRate, FineRate};
pub use time::{SimDuration, SimTime};
