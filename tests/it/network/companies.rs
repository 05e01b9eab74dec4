//! Whole companies in which the fast solvers are compared with the reference solver at every minute.

use std::path::Path;

use updraft::model::settings::TopologyOption;
use updraft::random::Streams;
use updraft::scenario::{Overrides, Scenario};
use updraft::simulation::{Fact, Observer, Simulation};
use updraft::units::SimTime;

/// Ignores facts.
struct Nobody;

impl Observer for Nobody {
    fn observe(&mut self, _: SimTime, _: Fact) {}
}

fn agrees_with_the_reference(name: &str, minutes: u64) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/companies/{name}"));
    let text = std::fs::read_to_string(file).expect("a company");
    let scenario = Scenario::parse(&text, name, &Overrides::default())
        .unwrap_or_else(|problems| panic!("{problems}"));
    for (replication, option) in
        [0, 1].into_iter().flat_map(|n| TopologyOption::ALL.map(|o| (n, o)))
    {
        let streams = Streams::new(scenario.seed, replication);
        let sampled = scenario.sample(&streams);
        let transport = scenario.transport;
        let mut simulation =
            Simulation::new(&sampled.company, &sampled.topology, transport, option, streams);
        for minute in 1..=minutes {
            simulation.run_until(SimTime::from_secs(minute * 60), &mut Nobody);
            if let Err(difference) = simulation.network().check_against_reference() {
                panic!("{name}, {option:?}, minute {minute}: {difference}");
            }
        }
    }
}

#[test]
fn laptops_on_for_a_second_behind_a_cut_link() {
    agrees_with_the_reference("short-presence-cut-link.toml", 11 * 60);
}

#[test]
fn a_proxy_among_faults_and_background_traffic() {
    agrees_with_the_reference("proxy-faults-background.toml", 60);
}
