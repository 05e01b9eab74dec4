//! Suites that need programs beside a Rust toolchain: a browser, the
//! schedulers of clusters, and a tracer that kills at a given system call.

#![expect(clippy::print_stdout, reason = "states which suites ran")]

mod cluster;
mod crash;
mod page;

use std::process::ExitCode;

fn main() -> ExitCode {
    let passed = [crash::passes(), page::passes(), cluster::passes()];
    if passed.iter().all(|passed| *passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
