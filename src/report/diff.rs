//! The comparison of two results: the differences in the scenario, and in every metric, with interval and verdict.

mod differences;
mod json;
mod keys;
mod markdown;
mod rows;
mod text;

pub use differences::{Diff, diff};
pub use json::diff_json;
pub use markdown::diff_markdown;
pub use rows::worse_lines;
pub use text::diff_text;
