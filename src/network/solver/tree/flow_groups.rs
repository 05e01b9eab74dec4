//! The groups of [subtree flows](super::subtree_flows), and their filling.

use crate::ids::ChannelId;
use crate::network::flows::state::State;
use crate::network::quantum::UNLIMITED;
use crate::network::solver::filling::{FillingRounds, level};
use crate::network::solver::tree::vertex::{
    Begins, Child, Share, TreeNode, Vertex, boundary, capacity,
};

/// A class whose path begins inside a tree: its clock, and the first channel of its path.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flow {
    pub(super) clock: Vertex,
    pub(super) top: Vertex,
}

impl Flow {
    /// Its channels, from the last to its top.
    pub(super) fn path(self, rows: &[Child]) -> impl Iterator<Item = Vertex> {
        let mut next = Some(rows[self.clock as usize].parent);
        std::iter::from_fn(move || {
            let at = next?;
            next = (at != self.top).then(|| rows[at as usize].parent);
            Some(at)
        })
    }

    fn is_loose(self, rows: &[Child]) -> bool {
        !rows[self.clock as usize].is_bound
            && self.path(rows).all(|channel| !rows[channel as usize].is_bound)
    }

    /// What it contributes to the sums of its top.
    fn share_at_top(self, rows: &[Child], state: &State) -> Share {
        let mut share = rows[self.clock as usize].share;
        for channel in self.path(rows).take_while(|&channel| channel != self.top) {
            if rows[channel as usize].is_bound {
                let level = state.channel_level(ChannelId(channel));
                share.bound += i128::from(level) * i128::from(share.free);
                share.free = 0;
            }
        }
        share
    }
}

/// What still holds of the last filling of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holds {
    #[default]
    Nothing,
    /// `loose`, `spans`, `crossings` and `crossed`.
    Lists,
    /// Their weights, too: only the boundary over the top may have moved.
    Weights,
}

/// The flows below one outermost top, and the rates of the loose ones.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    /// The outermost top.
    pub(super) top: Vertex,
    pub(super) flows: Vec<Flow>,
    /// Whether it is to be filled again.
    pub(super) is_stale: bool,
    pub(super) holds: Holds,
    loose: Vec<Loose>,
    /// The channels that loose flows cross.
    spans: Vec<Span>,
    /// The loose flows on each channel, by channel.
    crossings: Vec<Crossing>,
    /// The rows in `spans` of the channels of each loose flow, flow after flow.
    crossed: Vec<usize>,
    /// The lowest level at which a rate cap of a loose flow binds.
    lowest_cap: u64,
    /// How many loose flows have no level yet, during a filling.
    unfrozen: usize,
    /// The level of all loose flows, if the only channel that they cross limits them: they follow its clock, and their
    /// single levels and weights do not matter.
    alike: Option<u64>,
    /// Free channels that loose flows saturate.
    pub(super) saturated: Vec<Vertex>,
}

/// All subtree flows.
#[derive(Clone, Debug, Default)]
pub(super) struct SubtreeFlows {
    pub(super) groups: Vec<Group>,
    pub(super) unused: Vec<usize>,
    pub(super) count: usize,
    /// Channels that were settled since the flows were, each with whether it, or a flow that ends at it, was bound or
    /// released.
    pub(super) touched: Vec<(Vertex, bool)>,
    /// Groups to fill again.
    pub(super) stale: Vec<usize>,
    pub(super) looks: Vec<(Vertex, u64)>,
    /// Flows that are moving to another group.
    pub(super) moving: Vec<Flow>,
    pub(super) rounds: FillingRounds<Binding>,
}

/// A loose flow on a channel of its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Crossing {
    channel: Vertex,
    /// The row of the flow in `loose`.
    loose: usize,
    /// The place of the channel in `crossed`.
    place: usize,
}

#[derive(Clone, Copy, Debug)]
struct Loose {
    clock: Vertex,
    /// The level at which its rate cap binds.
    cap_level: u64,
    weight: u64,
    level: Option<u64>,
    /// The row in `spans` of the channel that limits it; none if its rate cap does.
    limit: Option<usize>,
    /// The place in `crossed` of the last channel of its path, and that behind its top.
    crossed: (usize, usize),
}

/// A channel that loose flows cross.
#[derive(Clone, Copy, Debug)]
struct Span {
    channel: Vertex,
    /// The bound channel of the group whose clock it follows; none if it follows the clock of the top.
    leader: Option<Vertex>,
    /// Its capacity less what is bound below it.
    free: i128,
    /// The weight of the others that are free.
    others: u64,
    /// What the others and the frozen leave of its capacity.
    left: i128,
    /// The weight of the loose flows, less that of the frozen.
    weight: u64,
    /// The level at which it saturates before any loose flow is frozen.
    level: u64,
    /// The place in `crossings` of the first loose flow on it, and that behind the last.
    crossings: (usize, usize),
}

/// A potential limit: a row of the loose flows, or of the channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    RateCap(usize),
    Channel(usize),
}

impl Span {
    /// Sets the weight of the loose flows.
    fn weigh(&mut self, weight: u64, nodes: &[TreeNode], state: &State) {
        let sum = nodes[self.channel as usize].sum;
        (self.weight, self.others) = (weight, sum.free - weight);
        self.free = capacity(state, self.channel) - sum.bound;
    }

    /// Computes what the others leave, and the level at which it saturates, if that which they follow has the level
    /// `boundary`. The remainder is never negative, as its level is above the level of the tree.
    fn find_level(&mut self, boundary: u64, state: &State) {
        let boundary = self.leader.map_or(boundary, |at| state.channel_level(ChannelId(at)));
        self.left = self.free - i128::from(boundary) * i128::from(self.others);
        self.level = level(self.left, self.weight);
    }

    fn is_shared(&self) -> bool {
        self.crossings.1 - self.crossings.0 > 1
    }
}

impl Group {
    /// Computes the rates of the loose flows.
    pub(super) fn refill(
        &mut self,
        rows: &[Child],
        nodes: &[TreeNode],
        state: &mut State,
        rounds: &mut FillingRounds<Binding>,
    ) {
        if self.holds < Holds::Lists {
            self.list_loose(rows, state);
        }
        let seen = nodes[self.top as usize].tops.seen;
        let boundary = seen.unwrap_or_else(|| boundary(rows, state, self.top));
        if self.fill_alike(boundary, rows, nodes, state) {
            return;
        }
        if self.holds < Holds::Weights {
            self.weigh(rows, nodes, state);
        }
        for span in &mut self.spans {
            span.find_level(boundary, state);
        }
        state.work.channels_touched += self.spans.len() as u64;
        self.reset(rows, nodes, state);
        if self.fill_apart() {
            self.saturate_apart(state);
        } else {
            self.fill(state, rounds);
        }
        self.commit(state);
    }

    /// Channels that loose flows saturate are no longer saturated.
    pub(super) fn reset(&mut self, rows: &[Child], nodes: &[TreeNode], state: &mut State) {
        while let Some(channel) = self.saturated.pop() {
            if nodes[channel as usize].active && !rows[channel as usize].is_bound {
                state.set_channel_level(ChannelId(channel), UNLIMITED);
            }
        }
    }

    /// What flows that begin at `top` and cross another channel contribute to its sums.
    pub(super) fn longer_at(&self, top: Vertex, rows: &[Child], state: &State) -> Share {
        let begins = |flow: &Flow| {
            flow.top == top && rows[flow.clock as usize].begins == Begins::AboveParent
        };
        let mut sum = Share::default();
        for flow in self.flows.iter().filter(|flow| begins(flow)) {
            sum += flow.share_at_top(rows, state);
        }
        sum
    }

    /// The rate that loose flows take of a channel beyond `level`.
    pub(super) fn rate_beyond(&self, channel: Vertex, level: u64) -> i128 {
        let Some(span) = self.spans.iter().find(|span| span.channel == channel) else { return 0 };
        if let Some(alike) = self.alike {
            return i128::from(alike - level) * i128::from(span.weight);
        }
        let crossings = &self.crossings[span.crossings.0..span.crossings.1];
        let more = |crossing: &Crossing| {
            let Loose { level: own, weight, .. } = self.loose[crossing.loose];
            i128::from(own.unwrap_or(level) - level) * i128::from(weight)
        };
        crossings.iter().map(more).sum()
    }

    /// Lists the loose flows with their channels; the others follow as in any tree.
    fn list_loose(&mut self, rows: &[Child], state: &mut State) {
        self.holds = Holds::Lists;
        (self.alike, self.lowest_cap) = (None, UNLIMITED);
        self.loose.clear();
        self.crossings.clear();
        for &flow in &self.flows {
            let Child { parent, is_bound, .. } = rows[flow.clock as usize];
            if flow.is_loose(rows) {
                let cap_level = state.class(state.class_of(flow.clock)).cap_level();
                self.lowest_cap = self.lowest_cap.min(cap_level);
                let (loose, first) = (self.loose.len(), self.crossings.len());
                let crossings = flow.path(rows).zip(first..);
                self.crossings.extend(crossings.map(|(channel, place)| Crossing {
                    channel,
                    loose,
                    place,
                }));
                self.loose.push(Loose {
                    clock: flow.clock,
                    cap_level,
                    weight: 0,
                    level: None,
                    limit: None,
                    crossed: (first, self.crossings.len()),
                });
            } else if !is_bound {
                state.clocks.follow(flow.clock, parent);
            }
        }
        self.crossings.sort_unstable();
        self.crossed.clear();
        self.crossed.resize(self.crossings.len(), 0);
        self.spans.clear();
        let mut first = 0;
        for crossings in self.crossings.chunk_by(|one, other| one.channel == other.channel) {
            for crossing in crossings {
                self.crossed[crossing.place] = self.spans.len();
            }
            let (channel, end) = (crossings[0].channel, first + crossings.len());
            self.spans.push(Span {
                channel,
                leader: leader_inside(channel, self.top, rows),
                free: 0,
                others: 0,
                left: 0,
                weight: 0,
                level: 0,
                crossings: (first, end),
            });
            first = end;
        }
    }

    /// Gives all loose flows one level, if they cross one channel only and this binds before any rate cap. Returns whether
    /// this is so. What each of them has need not be looked at.
    fn fill_alike(
        &mut self,
        boundary: u64,
        rows: &[Child],
        nodes: &[TreeNode],
        state: &mut State,
    ) -> bool {
        let [span] = &mut *self.spans else { return false };
        // Flows that are not loose have no free weight, or do not end here.
        span.weigh(nodes[span.channel as usize].tops.here.free, nodes, state);
        span.find_level(boundary, state);
        let Span { channel, level, .. } = *span;
        self.holds = Holds::Lists;
        if level > self.lowest_cap {
            self.alike = None;
            return false;
        }
        if self.alike.replace(level).is_none() {
            self.reset(rows, nodes, state);
            self.saturated.push(channel);
            let leader = state.loose_clock(ChannelId(channel));
            self.loose.iter().for_each(|loose| state.clocks.follow(loose.clock, leader));
            state.work.classes_touched += self.loose.len() as u64;
        }
        run_loose_at(state, channel, level);
        state.work.channels_touched += 1;
        true
    }

    /// Computes the weights of the loose flows on their channels.
    fn weigh(&mut self, rows: &[Child], nodes: &[TreeNode], state: &State) {
        let Self { loose, spans, crossed, .. } = self;
        for span in &mut *spans {
            span.weight = 0;
        }
        for flow in loose {
            flow.weight = rows[flow.clock as usize].share.free;
            for &row in &crossed[flow.crossed.0..flow.crossed.1] {
                spans[row].weight += flow.weight;
            }
        }
        for span in spans {
            span.weigh(span.weight, nodes, state);
        }
        self.holds = Holds::Weights;
    }

    /// Finds the level and the limit of each loose flow, if no channel that several of them cross can bind; returns
    /// whether none can.
    fn fill_apart(&mut self) -> bool {
        // The levels of channels only grow during a filling.
        let mut highest = 0;
        for loose in &mut self.loose {
            let (mut level, mut limit) = (loose.cap_level, None);
            for &row in &self.crossed[loose.crossed.0..loose.crossed.1] {
                let span = &self.spans[row];
                if !span.is_shared() && span.level <= level {
                    (level, limit) = (span.level, Some(row));
                }
            }
            (loose.level, loose.limit) = (Some(level), limit);
            highest = highest.max(level);
        }
        !self.spans.iter().any(|span| span.is_shared() && span.level <= highest)
    }

    /// Channels that no other loose flow crosses are saturated at the level of the one that does, if it is theirs.
    fn saturate_apart(&mut self, state: &mut State) {
        for span in self.spans.iter().filter(|span| !span.is_shared()) {
            let alone = &self.loose[self.crossings[span.crossings.0].loose];
            if alone.level == Some(span.level) {
                self.saturated.push(span.channel);
                run_loose_at(state, span.channel, span.level);
            }
        }
    }

    /// Fills in rounds.
    fn fill(&mut self, state: &mut State, rounds: &mut FillingRounds<Binding>) {
        rounds.clear();
        self.holds = Holds::Lists;
        self.unfrozen = self.loose.len();
        self.loose.iter_mut().for_each(|loose| (loose.level, loose.limit) = (None, None));
        let caps = self.loose.iter().enumerate();
        rounds.extend(caps.map(|(row, loose)| (loose.cap_level, Binding::RateCap(row))));
        let spans = self.spans.iter().enumerate();
        rounds.extend(spans.map(|(row, span)| (span.level, Binding::Channel(row))));
        while self.unfrozen > 0
            && let Some(level) = rounds.next(|before, binding| self.current(before, binding))
        {
            for index in 0..rounds.len() {
                match rounds.binding(index) {
                    Binding::RateCap(row) => self.freeze(row, level, None),
                    Binding::Channel(row) => self.saturate(state, row, level),
                }
            }
        }
    }

    /// The level at which a limit binds now that bound at `before`, if it still can.
    fn current(&self, before: u64, binding: Binding) -> Option<u64> {
        match binding {
            Binding::RateCap(row) => self.loose[row].level.is_none().then_some(before),
            Binding::Channel(row) => {
                let Span { left, weight, .. } = self.spans[row];
                (weight > 0).then(|| level(left, weight))
            }
        }
    }

    /// Gives all loose flows on a channel that have no level the one at which it saturates.
    fn saturate(&mut self, state: &mut State, row: usize, level: u64) {
        self.saturated.push(self.spans[row].channel);
        run_loose_at(state, self.spans[row].channel, level);
        let (first, end) = self.spans[row].crossings;
        for place in first..end {
            self.freeze(self.crossings[place].loose, level, Some(row));
        }
    }

    /// Gives a loose flow its level, if it has none.
    fn freeze(&mut self, row: usize, level: u64, limit: Option<usize>) {
        let loose = &mut self.loose[row];
        if loose.level.is_some() {
            return;
        }
        (loose.level, loose.limit) = (Some(level), limit);
        self.unfrozen -= 1;
        for &row in &self.crossed[loose.crossed.0..loose.crossed.1] {
            let span = &mut self.spans[row];
            span.left -= i128::from(level) * i128::from(loose.weight);
            span.weight -= loose.weight;
        }
    }

    /// Passes the levels of the loose flows on: those that a channel limits follow one clock.
    fn commit(&self, state: &mut State) {
        for &Loose { clock, level, limit, .. } in &self.loose {
            let level = level.expect("filling ends with all frozen");
            if let Some(row) = limit {
                let leader = state.loose_clock(ChannelId(self.spans[row].channel));
                if !state.clocks.follows(clock, leader) {
                    state.work.classes_touched += 1;
                    state.clocks.follow(clock, leader);
                }
            } else {
                state.work.classes_touched += u64::from(state.clocks.speed(clock) != level);
                state.clocks.run(clock, level);
            }
        }
    }
}

/// The bound channel at or above `channel`, but below or at `top`, whose clock it follows; none if there is none.
fn leader_inside(channel: Vertex, top: Vertex, rows: &[Child]) -> Option<Vertex> {
    let mut at = channel;
    while !rows[at as usize].is_bound {
        if at == top {
            return None;
        }
        at = rows[at as usize].parent;
    }
    Some(at)
}

/// The loose flows that the channel limits run at `level` from now on.
fn run_loose_at(state: &mut State, channel: Vertex, level: u64) {
    let channel = ChannelId(channel);
    state.set_channel_level(channel, level);
    state.clocks.run(state.loose_clock(channel), level);
}
