//! A comparison inside another program: a scenario from a file or a text, runs on all cores, means with intervals.
//!
//! `cargo run --release --example embed [SCENARIO]`
#![expect(clippy::print_stdout, reason = "an example shows what it finds")]

use std::sync::atomic::AtomicBool;

use updraft::experiment::{Experiment, estimates};
use updraft::model::settings::TopologyOption;
use updraft::scenario::{Overrides, Scenario};

/// Two branches on slow links.
const SMALL: &str = include_str!("small.toml");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (name, text) = match std::env::args().nth(1) {
        Some(file) => (file.clone(), std::fs::read_to_string(file)?),
        None => ("small.toml".into(), SMALL.into()),
    };
    // Equivalent to `--set server.slots=5`.
    let overrides = Overrides(vec![("server.slots".into(), "5".into())]);
    let scenario = Scenario::parse(&text, &name, &overrides)?;
    let experiment = Experiment {
        scenario: &scenario,
        options: TopologyOption::ALL.to_vec(),
        replications: 5,
        seed: scenario.seed,
        keeps_agents: false,
        ensemble: &[],
        threads: 0,
    };
    // Another thread may set this flag; then `run` returns `None`.
    let stop = AtomicBool::new(false);
    let Some(runs) = experiment.run(&stop, &|_progress| {})? else { return Ok(()) };
    for estimate in estimates(&runs).iter().filter(|at| at.metric.name == "protected_p95_s") {
        match (estimate.mean, estimate.ci95) {
            (Some(mean), Some((low, high))) => {
                println!("{:10} {mean:8.1} s  [{low:.1}, {high:.1}]", estimate.option.name());
            }
            _ => println!("{:10} not within the scenario", estimate.option.name()),
        }
    }
    Ok(())
}
