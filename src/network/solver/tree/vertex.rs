//! The vertices of a tree: channels and classes, and what each contributes to the sums above it.

use std::ops::{AddAssign, Sub, SubAssign};

use crate::ids::ChannelId;
use crate::network::flows::state::State;
use crate::network::indexed_heap::Heap;

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

impl AddAssign for Share {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        self.bound += other.bound;
        self.free += other.free;
        self.weight += other.weight;
    }
}

impl SubAssign for Share {
    #[inline]
    fn sub_assign(&mut self, other: Self) {
        self.bound -= other.bound;
        self.free -= other.free;
        self.weight -= other.weight;
    }
}

impl Sub for Share {
    type Output = Self;

    #[inline]
    fn sub(mut self, other: Self) -> Self {
        self -= other;
        self
    }
}

impl Share {
    /// Replaces a part of it.
    #[inline]
    pub(super) fn exchange(&mut self, before: Self, after: Self) {
        self.bound += after.bound - before.bound;
        self.free = self.free - before.free + after.free;
        self.weight = self.weight - before.weight + after.weight;
    }
}

/// The capacity of a channel, in quanta.
#[inline]
pub(super) fn capacity(state: &State, channel: Vertex) -> i128 {
    i128::from(state.channels[ChannelId(channel)].capacity)
}

/// A vertex as its parent sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Child {
    pub(super) parent: Vertex,
    pub(super) share: Share,
    pub(super) is_bound: bool,
    pub(super) begins: Begins,
}

/// Where the path of a class begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begins {
    /// At the root of its tree; so do those of channels.
    AtRoot,
    /// Inside the tree, above its parent.
    AboveParent,
    /// Inside the tree, at its parent: it crosses this channel only.
    AtParent,
}

impl Child {
    /// An empty vertex below `parent`, free.
    pub(super) fn below(parent: Vertex) -> Self {
        Self { parent, share: Share::default(), is_bound: false, begins: Begins::AtRoot }
    }
}

/// A channel's summary of its subtree.
#[derive(Clone, Debug, Default)]
pub(super) struct TreeNode {
    pub(super) sum: Share,
    pub(super) children: u32,
    /// The number of children that are channels.
    pub(super) channels: u32,
    /// The number of classes that cross it and its parent.
    pub(super) passing: u32,
    pub(super) tops: Tops,
    pub(super) depth: u32,
    pub(super) active: bool,
    pub(super) queued: bool,
    /// Free children by the level at which something in them binds.
    pub(super) upper: Heap<u64>,
    /// Children by the level below which something in them is released, greatest first: the keys
    /// are `u64::MAX` − level.
    pub(super) lower: Heap<u64>,
}

/// What a channel records about the flows that begin at it or below.
#[derive(Clone, Debug, Default)]
pub(super) struct Tops {
    /// The number of flows that begin here.
    pub(super) count: u32,
    /// The number of those that cross another channel.
    pub(super) longer: u32,
    /// What the others contribute to the sums of the channel.
    pub(super) here: Share,
    /// The group of which this is the outermost top, plus one; 0 if it is none.
    pub(super) group: u32,
    /// The channels below that are an outermost top or lead to one.
    pub(super) leading: Vec<Vertex>,
    /// The boundary at which the subtree was filled.
    pub(super) seen: Option<u64>,
}

/// The boundary level of a channel and of all that follows its clock.
pub(super) fn boundary(rows: &[Child], state: &State, channel: Vertex) -> u64 {
    let mut at = channel;
    loop {
        let row = &rows[at as usize];
        if row.is_bound || row.parent == NONE {
            return state.channel_level(ChannelId(at));
        }
        at = row.parent;
    }
}
