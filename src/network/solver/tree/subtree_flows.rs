//! Side classes: those whose path begins inside a tree, not at its root.
//!
//! The server serves a few agents over links that the downloads of all others fill from the
//! Internet: with the server's own link [set aside](crate::network::solver::placement::nonbinding), what is left of such a
//! path is a chain from an inner channel, its *top*, down.
//!
//! # Mathematics
//! `P_v` is as for [the tree](super), over all classes through `v`: a side class counts up to its
//! top and not above. Let `A_v` be the smallest `P` above `v`; where `P_v ≤ A_v`, `v` is bound. A
//! side class is bound if its ceiling is, or a channel of its path; otherwise it is *loose*: its
//! path is among free channels that follow one bound channel above its top, which it does not
//! cross.
//!
//! At a bound `v` no class through it is loose, and all have `min(y_j, P_v)`: the fixed-point test
//! gives `P_v`, as before. At a free `v` those that are not loose have at most `A = A_v`, and `y_j >
//! A` for the loose ones. For `λ ≤ A` to say `x_j < λ` and `y_j < λ` is the same, and `A < P_v`, so
//! the test finds nothing at or below `A`. Above `A` all but the loose are fixed, and the
//! [definition](crate::network::solver::reference) goes on with the loose alone: they are filled over what
//! the others leave of their channels, in its own rounds. By the uniqueness of the fixed point
//! ([general](crate::network::solver::general)) these are the levels.
//!
//! The loose ones are filled anew whenever their tree was settled, so they are to be few.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{NONE, Share, TreeSolver, Vertex, capacity};
use crate::ids::{ChannelId, ClassId, RowId};
use crate::network::flows::state::State;
use crate::network::quantum::UNLIMITED;

/// The most side classes that all trees may have.
pub(crate) const MOST_SIDES: usize = 256;

/// A side class: its clock, the first channel of its path, and the root of its tree.
#[derive(Clone, Copy, Debug)]
struct Side {
    clock: Vertex,
    top: Vertex,
    root: Vertex,
}

/// All side classes.
#[derive(Clone, Debug, Default)]
pub(super) struct SubtreeFlows {
    rows: Vec<Side>,
    /// Whether a tree was settled that has some.
    stale: bool,
    /// Free channels that loose classes saturate.
    saturated: Vec<Vertex>,
    /// Room for filling, kept so that it allocates nothing.
    filling: Filling,
}

/// The loose classes as they are filled.
#[derive(Clone, Debug, Default)]
struct Filling {
    loose: Vec<Loose>,
    spans: Vec<Span>,
    /// Which loose class crosses which channel, by channel.
    crossings: Vec<(Vertex, usize)>,
    queue: BinaryHeap<Reverse<(u64, Binding)>>,
    batch: Vec<Binding>,
}

#[derive(Clone, Copy, Debug)]
struct Loose {
    side: Side,
    weight: u64,
    level: Option<u64>,
}

/// A channel that loose classes cross: what the others and the frozen leave of it, and the weight
/// of the rest.
#[derive(Clone, Copy, Debug)]
struct Span {
    channel: Vertex,
    left: i128,
    weight: u64,
}

/// What may bind: a row of the loose classes, or of the channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Ceiling(usize),
    Channel(usize),
}

impl Share {
    /// The share of the rest.
    pub(super) fn without(self, other: Self) -> Self {
        Self {
            bound: self.bound - other.bound,
            free: self.free - other.free,
            weight: self.weight - other.weight,
        }
    }
}

impl TreeSolver {
    /// How many more side classes there may be.
    pub(crate) fn room_inside(&self) -> usize {
        MOST_SIDES - self.flows.rows.len()
    }

    /// Whether a path that begins inside a tree goes down in it.
    pub(crate) fn fits_inside(&self, path: impl Iterator<Item = ChannelId>) -> bool {
        let mut path = path;
        let Some(top) = path.next() else { return false };
        let is_inside = self.is_active(top) && self.rows[top.index()].parent != NONE;
        let mut parent = top.0;
        is_inside
            && path.all(|channel| {
                let fits = !self.is_active(channel) || self.rows[channel.index()].parent == parent;
                parent = channel.0;
                fits
            })
    }

    /// Hangs a class below the last channel of a path that fits beside.
    pub(crate) fn attach_inside(
        &mut self,
        state: &mut State,
        class: ClassId,
        path: impl Iterator<Item = ChannelId> + Clone,
    ) {
        let top = path.clone().next().expect("a path that fits is not empty");
        self.attach(state, class, path);
        let root = self.root(top);
        self.nodes[top.index()].tops += 1;
        self.nodes[root.index()].subtree_flows += 1;
        self.flows.rows.push(Side { clock: state.clock(class), top: top.0, root: root.0 });
    }

    /// The side classes in the tree of `root`, one of them.
    pub(crate) fn subtree_flow(&self, state: &State, root: ChannelId) -> Option<ClassId> {
        let guest = self.flows.rows.iter().find(|side| side.root == root.0)?;
        Some(state.class_of(guest.clock))
    }

    /// Lets a class be none of the side classes, if it is one.
    pub(super) fn forget_side(&mut self, clock: Vertex) {
        if let Some(row) = self.flows.rows.iter().position(|side| side.clock == clock) {
            let side = self.flows.rows.swap_remove(row);
            self.nodes[side.top as usize].tops -= 1;
            self.nodes[side.root as usize].subtree_flows -= 1;
            self.flows.stale = true;
        }
    }

    /// Notes that the tree of `root` was settled.
    pub(super) fn note_settled(&mut self, root: Vertex) {
        self.flows.stale |= self.nodes[root as usize].subtree_flows > 0;
    }

    /// What of the sums of `vertex` belongs to classes whose path begins there.
    pub(super) fn beginning_at(&self, state: &State, vertex: Vertex) -> Share {
        let mut sum = Share::default();
        if self.nodes[vertex as usize].tops == 0 {
            return sum;
        }
        for side in self.flows.rows.iter().filter(|side| side.top == vertex) {
            let mut share = self.rows[side.clock as usize].share;
            for channel in self.path(*side).take_while(|&channel| channel != vertex) {
                if self.rows[channel as usize].is_bound {
                    let level = state.channel_level(ChannelId(channel));
                    share.bound += i128::from(level) * i128::from(share.free);
                    share.free = 0;
                }
            }
            sum.bound += share.bound;
            sum.free += share.free;
            sum.weight += share.weight;
        }
        sum
    }

    /// What loose classes take of a channel beyond `level`.
    pub(super) fn more_of_subtree_flows(&self, state: &State, channel: Vertex, level: u64) -> i128 {
        let crosses = |side: &&Side| self.path(**side).any(|crossed| crossed == channel);
        let loose = self.flows.rows.iter().filter(crosses).filter(|side| self.is_loose(**side));
        loose
            .map(|side| {
                let more = state.clocks.speed(side.clock) - level;
                i128::from(more) * i128::from(self.rows[side.clock as usize].share.free)
            })
            .sum()
    }

    /// The channels of a side class, from the last to its top.
    fn path(&self, side: Side) -> impl Iterator<Item = Vertex> {
        let mut next = Some(self.rows[side.clock as usize].parent);
        std::iter::from_fn(move || {
            let at = next?;
            next = (at != side.top).then(|| self.rows[at as usize].parent);
            Some(at)
        })
    }

    fn is_loose(&self, side: Side) -> bool {
        !self.rows[side.clock as usize].is_bound
            && self.path(side).all(|channel| !self.rows[channel as usize].is_bound)
    }

    /// Brings the side classes up to date after their trees.
    pub(super) fn settle_sides(&mut self, state: &mut State) {
        if !std::mem::take(&mut self.flows.stale) {
            return;
        }
        while let Some(channel) = self.flows.saturated.pop() {
            if self.nodes[channel as usize].active && !self.rows[channel as usize].is_bound {
                state.set_channel_level(ChannelId(channel), UNLIMITED);
            }
        }
        let mut filling = std::mem::take(&mut self.flows.filling);
        self.begin(state, &mut filling);
        while let Some(level) = filling.gather() {
            for index in 0..filling.batch.len() {
                match filling.batch[index] {
                    Binding::Ceiling(row) => self.freeze(&mut filling, row, level),
                    Binding::Channel(row) => self.saturate(state, &mut filling, row, level),
                }
            }
        }
        for &Loose { side: Side { clock, .. }, level, .. } in &filling.loose {
            let level = level.expect("filling ends with all frozen");
            state.work.classes_touched += u64::from(state.clocks.speed(clock) != level);
            state.clocks.run(clock, level);
        }
        state.work.channels_touched += filling.spans.len() as u64;
        self.flows.filling = filling;
    }

    /// Lists the loose classes with their channels; the others follow as in any tree.
    fn begin(&self, state: &mut State, filling: &mut Filling) {
        filling.loose.clear();
        filling.crossings.clear();
        for &side in &self.flows.rows {
            let row = self.rows[side.clock as usize];
            if self.is_loose(side) {
                let here = |channel| (channel, filling.loose.len());
                filling.crossings.extend(self.path(side).map(here));
                filling.loose.push(Loose { side, weight: row.share.free, level: None });
            } else if !row.is_bound {
                state.clocks.follow(side.clock, row.parent);
            }
        }
        filling.crossings.sort_unstable();
        filling.spans.clear();
        for crossings in filling.crossings.chunk_by(|one, other| one.0 == other.0) {
            let channel = crossings[0].0;
            let sum = self.nodes[channel as usize].sum;
            let weight = crossings.iter().map(|&(_, row)| filling.loose[row].weight).sum();
            let others = i128::from(self.boundary(state, channel)) * i128::from(sum.free - weight);
            let left = capacity(state, channel) - sum.bound - others;
            filling.spans.push(Span { channel, left, weight });
        }
        filling.queue.clear();
        let channels = filling.spans.iter().enumerate();
        let channels = channels.map(|(row, span)| (span.level(), Binding::Channel(row)));
        let ceilings = filling.loose.iter().enumerate().map(|(row, loose)| {
            let class = state.class(state.class_of(loose.side.clock));
            (class.ceiling_level(), Binding::Ceiling(row))
        });
        filling.queue.extend(channels.chain(ceilings).map(Reverse));
    }

    fn saturate(&mut self, state: &mut State, filling: &mut Filling, row: usize, level: u64) {
        let channel = filling.spans[row].channel;
        self.flows.saturated.push(channel);
        state.set_channel_level(ChannelId(channel), level);
        let first = filling.crossings.partition_point(|crossing| crossing.0 < channel);
        for index in first..filling.crossings.len() {
            let (crossed, row) = filling.crossings[index];
            if crossed != channel {
                break;
            }
            self.freeze(filling, row, level);
        }
    }

    fn freeze(&self, filling: &mut Filling, row: usize, level: u64) {
        let Loose { side, weight, level: None } = filling.loose[row] else { return };
        filling.loose[row].level = Some(level);
        for channel in self.path(side) {
            let span = filling.spans.binary_search_by_key(&channel, |span| span.channel);
            let span = &mut filling.spans[span.expect("every channel of a loose class is listed")];
            span.left -= i128::from(level) * i128::from(weight);
            span.weight -= weight;
        }
    }
}

impl Filling {
    /// Gathers all that binds at the next level, before anything is frozen there, and returns that
    /// level: ties are met together.
    fn gather(&mut self) -> Option<u64> {
        self.batch.clear();
        let mut lowest = None;
        while let Some(&Reverse((level, binding))) = self.queue.peek() {
            if lowest.is_some_and(|lowest| lowest < level) {
                break;
            }
            let _ = self.queue.pop();
            let (now, is_over) = match binding {
                Binding::Ceiling(row) => (level, self.loose[row].level.is_some()),
                Binding::Channel(row) => (self.spans[row].level(), self.spans[row].weight == 0),
            };
            if is_over {
                continue;
            }
            if now > level {
                // Levels of channels only grow while filling, so an old entry comes too early.
                self.queue.push(Reverse((now, binding)));
            } else {
                lowest = Some(level);
                self.batch.push(binding);
            }
        }
        lowest
    }
}

impl Span {
    /// The level at which it saturates.
    fn level(&self) -> u64 {
        let level = self.left.checked_div(i128::from(self.weight));
        level.map_or(UNLIMITED, |level| u64::try_from(level).expect("above the level of the tree"))
    }
}
