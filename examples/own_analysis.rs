//! A sweep with a custom analysis: the smallest number of slots with which 95 % of the agents are protected within a
//! given time.
//!
//! `cargo run --release --example own_analysis`
#![expect(clippy::print_stdout, reason = "an example shows what it finds")]

use std::sync::atomic::AtomicBool;

use updraft::experiment::sweep::{Design, Evaluation, Factor, NoStore, Sampling, SweepPlan};
use updraft::measure::METRICS;
use updraft::measure::run::Value;
use updraft::model::settings::TopologyOption;
use updraft::scenario::{Overrides, Template};

/// Seconds.
const WITHIN: f64 = 2800.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let factors = [Factor::parse("server.slots=1,2,5,10,20,50")?];
    let options = [TopologyOption::Server];
    let template = Template {
        file: "small.toml".into(),
        text: include_str!("small.toml").into(),
        set: Overrides::default(),
    };
    let design = Design::new(&factors, Sampling::Factorial, &options, 1)?;
    let plan = SweepPlan { template, design, seed: 1, replications: 3 };
    let cases = plan.cases().map_err(|error| error.problems)?;
    let runs = plan.runs();
    let evaluation = Evaluation { cases: &cases, seed: plan.seed, threads: 0, memory: &NoStore };
    let summaries = evaluation.run(&runs, &AtomicBool::new(false), &|_done| {})?;
    let p95 = METRICS.iter().position(|metric| metric.name == "protected_p95_s").expect("a metric");
    let mut slowest = vec![0.0_f64; plan.design.points.len()];
    for (run, summary) in runs.iter().zip(&summaries) {
        let summary = summary.as_ref().expect("nobody stopped it");
        let seconds = summary.values[p95].and_then(Value::as_f64).unwrap_or(f64::INFINITY);
        slowest[run.case] = slowest[run.case].max(seconds);
    }
    for (point, seconds) in slowest.iter().enumerate() {
        println!("{:?} at most {seconds:.0} s", plan.design.settings(point));
    }
    match slowest.iter().position(|seconds| *seconds <= WITHIN) {
        Some(point) => println!("enough: {:?}", plan.design.settings(point)),
        None => println!("none of these is enough"),
    }
    Ok(())
}
