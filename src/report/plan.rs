//! Plans: text and JSON for the terminal, tables and scenarios for the results folder.

mod effects;
mod json;
mod planned;
mod risks;
mod tables;
mod text;

pub use effects::{effects, effects_text};
pub use planned::Planned;
pub(super) use tables::plan_files;
pub use tables::take_plan_over;
