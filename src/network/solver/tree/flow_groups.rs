//! The data of [subtree flows](super::subtree_flows): their groups, and their filling.

use crate::network::flows::state::State;
use crate::network::solver::filling::{FillingRounds, level};
use crate::network::solver::tree::vertex::Vertex;

/// A class whose path begins inside a tree: its clock, and the first channel of its path.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flow {
    pub(super) clock: Vertex,
    pub(super) top: Vertex,
}

/// The flows below one outermost top.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    pub(super) flows: Vec<Flow>,
    /// Free channels that loose flows saturate.
    pub(super) saturated: Vec<Vertex>,
    pub(super) is_stale: bool,
}

/// What a channel records about the flows that begin at it or below.
#[derive(Clone, Debug, Default)]
pub(super) struct Tops {
    /// The number of flows that begin here.
    pub(super) count: u32,
    /// The group of which this is the outermost top, plus one; 0 if it is none.
    pub(super) group: u32,
    /// The channels below that are an outermost top or lead to one.
    pub(super) leading: Vec<Vertex>,
    /// The boundary at which the subtree was filled.
    pub(super) seen: Option<u64>,
}

/// All subtree flows.
#[derive(Clone, Debug, Default)]
pub(super) struct SubtreeFlows {
    pub(super) groups: Vec<Group>,
    pub(super) unused: Vec<usize>,
    pub(super) count: usize,
    /// Channels that were settled since the flows were.
    pub(super) touched: Vec<Vertex>,
    /// Groups to refill.
    pub(super) stale: Vec<usize>,
    pub(super) looks: Vec<(Vertex, u64)>,
    /// Flows that are moving to another group.
    pub(super) moving: Vec<Flow>,
    /// Buffers for filling, kept to avoid allocations.
    pub(super) filling: Filling,
}

/// The loose classes as they are filled.
#[derive(Clone, Debug, Default)]
pub(super) struct Filling {
    pub(super) loose: Vec<Loose>,
    pub(super) spans: Vec<Span>,
    /// Pairs of loose class and channel, by channel.
    pub(super) crossings: Vec<(Vertex, usize)>,
    pub(super) rounds: FillingRounds<Binding>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Loose {
    pub(super) flow: Flow,
    pub(super) weight: u64,
    pub(super) level: Option<u64>,
}

impl Loose {
    /// The level at which its rate cap binds.
    pub(super) fn cap_level(&self, state: &State) -> u64 {
        state.class(state.class_of(self.flow.clock)).cap_level()
    }
}

/// A channel that loose classes cross: its capacity less what the others and the frozen take, and the weight of the
/// rest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) channel: Vertex,
    pub(super) left: i128,
    pub(super) weight: u64,
}

/// A potential limit: a row of the loose classes, or of the channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    RateCap(usize),
    Channel(usize),
}

impl Filling {
    /// The channel that saturates first, and its level, if all loose classes cross it and no other, and no rate cap binds
    /// before.
    pub(super) fn only_bottleneck(&self, state: &State) -> Option<(Vertex, u64)> {
        let [span] = self.spans[..] else { return None };
        let level = span.level();
        let caps_bind = self.loose.iter().any(|loose| loose.cap_level(state) < level);
        (!caps_bind).then_some((span.channel, level))
    }

    /// The level at which a limit binds now that bound at `before`, if it still can.
    pub(super) fn current(&self, before: u64, binding: Binding) -> Option<u64> {
        match binding {
            Binding::RateCap(row) => self.loose[row].level.is_none().then_some(before),
            Binding::Channel(row) => (self.spans[row].weight > 0).then(|| self.spans[row].level()),
        }
    }
}

impl Span {
    /// The level at which it saturates; the remainder is never negative, as that level is above the level of the tree.
    pub(super) fn level(&self) -> u64 {
        level(self.left, self.weight)
    }
}
