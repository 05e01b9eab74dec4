//! The three workloads at growing size, as multiples of the floor: the time to push as many (time, id) pairs into a
//! binary heap and pop them all, measured in the same process.
//!
//! `cargo bench --bench floor -- 10000 1000000` runs the sizes given. `cargo bench --bench floor -- company` runs
//! the four options of `scenarios/million-agents.toml` instead, drawn, simulated and measured, without files.
#![expect(clippy::print_stdout, reason = "this is a report")]
#![expect(clippy::disallowed_types, reason = "a bench has a wall clock")]

use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use heap_floor::floor;
use updraft::experiment::Experiment;
use updraft::model::settings::TopologyOption;
use updraft::network::Method;
use updraft::scenario::{Overrides, Scenario};
use workloads::Workload;

mod heap_floor;
#[path = "../tests/it/network/workloads.rs"]
mod workloads;

fn main() {
    if std::env::args().any(|word| word == "company") {
        return company();
    }
    let mut sizes: Vec<usize> = std::env::args().filter_map(|size| size.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![10_000, 100_000, 1_000_000];
    }
    println!(
        "workload  segments        n    floor s      run s  ratio  ns/event  clock moves  timings"
    );
    for n in sizes {
        let all = [Workload::Direct, Workload::UpdateAgents, Workload::AllAtOnce];
        let own = all.map(|workload| (workloads::segments(n), workload));
        let same = all.map(|workload| (1000, workload));
        let same = same.into_iter().filter(|_| workloads::segments(n) != 1000);
        for (segments, workload) in own.into_iter().chain(same) {
            let floor = median((0..5).map(|_| floor(workload, n)).collect());
            let mut moves = 0;
            let mut timings = 0;
            let times = (0..3).map(|_| {
                let mut network = workloads::network(segments, Method::Automatic);
                let start = Instant::now();
                let _ = black_box(workloads::run(segments, workload, n, &mut network));
                let time = start.elapsed().as_secs_f64();
                moves = network.counts().clock_moves;
                timings = network.counts().timings;
                time
            });
            let time = median(times.collect());
            #[expect(clippy::cast_precision_loss, reason = "for people")]
            let event = time * 1e9 / (2 * n) as f64;
            println!(
                "{:12} {segments:5} {n:8} {floor:9.4} {time:10.4} {:6.2} {event:9.0} {moves:12} {timings:8}",
                format!("{workload:?}"),
                time / floor,
            );
        }
    }
}

/// A company of a million agents under each option, on one thread.
fn company() {
    let text = include_str!("../scenarios/million-agents.toml");
    let scenario = Scenario::parse(text, "million-agents.toml", &Overrides::default())
        .unwrap_or_else(|problems| panic!("{problems}"));
    println!("option        floor s      run s  ratio     events  ns/event");
    for option in TopologyOption::ALL {
        let floor = median((0..5).map(|_| floor(Workload::Direct, 1_000_000)).collect());
        let experiment = Experiment {
            scenario: &scenario,
            options: vec![option],
            replications: 1,
            seed: scenario.seed,
            keeps_agents: false,
            ensemble: &[],
            threads: 1,
        };
        let mut events = 0;
        let times = (0..3).map(|_| {
            let start = Instant::now();
            let runs = experiment.run(&AtomicBool::new(false), &|_| {});
            let time = start.elapsed().as_secs_f64();
            let runs = runs.expect("a thread").expect("nobody interrupts");
            events = runs[0].work.events;
            time
        });
        let time = median(times.collect());
        #[expect(clippy::cast_precision_loss, reason = "for people")]
        let event = time * 1e9 / events as f64;
        println!(
            "{:12} {floor:8.4} {time:10.4} {:6.2} {events:10} {event:9.0}",
            option.name(),
            time / floor,
        );
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
