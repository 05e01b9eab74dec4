//! Suites that need programs beside a Rust toolchain: a browser, and the schedulers of clusters.

#![expect(clippy::print_stdout, reason = "states which suites ran")]

mod cluster;
mod page;

use std::process::ExitCode;

fn main() -> ExitCode {
    let passed = [page::passes(), cluster::passes()];
    if passed.iter().all(|passed| *passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
