//! Trees that meet in a channel that cannot bind.

use crate::ids::{ChannelId, ClassId};
use crate::network::quantum::UNLIMITED;
use crate::network::{Method, Network};
use crate::units::Bytes;

/// 0 over 1 and 2; 2 below 3 too: 2 is where the trees of 0 and of 3 to 6 meet.
const PATHS: [&[u32]; 6] = [&[0, 1], &[0, 2], &[3, 2], &[4, 2], &[5, 2], &[6, 2]];
const MEETING: ChannelId = ChannelId(2);

fn network(meeting: u64) -> (Network, Vec<ClassId>) {
    let capacities = [1000, 300, meeting, 90, 80, 70, 60];
    let mut network = Network::with_quanta(capacities.into_iter(), Method::Automatic);
    let classes = PATHS.map(|path| {
        let path: Vec<ChannelId> = path.iter().map(|&row| ChannelId(row)).collect();
        network.class_in_quanta(&path, if path[0].0 == 0 { 400 } else { UNLIMITED }, 1)
    });
    (network, classes.to_vec())
}

/// Whether the rates, loads and levels are those of the reference solver.
pub(super) fn is_right(network: &mut Network) -> bool {
    network.settle();
    network.check_against_reference().is_ok()
}

fn start_all(network: &mut Network, classes: &[ClassId]) {
    for &class in classes {
        let _ = network.start(class, Bytes::new(1000), 0);
        assert!(is_right(network));
    }
}

#[test]
fn a_link_that_cannot_bind_is_nonbinding() {
    // At most 400 from 0, and 90, 80, 70 and 60, with margins of two each: 710.
    let (mut network, classes) = network(710);
    start_all(&mut network, &classes);
    assert!(network.placement.nonbinding.contains(MEETING));
    assert_eq!(network.counts().rounds, 0, "no work for the general solver");
}

#[test]
fn a_link_with_one_quantum_less_than_the_bound_may_bind() {
    let (mut network, classes) = network(709);
    start_all(&mut network, &classes);
    assert!(!network.placement.nonbinding.contains(MEETING));
    assert!(network.counts().rounds > 0);
}

#[test]
fn a_nonbinding_link_stays_out_while_its_load_leaves_room() {
    let (mut network, classes) = network(720);
    start_all(&mut network, &classes);
    for _ in 0..6 {
        // Each takes a margin of two: the bound is 722 in the end, the load 694, as seven share 90 at 12 each.
        let _ = network.start(classes[2], Bytes::new(1000), 1);
    }
    assert!(is_right(&mut network));
    assert!(network.placement.nonbinding.contains(MEETING));
    assert_eq!(network.counts().rounds, 0, "no work for the general solver");
    for _ in 0..6 {
        let _ = network.start(classes[2], Bytes::new(1000), 1);
    }
    // 688 and 34: it might bind.
    assert!(is_right(&mut network));
    assert!(!network.placement.nonbinding.contains(MEETING));
    assert!(network.counts().rounds > 0);
}

#[test]
fn trees_stand_again_as_soon_as_the_channel_that_joined_them_no_longer_binds() {
    // 0 and 1 over the same four channels, which have 57 and carry 25 of 100 and up to 30 of 120.
    let capacities = [100, 1000, 57, 57, 57, 57];
    let mut network = Network::with_quanta(capacities.into_iter(), Method::Automatic);
    let paths = [0, 1].into_iter().flat_map(|root| (2..6).map(move |leaf| [root, leaf]));
    let paths = paths.map(|path| path.map(ChannelId));
    let classes: Vec<ClassId> =
        paths.map(|path| network.class_in_quanta(&path, UNLIMITED, 1)).collect();
    start_all(&mut network, &classes);
    assert!(network.placement.nonbinding.contains(ChannelId(1)));
    for _ in 0..10 {
        network.set_capacity_in_quanta(ChannelId(1), 120);
        assert!(is_right(&mut network));
        assert_eq!(network.placement.general.held(), classes.len());
        network.set_capacity_in_quanta(ChannelId(1), 1000);
        assert!(is_right(&mut network));
        assert_eq!(network.placement.general.held(), 0);
    }
}

#[test]
fn the_general_solver_gives_back_what_fits_without_it() {
    // Both cross 2 and are narrow at both ends, so neither can be attached next to the other.
    let mut network = Network::with_quanta([80, 80, 141, 60, 60].into_iter(), Method::Automatic);
    let paths = [[0, 2, 1], [3, 2, 4]].map(|path| path.map(ChannelId));
    let classes = paths.map(|path| network.class_in_quanta(&path, UNLIMITED, 1));
    start_all(&mut network, &classes);
    assert!(!network.placement.nonbinding.contains(MEETING));
    assert!(network.counts().rounds > 0);
    network.set_capacity_in_quanta(MEETING, 10_000);
    let mut rounds = 0;
    for _ in 0..50 {
        rounds = network.counts().rounds;
        start_all(&mut network, &classes);
    }
    assert!(network.placement.nonbinding.contains(MEETING));
    assert_eq!(network.counts().rounds, rounds, "no more work for the general solver");
}
