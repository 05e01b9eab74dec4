//! How much work the workloads take, exactly: a slower algorithm fails here on any machine.

use updraft::network::{Counts, Method};

use crate::workloads::{self, Workload};

fn counts(workload: Workload, n: usize, method: Method) -> Counts {
    let mut network = workloads::network(workloads::segments(n), method);
    let _ = workloads::run(workloads::segments(n), workload, n, &mut network);
    network.counts()
}

/// settlements, classes touched, channels touched, rounds, crossings, clock moves, timings
fn work(counts: Counts) -> [u64; 7] {
    [
        counts.settlements,
        counts.classes_touched,
        counts.channels_touched,
        counts.rounds,
        counts.crossings,
        counts.clock_moves,
        counts.timings,
    ]
}

#[test]
fn the_work_of_ten_thousand_downloads_is_golden() {
    for (workload, method, golden) in [
        (Workload::Direct, Method::Automatic, [20_000, 20_000, 36_605, 0, 0, 13_576, 16_606]),
        (Workload::UpdateAgents, Method::Automatic, [17_698, 18_037, 9893, 0, 30, 16_564, 9856]),
        (Workload::AllAtOnce, Method::Automatic, [9951, 10_100, 19_950, 0, 140, 618, 10_083]),
        (Workload::Direct, Method::General, [20_000, 20_000, 40_000, 20_000, 0, 0, 16_606]),
        (Workload::AllAtOnce, Method::General, [9951, 93_281, 103_232, 12_871, 0, 0, 93_166]),
    ] {
        let counts = counts(workload, 10_000, method);
        assert_eq!(counts.transfers_started, counts.transfers_ended);
        assert_eq!(work(counts), golden, "{workload:?} {method:?}");
    }
}

#[test]
fn an_event_touches_no_more_with_more_agents() {
    let per_event = |n: usize| {
        let counts = counts(Workload::Direct, n, Method::Automatic);
        counts.channels_touched * 1000 / counts.transfers_started
    };
    // Two channels at each start and each end, and those that cross a level.
    assert!(per_event(1_000) <= 4_100 && per_event(30_000) <= 4_100);
}
