//! A plan: as people and programs read it at the terminal, and as files for the console.

mod json;
mod planned;
mod tables;
mod text;

pub use planned::Planned;
pub use tables::take_plan_over;
