//! Timelines of agents (REP-3) as text, JSON, JSON Lines and Chrome trace.

mod format;
mod json;
mod overview;
mod text;
mod trace;
mod words;

pub use json::{timelines_as_json, timelines_as_lines};
pub use overview::timelines_as_text;
pub use trace::timelines_as_trace;
