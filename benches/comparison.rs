//! A complete comparison: the four options of a small company, drawn, simulated and measured.

use std::sync::atomic::AtomicBool;

use criterion::{Criterion, criterion_group, criterion_main};
use updraft::experiment::Experiment;
use updraft::model::settings::TopologyOption;
use updraft::scenario::{Overrides, Scenario};

fn comparison(criterion: &mut Criterion) {
    let text = include_str!("../scenarios/branch-offices.toml");
    let overrides = Overrides(vec![("duration".into(), "2 h".into())]);
    let scenario = Scenario::parse(text, "branch-offices.toml", &overrides)
        .unwrap_or_else(|problems| panic!("{problems}"));
    let experiment = Experiment {
        scenario: &scenario,
        options: TopologyOption::ALL.to_vec(),
        replications: 1,
        seed: 1,
        keeps_agents: false,
        ensemble: &[],
        threads: 1,
    };
    criterion.bench_function("compare branch-offices, two hours", |bencher| {
        bencher.iter(|| experiment.run(&AtomicBool::new(false), &|_| {}));
    });
}

criterion_group!(benches, comparison);
criterion_main!(benches);
