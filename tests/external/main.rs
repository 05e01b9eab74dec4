//! Suites that need more than a Rust toolchain: a browser, the schedulers of clusters, and a tracer that kills at a
//! given system call.
//!
//! `.ci/run` installs these programs and sets `UPDRAFT_EXTERNAL=require`: then a suite fails if one is missing.
//! Otherwise the suite reports that it is skipped, and passes.

#![expect(clippy::print_stdout, reason = "states which suites ran")]

mod cluster;
mod crash;
mod page;

use std::process::ExitCode;

/// The outcome of a suite with a missing program.
fn left_out(missing: &str) -> Result<String, String> {
    match std::env::var("UPDRAFT_EXTERNAL").as_deref() {
        Ok("require") => Err(format!("{missing}, and UPDRAFT_EXTERNAL=require is set")),
        Ok(other) if !other.is_empty() => {
            Err(format!("UPDRAFT_EXTERNAL={other}: expected `require`, or nothing"))
        }
        _ => Ok(format!("LEFT OUT, because {missing}; .ci/run installs it")),
    }
}

fn main() -> ExitCode {
    let passed = [crash::passes(), page::passes(), cluster::passes()];
    if passed.iter().all(|passed| *passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
