//! Timelines of agents (REP-3), for people and for programs.

mod format;
mod json;
mod overview;
mod text;
mod trace;
mod words;

pub use json::{stories_as_json, stories_as_lines};
pub use overview::stories_as_text;
pub use trace::stories_as_trace;
