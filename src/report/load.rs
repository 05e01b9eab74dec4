//! What reading a results folder has in common for all artefacts.

mod error;
mod files;
mod rows;

pub use error::ResultsLoadError;
pub(super) use files::{Files, read};
pub(super) use rows::{OptionCell, Seconds, value};
