//! A custom choice of sources instead of the product's: agents skip the Update Agents of their list and try the server
//! first.
//!
//! `cargo run --release --example source_policy`
#![expect(clippy::print_stdout, reason = "an example shows what it finds")]

use updraft::experiment::places;
use updraft::ids::AgentId;
use updraft::measure::Recorder;
use updraft::measure::run::RunMeasurements;
use updraft::model::settings::TopologyOption;
use updraft::policy::source_order::{
    ProductRules, Progress, SourceChoice, SourcePolicy, SourceView, next_source,
};
use updraft::random::Streams;
use updraft::scenario::{Overrides, Scenario};
use updraft::simulation::Simulation;
use updraft::units::SimTime;

/// The server before any Update Agent.
#[derive(Debug)]
struct ServerFirst;

impl SourcePolicy for ServerFirst {
    fn next_source(&self, _agent: AgentId, view: &SourceView<'_>, after: Progress) -> SourceChoice {
        // The step of an agent that has tried its whole list.
        let after = match after {
            Progress::Begin | Progress::Entry(_) => Progress::Entry(u16::MAX),
            later => later,
        };
        next_source(view, after)
    }
}

fn run(scenario: &Scenario, policy: &dyn SourcePolicy) -> RunMeasurements {
    let streams = Streams::new(1, 0);
    let sampled = scenario.sample(&streams);
    let (company, topology) = (&sampled.company, &sampled.topology);
    let option = TopologyOption::ServerUa;
    let simulation = Simulation::new(company, topology, scenario.transport, option, streams);
    let mut simulation = simulation.with_source_policy(policy);
    let every = scenario.sample_every;
    let mut recorder = Recorder::new(&simulation, topology, places(&sampled), every, false);
    let end = SimTime::START + scenario.duration;
    let mut now = SimTime::START;
    while now < end {
        now = now.saturating_add(every).min(end);
        simulation.run_until(now, &mut recorder);
        recorder.sample(&simulation);
    }
    recorder.finish(&simulation, topology, 1)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = include_str!("small.toml");
    let scenario = Scenario::parse(text, "small.toml", &Overrides::default())?;
    let (product, own) = (run(&scenario, &ProductRules), run(&scenario, &ServerFirst));
    for metric in ["protected_p95_s", "wan_bytes", "ua_egress_bytes"] {
        let shown =
            |run: &RunMeasurements| run.value(metric).map_or("–".into(), |at| at.to_string());
        println!("{metric:20} product {:>16}  server first {:>16}", shown(&product), shown(&own));
    }
    assert!(own.value("wan_bytes") > product.value("wan_bytes"), "every agent loads the links");
    Ok(())
}
