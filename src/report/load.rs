//! The parts of reading a results folder that all artefacts share.

mod error;
mod files;
mod rows;

pub use error::ResultsLoadError;
pub(super) use files::{Files, read};
pub(super) use rows::{OptionCell, Seconds, value};
