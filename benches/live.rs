//! The engine of live pages at 6,000 agents, in Node.js: the time to the first result, and runs a second.
//!
//! `bash live/build.sh; cargo bench --bench live`
#![expect(clippy::print_stdout, reason = "this is a report")]

use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let engine = root.join("target/live/updraft-live.wasm.gz");
    if !engine.is_file() {
        println!("live page: not measured, because `bash live/build.sh` has not built the engine");
        return ExitCode::SUCCESS;
    }
    let status = Command::new("node")
        .arg(root.join("tests/external/live/speed.mjs"))
        .arg(engine)
        .arg(root.join("scenarios/branch-offices.toml"))
        .status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(status) => {
            println!("live page: Node.js ended with {status}");
            ExitCode::FAILURE
        }
        Err(cause) => {
            println!("live page: Node.js cannot be started: {cause}");
            ExitCode::FAILURE
        }
    }
}
