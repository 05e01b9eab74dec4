//! The vertices of a tree: channels and classes, and what each contributes to the sums above it.

use crate::ids::ChannelId;
use crate::network::flows::state::State;

/// A channel or a class in a tree: channels first, then classes, numbered like their clocks.
pub(super) type Vertex = u32;

/// No vertex.
pub(super) const NONE: Vertex = u32::MAX;

/// What a child contributes to the sums of its parent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Share {
    /// Rate of the bound part, in quanta.
    pub(super) bound: i128,
    /// Weight of the free part.
    pub(super) free: u64,
    /// Weight of all.
    pub(super) weight: u64,
}

impl Share {
    /// The share of the rest.
    #[inline]
    pub(super) fn without(self, other: Self) -> Self {
        Self {
            bound: self.bound - other.bound,
            free: self.free - other.free,
            weight: self.weight - other.weight,
        }
    }
}

/// The capacity of a channel, in quanta.
#[inline]
pub(super) fn capacity(state: &State, channel: Vertex) -> i128 {
    i128::from(state.channels[ChannelId(channel)].capacity)
}
