//! How much work the workloads take, exactly: a slower algorithm fails here on any machine.

use updraft::ids::ChannelId;
use updraft::network::{Counts, Method, Network};
use updraft::units::{BitRate, Bytes, SimTime};

use crate::network::workloads::{self, Workload};

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
fn an_event_costs_no_more_with_more_agents() {
    // What a download costs, in thousandths, at the same number of segments; with so many agents
    // that hardly a segment is idle, since waking one costs another amount. Below one for each
    // download it may be anything.
    let per_download = |workload: Workload, n: usize| {
        let mut network = workloads::network(1000, Method::Automatic);
        let _ = workloads::run(1000, workload, n, &mut network);
        work(network.counts()).map(|count| count * 1000 / n as u64)
    };
    for workload in [Workload::Direct, Workload::UpdateAgents, Workload::AllAtOnce] {
        let [few, many] = [50_000, 200_000].map(|n| per_download(workload, n));
        let names =
            ["settlements", "classes", "channels", "rounds", "crossings", "moves", "timings"];
        for (name, (few, many)) in names.into_iter().zip(few.into_iter().zip(many)) {
            assert!(many <= few.max(1000) * 11 / 10, "{workload:?} {name}: {few} becomes {many}");
        }
    }
}

/// Downloads from the vendor to so many stores and to the server, and reports from the stores to
/// the server: its link is in the trees of both.
fn downloads_beside_reports(stores: u32) -> Counts {
    let mbit = BitRate::from_megabits;
    let mut capacities = vec![mbit(300), mbit(1000)];
    capacities.extend((0..2 * stores).map(|row| mbit(2 + u64::from(row % 9))));
    let mut network = Network::new(capacities.into_iter().collect());
    let [vendor, server] = [ChannelId(0), ChannelId(1)];
    let down = |store: u32| ChannelId(2 + store);
    let up = |store: u32| ChannelId(2 + stores + store);
    let to_server = network.class(&[vendor, server], Some(mbit(50)), 1);
    let _ = network.start(to_server, Bytes::new(1_000_000_000), 0);
    for store in 0..stores {
        let download = network.class(&[vendor, down(store)], None, 1);
        let report = network.class(&[up(store), server], None, 1);
        let at = SimTime::from_nanos(u64::from(store) * 50_000_000);
        let _ = network.start(download, Bytes::new(10_000_000 + 7919 * u64::from(store)), 1);
        let _ = network.start_later(report, Bytes::new(8_000), 2, at);
    }
    while network.next_end() != SimTime::NEVER {
        let end = network.next_end();
        network.advance_to(end);
        while network.pop_ended().is_some() {}
    }
    network.counts()
}

#[test]
fn a_link_that_cannot_bind_keeps_trees_apart() {
    // The general solver would touch all stores at each report, and there is a round for each.
    let golden = [3001, 4002, 3001, 0, 1072, 8008, 2024];
    assert_eq!(work(downloads_beside_reports(1000)), golden);
}
