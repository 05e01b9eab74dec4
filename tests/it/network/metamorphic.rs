//! Metamorphic relations: how results must change when the input does, for any numbers.

use proptest::prelude::*;
use updraft::ids::{ChannelId, ClassId, Column};
use updraft::network::{Method, Network};
use updraft::units::{BitRate, Bytes, SimTime};

const CHANNELS: usize = 6;

#[derive(Clone, Debug)]
struct Case {
    /// In kbit/s.
    capacities: Vec<u64>,
    paths: Vec<Vec<usize>>,
    /// Start in seconds, path, size in bytes.
    transfers: Vec<(u64, usize, u64)>,
}

fn case() -> impl Strategy<Value = Case> {
    let path = prop::collection::btree_set(0..CHANNELS, 1..4);
    let paths = prop::collection::vec(path.prop_map(|path| path.into_iter().collect()), 4);
    let transfers = prop::collection::vec((0_u64..20, 0_usize..4, 1_u64..2_000_000), 1..25);
    (prop::collection::vec(1_u64..5000, CHANNELS), paths, transfers)
        .prop_map(|(capacities, paths, transfers)| Case { capacities, paths, transfers })
}

/// Ends in nanoseconds, in the order of the case's transfers.
fn ends(case: &Case) -> Vec<u64> {
    let capacities: Column<ChannelId, BitRate> = case
        .capacities
        .iter()
        .map(|kilobits| BitRate::from_bits_per_sec(kilobits * 1000))
        .collect();
    let mut network = Network::with_method(&capacities, Method::Automatic);
    let channel = |row: &usize| ChannelId(u32::try_from(*row).expect("few"));
    let classes: Vec<ClassId> = case
        .paths
        .iter()
        .map(|path| network.class(&path.iter().map(channel).collect::<Vec<_>>(), None, 1))
        .collect();
    let mut ends = vec![u64::MAX; case.transfers.len()];
    for (tag, &(start, path, size)) in (0_u32..).zip(&case.transfers) {
        let start = SimTime::from_secs(start);
        let _ = network.start_later(classes[path], Bytes::new(size), tag, start);
    }
    while network.next_end() != SimTime::NEVER {
        let end = network.next_end();
        network.advance_to(end);
        while let Some(ended) = network.pop_ended() {
            ends[ended.tag as usize] = end.as_nanos();
        }
    }
    ends
}

/// Rounding down to a quantum takes at most 25 quanta of the 2²⁷ that the slowest channel has, and
/// an end up to the next nanosecond.
fn close(one: u64, other: u64) -> bool {
    one.abs_diff(other) <= 1000 + one / 1_000_000
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn more_bytes_over_faster_channels_take_the_same_time(case in case(), factor in 2_u64..9) {
        let mut large = case.clone();
        large.capacities.iter_mut().for_each(|rate| *rate *= factor);
        large.transfers.iter_mut().for_each(|transfer| transfer.2 *= factor);
        for (one, other) in ends(&case).into_iter().zip(ends(&large)) {
            prop_assert!(close(one, other), "{one} {other}");
        }
    }

    #[test]
    fn faster_channels_shorten_everything_alike(mut case in case(), factor in 2_u64..9) {
        case.transfers.iter_mut().for_each(|transfer| transfer.0 = 0);
        let mut fast = case.clone();
        fast.capacities.iter_mut().for_each(|rate| *rate *= factor);
        for (slow, fast) in ends(&case).into_iter().zip(ends(&fast)) {
            prop_assert!(close(slow, fast * factor), "{slow} {fast}");
        }
    }

    #[test]
    fn the_order_of_the_list_does_not_matter(case in case()) {
        let mut reversed = case.clone();
        reversed.transfers.reverse();
        let mut backward = ends(&reversed);
        backward.reverse();
        prop_assert_eq!(ends(&case), backward);
    }

    #[test]
    fn names_of_channels_and_the_direction_of_paths_do_not_matter(case in case()) {
        let mut renamed = case.clone();
        renamed.capacities.reverse();
        for path in &mut renamed.paths {
            for channel in path {
                *channel = CHANNELS - 1 - *channel;
            }
        }
        prop_assert_eq!(ends(&case), ends(&renamed));
    }

    #[test]
    fn an_independent_copy_changes_no_finish(case in case()) {
        let mut twice = case.clone();
        twice.capacities.extend(case.capacities.clone());
        let copy = |path: &Vec<usize>| path.iter().map(|row| row + CHANNELS).collect();
        twice.paths.extend(case.paths.iter().map(copy));
        twice.transfers.extend(case.transfers.iter().map(|&(at, path, size)| (at, path + 4, size)));
        let both = ends(&twice);
        let alone = ends(&case);
        prop_assert_eq!(&both[..alone.len()], &alone[..]);
        prop_assert_eq!(&both[alone.len()..], &alone[..]);
    }
}
