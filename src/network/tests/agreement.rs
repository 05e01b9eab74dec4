//! All methods, and a simulation of every single transfer with the reference solver, on random histories.

use proptest::prelude::*;

use super::history::{
    CHANNELS, History, Policy, REAL, Step, TINY, any_path, beside, company, history, meeting,
    quanta, rate_cap, tree_path, two_sources,
};
use crate::ids::{ChannelId, ClassId};
use crate::network::flows::slab::Stage;
use crate::network::quantum::{UNLIMITED, bit_rate, whole_bytes, work};
use crate::network::readings::Prospect;
use crate::network::solver::reference::{Demand, levels};
use crate::network::{Method, Network, TransferId};
use crate::units::{Bytes, SimTime};

/// The observations of a run: ends, aborts, and what every channel carried, at every step.
type Shown = Vec<(u64, u64, u64)>;

fn run(history: &History, method: Method) -> Shown {
    let mut run = Run::new(history, method);
    for (tag, group) in (0_u32..).zip(&history.groups) {
        for step in group {
            run.take(history, tag, *step);
        }
        run.look();
        run.check();
    }
    // Open all channels; then all transfers must end.
    for row in 0..history.capacities.len() {
        run.network.set_capacity_in_quanta(channel(row), 1_000_000_000);
    }
    while run.network.next_end() != SimTime::NEVER {
        let end = run.network.next_end();
        run.network.advance_to(end);
        run.look();
    }
    run.shown
}

/// A history in progress.
struct Run {
    network: Network,
    classes: Vec<ClassId>,
    live: Vec<TransferId>,
    /// Work of all transfers that are over, including the finished part of aborted ones.
    over: u128,
    shown: Shown,
}

impl Run {
    fn new(history: &History, method: Method) -> Self {
        let mut network = Network::with_quanta(history.capacities.iter().copied(), method);
        let class = |(path, rate_cap, weight): &(Vec<usize>, u64, u32)| {
            let path: Vec<ChannelId> = path.iter().map(|&row| channel(row)).collect();
            network.class_in_quanta(&path, *rate_cap, *weight)
        };
        let classes = history.classes.iter().map(class).collect();
        Self { network, classes, live: Vec::new(), over: 0, shown: Vec::new() }
    }

    fn take(&mut self, history: &History, tag: u32, step: Step) {
        match step {
            Step::Start { class, size } => {
                let id = self.network.start(self.classes[class], Bytes::new(size), tag);
                self.live.push(id);
            }
            Step::Later { class, size, span } => {
                let time = SimTime::from_nanos(self.network.now().as_nanos() + span);
                let size = Bytes::new(size);
                self.live.push(self.network.start_later(self.classes[class], size, tag, time));
            }
            Step::StartAndAbort { class, size, times } => {
                for _ in 0..times {
                    let id = self.network.start(self.classes[class], Bytes::new(size), tag);
                    self.live.push(id);
                    self.abort(id);
                }
            }
            Step::MoveAndBack { which, class, times } if !self.live.is_empty() => {
                let id = self.live[which % self.live.len()];
                let before = self.network.slab.get(id).expect("live").class;
                for _ in 0..times {
                    self.network.move_to_class(id, self.classes[class]);
                    self.network.move_to_class(id, before);
                }
            }
            Step::Abort(which) if !self.live.is_empty() => {
                self.abort(self.live[which % self.live.len()]);
            }
            Step::Move { which, class } if !self.live.is_empty() => {
                let id = self.live[which % self.live.len()];
                self.network.move_to_class(id, self.classes[class]);
            }
            Step::Abort(_) | Step::Move { .. } | Step::MoveAndBack { .. } => {}
            Step::Capacity { channel: row, quanta } => {
                self.network.set_capacity_in_quanta(channel(row), quanta);
            }
            Step::Fail { channel: row, policy } => self.fail(channel(row), policy),
            Step::Repair(row) => {
                self.network.set_capacity_in_quanta(channel(row), history.capacities[row]);
            }
            Step::Wait { quarters, nanos } => pass(&mut self.network, quarters, nanos),
        }
    }

    fn fail(&mut self, failing: ChannelId, policy: Policy) {
        self.network.set_capacity_in_quanta(failing, 0);
        for id in self.live.clone() {
            let class = self.network.slab.get(id).expect("live").class;
            if !self.network.state.class(class).path.contains(&failing) {
                continue;
            }
            match policy {
                Policy::Stall => {}
                Policy::Abort => self.abort(id),
                Policy::Reroute(class) => self.network.move_to_class(id, self.classes[class]),
            }
        }
    }

    fn abort(&mut self, id: TransferId) {
        self.live.retain(|live| *live != id);
        let bytes = self.network.abort(id);
        self.over += work(bytes);
        self.shown.push((self.network.now().as_nanos(), 7, bytes.count()));
    }

    /// The work that a transfer has done.
    fn done(&self, id: TransferId) -> u128 {
        let row = self.network.slab.get(id).expect("live");
        match row.stage {
            Stage::Waiting => 0,
            Stage::Moving => work(row.size) - self.network.work_left(id.row),
            Stage::Ended => work(row.size),
        }
    }

    /// Takes the ended transfers, and records all readings.
    fn look(&mut self) {
        while let Some(ended) = self.network.pop_ended() {
            self.live.retain(|id| *id != ended.transfer);
            self.over += work(ended.size);
            let now = self.network.now().as_nanos();
            self.shown.push((now, ended.tag.into(), ended.size.count()));
        }
        show(&mut self.network, &self.live, &mut self.shown);
    }

    /// Checks the laws of sharing, equality with the reference solver, and conservation of work.
    fn check(&mut self) {
        check(&mut self.network, &self.live);
        let classes = self.network.state.classes.rows.ids();
        let served: u128 = classes.map(|id| self.network.state.served(id)).sum();
        let done: u128 = self.live.iter().map(|&id| self.done(id)).sum();
        assert_eq!(served, self.over + done);
        self.check_readings();
    }

    /// Checks readings that look at few classes or channels against those that look at all.
    fn check_readings(&self) {
        let network = &self.network;
        for (channel, bytes) in network.carried_by_all().rows() {
            let classes = network.state.channels[channel].classes.iter();
            let served = classes.map(|&id| network.state.served(id)).sum();
            assert_eq!((*bytes, network.carried(channel)), (whole_bytes(served), *bytes));
        }
        for (id, class) in network.state.classes.rows.rows() {
            let more = u64::from(id.0 % 3);
            let rates = class.path.iter().map(|&channel| {
                let state = &network.state.channels[channel];
                let (capacity, own) = (u128::from(state.capacity), u128::from(class.weight));
                let part =
                    capacity * own / (u128::from(state.demand) + own * u128::from(more.max(1)));
                let load = network.load_in_quanta(channel);
                let free = capacity.saturating_sub(load) / u128::from(more.max(1));
                (part.max(free), Some(channel), free < part)
            });
            let cap = (u128::from(class.rate_cap), None, false);
            let first =
                |one: (u128, _, _), other: (u128, _, _)| if other.0 < one.0 { other } else { one };
            let (share, bottleneck, is_full) = rates.fold(cap, first);
            let expected = Prospect { share: bit_rate(share), bottleneck, is_full };
            assert_eq!(network.prospect(id, more), expected);
        }
    }
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

fn show(network: &mut Network, live: &[TransferId], shown: &mut Shown) {
    network.settle();
    for row in 0..network.state.channels.len() {
        let id = channel(row);
        let load = u64::try_from(network.load_in_quanta(id)).expect("small");
        shown.push((network.carried(id).count(), load, network.saturated(id).as_nanos()));
    }
    for &id in live {
        let bottleneck = network.bottleneck(id).map_or(99, |channel| u64::from(channel.0));
        let rate = network.state.rate(network.slab.get(id).expect("live").class);
        shown.push((network.remaining(id).count(), rate, bottleneck));
    }
}

/// Checks the laws of sharing, and equality with the reference solver.
fn check(network: &mut Network, live: &[TransferId]) {
    network.settle();
    network.check_against_reference().unwrap_or_else(|difference| panic!("{difference}"));
    let state = &network.state;
    for (id, channel) in state.channels.rows() {
        let sharing = live.iter().filter_map(|&live| network.slab.get(live));
        let sharing = sharing.filter(|row| row.stage != Stage::Ended);
        let classes = sharing.map(|row| state.class(row.class));
        let crossing = classes.filter(|class| class.path.contains(&id));
        let demand: u64 = crossing.map(|class| u64::from(class.weight)).sum();
        assert_eq!(channel.demand, demand, "{id:?}");
    }
    for &id in live {
        let row = network.slab.get(id).expect("live");
        let class = state.class(row.class);
        let limited = network.bottleneck(id).is_some() || state.rate(row.class) == class.rate_cap;
        assert!(class.members == 0 || limited, "every transfer has a bottleneck");
    }
}

pub(super) fn agree(history: &History) {
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
    fn two_sources_with_tiny_integers(history in two_sources(TINY, 1..=3)) {
        agree(&history);
    }

    #[test]
    fn two_sources_over_one_set_of_leaves(history in two_sources(REAL, 1..=3)) {
        agree(&history);
    }

    #[test]
    fn companies_with_tiny_integers(history in company(TINY, 1..=3)) {
        agree(&history);
    }

    #[test]
    fn companies(history in company(REAL, 1..=3)) {
        agree(&history);
    }

    #[test]
    fn companies_of_equal_weights(history in company(REAL, 1..=1)) {
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
    fn trees_with_side_classes_and_tiny_integers(history in beside(TINY, 1..=1)) {
        agree(&history);
    }

    #[test]
    fn weighted_trees_with_side_classes_and_tiny_integers(history in beside(TINY, 1..=3)) {
        agree(&history);
    }

    #[test]
    fn trees_with_side_classes(history in beside(REAL, 1..=3)) {
        agree(&history);
    }

    #[test]
    fn trees(history in history(REAL, 1..=1, tree_path())) {
        agree(&history);
    }
}

/// Every transfer individually, its work counted down from instant to instant at the reference rates: without classes,
/// clocks or cohorts.
fn one_by_one(
    capacities: &[u64],
    classes: &[(Vec<usize>, u64, u32)],
    starts: &[(u64, usize, u64)],
) -> Vec<u64> {
    let demand = |class: usize| {
        let (path, rate_cap, weight) = &classes[class];
        let rate_cap = (*rate_cap != UNLIMITED).then_some(*rate_cap);
        Demand { path: path.clone(), rate_cap, weight: (*weight).into(), members: 1 }
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
        .map(|(path, rate_cap, weight)| {
            let path: Vec<ChannelId> = path.iter().map(|&row| channel(row)).collect();
            network.class_in_quanta(&path, *rate_cap, *weight)
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
        classes in prop::collection::vec((any_path(), rate_cap(REAL), 1_u32..=7), 1..6),
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
