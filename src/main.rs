//! The `updraft` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(updraft::program(std::env::args_os()))
}
