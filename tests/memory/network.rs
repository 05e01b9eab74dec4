//! The memory of a transfer, counted by an allocator.
use updraft::ids::{ChannelId, ClassId, Column};
use updraft::network::Network;
use updraft::units::{BitRate, Bytes, SimTime};

use crate::counting::{allocations as blocks, alone, bytes};

const SITES: u32 = 100;

fn company() -> (Network, Vec<ClassId>) {
    let mut capacities: Column<ChannelId, BitRate> = Column::new();
    let up = capacities.push(BitRate::from_megabits(100));
    let sites: Vec<ChannelId> = (0..SITES)
        .map(|site| capacities.push(BitRate::from_megabits(u64::from(site % 7) + 1)))
        .collect();
    let mut network = Network::new(capacities);
    let classes = sites.iter().map(|&site| network.class(&[up, site], None, 1)).collect();
    (network, classes)
}

/// Ends `events` transfers and starts another of three sizes for each, half of them in the class across: a pair of
/// classes keeps its number, so their memory is bounded.
fn churn(network: &mut Network, classes: &[ClassId], events: u32) {
    for event in 0..events {
        let end = network.next_end();
        network.advance_to(end);
        while let Some(ended) = network.pop_ended() {
            let next = (ended.tag + event % 2 * SITES / 2) % SITES;
            let size = Bytes::new(100_000 * u64::from(1 + event % 3));
            let _ = network.start(classes[next as usize], size, next);
        }
    }
}

/// Paths over three channels each that fit no tree.
fn mesh() -> (Network, Vec<ClassId>) {
    const WIDTH: u32 = 53;
    let rates = (0..WIDTH).map(|row| BitRate::from_megabits(u64::from(row % 5) + 10));
    let mut network = Network::new(rates.collect());
    let path =
        |row: u32| [row, row + 1 + row % 7, row + 10 + row % 11].map(|at| ChannelId(at % WIDTH));
    let classes = (0..SITES).map(|row| network.class(&path(row), None, 1 + row % 3)).collect();
    (network, classes)
}

/// A wide channel below one root and above others.
fn trees_that_meet() -> (Network, Vec<ClassId>) {
    let mbit = BitRate::from_megabits;
    let mut rates = vec![mbit(50), mbit(1000)];
    rates.extend((0..SITES).map(|site| mbit(1 + u64::from(site % 7))));
    let mut network = Network::new(rates.into_iter().collect());
    let [up, hub] = [0, 1].map(ChannelId);
    let path = |site: u32| match site % 3 {
        0 => [up, hub],
        1 => [up, ChannelId(2 + site)],
        _ => [ChannelId(2 + site), hub],
    };
    let classes = (0..SITES).map(|site| network.class(&path(site), None, 1)).collect();
    (network, classes)
}

/// A narrow root over hubs over sites, and a wide link from which a few begin at the hubs.
fn side_classes() -> (Network, Vec<ClassId>) {
    let mbit = BitRate::from_megabits;
    let mut rates = vec![mbit(20), mbit(1000)];
    rates.extend((0..10).map(|_| mbit(50)));
    rates.extend((0..SITES).map(|site| mbit(2 + u64::from(site % 7))));
    let mut network = Network::new(rates.into_iter().collect());
    let path =
        |site: u32| [u32::from(site.is_multiple_of(5)), 2 + site % 10, 12 + site].map(ChannelId);
    let classes = (0..SITES).map(|site| network.class(&path(site), None, 1)).collect();
    (network, classes)
}

/// The number of allocations of this many events.
fn allocations(network: &mut Network, classes: &[ClassId], events: u32) -> u64 {
    let before = blocks();
    churn(network, classes, events);
    blocks() - before
}

#[test]
fn an_event_allocates_nothing_once_the_network_is_warm() {
    let _alone = alone();
    let shapes = [
        ("star", company()),
        ("mesh", mesh()),
        ("trees that meet", trees_that_meet()),
        ("side classes", side_classes()),
    ];
    for (name, (mut network, classes)) in shapes {
        for tag in 0..1_000 {
            let size = Bytes::new(1000 * u64::from(tag));
            let _ = network.start(classes[(tag % SITES) as usize], size, tag);
        }
        // With few, classes become idle and active all the time.
        for transfers in [1_000, 50] {
            while network.active() > transfers {
                let end = network.next_end();
                network.advance_to(end);
                while network.pop_ended().is_some() {}
            }
            // A queue may still grow to a new maximum, less and less often.
            let mut blocks = (0..20).map(|_| allocations(&mut network, &classes, 20_000));
            assert!(blocks.any(|count| count == 0), "{name}, {transfers} transfers");
        }
    }
}

#[test]
fn a_transfer_costs_at_most_128_bytes() {
    let _alone = alone();
    for is_pending in [false, true] {
        let cost = cost_of_a_transfer(is_pending);
        assert!(cost <= 128, "{cost} bytes per transfer, pending: {is_pending}");
    }
}

/// Bytes of each of a million transfers, in progress or before they share bandwidth.
fn cost_of_a_transfer(is_pending: bool) -> u64 {
    let (mut network, classes) = company();
    let _ = network.next_end();
    let before = bytes();
    let transfers = 1_000_000;
    for tag in 0..transfers {
        // All sizes differ, so no two form a cohort.
        let size = Bytes::new(1_000_000 + u64::from(tag) * 7919 % 1_000_003);
        let class = classes[(tag % SITES) as usize];
        if is_pending {
            let later = SimTime::from_nanos(1 + u64::from(tag) * 7919 % 1_000_003);
            let _ = network.start_later(class, size, tag, later);
        } else {
            let _ = network.start(class, size, tag);
        }
    }
    let _ = network.next_end();
    (bytes() - before) / u64::from(transfers)
}
