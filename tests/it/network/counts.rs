//! The exact amount of work of the workloads: a slower algorithm fails here on any machine.

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
        (Workload::Direct, Method::Automatic, [20_000, 20_000, 36_605, 0, 3394, 13_576, 16_606]),
        (Workload::UpdateAgents, Method::Automatic, [17_698, 18_037, 9893, 0, 70, 16_504, 9856]),
        (Workload::AllAtOnce, Method::Automatic, [9951, 10_100, 19_950, 0, 180, 558, 10_083]),
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
    // The work per download, in thousandths, at the same number of segments; with so many agents that segments are
    // rarely idle, since activating one costs a different amount. Below one per download any value is accepted.
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

/// Downloads from the vendor to this many stores and to the server, and reports from the stores to the server: its link
/// is in the trees of both.
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
    finish(&mut network);
    network.counts()
}

#[test]
fn a_link_that_cannot_bind_keeps_trees_apart() {
    // The general solver would touch all stores at each report, and there is a round for each.
    let golden = [3001, 4002, 3001, 0, 71, 6006, 2024];
    assert_eq!(work(downloads_beside_reports(1000)), golden);
}

/// Downloads of 200 stores from Update Agents at their hubs, of which so many in 40 come from the
/// server instead, whose link is full.
fn two_sources_over_the_stores(from_server: u32) -> Counts {
    const HUBS: u32 = 20;
    const STORES: u32 = 10;
    let mbit = BitRate::from_megabits;
    let mut capacities = vec![mbit(100)];
    capacities.extend((0..HUBS).map(|hub| mbit(200 + u64::from(hub * 7919 % 300))));
    capacities.extend((0..HUBS).map(|_| mbit(1000)));
    capacities.extend((0..HUBS * STORES).map(|store| mbit(2 + u64::from(store * 31 % 9))));
    let mut network = Network::new(capacities.into_iter().collect());
    for store in 0..HUBS * STORES {
        let (hub, link) = (store / STORES, ChannelId(1 + 2 * HUBS + store));
        let direct = network.class(&[ChannelId(0), ChannelId(1 + hub), link], None, 1);
        let from_hub = network.class(&[ChannelId(1 + HUBS + hub), link], None, 1);
        for agent in 0..40 {
            let is_direct = (agent * 13 + store) % 40 < from_server;
            let size = u64::from(300_000 + (agent * 7919 + store * 104_729) % 2_000_000);
            let start = u64::from(agent) * 1_000_003 + u64::from(store) * 17_000_023;
            let at = SimTime::from_nanos(start % 10_000_000_000);
            let class = if is_direct { direct } else { from_hub };
            let _ = network.start_later(class, Bytes::new(size), 0, at);
        }
    }
    finish(&mut network);
    network.counts()
}

fn finish(network: &mut Network) {
    while network.next_end() != SimTime::NEVER {
        let end = network.next_end();
        network.advance_to(end);
        while network.pop_ended().is_some() {}
    }
}

#[test]
fn two_sources_over_one_set_of_links_need_no_general_solver() {
    for from_server in [0, 5, 20, 40] {
        let counts = two_sources_over_the_stores(from_server);
        assert_eq!(counts.transfers_ended, 8000);
        assert_eq!(counts.rounds, 0, "{from_server} in 40 from the server");
        // While the server's link is full, each of its transfers changes the remainder of every store's link.
        let most = if [0, 40].contains(&from_server) { 3 } else { 110 };
        assert!(counts.classes_touched <= most * 8000, "{from_server}: {counts:?}");
    }
}

/// Transfers over a chain of this many links, one after the other and two at once.
fn over_a_chain(links: u32) -> u64 {
    let rates = (0..links).map(|link| BitRate::from_megabits(100 + u64::from(link * 7919 % 3)));
    let mut network = Network::new(rates.collect());
    let path: Vec<ChannelId> = (0..links).map(ChannelId).collect();
    let class = network.class(&path, None, 1);
    for tag in 0..4 {
        let at = SimTime::from_nanos(u64::from(tag / 2) * 1_000_000_000);
        let _ = network.start_later(class, Bytes::new(1_000_000 * u64::from(tag + 1)), tag, at);
    }
    finish(&mut network);
    work(network.counts()).into_iter().sum()
}

#[test]
fn a_chain_costs_as_much_as_it_is_long() {
    for links in [500, 4_000] {
        let [one, two] = [links, 2 * links].map(over_a_chain);
        assert!(10 * two <= 23 * one, "{links} links {one}, twice as many {two}");
    }
}
