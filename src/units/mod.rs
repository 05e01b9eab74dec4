//! Quantities of a run: integer time, bytes and rates, and their conversion from and to text.
//!
//! Quantities inside a run are integers, so two runs agree to the last bit, and the fast solver can be compared with
//! the reference solver for *equality*. Quantities of a scenario (`"15 min"`, `"60 MB"`, `"10 Mbit/s"`) are parsed and
//! printed by [`text`] only; columns of bare numbers are parsed by [`decimal`].

mod amount;
pub mod decimal;
mod rate;
pub mod text;
mod time;

pub use amount::Bytes;
pub(crate) use rate::scaled;
pub use rate::{BitRate, FineRate};
pub use time::{SimDuration, SimTime};
