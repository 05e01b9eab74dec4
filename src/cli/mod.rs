//! The terminal: what was asked, how far it is, what came out, with which exit code.

mod args;
mod commands;
mod exit;
mod explain;
mod interruption;
mod list;
mod merge;
mod progress;
mod replay;
mod report;
mod running;
mod sensitivity;
mod sweep;
mod varied;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

/// Runs the program with `args`, the first of which is its name.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let exit = match args::Arguments::try_parse_from(args) {
        Ok(arguments) => commands::carry_out(&arguments),
        Err(error) => {
            // Help and version are no errors; clap knows, and where each is printed.
            let is_wrong = error.use_stderr();
            let printed = error.print();
            match (is_wrong, printed) {
                (true, _) => exit::Exit::Usage,
                (false, Ok(())) => exit::Exit::Done,
                (false, Err(_)) => exit::Exit::Failed,
            }
        }
    };
    exit.into()
}
