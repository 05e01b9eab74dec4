//! Classes that begin inside a tree, together with classes from its root.

use super::nonbinding::is_right;
use crate::ids::{ChannelId, ClassId};
use crate::network::quantum::UNLIMITED;
use crate::network::{Method, Network, TransferId};
use crate::units::Bytes;

/// 0 over 1 over 2 and 3; 4 is the link of a source that serves a few over 1.
const PATHS: [&[u32]; 5] = [&[0, 1, 2], &[0, 1, 3], &[4, 1, 2], &[4, 1, 3], &[4, 1]];
const SERVER: ChannelId = ChannelId(4);

fn network(server: u64, rate_cap: u64) -> (Network, Vec<ClassId>) {
    let mut network =
        Network::with_quanta([60, 500, 100, 200, server].into_iter(), Method::Automatic);
    let classes = PATHS.iter().zip([UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED, rate_cap]);
    let classes = classes.map(|(path, rate_cap)| {
        let path: Vec<ChannelId> = path.iter().map(|&row| ChannelId(row)).collect();
        network.class_in_quanta(&path, rate_cap, 1)
    });
    let classes = classes.collect();
    (network, classes)
}

fn start(network: &mut Network, class: ClassId) -> TransferId {
    let id = network.start(class, Bytes::new(1000), 0);
    assert!(is_right(network));
    id
}

fn rate(network: &Network, class: ClassId) -> u64 {
    network.state.rate(class)
}

#[test]
fn subtree_flows_get_what_the_root_flows_leave() {
    let (mut network, classes) = network(10_000, 150);
    for class in [0, 0, 1, 1] {
        let _ = start(&mut network, classes[class]);
    }
    // 15 each from the root; 70 are left of 2, which has two of them.
    let guest = start(&mut network, classes[2]);
    assert_eq!([0, 1, 2].map(|class| rate(&network, classes[class])), [15, 15, 70]);
    let _ = start(&mut network, classes[3]);
    let _ = start(&mut network, classes[3]);
    assert_eq!(rate(&network, classes[3]), 85);
    // 500 less 60, 70 and 170: 200 are left of 1, and the rate cap is 150.
    let last = start(&mut network, classes[4]);
    assert_eq!(rate(&network, classes[4]), 150);
    // With one more, 1 is full: 100 each of 440 less 70 and 170.
    let more = start(&mut network, classes[4]);
    assert_eq!([2, 3, 4].map(|class| rate(&network, classes[class])), [70, 85, 100]);
    assert_eq!(network.bottleneck(more), Some(ChannelId(1)));
    assert_eq!(network.bottleneck(guest), Some(ChannelId(2)));
    assert_eq!(network.counts().rounds, 0, "no work for the general solver");
    for id in [last, guest, more] {
        let _ = network.abort(id);
        assert!(is_right(&mut network));
    }
    assert_eq!(network.counts().rounds, 0);
}

#[test]
fn they_share_what_is_bound_and_may_be_left_alone() {
    let (mut network, classes) = network(10_000, UNLIMITED);
    let first = start(&mut network, classes[0]);
    let _ = start(&mut network, classes[2]);
    for capacity in [40, 119, 120, 122, 0, 300] {
        // Up to 120 both get half of 2, which binds; beyond, the root binds the first at 60.
        network.set_capacity_in_quanta(ChannelId(2), capacity);
        assert!(is_right(&mut network));
        let others = capacity.saturating_sub(60).max(capacity / 2);
        assert_eq!(rate(&network, classes[2]), others);
    }
    let _ = network.abort(first);
    assert!(is_right(&mut network));
    assert_eq!(rate(&network, classes[2]), 300, "alone");
    let _ = start(&mut network, classes[1]);
    let _ = start(&mut network, classes[0]);
    assert_eq!(network.counts().rounds, 0, "the tree is as it was");
}

#[test]
fn a_link_that_subtree_flows_made_nonbinding_returns_when_it_may_bind() {
    let (mut network, classes) = network(10_000, UNLIMITED);
    for class in [0, 1, 2, 3] {
        let _ = start(&mut network, classes[class]);
    }
    assert!(network.placement.nonbinding.contains(SERVER));
    network.set_capacity_in_quanta(SERVER, 90);
    assert!(is_right(&mut network));
    assert!(!network.placement.nonbinding.contains(SERVER));
    assert!(network.counts().rounds > 0);
    network.set_capacity_in_quanta(SERVER, 10_000);
    let mut rounds = 0;
    for step in 0..40 {
        rounds = network.counts().rounds;
        let _ = start(&mut network, classes[step % 4]);
    }
    assert!(network.placement.nonbinding.contains(SERVER), "subtree flows again");
    assert_eq!(network.counts().rounds, rounds, "no more work for the general solver");
}

#[test]
fn any_number_of_them_needs_no_general_solver() {
    let (mut network, _) = network(1_000_000, UNLIMITED);
    let from_root = network.class(&[0, 1, 2].map(ChannelId), None, 1);
    let _ = start(&mut network, from_root);
    for rate_cap in 1..=300 {
        let class = network.class_in_quanta(&[4, 1, 2].map(ChannelId), rate_cap, 1);
        let _ = network.start(class, Bytes::new(1000), 0);
    }
    assert!(is_right(&mut network));
    assert_eq!(network.counts().rounds, 0);
}

#[test]
fn a_root_that_is_set_aside_is_left_by_all() {
    let mut network =
        Network::with_quanta([1000, 500, 100, 50, 50, 60].into_iter(), Method::Automatic);
    let paths: [&[u32]; 3] = [&[0, 1, 2], &[1, 2], &[3, 0, 4]];
    let classes = paths.map(|path| {
        let path: Vec<ChannelId> = path.iter().map(|&row| ChannelId(row)).collect();
        network.class_in_quanta(&path, 40, 1)
    });
    for class in classes {
        let _ = start(&mut network, class);
    }
    assert!(network.placement.nonbinding.contains(ChannelId(0)));
    assert!(!network.placement.tree.is_active(ChannelId(0)));
    network.set_capacity_in_quanta(ChannelId(0), 30);
    assert!(is_right(&mut network));
}

/// Which end is the root is open as long as a tree has one path: agents behind 1 to 300 report over 0, and the first to
/// do so must not make the others begin inside, where each change costs as much as there are such classes.
#[test]
fn a_tree_with_the_wrong_end_as_its_root_is_turned() {
    let capacities = std::iter::once(100_000).chain(1..=300);
    let mut network = Network::with_quanta(capacities, Method::Automatic);
    let class = |network: &mut Network, site: u32, rate_cap: u64| {
        network.class_in_quanta(&[ChannelId(site), ChannelId(0)], rate_cap, 1)
    };
    let mut first = Vec::new();
    for rate_cap in 1..=3 {
        let class = class(&mut network, 1, rate_cap);
        first.push(start(&mut network, class));
    }
    assert_eq!(network.placement.tree.root(ChannelId(0)), ChannelId(1), "its first path's first");
    for site in 2..=300 {
        let class = class(&mut network, site, UNLIMITED);
        let _ = start(&mut network, class);
    }
    assert_eq!(network.placement.tree.root(ChannelId(1)), ChannelId(0));
    assert!(!network.placement.nonbinding.contains(ChannelId(1)));
    assert_eq!(network.counts().rounds, 0);
    assert!(network.placement.tree.subtree_flow(&network.state, ChannelId(0)).is_none());
    for transfer in first {
        let _ = network.abort(transfer);
    }
    assert!(is_right(&mut network));
}

/// An Update Agent behind 2 reports over 1 to 0 while it serves its agents over 2 alone, which begin inside the tree of
/// the reports until it has reported.
#[test]
fn trees_that_nothing_holds_together_any_more_are_taken_apart() {
    let mut network = Network::with_quanta([100, 500, 1000, 500].into_iter(), Method::Automatic);
    let mut class = |path: &[u32], weight| {
        let path: Vec<ChannelId> = path.iter().map(|&row| ChannelId(row)).collect();
        network.class_in_quanta(&path, UNLIMITED, weight)
    };
    let others = [class(&[1, 0], 1), class(&[3, 0], 1)];
    let own = class(&[2, 1, 0], 1);
    let served = [1, 2, 3].map(|weight| class(&[2], weight));
    let _ = others.map(|class| start(&mut network, class));
    let report = start(&mut network, own);
    let _ = served.map(|class| start(&mut network, class));
    let first = |network: &Network| {
        network.placement.tree.subtree_flow(&network.state, ChannelId(0)).is_some()
    };
    assert!(first(&network));
    assert_eq!(served.map(|class| rate(&network, class)), [161, 322, 483]);
    let _ = network.abort(report);
    assert!(is_right(&mut network));
    assert!(!first(&network));
    assert_eq!(network.placement.tree.root(ChannelId(2)), ChannelId(2));
    assert_eq!(served.map(|class| rate(&network, class)), [166, 332, 498]);
    assert_eq!(network.counts().rounds, 0);
}

/// Below an unsaturated root nothing is bound that is released again in the same instant: a report over a slow link, with
/// a fast one before or after it, ties one clock.
#[test]
fn only_the_bottleneck_of_a_new_path_is_bound() {
    for capacities in [[100, 1000], [1000, 100]] {
        let mut network = Network::with_quanta(capacities.into_iter(), Method::Automatic);
        let class = network.class_in_quanta(&[0, 1].map(ChannelId), 1000, 1);
        let _ = start(&mut network, class);
        assert_eq!(rate(&network, class), 100);
        assert_eq!(network.placement.tree.crossings(), u64::from(capacities[0] > 100));
    }
}

/// An Update Agent reports while it serves agents with many weights over one link: their number does not matter when the
/// level of that link changes.
#[test]
fn what_one_channel_limits_costs_as_much_as_one_class() {
    let work = |weights: u32| {
        let capacities = [100, 500, 1_000_000, 500];
        let mut network = Network::with_quanta(capacities.into_iter(), Method::Automatic);
        let mut class = |path: &[u32], weight| {
            let path: Vec<ChannelId> = path.iter().map(|&row| ChannelId(row)).collect();
            network.class_in_quanta(&path, UNLIMITED, weight)
        };
        let [other, another] = [class(&[1, 0], 1), class(&[3, 0], 1)];
        let own = class(&[2, 1, 0], 1);
        let served: Vec<ClassId> = (1..=weights).map(|weight| class(&[2], weight)).collect();
        for &class in [other, another, own].iter().chain(&served) {
            let _ = start(&mut network, class);
        }
        assert!(network.placement.tree.subtree_flow(&network.state, ChannelId(0)).is_some());
        let before = network.counts();
        for class in [served[0], other, served[1]] {
            let more = start(&mut network, class);
            let _ = network.next_end();
            let _ = network.abort(more);
            assert!(is_right(&mut network));
            let _ = network.next_end();
        }
        let after = network.counts();
        [
            after.classes_touched - before.classes_touched,
            after.channels_touched - before.channels_touched,
            after.clock_moves - before.clock_moves,
            after.timings - before.timings,
        ]
    };
    let (few, many) = (work(10), work(200));
    assert!(many.iter().zip(few).all(|(many, few)| *many <= few), "{many:?} for {few:?}");
}
