//! One replication of a scenario, the starting point of many tests.

use std::sync::atomic::AtomicBool;

use updraft::experiment::Experiment;
use updraft::measure::run::RunMeasurements;
use updraft::model::settings::TopologyOption;
use updraft::scenario::{Overrides, Scenario};

/// The scenario of `text`, with overrides as on the command line.
pub(crate) fn scenario(text: &str, set: &[(&str, &str)]) -> Scenario {
    let set = set.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    Scenario::parse(text, "test.toml", &Overrides(set))
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

/// One replication under each of `options`, in their order, with all agents.
pub(crate) fn runs(scenario: &Scenario, options: &[TopologyOption]) -> Vec<RunMeasurements> {
    let experiment = Experiment {
        scenario,
        options: options.to_vec(),
        replications: 1,
        seed: scenario.seed,
        keeps_agents: true,
        ensemble: &[],
        threads: 1,
    };
    let runs = experiment.run(&AtomicBool::new(false), &|_| {}).expect("threads");
    runs.expect("nobody stops it")
}

/// One replication under `option`, with all agents.
pub(crate) fn run(scenario: &Scenario, option: TopologyOption) -> RunMeasurements {
    runs(scenario, &[option]).swap_remove(0)
}
