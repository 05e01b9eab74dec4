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
    /// How many of them have no level yet.
    pub(super) unfrozen: usize,
    pub(super) spans: Vec<Span>,
    /// The loose classes on each channel, by channel.
    pub(super) crossings: Vec<Crossing>,
    /// The rows in `spans` of the channels of each loose class, class after class.
    pub(super) crossed: Vec<usize>,
    pub(super) rounds: FillingRounds<Binding>,
}

/// A loose class on a channel of its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Crossing {
    pub(super) channel: Vertex,
    /// The row of the class in `loose`.
    pub(super) loose: usize,
    /// The place of the channel in `crossed`.
    pub(super) place: usize,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Loose {
    pub(super) flow: Flow,
    pub(super) weight: u64,
    pub(super) level: Option<u64>,
    /// The place in `crossed` of the first channel of its path, and that behind the last.
    pub(super) crossed: (usize, usize),
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
    /// The place in `crossings` of the first loose class on it, and that behind the last.
    pub(super) crossings: (usize, usize),
}

/// A potential limit: a row of the loose classes, or of the channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    RateCap(usize),
    Channel(usize),
}

impl Filling {
    /// The level of all loose classes, if one round fills them: if there is one class, or one channel and no rate cap that
    /// binds before.
    pub(super) fn only_level(&self, state: &State) -> Option<u64> {
        if self.loose.len() != 1 && self.spans.len() != 1 {
            return None;
        }
        let channels = self.spans.iter().map(Span::level).min()?;
        let level = self.loose.iter().map(|loose| loose.cap_level(state)).fold(channels, u64::min);
        (self.loose.len() == 1 || level == channels).then_some(level)
    }

    /// The limits of all channels and rate caps, each with its level before anything is frozen.
    pub(super) fn limits(&self, state: &State) -> impl Iterator<Item = (u64, Binding)> {
        let spans = self.spans.iter().enumerate();
        let loose = self.loose.iter().enumerate();
        let caps = loose.map(|(row, loose)| (loose.cap_level(state), Binding::RateCap(row)));
        spans.map(|(row, span)| (span.level(), Binding::Channel(row))).chain(caps)
    }

    /// Gives all loose classes on a channel the level at which it saturates.
    pub(super) fn saturate(&mut self, row: usize, level: u64) {
        let (first, end) = self.spans[row].crossings;
        for place in first..end {
            self.freeze(self.crossings[place].loose, level);
        }
    }

    /// Gives a loose class its level, if it has none.
    pub(super) fn freeze(&mut self, row: usize, level: u64) {
        let Loose { weight, level: None, crossed: (first, end), .. } = self.loose[row] else {
            return;
        };
        self.loose[row].level = Some(level);
        self.unfrozen -= 1;
        for &row in &self.crossed[first..end] {
            let span = &mut self.spans[row];
            span.left -= i128::from(level) * i128::from(weight);
            span.weight -= weight;
        }
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
