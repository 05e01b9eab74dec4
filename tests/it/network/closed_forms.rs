//! Systems with exactly known times.

use updraft::ids::{ChannelId, ClassId, Column};
use updraft::network::Network;
use updraft::units::{BitRate, Bytes, SimTime};

/// Channels with these rates in bytes per second.
fn network(bytes_per_sec: &[u64]) -> Network {
    Network::new(bytes_per_sec.iter().map(|&rate| bytes(rate)).collect::<Column<ChannelId, _>>())
}

fn bytes(per_sec: u64) -> BitRate {
    BitRate::from_bits_per_sec(per_sec * 8)
}

/// The instants, in nanoseconds, at which transfers end, by tag.
fn ends(network: &mut Network) -> Vec<(u32, u64)> {
    let mut ends = Vec::new();
    while network.next_end() != SimTime::NEVER {
        let end = network.next_end();
        network.advance_to(end);
        while let Some(ended) = network.pop_ended() {
            ends.push((ended.tag, end.as_nanos()));
        }
    }
    ends
}

const SECOND: u64 = 1_000_000_000;

#[test]
fn static_rates_are_max_min_fair() {
    // experiments 6.3 #13: links 10 and 4, A over both, B over the first, C over the second.
    let mut network = network(&[10, 4]);
    let [first, second] = [ChannelId(0), ChannelId(1)];
    let paths: [&[ChannelId]; 3] = [&[first, second], &[first], &[second]];
    let classes = paths.map(|path| network.class(path, None, 1));
    let ids = classes.map(|class| network.start(class, Bytes::new(1000), 0));
    network.settle();
    assert_eq!(ids.map(|id| network.rate(id)), [2, 8, 2].map(bytes));
    assert_eq!(ids.map(|id| network.bottleneck(id)), [Some(second), Some(first), Some(second)]);

    let slow = network.class(&[first, second], Some(bytes(1)), 1);
    network.move_to_class(ids[0], slow);
    network.settle();
    assert_eq!(ids.map(|id| network.rate(id)), [1, 9, 3].map(bytes));
    assert_eq!(network.bottleneck(ids[0]), None, "its rate cap");
}

#[test]
fn a_parking_lot_is_shared_in_halves() {
    let mut network = network(&[100; 5]);
    let all: Vec<ChannelId> = (0..5).map(ChannelId).collect();
    let long = network.class(&all, None, 1);
    let mut ids = vec![network.start(long, Bytes::new(1000), 0)];
    for channel in all {
        let short = network.class(&[channel], None, 1);
        ids.push(network.start(short, Bytes::new(1000), 1));
    }
    network.settle();
    assert!(ids.iter().all(|&id| network.rate(id) == bytes(50)));
}

#[test]
fn on_a_line_shares_are_max_min_and_not_proportional() {
    // #17: one transfer over both links, one on each. Proportional (and balanced) fairness would
    // give the long one a third; so sojourn times on several links are not insensitive.
    let mut network = network(&[300, 300]);
    let [first, second] = [ChannelId(0), ChannelId(1)];
    let paths: [&[ChannelId]; 3] = [&[first, second], &[first], &[second]];
    let ids = paths.map(|path| {
        let class = network.class(path, None, 1);
        network.start(class, Bytes::new(1000), 0)
    });
    network.settle();
    assert_eq!(ids.map(|id| network.rate(id)), [150, 150, 150].map(bytes));
}

/// The nanosecond at which each of `n` transfers of `size` ends that start at uniform times within `window` seconds
/// behind a link of 10⁶ bytes per second, sorted; and when the first started.
fn uniform_starts(n: u32, size: u64, window: u64) -> (u64, Vec<u64>) {
    let mut network = network(&[1_000_000]);
    let class = network.class(&[ChannelId(0)], None, 1);
    let streams = updraft::random::Streams::new(15, 0);
    let mut first = u64::MAX;
    for tag in 0..n {
        let draw = streams.draw(updraft::random::Purpose::SchedulePhase, tag, 0);
        let start = draw.below(window * SECOND);
        first = first.min(start);
        let _ = network.start_later(class, Bytes::new(size), tag, SimTime::from_nanos(start));
    }
    (first, ends(&mut network).into_iter().map(|end| end.1).collect())
}

#[test]
fn a_schedule_window_loads_evenly_or_leaves_a_backlog() {
    // #15: N·size/W = half the link: done with the window, half of it by half time.
    let (_, ends) = uniform_starts(10_000, 50_000, 1000);
    let last = *ends.last().expect("ends");
    assert!(last < 1010 * SECOND, "{last}");
    let by_half = ends.partition_point(|end| *end < 500 * SECOND);
    assert!((4_800..5_200).contains(&by_half), "{by_half}");
    // Twice the link: the backlog takes N·size/C in all, from the first start, without a pause.
    let (first, ends) = uniform_starts(10_000, 200_000, 1000);
    let last = *ends.last().expect("ends");
    let expected = 2000 * SECOND + first;
    assert!(last >= expected && last < expected + SECOND, "{last} instead of {expected}");
}

#[test]
fn a_batch_ends_when_all_its_bytes_have_passed() {
    // #10: N equal transfers on one link all end at N·S/C.
    let mut network = network(&[1000]);
    let class = network.class(&[ChannelId(0)], None, 1);
    for tag in 0..250 {
        let _ = network.start(class, Bytes::new(4000), tag);
    }
    let expected: Vec<(u32, u64)> = (0..250).map(|tag| (tag, 1000 * SECOND)).collect();
    assert_eq!(ends(&mut network), expected);
    assert_eq!(network.carried(ChannelId(0)), Bytes::new(1_000_000));
    assert_eq!(network.saturated(ChannelId(0)).as_nanos(), 1000 * SECOND);
}

#[test]
fn slots_change_the_order_and_not_the_makespan() {
    // #10 with K slots: wave j ends at j·K·S/C.
    let (n, slots, size, capacity) = (100, 8, 4000, 1000);
    let mut network = network(&[capacity]);
    let class = network.class(&[ChannelId(0)], None, 1);
    let mut next = 0;
    while next < slots {
        let _ = network.start(class, Bytes::new(size), next);
        next += 1;
    }
    let mut last = 0;
    while network.next_end() != SimTime::NEVER {
        last = network.next_end().as_nanos();
        network.advance_to(SimTime::from_nanos(last));
        while let Some(ended) = network.pop_ended() {
            let wave = (u64::from(ended.tag / slots) + 1).min(u64::from(n / slots) + 1);
            let served = (wave * u64::from(slots)).min(u64::from(n));
            assert_eq!(last, served * size * SECOND / capacity, "tag {}", ended.tag);
            if next < n {
                let _ = network.start(class, Bytes::new(size), next);
                next += 1;
            }
        }
    }
    assert_eq!(last, u64::from(n) * size * SECOND / capacity);
}

/// S sites of m agents behind a server: the instant at which all have `size` bytes.
fn two_levels(sites: u64, agents: u64, size: u64, server: u64, wan: u64) -> u64 {
    let rates: Vec<u64> = std::iter::once(server).chain((0..sites).map(|_| wan)).collect();
    let mut network = network(&rates);
    for row in 1..=sites {
        let wan_of_site = ChannelId(u32::try_from(row).expect("few"));
        let all = network.class(&[ChannelId(0), wan_of_site], None, 1);
        for tag in 0..agents {
            let _ = network.start(all, Bytes::new(size), u32::try_from(tag).expect("few"));
        }
    }
    let ends = ends(&mut network);
    let last = ends.last().expect("all end").1;
    assert!(ends.iter().all(|end| end.1 == last));
    last
}

#[test]
fn two_levels_end_by_the_slower_one() {
    // #11: 100 sites of 1000 agents, 10 MB each.
    let time = |server, wan| two_levels(100, 1000, 10_000_000, server, wan);
    assert_eq!(time(125_000_000, 1_250_000), 8000 * SECOND);
    assert_eq!(time(125_000_000, 625_000), 16_000 * SECOND);
    assert_eq!(time(62_500_000, 1_250_000), 16_000 * SECOND);
}

#[test]
fn an_update_agent_stores_and_forwards() {
    // #12: size / min(c, C/S) + m·size/LAN.
    let (sites, agents, size) = (100_u32, 50, 10_000_000);
    let mut rates = vec![12_500_000];
    rates.extend((0..sites).map(|_| 1_250_000));
    rates.extend((0..sites).map(|_| 12_500_000));
    let mut network = network(&rates);
    let classes: Vec<[ClassId; 2]> = (0..sites)
        .map(|site| {
            let wan = network.class(&[ChannelId(0), ChannelId(1 + site)], None, 1);
            [wan, network.class(&[ChannelId(1 + sites + site)], None, 1)]
        })
        .collect();
    for (tag, [wan, _]) in (0..).zip(&classes) {
        let _ = network.start(*wan, Bytes::new(size), tag);
    }
    let mut last = 0;
    while network.next_end() != SimTime::NEVER {
        last = network.next_end().as_nanos();
        network.advance_to(SimTime::from_nanos(last));
        while let Some(ended) = network.pop_ended() {
            let Some([_, lan]) = classes.get(ended.tag as usize) else { continue };
            for _ in 0..agents {
                let _ = network.start(*lan, Bytes::new(size), u32::MAX);
            }
        }
    }
    // 10 MB at 125 kB/s, then 50 times 10 MB at 12.5 MB/s.
    assert_eq!(last, (80 + 40) * SECOND);
}

#[test]
fn failure_stalls_and_repair_goes_on() {
    let mut network = network(&[1000]);
    let class = network.class(&[ChannelId(0)], None, 1);
    let id = network.start(class, Bytes::new(5000), 0);
    let _ = network.next_end();
    network.advance_to(SimTime::from_secs(2));
    network.set_capacity(ChannelId(0), BitRate::ZERO);
    assert_eq!(network.next_end(), SimTime::NEVER);
    network.advance_to(SimTime::from_secs(10));
    assert_eq!(network.remaining(id), Bytes::new(3000));
    network.set_capacity(ChannelId(0), bytes(500));
    assert_eq!(network.next_end(), SimTime::from_secs(16));
    // Aborted at 12 s: 2000 bytes before the failure, 1000 after the repair.
    network.advance_to(SimTime::from_secs(12));
    assert_eq!(network.abort(id), Bytes::new(3000));
    assert_eq!(network.carried(ChannelId(0)), Bytes::new(3000));
    assert_eq!(network.next_end(), SimTime::NEVER);
}

#[test]
fn a_reroute_keeps_what_was_moved() {
    let mut network = network(&[1000, 200]);
    let [first, second] = [ChannelId(0), ChannelId(1)];
    let class = network.class(&[first], None, 1);
    let id = network.start(class, Bytes::new(5000), 7);
    let _ = network.next_end();
    network.advance_to(SimTime::from_secs(4));
    let other = network.class(&[second], None, 1);
    network.move_to_class(id, other);
    assert_eq!(network.next_end(), SimTime::from_secs(9));
    network.advance_to(SimTime::from_secs(9));
    let ended = network.pop_ended().expect("it ends");
    assert_eq!((ended.tag, ended.class, ended.size), (7, other, Bytes::new(5000)));
    assert_eq!((network.carried(first).count(), network.carried(second).count()), (4000, 1000));
    assert_eq!(network.active(), 0);
}

#[test]
fn a_transfer_without_a_limit_ends_at_once() {
    let mut network = network(&[1000]);
    let loopback = network.class(&[], None, 1);
    let slow = network.class(&[], Some(bytes(100)), 1);
    let over = network.class(&[ChannelId(0)], None, 1);
    let _ = network.start(loopback, Bytes::new(1_000_000), 2);
    let _ = network.start(slow, Bytes::new(1000), 3);
    let _ = network.start(over, Bytes::ZERO, 1);
    assert_eq!(ends(&mut network), [(1, 0), (2, 0), (3, 10 * SECOND)]);
}

#[test]
fn a_delayed_start_takes_no_share_before() {
    let mut network = network(&[1000]);
    let class = network.class(&[ChannelId(0)], None, 1);
    let _ = network.start(class, Bytes::new(3000), 0);
    let _ = network.start_later(class, Bytes::new(1000), 1, SimTime::from_secs(2));
    let late = network.start_later(class, Bytes::new(9000), 2, SimTime::from_secs(2));
    assert_eq!(network.abort(late), Bytes::ZERO);
    assert_eq!(ends(&mut network), [(0, 4 * SECOND), (1, 4 * SECOND)]);
}
