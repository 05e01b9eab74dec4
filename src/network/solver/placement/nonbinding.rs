//! Nonbinding channels: left out so that the remaining paths form trees.
//!
//! A channel where two trees meet makes both a graph for the general solver, however small its load: for example the
//! server's link, over which the server fetches from the vendor and agents report. It may be left out of every path
//! while it cannot be a bottleneck at any rates.
//!
//! # Mathematics
//! All members of all classes that have channel `m` as the narrowest on their path together never get
//! more than `B_m`, the smaller of their rate caps' sum and the capacity of `m`. With `n·w` the weight of all members, channel `l` has
//! `Σ_{x_j < λ} n_j·r_j + (λ+1)·Σ_{x_j ≥ λ} n_j·w_j ≤ Σ_m B_m + 2·Σ_j n_j·w_j` at every `λ` up to the
//! greatest level on it, the second weight being for a rate cap that is not a whole number of levels.
//! While that is at most `C_l`, the fixed-point test of the [general solver](crate::network::solver::general) never
//! limits a class at `l`: the levels without `l` are the levels. The bound excludes the link's own
//! capacity: were `C_l` some `B_m`, the sum would be above it.
//!
//! A channel that is left out while this holds stays out when it no longer does, for as long as the rates computed
//! without it load it with at most `C_l − 2·Σ_j n_j·w_j`: the test never limits a class then either. After each
//! settlement, the rates of the classes of one `m` after another replace `B_m`, until the sum is small enough.

use std::cell::RefCell;

use crate::ids::{ChannelId, ClassId, Column};
use crate::network::flows::state::State;
use crate::network::quantum::UNLIMITED;

/// The number of classes without members that are kept, because they mostly return.
const FEW: usize = 16;

/// The maximum number of classes on a channel whose rates are looked at after each settlement.
const MOST_SUMMED: usize = 1024;

/// The channels that are left out of the trees.
#[derive(Clone, Debug, Default)]
pub(crate) struct NonbindingLinks {
    /// The traffic bound of each such channel.
    bounds: Column<ChannelId, Option<Box<Bound>>>,
    /// Bounds of channels that were taken back, kept for reuse of their memory.
    #[expect(clippy::vec_box, reason = "the boxes are kept, too")]
    unused: Vec<Box<Bound>>,
    channels: Vec<ChannelId>,
    /// Those whose bound is above their capacity.
    doubtful: Vec<ChannelId>,
    /// Channels that were taken back, until they no longer bind.
    taken_back: Vec<ChannelId>,
    /// Those of them that have just ceased to bind.
    relaxed: Vec<ChannelId>,
    /// Buffers to try a channel without allocating.
    trial: RefCell<Bound>,
}

/// Which channels of the trees may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    /// Those at which a tree begins or ends: the tree changes little.
    AtEnds,
    Anywhere,
}

/// The upper bound of the traffic over a channel.
#[derive(Clone, Debug, Default)]
struct Bound {
    most: i128,
    /// The classes that cross it, by their narrowest channel and their number; less than half of them, or few, have no members.
    crossing: Vec<Crossing>,
    /// The number of those without members.
    idle: usize,
    /// The same, summed by the narrowest channel of their path.
    parts: Vec<Part>,
}

/// A class that crosses a channel.
#[derive(Clone, Copy, Debug)]
struct Crossing {
    narrowest: ChannelId,
    class: ClassId,
    members: u64,
}

/// Classes with the same narrowest channel.
#[derive(Clone, Copy, Debug)]
struct Part {
    narrowest: ChannelId,
    rate_caps: i128,
    weight: i128,
    most: i128,
}

impl NonbindingLinks {
    pub(crate) fn new(channels: usize) -> Self {
        let bounds = (0..channels).map(|_| None).collect();
        Self { bounds, ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.channels.is_empty()
    }

    pub(crate) fn contains(&self, channel: ChannelId) -> bool {
        self.bounds[channel].is_some()
    }

    /// Leaves the channel out; all its traffic in progress is counted.
    pub(crate) fn insert(&mut self, state: &State, channel: ChannelId) {
        let mut bound = self.unused.pop().unwrap_or_default();
        bound.set(state, channel);
        doubt(&mut self.doubtful, &bound, state, channel);
        self.bounds[channel] = Some(bound);
        self.channels.push(channel);
    }

    /// Whether the channel cannot bind at any rates.
    pub(crate) fn is_slack(&self, state: &State, channel: ChannelId) -> bool {
        let mut bound = self.trial.borrow_mut();
        bound.set(state, channel);
        !bound.is_over(state, channel)
    }

    /// Whether the channel cannot bind at any rates, or was left out before and has just ceased to bind.
    pub(super) fn is_slack_again(&self, state: &State, channel: ChannelId) -> bool {
        self.is_slack(state, channel)
            || self.relaxed.contains(&channel)
                && !self.trial.borrow().may_bind(state, channel, &mut 0)
    }

    /// The load of a channel that is left out, in quanta.
    pub(crate) fn load(&self, state: &State, channel: ChannelId) -> Option<i128> {
        Some(load(&self.bounds[channel].as_ref()?.crossing, state))
    }

    /// Records that the class's number of members has changed.
    pub(super) fn count(&mut self, state: &State, class: ClassId) {
        for &channel in &state.class(class).path {
            if let Some(bound) = &mut self.bounds[channel] {
                bound.count(state, class);
                doubt(&mut self.doubtful, bound, state, channel);
            }
        }
    }

    /// Records that capacities have changed; all members are recounted.
    pub(super) fn recount(&mut self, state: &State) {
        for &channel in &self.channels {
            if let Some(bound) = &mut self.bounds[channel] {
                bound.set(state, channel);
                doubt(&mut self.doubtful, bound, state, channel);
            }
        }
    }

    /// Whether a channel that is left out may bind at some rates.
    #[inline]
    pub(super) fn is_doubtful(&self) -> bool {
        !self.doubtful.is_empty()
    }

    /// Takes back a channel that may bind at the settled rates, and lists the classes that cross it. Returns whether there
    /// was one.
    pub(super) fn take_binding(&mut self, state: &mut State, classes: &mut Vec<ClassId>) -> bool {
        let Self { bounds, doubtful, .. } = self;
        doubtful.retain(|&channel| left_out(bounds, channel).is_over(state, channel));
        let mut looked_at = 0;
        let binding = doubtful.iter().position(|&channel| {
            left_out(bounds, channel).may_bind(state, channel, &mut looked_at)
        });
        state.work.classes_touched += looked_at;
        let Some(place) = binding else { return false };
        let channel = doubtful.swap_remove(place);
        let bound = bounds[channel].take().expect("a doubtful channel is left out");
        classes.extend(active(&bound.crossing).map(|crossing| crossing.class));
        self.unused.push(bound);
        self.channels.retain(|&other| other != channel);
        self.taken_back.push(channel);
        true
    }

    /// Lists the channels that were taken back and no longer bind at the settled rates, each once; returns whether there
    /// are any.
    #[inline]
    pub(super) fn list_relaxed(&mut self, state: &State) -> bool {
        let Self { taken_back, relaxed, .. } = self;
        relaxed.clear();
        if taken_back.is_empty() {
            return false;
        }
        taken_back.retain(|&channel| {
            let binds = state.channel_level(channel) != UNLIMITED;
            if !binds {
                relaxed.push(channel);
            }
            binds
        });
        !relaxed.is_empty()
    }
}

impl Bound {
    /// The upper bound of the traffic over the channel from all transfers in progress.
    fn set(&mut self, state: &State, channel: ChannelId) {
        self.most = 0;
        self.crossing.clear();
        self.idle = 0;
        self.parts.clear();
        let classes = state.channels[channel].classes.iter();
        for &class in classes.filter(|&&class| state.class(class).members > 0) {
            self.count(state, class);
        }
    }

    fn is_over(&self, state: &State, channel: ChannelId) -> bool {
        self.most > i128::from(state.channels[channel].capacity)
    }

    /// Whether the channel may bind at the settled rates, or too many classes cross it to know. Counts the classes at
    /// whose rate it looks.
    fn may_bind(&self, state: &State, channel: ChannelId, looked_at: &mut u64) -> bool {
        if self.crossing.len() > MOST_SUMMED {
            return true;
        }
        let capacity = i128::from(state.channels[channel].capacity);
        let mut most = self.most;
        let mut classes = self.crossing.chunk_by(|one, other| one.narrowest == other.narrowest);
        let mut parts = self.parts.iter();
        while most > capacity
            && let Some(crossing) = classes.next()
        {
            let is_theirs = |part: &&Part| part.narrowest == crossing[0].narrowest;
            let part = parts.find(is_theirs).expect("each class is in a part");
            most += load(crossing, state) + 2 * part.weight - part.most;
            *looked_at += active(crossing).count() as u64;
        }
        most > capacity
    }

    /// Records the present number of members of the class.
    pub(super) fn count(&mut self, state: &State, id: ClassId) {
        let class = state.class(id);
        let capacity = |channel: &ChannelId| state.channels[*channel].capacity;
        let narrowest = class.path.iter().copied().min_by_key(capacity).expect("it crosses one");
        let key = |crossing: &Crossing| (crossing.narrowest, crossing.class);
        let more = match self.crossing.binary_search_by_key(&(narrowest, id), key) {
            Ok(place) => {
                let before = std::mem::replace(&mut self.crossing[place].members, class.members);
                self.idle -= usize::from(before == 0);
                self.idle += usize::from(class.members == 0);
                i128::from(class.members) - i128::from(before)
            }
            Err(_) if class.members == 0 => return,
            Err(place) => {
                let members = class.members;
                self.crossing.insert(place, Crossing { narrowest, class: id, members });
                members.into()
            }
        };
        if self.idle > FEW.max(self.crossing.len() / 2) {
            self.crossing.retain(|crossing| crossing.members > 0);
            self.idle = 0;
        }
        let place = self.parts.binary_search_by_key(&narrowest, |part| part.narrowest);
        let place = place.unwrap_or_else(|place| {
            self.parts.insert(place, Part { narrowest, rate_caps: 0, weight: 0, most: 0 });
            place
        });
        let part = &mut self.parts[place];
        self.most -= part.most;
        part.rate_caps += more * i128::from(class.rate_cap);
        part.weight += more * i128::from(class.weight);
        part.most = part.rate_caps.min(capacity(&narrowest).into()) + 2 * part.weight;
        self.most += part.most;
    }
}

/// Those that have members.
fn active(crossing: &[Crossing]) -> impl Iterator<Item = &Crossing> {
    crossing.iter().filter(|crossing| crossing.members > 0)
}

/// The traffic of classes at the settled rates.
fn load(crossing: &[Crossing], state: &State) -> i128 {
    let rate = |one: &Crossing| i128::from(one.members) * i128::from(state.rate(one.class));
    active(crossing).map(rate).sum()
}

/// The bound of a channel that is left out.
fn left_out(bounds: &Column<ChannelId, Option<Box<Bound>>>, channel: ChannelId) -> &Bound {
    bounds[channel].as_deref().expect("a doubtful channel is left out")
}

/// Lists the channel among the doubtful, once, if it may bind at some rates.
fn doubt(doubtful: &mut Vec<ChannelId>, bound: &Bound, state: &State, channel: ChannelId) {
    if bound.is_over(state, channel) && !doubtful.contains(&channel) {
        doubtful.push(channel);
    }
}
