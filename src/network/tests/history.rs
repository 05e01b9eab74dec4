//! Random networks and histories.

use proptest::prelude::*;

use crate::network::quantum::UNLIMITED;

/// A network and its history.
#[derive(Clone, Debug)]
pub(super) struct History {
    pub(super) capacities: Vec<u64>,
    pub(super) classes: Vec<(Vec<usize>, u64, u32)>,
    /// The operations, in groups between which everything is checked: within a group no rate or end is read, as when
    /// several events share one instant.
    pub(super) groups: Vec<Vec<Step>>,
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
    /// This many transfers start in turn and are aborted at the same instant.
    StartAndAbort {
        class: usize,
        size: u64,
        times: u32,
    },
    Abort(usize),
    Move {
        which: usize,
        class: usize,
    },
    /// Moves to another class and back at the same instant, this many times.
    MoveAndBack {
        which: usize,
        class: usize,
        times: u32,
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
    /// The channel returns to its initial capacity.
    Repair(usize),
    /// Advances the time, by this share of the time to the next end (of 4) or by nanoseconds.
    Wait {
        quarters: u64,
        nanos: u64,
    },
}

/// The effect on the transfers over a channel that fails.
#[derive(Clone, Copy, Debug)]
pub(super) enum Policy {
    Stall,
    Abort,
    /// They continue in this class.
    Reroute(usize),
}

/// Quanta of capacities and rate caps, and bytes, at one scale.
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

fn step(scale: Scale, classes: usize, channels: usize) -> impl Strategy<Value = Step> + Clone {
    prop_oneof![
        6 => (0..classes, 0..=scale.bytes).prop_map(|(class, size)| Step::Start { class, size }),
        1 => (0..classes).prop_map(|class| Step::Start { class, size: 0 }),
        1 => (0..classes, 0..=scale.bytes, 0..1_000_000_000_u64)
            .prop_map(|(class, size, span)| Step::Later { class, size, span }),
        1 => (0..classes, 0..=scale.bytes, 1..200_u32)
            .prop_map(|(class, size, times)| Step::StartAndAbort { class, size, times }),
        1 => (0..64_usize).prop_map(Step::Abort),
        1 => (0..64_usize, 0..classes).prop_map(|(which, class)| Step::Move { which, class }),
        1 => (0..64_usize, 0..classes, 1..100_u32)
            .prop_map(|(which, class, times)| Step::MoveAndBack { which, class, times }),
        1 => (0..channels, quanta(scale))
            .prop_map(|(channel, quanta)| Step::Capacity { channel, quanta }),
        1 => (0..channels, policy(classes))
            .prop_map(|(channel, policy)| Step::Fail { channel, policy }),
        1 => (0..channels).prop_map(Step::Repair),
        4 => (1..=4_u64, 0..2_000_000_000_u64)
            .prop_map(|(quarters, nanos)| Step::Wait { quarters, nanos }),
    ]
}

fn policy(classes: usize) -> impl Strategy<Value = Policy> + Clone {
    prop_oneof![Just(Policy::Stall), Just(Policy::Abort), (0..classes).prop_map(Policy::Reroute),]
}

pub(super) fn rate_cap(scale: Scale) -> impl Strategy<Value = u64> {
    prop_oneof![3 => Just(UNLIMITED), 2 => quanta(scale)]
}

pub(super) fn history(
    scale: Scale,
    weights: std::ops::RangeInclusive<u32>,
    path: impl Strategy<Value = Vec<usize>> + Clone + 'static,
) -> impl Strategy<Value = History> {
    let class = (path, rate_cap(scale), weights);
    let network =
        (prop::collection::vec(quanta(scale), CHANNELS), prop::collection::vec(class, 1..8));
    network.prop_flat_map(move |(capacities, classes)| happens(scale, capacities, classes))
}

fn happens(
    scale: Scale,
    capacities: Vec<u64>,
    classes: Vec<(Vec<usize>, u64, u32)>,
) -> impl Strategy<Value = History> {
    let step = step(scale, classes.len(), capacities.len());
    let group = prop_oneof![
        3 => prop::collection::vec(step.clone(), 1..=1),
        1 => prop::collection::vec(step, 2..8),
    ];
    prop::collection::vec(group, 1..60).prop_map(move |groups| History {
        capacities: capacities.clone(),
        classes: classes.clone(),
        groups,
    })
}

/// A company: a tree of nodes, sometimes with an additional link, each link with a channel in either direction.
/// Transfers take the route through the tree between any two nodes, some of them through a third node, as through a
/// proxy. Many routes have the same end, so trees meet.
pub(super) fn company(
    scale: Scale,
    weights: std::ops::RangeInclusive<u32>,
) -> impl Strategy<Value = History> {
    let nodes = prop::collection::vec(0..64_usize, 1..9).prop_map(|picks| {
        let parents = picks.iter().enumerate().map(|(row, pick)| pick % (row + 1));
        parents.collect::<Vec<usize>>()
    });
    let ends = (0..64_usize, prop::option::weighted(0.2, 0..64_usize), 0..64_usize);
    let classes = prop::collection::vec((ends, rate_cap(scale), weights), 1..12);
    let factors = prop::collection::vec(1..12_u64, 18);
    (nodes, classes, factors, prop::collection::vec(quanta(scale), 18)).prop_flat_map(
        move |(parents, classes, factors, rates)| {
            let channels = 2 * parents.len();
            let capacities = rates.iter().zip(&factors).map(|(rate, factor)| rate * factor);
            let path = |(from, via, to): (usize, Option<usize>, usize)| {
                let node = |pick: usize| pick % (parents.len() + 1);
                let middle = via.map_or(node(to), node);
                let mut path = way(&parents, node(from), middle);
                let second = way(&parents, middle, node(to));
                path.extend(second);
                let mut seen = Vec::new();
                path.retain(|channel| {
                    let is_new = !seen.contains(channel);
                    seen.push(*channel);
                    is_new
                });
                path
            };
            let classes = classes.into_iter().map(|(ends, cap, weight)| (path(ends), cap, weight));
            happens(scale, capacities.take(channels).collect(), classes.collect())
        },
    )
}

/// The channels from node to node: 2·n leads down to node n + 1, 2·n + 1 up from it.
fn way(parents: &[usize], from: usize, to: usize) -> Vec<usize> {
    let to_root = |mut node: usize| {
        let mut nodes = vec![node];
        while node > 0 {
            node = parents[node - 1];
            nodes.push(node);
        }
        nodes
    };
    let (up, down) = (to_root(from), to_root(to));
    let up_only = up.iter().filter(|node| !down.contains(node)).map(|node| 2 * (node - 1) + 1);
    let down_only = down.iter().rev().filter(|node| !up.contains(node)).map(|node| 2 * (node - 1));
    up_only.chain(down_only).collect()
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

/// Two trees that meet: 0 over 1, 2 and 3; 3 over 4, 5 and 6. If 3 is wide it may be left out.
fn meeting_path() -> impl Strategy<Value = Vec<usize>> + Clone {
    const PATHS: [&[usize]; 8] = [&[0, 1], &[0, 2], &[0, 3], &[4, 3], &[5, 3], &[6, 3], &[3], &[6]];
    (0..PATHS.len()).prop_map(|row| PATHS[row].to_vec())
}

/// A tree, 0 over 1, 1 over 2 and 3, 3 over 4, and paths that begin inside it, some of them behind 5 or 6. If these are
/// wide they may be left out.
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
        // The root is narrow for everything below it, so that inner channels are often free.
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

/// Two sources over one set of leaves: 0 over hubs 1 and 2, these over two leaves each, and Update Agents behind 7 and
/// 8 that each serve the leaves of one hub, often without being limited by their own link; some routes end at the hubs,
/// or continue below a leaf.
pub(super) fn two_sources(
    scale: Scale,
    weights: std::ops::RangeInclusive<u32>,
) -> impl Strategy<Value = History> {
    const PATHS: [&[usize]; 16] = [
        &[0, 1, 3],
        &[0, 1, 4],
        &[0, 2, 5],
        &[0, 2, 6],
        &[7, 3],
        &[7, 4],
        &[8, 5],
        &[8, 6],
        &[0, 1],
        &[0, 2, 7],
        &[7, 1, 3],
        &[3],
        &[5, 9],
        &[0, 2, 5, 9],
        &[8, 2],
        &[7, 1, 4],
    ];
    let class = ((0..PATHS.len(), any::<bool>()), rate_cap(scale), weights);
    let factors = (1..30_u64, 1..8_u64, prop::collection::vec(quanta(scale), 10));
    (prop::collection::vec(class, 1..14), factors).prop_flat_map(
        move |(classes, (agents, hubs, mut capacities))| {
            for (row, capacity) in capacities.iter_mut().enumerate() {
                *capacity *= [1, hubs, hubs, 1, 1, 1, 1, agents, agents, 1][row];
            }
            let path = |(row, backward): (usize, bool)| -> Vec<usize> {
                let path = PATHS[row].iter().copied();
                if backward { path.rev().collect() } else { path.collect() }
            };
            let classes = classes.into_iter().map(|(way, cap, weight)| (path(way), cap, weight));
            happens(scale, capacities, classes.collect())
        },
    )
}
