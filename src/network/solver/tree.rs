//! The solver for trees: one clock per bottleneck, so that a change of level updates one number.
//!
//! # Where it applies
//! It applies where every path is a chain from a root of a rooted forest of channels (all away from sources or all
//! towards sinks), and every rate cap is a whole number of levels. A class is attached below the last channel of its
//! chain. A few classes may begin inside a tree: [`subtree_flows`].
//!
//! # Mathematics
//! Let `P_v` be the level at which channel `v` would saturate were it limited by nothing above it:
//! with `y_j = min(c_j, P_u for u below v on j's path)` over the classes `j` through `v`,
//!
//! ```text
//! P_v = the smallest λ with  f_v(λ) = Σ_{y_j < λ} n_j·r_j + (λ+1)·Σ_{y_j ≥ λ} n_j·w_j  >  C_v
//! ```
//!
//! Then the level of a class is `x_k = min(c_k, P_v for v on its path)`: with `A` the smallest `P`
//! above `v`, `x_j = min(y_j, P_v, A)`. For `λ ≤ min(A, P_v)` it is the same to say `x_j < λ` and
//! `y_j < λ`, so the fixed-point test of channel `v` gives `P_v` if `P_v ≤ A`, and nothing at or
//! below `A` otherwise.
//!
//! So a channel is *bound* (saturated; its clock is independent and runs at `P_v`), or it is *free* and its clock
//! follows its parent's. A class is bound by its rate cap in the same way: `P_k = c_k`. A channel separates its
//! children by a *boundary* β: those with `P ≤ β` are bound, the others free. With `B` the rate of the bound ones and
//! what is bound inside the free ones, and `W` the weight of the rest, `f(λ) = B + (λ+1)·W` between one breakpoint and
//! the next, and the answer there is `⌊(C−B)/W⌋`. When settled, β is the channel's own level if it is bound, else that
//! of the channel whose clock it follows.
//!
//! Children are kept in two heaps: `upper` holds the free ones by the level at which something in them binds, `lower`
//! holds all by the level below which something in them is released. Moving a boundary past a breakpoint moves one
//! child with all its followers.
//!
//! `f` need not increase across a breakpoint (classes that bind stop counting at λ+1), so the search may have to go
//! below the boundary. As `f(λ) = D(λ−1) + 2·W_{≥λ}` with `D` the total rate at a level, and `D(lo) − D(λ−1) ≥ W` for
//! `λ ≤ lo`, there is no such level while `D(lo) − W + 2·W_total ≤ C`: a margin of a quantum per member, so the search
//! is rare.

mod flow_groups;
mod levels;
mod subtree_flows;
mod vertex;

use crate::ids::{ChannelId, ClassId, RowId};
use crate::network::flows::state::State;
use crate::network::indexed_heap::Places;
use crate::network::quantum::UNLIMITED;
use crate::network::solver::fit::Place;
use crate::network::solver::tree::flow_groups::SubtreeFlows;
use crate::network::solver::tree::vertex::{
    Child, NONE, Share, TreeNode, Vertex, boundary, capacity,
};

/// All trees.
#[derive(Clone, Debug)]
pub(crate) struct TreeSolver {
    nodes: Vec<TreeNode>,
    rows: Vec<Child>,
    in_upper: Places,
    in_lower: Places,
    /// Channels to settle, by depth.
    queue: Vec<Vec<Vertex>>,
    flows: SubtreeFlows,
    crossings: u64,
}

impl TreeSolver {
    pub(crate) fn new(channels: usize) -> Self {
        let mut tree = Self {
            nodes: vec![TreeNode::default(); channels],
            rows: Vec::new(),
            in_upper: Places::default(),
            in_lower: Places::default(),
            queue: Vec::new(),
            flows: SubtreeFlows::default(),
            crossings: 0,
        };
        // Vertices have the numbers of clocks, of which a channel has two.
        (0..2 * channels).for_each(|_| tree.add_vertex());
        tree
    }

    /// Makes room for one more class.
    pub(crate) fn add_vertex(&mut self) {
        self.rows.push(Child::below(NONE));
        self.in_upper.grow();
        self.in_lower.grow();
    }

    /// The number of times that a child changed sides.
    pub(crate) fn crossings(&self) -> u64 {
        self.crossings
    }

    /// Whether the class hangs in a tree.
    pub(crate) fn holds(&self, clock: Vertex) -> bool {
        self.rows[clock as usize].parent != NONE
    }

    /// Whether a class is in progress below the channel.
    pub(crate) fn is_active(&self, channel: ChannelId) -> bool {
        self.nodes[channel.index()].active
    }

    /// The settled load of the channel, in quanta.
    pub(crate) fn load(&self, state: &State, channel: ChannelId) -> i128 {
        let sum = self.nodes[channel.index()].sum;
        let level = self.boundary(state, channel.0);
        let alike = if sum.free == 0 { 0 } else { i128::from(level) * i128::from(sum.free) };
        sum.bound + alike + self.more_of_subtree_flows(channel.0, level)
    }

    /// The root of the tree that the channel is in.
    pub(crate) fn root(&self, channel: ChannelId) -> ChannelId {
        let mut at = channel.0;
        while self.rows[at as usize].parent != NONE {
            at = self.rows[at as usize].parent;
        }
        ChannelId(at)
    }

    /// The number of channels above it in its tree.
    pub(crate) fn depth(&self, channel: ChannelId) -> usize {
        self.nodes[channel.index()].depth as usize
    }

    /// The position of the channel.
    pub(crate) fn place(&self, channel: ChannelId) -> Place {
        match self.rows[channel.index()].parent {
            _ if !self.is_active(channel) => Place::Free,
            NONE => Place::Root,
            parent => Place::Below(ChannelId(parent)),
        }
    }

    /// Whether the class is attached to the channel.
    pub(crate) fn is_below(&self, clock: Vertex, channel: ChannelId) -> bool {
        self.rows[clock as usize].parent == channel.0
    }

    /// Whether nothing else is attached to the channel's parent.
    pub(crate) fn is_only_child(&self, channel: ChannelId) -> bool {
        let parent = self.rows[channel.index()].parent;
        parent != NONE && self.nodes[parent as usize].children == 1
    }

    /// Whether a tree begins or ends with the channel.
    pub(crate) fn is_end(&self, channel: ChannelId) -> bool {
        self.rows[channel.index()].parent == NONE || self.nodes[channel.index()].channels == 0
    }

    /// Attaches a class without members below the last channel of a path that fits. The path begins at a root, or, for
    /// a subtree flow, at a channel in a tree.
    pub(crate) fn attach(
        &mut self,
        state: &mut State,
        class: ClassId,
        path: impl Iterator<Item = ChannelId>,
    ) {
        let (mut parent, mut depth) = (NONE, 0);
        for channel in path {
            if parent == NONE && self.is_active(channel) {
                depth = self.nodes[channel.index()].depth;
            }
            self.nodes[channel.index()].passing += u32::from(parent != NONE);
            if !self.is_active(channel) {
                let node = &mut self.nodes[channel.index()];
                // It may still be in the queue of another depth, from before it became idle.
                (node.active, node.queued, node.depth) = (true, false, depth);
                self.hang(state, channel.0, parent);
                state.set_channel_level(channel, UNLIMITED);
            }
            (parent, depth) = (channel.0, depth + 1);
        }
        self.hang(state, state.clock(class), parent);
        let (rate_cap, boundary) = (state.class(class).cap_level(), self.boundary(state, parent));
        if boundary != UNLIMITED && rate_cap <= boundary {
            self.bind(state, state.clock(class), rate_cap);
        }
    }

    /// Attaches an empty vertex below `parent`, free.
    fn hang(&mut self, state: &mut State, vertex: Vertex, parent: Vertex) {
        self.rows[vertex as usize] = Child::below(parent);
        if parent == NONE {
            state.clocks.run(vertex, 0);
        } else {
            let is_channel = (vertex as usize) < self.nodes.len();
            let node = &mut self.nodes[parent as usize];
            node.children += 1;
            node.channels += u32::from(is_channel);
            state.clocks.follow(vertex, parent);
        }
    }

    /// Removes a class, and every channel that has no other class below it.
    pub(crate) fn detach(&mut self, state: &mut State, class: ClassId) {
        let clock = state.clock(class);
        let top = self.forget_flow(state, clock);
        self.forget_passing(clock, top);
        let mut parent = self.unhang(state, clock);
        while self.nodes[parent as usize].children == 0 {
            let channel = ChannelId(parent);
            self.nodes[parent as usize].active = false;
            debug_assert_eq!(self.nodes[parent as usize].sum, Share::default());
            debug_assert_eq!(self.nodes[parent as usize].passing, 0);
            state.set_channel_level(channel, UNLIMITED);
            parent = self.unhang(state, channel.0);
            if parent == NONE {
                return;
            }
        }
        self.enqueue(parent);
    }

    /// A class no longer crosses the channels above it, up to the first of its path.
    fn forget_passing(&mut self, clock: Vertex, top: Option<Vertex>) {
        let mut at = self.rows[clock as usize].parent;
        while top != Some(at) && self.rows[at as usize].parent != NONE {
            self.nodes[at as usize].passing -= 1;
            at = self.rows[at as usize].parent;
        }
    }

    /// Whether the channel is in a tree, below others that no class crosses with it.
    pub(crate) fn is_severed(&self, channel: ChannelId) -> bool {
        let node = &self.nodes[channel.index()];
        node.active && node.passing == 0 && self.rows[channel.index()].parent != NONE
    }

    fn unhang(&mut self, state: &mut State, vertex: Vertex) -> Vertex {
        let parent = self.rows[vertex as usize].parent;
        if parent != NONE {
            self.set_share(vertex, Share::default());
            let is_channel = (vertex as usize) < self.nodes.len();
            let node = &mut self.nodes[parent as usize];
            node.children -= 1;
            node.channels -= u32::from(is_channel);
            node.upper.remove(&mut self.in_upper, vertex);
            node.lower.remove(&mut self.in_lower, vertex);
        }
        self.rows[vertex as usize] = Child::below(NONE);
        state.clocks.run(vertex, 0);
        parent
    }

    /// Records that the class's number of members has changed.
    pub(crate) fn repopulate(&mut self, state: &State, class: ClassId) {
        let vertex = state.clock(class);
        self.refresh(state, vertex);
        self.enqueue(self.rows[vertex as usize].parent);
    }

    /// Marks the channel to be settled, if there is one: a root has none above it.
    pub(crate) fn enqueue(&mut self, channel: Vertex) {
        let Some(node) = self.nodes.get_mut(channel as usize) else { return };
        if node.active && !node.queued {
            node.queued = true;
            let depth = node.depth as usize;
            if self.queue.len() <= depth {
                self.queue.resize_with(depth + 1, Vec::new);
            }
            self.queue[depth].push(channel);
        }
    }

    /// Settles all changes, deepest first.
    pub(crate) fn settle(&mut self, state: &mut State) {
        for depth in (0..self.queue.len()).rev() {
            while let Some(channel) = self.queue[depth].pop() {
                let node = &mut self.nodes[channel as usize];
                if node.depth as usize != depth || !std::mem::take(&mut node.queued) {
                    // An entry from before the channel became idle and was attached elsewhere: settling it here would
                    // precede the channels below it.
                    continue;
                }
                if node.active {
                    state.work.channels_touched += 1;
                    self.settle_channel(state, channel);
                }
            }
        }
        self.settle_flows(state);
    }

    fn settle_channel(&mut self, state: &mut State, vertex: Vertex) {
        let Child { parent, is_bound, .. } = self.rows[vertex as usize];
        let above = if parent == NONE { UNLIMITED } else { self.boundary(state, parent) };
        if is_bound || parent == NONE || self.may_bind(state, vertex, above) {
            let level = self.find_level(state, vertex);
            if level != UNLIMITED && level <= above {
                self.cross_up(state, vertex, level);
                self.bind(state, vertex, level);
                self.note_settled(vertex);
                return self.enqueue(parent);
            }
            if is_bound {
                self.release(state, vertex, above.saturating_add(1));
            } else if above != UNLIMITED {
                // It was free and stays free: restore the boundary of the channel whose clock it follows.
                self.cross_down(state, vertex, above.saturating_add(1));
                self.cross_up(state, vertex, above);
            }
        }
        self.note_settled(vertex);
        self.refresh(state, vertex);
        self.enqueue(parent);
    }

    /// Whether a free channel may saturate at `above` or below. If nothing below it is bound, and no channel above it is
    /// saturated, that is left to the root, which is settled later: what does not bind first need not bind and be
    /// released again.
    fn may_bind(&self, state: &State, vertex: Vertex, above: u64) -> bool {
        let sum = self.nodes[vertex as usize].sum;
        if above == UNLIMITED {
            return self.lowest(vertex).is_some();
        }
        let reached = sum.bound + i128::from(above) * i128::from(sum.free);
        reached - i128::from(sum.free) + 2 * i128::from(sum.weight) > capacity(state, vertex)
    }

    /// The boundary level of a channel and of all that follows its clock.
    fn boundary(&self, state: &State, channel: Vertex) -> u64 {
        boundary(&self.rows, state, channel)
    }
}
