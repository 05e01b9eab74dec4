//! The three workloads at growing size, as multiples of the floor: the time to push as many (time, id) pairs into a
//! binary heap and pop them all, measured in the same process.
//!
//! `cargo bench --bench floor -- 10000 1000000` runs the sizes given.
#![expect(clippy::print_stdout, reason = "this is a report")]
#![expect(clippy::disallowed_types, reason = "a bench has a wall clock")]

use std::hint::black_box;
use std::time::Instant;

use heap_floor::floor;
use updraft::network::Method;
use workloads::Workload;

mod heap_floor;
#[path = "../tests/it/network/workloads.rs"]
mod workloads;

fn main() {
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

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
