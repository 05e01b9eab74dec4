//! All facts of a run as they happen: a custom observer.
//!
//! `cargo run --release --example observe`
#![expect(clippy::print_stdout, reason = "an example shows what it finds")]

use std::collections::BTreeMap;

use updraft::model::settings::TopologyOption;
use updraft::random::Streams;
use updraft::scenario::{Overrides, Scenario};
use updraft::simulation::{Fact, Observer, Simulation};
use updraft::units::SimTime;

/// Counts served requests by source, and remembers the first refusal.
#[derive(Debug, Default)]
struct Served {
    by_source: BTreeMap<u32, u32>,
    first_failure: Option<(SimTime, Fact)>,
}

impl Observer for Served {
    fn observe(&mut self, time: SimTime, fact: Fact) {
        match fact {
            Fact::Served { source, .. } => *self.by_source.entry(source.0).or_default() += 1,
            Fact::AttemptFailed { .. } if self.first_failure.is_none() => {
                self.first_failure = Some((time, fact));
            }
            _ => {}
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = include_str!("small.toml");
    let scenario = Scenario::parse(text, "small.toml", &Overrides::default())?;
    // Replication 0 of seed 1: its company, and the draws of its run.
    let streams = Streams::new(1, 0);
    let sampled = scenario.sample(&streams);
    let option = TopologyOption::ServerUa;
    let mut simulation =
        Simulation::new(&sampled.company, &sampled.topology, scenario.transport, option, streams);
    let mut served = Served::default();
    simulation.run_until(SimTime::START + scenario.duration, &mut served);
    println!("{} events", simulation.events());
    for (source, requests) in &served.by_source {
        println!("source {source} served {requests} requests");
    }
    if let Some((time, fact)) = served.first_failure {
        println!("first failed attempt at {time}: {fact:?}");
    }
    Ok(())
}
