//! The `updraft` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    updraft::program(std::env::args_os())
}
