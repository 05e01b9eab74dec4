//! The solver for any graph: guess which rates change, solve for them, verify, and extend the guess.
//!
//! # Mathematics
//! Let `Λ_l(x)` be the smallest `λ` with `Σ_{x_j < λ} n_j·r_j + (λ+1)·Σ_{x_j ≥ λ} n_j·w_j > C_l` over the classes `j`
//! on channel `l` (unlimited if there is none). The levels of the [definition](crate::network::solver::reference) are
//! the unique fixed point of `x_k = min(c_k, Λ_l(x) for l on k's path)`.
//!
//! *Uniqueness:* take two fixed points `x`, `x'` and, among the classes in which they differ, one with the smallest `ρ
//! = min(x_k, x'_k)`, say `x_k = ρ < x'_k`. Then `Λ_l(x) = ρ` for a channel `l` of `k`. Classes on `l` with `x_j < ρ`
//! are equal in both, those with `x_j ≥ ρ` are at least `ρ` in both; so the inequality holds at `ρ` under `x'` too, and
//! `x'_k ≤ Λ_l(x') ≤ ρ`, a contradiction.
//!
//! So a state is correct if it is a fixed point at every channel, however it was computed, and only channels that were
//! touched need to be verified. A *set* of classes is refilled over the channels they cross (the *scope*), with all
//! other classes fixed, except that those governed by a channel of the scope take part in its filling as one bundle:
//! otherwise the integer remainder of each division would make every arrival look like a change of level. Then, at each
//! channel of the scope, classes outside are drawn into the set if
//! - they are governed by the channel and its level has changed,
//! - they are above its level, or
//! - they are at or above a lower level at which the fixed classes, counted at `λ+1` as a tie must
//!   be, overflow the channel.
//!
//! The last case is impossible while `load + 2·W_total ≤ C + (λ−lo)·W`, with `lo` the next lower level on the channel
//! and `W` the weight at `λ`: see [the forest](crate::network::solver::tree), where the same margin appears. (A fixed
//! class whose rate cap is not a whole number of levels takes less at its level than it would just below: with such
//! classes, the check is always made.)

mod fill;
mod verify;

use crate::ids::{ChannelId, ClassId, Column};
use crate::network::flows::state::State;
use crate::network::solver::filling::FillingRounds;

/// The number of rounds after which the set grows by all classes that it touches.
const PATIENCE: u32 = 4;

/// A class as of the last computation of rates.
#[derive(Clone, Copy, Debug)]
struct Settled {
    /// Whether it is in progress here.
    active: bool,
    /// Whether it is in the set.
    chosen: bool,
    /// Whether it already has its new level.
    frozen: bool,
    members: u64,
    level: u64,
    /// The channel that limits it; none if its rate cap does.
    governor: Option<ChannelId>,
}

/// A channel; its sums are over the classes that are not in the set.
#[derive(Clone, Debug, Default)]
struct Span {
    /// The number of classes in progress that cross it.
    classes: u32,
    /// The number of those whose rate cap is not a whole number of levels.
    uneven: u32,
    load: i128,
    weight: u64,
    /// Weight of the classes it governs.
    governed: u64,
    /// Classes by level, including those in the set with their previous levels.
    by_level: Vec<(u64, ClassId)>,
    in_scope: bool,
    /// The classes of the set that cross it.
    chosen: Vec<ClassId>,
    filling: Filling,
}

/// The state of a channel during a filling.
#[derive(Clone, Copy, Debug, Default)]
struct Filling {
    /// R of the definition.
    left: i128,
    /// W of the definition.
    weight: u64,
    /// Load of the classes of the set that have their level.
    frozen_load: i128,
    /// λ, or unlimited.
    level: u64,
    /// W when it saturated, less what other limits froze at that level before.
    at_level: u64,
}

/// All classes that are in no tree.
#[derive(Clone, Debug, Default)]
pub(crate) struct GeneralSolver {
    rows: Column<ClassId, Settled>,
    /// The number of classes in progress here.
    held: usize,
    spans: Column<ChannelId, Span>,
    set: Vec<ClassId>,
    /// How many classes of the set have no level yet, during a filling.
    unfrozen: usize,
    scope: Vec<ChannelId>,
    rounds: FillingRounds<Binding>,
    drawn: Vec<ClassId>,
    /// The classes on a channel that is verified, by level.
    ranked: Vec<(u64, ClassId)>,
    /// A buffer for those of the set.
    inside: Vec<(u64, ClassId)>,
}

/// Potential limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Channel(ChannelId),
    RateCap(ClassId),
}

/// Adds entries, which are sorted for this, to a sorted list.
fn merge<T: Copy + Ord>(list: &mut Vec<T>, more: &mut [T]) {
    more.sort_unstable();
    let (mut left, mut end) = (list.len(), list.len() + more.len());
    list.extend_from_slice(more);
    for &entry in more.iter().rev() {
        while left > 0 && list[left - 1] > entry {
            (left, end) = (left - 1, end - 1);
            list[end] = list[left];
        }
        end -= 1;
        list[end] = entry;
    }
}

impl GeneralSolver {
    pub(crate) fn new(channels: usize) -> Self {
        Self { spans: (0..channels).map(|_| Span::default()).collect(), ..Self::default() }
    }

    /// Makes room for one more class.
    pub(crate) fn add_class(&mut self) {
        let _ = self.rows.push(Settled {
            active: false,
            chosen: false,
            frozen: false,
            members: 0,
            level: 0,
            governor: None,
        });
    }

    /// Whether a class in progress here crosses the channel.
    pub(crate) fn is_active(&self, channel: ChannelId) -> bool {
        self.spans[channel].classes > 0
    }

    /// The settled load of the channel, in quanta.
    pub(crate) fn load(&self, channel: ChannelId) -> i128 {
        self.spans[channel].load
    }

    /// The number of classes in progress here.
    pub(crate) fn held(&self) -> usize {
        self.held
    }

    /// Whether the class is in progress here.
    pub(crate) fn holds(&self, class: ClassId) -> bool {
        self.rows[class].active
    }

    /// Records that the class's number of members has changed, or that it is new here.
    pub(crate) fn repopulate(&mut self, state: &State, class: ClassId) {
        if !self.rows[class].active {
            self.rows[class].active = true;
            self.held += 1;
            let uneven = u32::from(!state.class(class).is_even());
            for &channel in &state.class(class).path {
                self.spans[channel].classes += 1;
                self.spans[channel].uneven += uneven;
            }
        }
        self.choose(state, class);
    }

    /// Removes the class; its channels are cleared with it.
    pub(crate) fn forget(&mut self, id: ClassId) {
        let row = &mut self.rows[id];
        self.held -= usize::from(row.active);
        *row = Settled { active: false, members: 0, level: 0, governor: None, ..*row };
    }

    /// Clears the sums of a channel whose classes are all removed.
    pub(crate) fn clear(&mut self, channel: ChannelId) {
        let span = &mut self.spans[channel];
        (span.classes, span.uneven, span.load) = (0, 0, 0);
        (span.weight, span.governed) = (0, 0);
        span.by_level.clear();
    }

    /// Records that the capacity of the channel has changed.
    pub(crate) fn enqueue(&mut self, channel: ChannelId) {
        let span = &mut self.spans[channel];
        if !span.in_scope {
            span.in_scope = true;
            self.scope.push(channel);
        }
    }

    /// Adds a class to the set.
    fn choose(&mut self, state: &State, id: ClassId) {
        let row = &mut self.rows[id];
        if row.chosen {
            return;
        }
        row.chosen = true;
        self.set.push(id);
        let row = *row;
        let class = state.class(id);
        for &channel in &class.path {
            self.enqueue(channel);
            let span = &mut self.spans[channel];
            span.chosen.push(id);
            span.load -= i128::from(class.rate(row.level)) * i128::from(row.members);
            span.weight -= row.members * u64::from(class.weight);
            if row.governor == Some(channel) {
                span.governed -= row.members * u64::from(class.weight);
            }
        }
    }

    /// Computes the levels of all classes whose level changes.
    pub(crate) fn settle(&mut self, state: &mut State) {
        if self.scope.is_empty() {
            return;
        }
        let mut round = 0;
        loop {
            round += 1;
            self.fill(state);
            self.verify(state, round > PATIENCE);
            if self.drawn.is_empty() {
                break;
            }
            while let Some(id) = self.drawn.pop() {
                self.choose(state, id);
            }
        }
        state.work.rounds += u64::from(round);
        state.work.classes_touched += self.set.len() as u64;
        state.work.general_touched += self.set.len() as u64;
        state.work.channels_touched += self.scope.len() as u64;
        self.commit(state);
    }

    fn commit(&mut self, state: &mut State) {
        let mut inside = std::mem::take(&mut self.inside);
        while let Some(channel) = self.scope.pop() {
            let span = &mut self.spans[channel];
            span.in_scope = false;
            let changes = span.chosen.iter().any(|&id| {
                let settled = self.rows[id];
                settled.members == 0
                    || state.class(id).members == 0
                    || span.by_level.binary_search(&(settled.level, id)).is_err()
            });
            if changes {
                span.by_level.retain(|(_, id)| !self.rows[*id].chosen);
                let kept = span.chosen.iter().filter(|&&id| state.class(id).members > 0);
                inside.clear();
                inside.extend(kept.map(|&id| (self.rows[id].level, id)));
                merge(&mut span.by_level, &mut inside);
            }
            span.chosen.clear();
            state.set_channel_level(channel, span.filling.level);
        }
        self.inside = inside;
        while let Some(id) = self.set.pop() {
            self.settle_class(state, id);
        }
    }

    fn settle_class(&mut self, state: &mut State, id: ClassId) {
        let row = &mut self.rows[id];
        let class = &state.classes.rows[id];
        row.chosen = false;
        row.members = class.members;
        let (weight, rate) = (class.members * u64::from(class.weight), class.rate(row.level));
        for &channel in &class.path {
            let span = &mut self.spans[channel];
            span.load += i128::from(rate) * i128::from(class.members);
            span.weight += weight;
            if row.governor == Some(channel) {
                span.governed += weight;
            }
            if class.members == 0 {
                span.classes -= 1;
                span.uneven -= u32::from(!class.is_even());
            }
        }
        let speed = if class.members == 0 { 0 } else { rate / class.unit() };
        if class.members == 0 {
            self.held -= usize::from(row.active);
            *row = Settled { active: false, level: 0, governor: None, ..*row };
        }
        state.clocks.run(state.clock(id), speed);
    }
}
