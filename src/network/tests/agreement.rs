//! All methods, and a simulation of every single transfer by the definition, on random histories.

use proptest::prelude::*;

use crate::ids::{ChannelId, ClassId};
use crate::network::class::Class;
use crate::network::definition::{Demand, levels};
use crate::network::quantum::{UNLIMITED, work};
use crate::network::roster::Stage;
use crate::network::{Method, Network, TransferId};
use crate::units::{Bytes, SimTime};

/// A network and what happens in it.
#[derive(Clone, Debug)]
struct History {
    capacities: Vec<u64>,
    classes: Vec<(Vec<usize>, u64, u32)>,
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
enum Step {
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
    /// Lets so much time pass, in this share of the time to the next end (of 4) or in nanoseconds.
    Wait {
        quarters: u64,
        nanos: u64,
    },
}

/// Quanta of capacities and ceilings, and bytes, of one scale.
#[derive(Clone, Copy, Debug)]
struct Scale {
    quanta: u64,
    step: u64,
    bytes: u64,
}

const TINY: Scale = Scale { quanta: 20, step: 1, bytes: 3 };
const REAL: Scale = Scale { quanta: 2000, step: 8191 << 30, bytes: 20_000_000 };

fn quanta(scale: Scale) -> impl Strategy<Value = u64> + Clone {
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
        4 => (1..=4_u64, 0..2_000_000_000_u64)
            .prop_map(|(quarters, nanos)| Step::Wait { quarters, nanos }),
    ]
}

fn ceiling(scale: Scale) -> impl Strategy<Value = u64> {
    prop_oneof![3 => Just(UNLIMITED), 2 => quanta(scale)]
}

fn history(
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

const CHANNELS: usize = 7;

fn any_path() -> impl Strategy<Value = Vec<usize>> + Clone {
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
fn tree_path() -> impl Strategy<Value = Vec<usize>> + Clone {
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

fn meeting(scale: Scale, weights: std::ops::RangeInclusive<u32>) -> impl Strategy<Value = History> {
    (history(scale, weights, meeting_path()), 1..12_u64).prop_map(|(mut history, times)| {
        history.capacities[3] *= times;
        history
    })
}

/// What a run shows: ends, aborts, and what every channel carried, at every step.
type Shown = Vec<(u64, u64, u64)>;

fn run(history: &History, method: Method) -> Shown {
    let mut network = Network::with_quanta(history.capacities.iter().copied(), method);
    let classes: Vec<ClassId> = history
        .classes
        .iter()
        .map(|(path, ceiling, weight)| {
            let path: Vec<ChannelId> = path.iter().map(|&row| channel(row)).collect();
            network.class_in_quanta(&path, *ceiling, *weight)
        })
        .collect();
    let mut shown = Vec::new();
    let mut live: Vec<TransferId> = Vec::new();
    for (tag, step) in (0_u32..).zip(&history.steps) {
        match *step {
            Step::Start { class, size } => {
                live.push(network.start(classes[class], Bytes::new(size), tag));
            }
            Step::Later { class, size, span } => {
                let time = SimTime::from_nanos(network.now().as_nanos() + span);
                live.push(network.start_later(classes[class], Bytes::new(size), tag, time));
            }
            Step::Abort(which) if !live.is_empty() => {
                let id = live.swap_remove(which % live.len());
                shown.push((u64::from(tag), 7, network.abort(id).count()));
            }
            Step::Move { which, class } if !live.is_empty() => {
                network.move_to_class(live[which % live.len()], classes[class]);
            }
            Step::Capacity { channel: row, quanta } => {
                network.set_capacity_in_quanta(channel(row), quanta);
            }
            Step::Wait { quarters, nanos } => pass(&mut network, quarters, nanos),
            Step::Abort(_) | Step::Move { .. } => {}
        }
        take_ended(&mut network, &mut live, &mut shown);
        check(&mut network, &live);
        show(&mut network, &live, &mut shown);
    }
    // Open everything, and all must end.
    for row in 0..CHANNELS {
        network.set_capacity_in_quanta(channel(row), 1_000_000_000);
    }
    while network.next_end() != SimTime::NEVER {
        let end = network.next_end();
        network.advance_to(end);
        take_ended(&mut network, &mut live, &mut shown);
        show(&mut network, &live, &mut shown);
    }
    shown
}

fn channel(row: usize) -> ChannelId {
    ChannelId(u32::try_from(row).expect("few channels"))
}

fn pass(network: &mut Network, quarters: u64, nanos: u64) {
    let (now, end) = (network.now().as_nanos(), network.next_end());
    let until = if end == SimTime::NEVER || end.as_nanos() - now > u64::MAX / 8 {
        now + nanos
    } else {
        now + (end.as_nanos() - now) * quarters / 4
    };
    network.advance_to(SimTime::from_nanos(until.min(end.as_nanos())));
}

fn take_ended(network: &mut Network, live: &mut Vec<TransferId>, shown: &mut Shown) {
    while let Some(ended) = network.pop_ended() {
        live.retain(|id| *id != ended.transfer);
        shown.push((network.now().as_nanos(), ended.tag.into(), ended.size.count()));
    }
}

fn show(network: &mut Network, live: &[TransferId], shown: &mut Shown) {
    network.settle();
    for row in 0..CHANNELS {
        let id = channel(row);
        let load = u64::try_from(network.load_in_quanta(id)).expect("small");
        shown.push((network.carried(id).count(), load, network.saturated(id).as_nanos()));
    }
    for &id in live {
        let neck = network.bottleneck(id).map_or(99, |channel| u64::from(channel.0));
        let rate = network.state.rate(network.roster.get(id).expect("live").class);
        shown.push((network.remaining(id).count(), rate, neck));
    }
}

/// The laws of sharing, and equality with the definition.
fn check(network: &mut Network, live: &[TransferId]) {
    network.settle();
    let state = &network.state;
    let capacities: Vec<u64> = state.channels.iter().map(|channel| channel.capacity).collect();
    let demands: Vec<Demand> = state.classes.rows.iter().map(Class::demand).collect();
    let levels = levels(&capacities, &demands);
    for ((id, class), level) in state.classes.rows.rows().zip(&levels.demands) {
        if class.members > 0 {
            assert_eq!(state.rate(id), class.rate(*level), "{id:?} of {demands:?} {capacities:?}");
        }
    }
    for ((id, channel), level) in state.channels.rows().zip(&levels.channels) {
        assert!(network.load_in_quanta(id) <= u128::from(channel.capacity));
        assert_eq!(state.channel_level(id), level.unwrap_or(UNLIMITED), "{id:?}");
    }
    for (id, channel) in state.channels.rows() {
        let sharing = live.iter().filter_map(|&live| network.roster.get(live));
        let sharing = sharing.filter(|row| row.stage != Stage::Ended);
        let classes = sharing.map(|row| state.class(row.class));
        let crossing = classes.filter(|class| class.path.contains(&id));
        let demand: u64 = crossing.map(|class| u64::from(class.weight)).sum();
        assert_eq!(channel.demand, demand, "{id:?}");
    }
    for &id in live {
        let row = network.roster.get(id).expect("live");
        let class = state.class(row.class);
        let limited = network.bottleneck(id).is_some() || state.rate(row.class) == class.ceiling;
        assert!(class.members == 0 || limited, "every transfer has a bottleneck");
    }
}

fn agree(history: &History) {
    let definition = run(history, Method::Definition);
    assert!(run(history, Method::General) == definition, "general");
    assert!(run(history, Method::Automatic) == definition, "automatic");
}

proptest! {
    #![proptest_config(crate::network::tests::config())]

    #[test]
    fn any_graph_with_tiny_integers(history in history(TINY, 1..=3, any_path())) {
        agree(&history);
    }

    #[test]
    fn any_graph(history in history(REAL, 1..=1024, any_path())) {
        agree(&history);
    }

    #[test]
    fn trees_with_tiny_integers(history in history(TINY, 1..=1, tree_path())) {
        agree(&history);
    }

    #[test]
    fn weighted_trees_with_tiny_integers(history in history(TINY, 1..=3, tree_path())) {
        agree(&history);
    }

    #[test]
    fn trees_that_meet_with_tiny_integers(history in meeting(TINY, 1..=3)) {
        agree(&history);
    }

    #[test]
    fn trees_that_meet(history in meeting(REAL, 1..=3)) {
        agree(&history);
    }

    #[test]
    fn trees(history in history(REAL, 1..=1, tree_path())) {
        agree(&history);
    }
}

/// Every transfer by itself, its work counted down from instant to instant at the rates of the
/// definition: classes, clocks and cohorts change nothing.
fn one_by_one(
    capacities: &[u64],
    classes: &[(Vec<usize>, u64, u32)],
    starts: &[(u64, usize, u64)],
) -> Vec<u64> {
    let demand = |class: usize| {
        let (path, ceiling, weight) = &classes[class];
        let ceiling = (*ceiling != UNLIMITED).then_some(*ceiling);
        Demand { path: path.clone(), ceiling, weight: (*weight).into(), members: 1 }
    };
    let mut ends = vec![u64::MAX; starts.len()];
    let mut left: Vec<u128> = starts.iter().map(|start| work(Bytes::new(start.2))).collect();
    let mut now = 0;
    loop {
        for (index, start) in starts.iter().enumerate() {
            let instant = classes[start.1].0.is_empty() && classes[start.1].1 == UNLIMITED;
            if start.0 <= now && ends[index] == u64::MAX && (left[index] == 0 || instant) {
                ends[index] = now;
            }
        }
        let on = |index: usize| starts[index].0 <= now && ends[index] == u64::MAX;
        let active: Vec<usize> = (0..starts.len()).filter(|&index| on(index)).collect();
        let demands: Vec<Demand> = active.iter().map(|&index| demand(starts[index].1)).collect();
        let levels = levels(capacities, &demands).demands;
        let rates: Vec<u64> =
            demands.iter().zip(levels).map(|(demand, level)| demand.rate(level)).collect();
        let next_start = starts.iter().map(|start| start.0).filter(|&time| time > now).min();
        let next_end =
            active.iter().zip(&rates).filter(|(_, rate)| **rate > 0).map(|(&index, &rate)| {
                now + u64::try_from(left[index].div_ceil(rate.into())).expect("soon")
            });
        let Some(next) = next_end.chain(next_start).min() else { return ends };
        for (&index, &rate) in active.iter().zip(&rates) {
            left[index] = left[index].saturating_sub(u128::from(rate) * u128::from(next - now));
        }
        now = next;
    }
}

fn in_classes(
    capacities: &[u64],
    classes: &[(Vec<usize>, u64, u32)],
    starts: &[(u64, usize, u64)],
) -> Vec<u64> {
    let mut network = Network::with_quanta(capacities.iter().copied(), Method::Automatic);
    let classes: Vec<ClassId> = classes
        .iter()
        .map(|(path, ceiling, weight)| {
            let path: Vec<ChannelId> = path.iter().map(|&row| channel(row)).collect();
            network.class_in_quanta(&path, *ceiling, *weight)
        })
        .collect();
    let mut ends = vec![u64::MAX; starts.len()];
    let mut order: Vec<usize> = (0..starts.len()).collect();
    order.sort_by_key(|&index| starts[index].0);
    let mut order = order.into_iter().peekable();
    loop {
        let start = order.peek().map_or(u64::MAX, |&index| starts[index].0);
        let next = network.next_end().as_nanos().min(start);
        if next == u64::MAX {
            return ends;
        }
        network.advance_to(SimTime::from_nanos(next));
        while let Some(ended) = network.pop_ended() {
            ends[ended.tag as usize] = next;
        }
        while let Some(index) = order.next_if(|&index| starts[index].0 == next) {
            let tag = u32::try_from(index).expect("few");
            let _ = network.start(classes[starts[index].1], Bytes::new(starts[index].2), tag);
        }
    }
}

proptest! {
    #![proptest_config(crate::network::tests::config())]

    #[test]
    fn classes_clocks_and_cohorts_change_nothing(
        capacities in prop::collection::vec(quanta(REAL), CHANNELS),
        classes in prop::collection::vec((any_path(), ceiling(REAL), 1_u32..=7), 1..6),
        starts in prop::collection::vec((0_u64..4, 0_usize..64, 0_u64..4), 1..24),
    ) {
        let starts: Vec<_> = starts
            .into_iter()
            .map(|(time, class, size)| (time * 700_000_000, class % classes.len(), size * 1_000_003))
            .collect();
        prop_assert_eq!(
            in_classes(&capacities, &classes, &starts),
            one_by_one(&capacities, &classes, &starts)
        );
    }
}
