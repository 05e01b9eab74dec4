//! Suites that need more than a Rust toolchain: a browser, the schedulers of clusters, a tracer that kills at a given
//! system call, and a counter of instructions. `cargo test --test external -- growth` runs those with that word in
//! their names.
//!
//! `.ci/run` installs these programs and sets `UPDRAFT_EXTERNAL=require`: then a suite fails if one is missing.
//! Otherwise the suite reports that it is skipped, and passes.

#![expect(clippy::print_stdout, reason = "states which suites ran")]

mod cluster;
mod crash;
mod growth;
#[path = "../lists/mod.rs"]
mod lists;
mod live;
mod page;
#[expect(dead_code, reason = "the scenario of headquarters alone is for other tests")]
#[path = "../cli/small/mod.rs"]
mod small;

use std::process::ExitCode;
use std::thread;

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

/// Prints the outcome of a suite; returns whether it passed.
fn has_passed(suite: &str, outcome: Result<String, String>) -> bool {
    match outcome {
        Ok(said) => {
            println!("{suite}: {said}");
            true
        }
        Err(why) => {
            println!("{suite}: FAILED: {why}");
            false
        }
    }
}

/// A suite, and whether it passes.
type Suite = (&'static str, fn() -> bool);

const SUITES: [Suite; 5] = [
    ("crash", crash::passes),
    ("growth", growth::passes),
    ("page", page::passes),
    ("live", live::passes),
    ("cluster", cluster::passes),
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, names @ ..] = &words[..]
        && flag == growth::CASES
    {
        return growth::carry_out(names);
    }
    let wanted: Vec<&String> = words.iter().filter(|word| !word.starts_with('-')).collect();
    let is_wanted =
        |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str()));
    let suites = SUITES.iter().filter(|(name, _)| is_wanted(name));
    // Much of each suite is waiting for other programs.
    let passed: Vec<bool> = thread::scope(|scope| {
        let running: Vec<_> = suites.map(|(_, passes)| scope.spawn(*passes)).collect();
        running.into_iter().map(|suite| suite.join().unwrap_or(false)).collect()
    });
    if passed.iter().all(|passed| *passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
