//! What all artefacts share for reading a results folder.

mod error;
mod files;
mod rows;

pub use error::ResultsLoadError;
pub(super) use files::{Files, read};
pub(super) use rows::{OptionCell, Seconds, value};
