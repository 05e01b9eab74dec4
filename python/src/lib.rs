//! The native part of the Python package `updraft`: it runs a command in this process, and passes tables on as Arrow.
//! What a command means is decided by the command line alone.

mod command;
mod table;
mod toml_text;

use pyo3::prelude::*;

/// The module `updraft._native`.
#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::command::{Outcome, carry_out, program, version};
    #[pymodule_export]
    use crate::table::Table;
    #[pymodule_export]
    use crate::toml_text::toml;
}
