//! The `updraft` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    updraft::cli::run(std::env::args_os())
}
