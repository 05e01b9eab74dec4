//! Random networks, and what happens in them.

use proptest::prelude::*;

use crate::network::quantum::UNLIMITED;

/// A network and what happens in it.
#[derive(Clone, Debug)]
pub(super) struct History {
    pub(super) capacities: Vec<u64>,
    pub(super) classes: Vec<(Vec<usize>, u64, u32)>,
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Start {
        class: usize,
        size: u64,
    },
    Later {
        class: usize,
        size: u64,
        span: u64,
    },
    Abort(usize),
    Move {
        which: usize,
        class: usize,
    },
    Capacity {
        channel: usize,
        quanta: u64,
    },
    /// The channel fails.
    Fail {
        channel: usize,
        policy: Policy,
    },
    /// The channel is as it was at first.
    Repair(usize),
    /// Lets so much time pass, in this share of the time to the next end (of 4) or in nanoseconds.
    Wait {
        quarters: u64,
        nanos: u64,
    },
}

/// What becomes of the transfers over a channel that fails.
#[derive(Clone, Copy, Debug)]
pub(super) enum Policy {
    Stall,
    Abort,
    /// They go on in this class.
    Reroute(usize),
}

/// Quanta of capacities and ceilings, and bytes, of one scale.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    quanta: u64,
    step: u64,
    bytes: u64,
}

pub(super) const TINY: Scale = Scale { quanta: 20, step: 1, bytes: 3 };
pub(super) const REAL: Scale = Scale { quanta: 2000, step: 8191 << 30, bytes: 20_000_000 };

pub(super) fn quanta(scale: Scale) -> impl Strategy<Value = u64> + Clone {
    (0..=scale.quanta).prop_map(move |count| count * scale.step)
}

fn step(scale: Scale, classes: usize, channels: usize) -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..classes, 0..=scale.bytes).prop_map(|(class, size)| Step::Start { class, size }),
        1 => (0..classes, 0..=scale.bytes, 0..1_000_000_000_u64)
            .prop_map(|(class, size, span)| Step::Later { class, size, span }),
        1 => (0..64_usize).prop_map(Step::Abort),
        1 => (0..64_usize, 0..classes).prop_map(|(which, class)| Step::Move { which, class }),
        1 => (0..channels, quanta(scale))
            .prop_map(|(channel, quanta)| Step::Capacity { channel, quanta }),
        1 => (0..channels, policy(classes))
            .prop_map(|(channel, policy)| Step::Fail { channel, policy }),
        1 => (0..channels).prop_map(Step::Repair),
        4 => (1..=4_u64, 0..2_000_000_000_u64)
            .prop_map(|(quarters, nanos)| Step::Wait { quarters, nanos }),
    ]
}

fn policy(classes: usize) -> impl Strategy<Value = Policy> {
    prop_oneof![Just(Policy::Stall), Just(Policy::Abort), (0..classes).prop_map(Policy::Reroute),]
}

pub(super) fn ceiling(scale: Scale) -> impl Strategy<Value = u64> {
    prop_oneof![3 => Just(UNLIMITED), 2 => quanta(scale)]
}

pub(super) fn history(
    scale: Scale,
    weights: std::ops::RangeInclusive<u32>,
    path: impl Strategy<Value = Vec<usize>> + Clone + 'static,
) -> impl Strategy<Value = History> {
    let class = (path, ceiling(scale), weights);
    (prop::collection::vec(quanta(scale), CHANNELS), prop::collection::vec(class, 1..8))
        .prop_flat_map(move |(capacities, classes)| {
            let steps = prop::collection::vec(step(scale, classes.len(), CHANNELS), 1..60);
            (Just(capacities), Just(classes), steps)
        })
        .prop_map(|(capacities, classes, steps)| History { capacities, classes, steps })
}

pub(super) const CHANNELS: usize = 7;

pub(super) fn any_path() -> impl Strategy<Value = Vec<usize>> + Clone {
    prop::collection::vec(0..CHANNELS, 0..4).prop_map(|mut path| {
        let mut seen = Vec::new();
        path.retain(|channel| {
            !seen.contains(channel) && {
                seen.push(*channel);
                true
            }
        });
        path
    })
}

/// Chains of a tree: 0 over 1, 2, 3; 1 over 4, 5; 4 over 6. Some are written backward.
pub(super) fn tree_path() -> impl Strategy<Value = Vec<usize>> + Clone {
    const PARENT: [usize; CHANNELS] = [0, 0, 0, 0, 1, 1, 4];
    (0..CHANNELS, any::<bool>()).prop_map(|(last, backward)| {
        let mut path = vec![last];
        while *path.last().expect("not empty") != 0 {
            path.push(PARENT[*path.last().expect("not empty")]);
        }
        if backward { path } else { path.into_iter().rev().collect() }
    })
}

/// Two trees that meet: 0 over 1, 2 and 3; 3 over 4, 5 and 6. Where 3 is wide it may be set aside.
fn meeting_path() -> impl Strategy<Value = Vec<usize>> + Clone {
    const PATHS: [&[usize]; 8] = [&[0, 1], &[0, 2], &[0, 3], &[4, 3], &[5, 3], &[6, 3], &[3], &[6]];
    (0..PATHS.len()).prop_map(|row| PATHS[row].to_vec())
}

/// A tree, 0 over 1, 1 over 2 and 3, 3 over 4, and paths that begin inside it, some of them behind 5
/// or 6. Where these are wide they may be set aside.
fn beside_path() -> impl Strategy<Value = Vec<usize>> + Clone {
    const PATHS: [&[usize]; 13] = [
        &[0, 1, 2],
        &[0, 1, 3],
        &[0, 1, 3, 4],
        &[0, 1],
        &[1, 3, 4],
        &[1, 2],
        &[3, 4],
        &[2],
        &[4],
        &[5, 1, 2],
        &[5, 1, 3, 4],
        &[6, 3],
        &[6, 2],
    ];
    (0..PATHS.len(), any::<bool>()).prop_map(|(row, backward)| {
        let path = PATHS[row].iter().copied();
        if backward { path.rev().collect() } else { path.collect() }
    })
}

pub(super) fn beside(
    scale: Scale,
    weights: std::ops::RangeInclusive<u32>,
) -> impl Strategy<Value = History> {
    let history = history(scale, weights, beside_path());
    (history, 1..40_u64, 1..8_u64).prop_map(|(mut history, outer, inner)| {
        for (row, capacity) in history.capacities.iter_mut().enumerate() {
            *capacity *= [1, inner, inner, inner, inner, outer, outer][row];
        }
        // The root is narrow for all below it, so that channels inside are often free.
        history.capacities[0] /= 4;
        history
    })
}

pub(super) fn meeting(
    scale: Scale,
    weights: std::ops::RangeInclusive<u32>,
) -> impl Strategy<Value = History> {
    (history(scale, weights, meeting_path()), 1..12_u64).prop_map(|(mut history, times)| {
        history.capacities[3] *= times;
        history
    })
}
