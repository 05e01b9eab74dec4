//! Subtree flows: classes whose path begins inside a tree, not at its root.
//!
//! Example: the server serves a few agents over links that are filled by the downloads of all others from the Internet.
//! With the server's own link [left out](crate::network::solver::placement::nonbinding), the rest of such a path is a
//! chain from an inner channel, its *top*, down.
//!
//! # Mathematics
//! `P_v` is as for [the tree](super), over all classes through `v`: a subtree flow counts up to its
//! top and not above. Let `A_v` be the smallest `P` above `v`; where `P_v ≤ A_v`, `v` is bound. A
//! subtree flow is bound if its rate cap is, or a channel of its path; otherwise it is *loose*: its
//! path is among free channels that follow one bound channel above its top, which it does not
//! cross.
//!
//! At a bound `v` no class through it is loose, and all have `min(y_j, P_v)`: the fixed-point test
//! gives `P_v`, as before. At a free `v` those that are not loose have at most `A = A_v`, and `y_j >
//! A` for the loose ones. For `λ ≤ A` to say `x_j < λ` and `y_j < λ` is the same, and `A < P_v`, so
//! the test finds nothing at or below `A`. Above `A` all but the loose are fixed, and the
//! [definition](crate::network::solver::reference) continues with the loose alone: they are filled over what
//! the others leave of their channels, in its own rounds. By the uniqueness of the fixed point
//! ([general](crate::network::solver::general)) these are the levels.
//!
//! Flows that may share a channel form a *group*: all those whose top is below one outermost top. A group is refilled
//! when a channel below its top was settled, or when the boundary that its top follows has moved, so the flows of one
//! site cost nothing while another site changes. Loose flows that one channel limits follow one clock, the second of
//! this channel: where all loose flows of a group cross one channel only, which limits them, a refill takes constant time.

use super::TreeSolver;
use crate::ids::{ChannelId, ClassId, RowId};
use crate::network::flows::state::State;
use crate::network::solver::tree::flow_groups::{Flow, Group, Holds};
use crate::network::solver::tree::vertex::{Begins, Child, NONE, Share, Vertex};

impl TreeSolver {
    /// Attaches a class below the last channel of a path that fits inside.
    pub(crate) fn attach_inside(
        &mut self,
        state: &mut State,
        class: ClassId,
        path: impl Iterator<Item = ChannelId> + Clone,
    ) {
        let top = path.clone().next().expect("a path that fits is not empty");
        self.attach(state, class, path);
        let clock = state.clock(class);
        let row = &mut self.rows[clock as usize];
        let tops = &mut self.nodes[top.index()].tops;
        tops.count += 1;
        if row.parent == top.0 {
            row.begins = Begins::AtParent;
            tops.here += row.share;
        } else {
            row.begins = Begins::AboveParent;
            tops.longer += 1;
        }
        self.flows.count += 1;
        self.join_group(Flow { clock, top: top.0 });
    }

    /// One of the subtree flows in the tree of `root`, if there are any.
    pub(crate) fn subtree_flow(&self, state: &State, root: ChannelId) -> Option<ClassId> {
        let (_, group) = self.group_below(root.0)?;
        self.flows.groups[group].flows.last().map(|flow| state.class_of(flow.clock))
    }

    /// Lists the subtree flows that begin at or below a channel which is itself below an outermost top.
    pub(crate) fn list_flows_below(
        &self,
        state: &State,
        channel: ChannelId,
        listed: &mut Vec<ClassId>,
    ) {
        let Some((_, group)) = self.group_over(channel.0) else { return };
        let is_below = |flow: &&Flow| self.is_at_or_below(flow.top, channel.0);
        let flows = self.flows.groups[group].flows.iter().filter(is_below);
        listed.extend(flows.map(|flow| state.class_of(flow.clock)));
    }

    fn is_at_or_below(&self, channel: Vertex, above: Vertex) -> bool {
        let mut at = channel;
        while at != above && at != NONE {
            at = self.rows[at as usize].parent;
        }
        at == above
    }

    /// Removes a class from the subtree flows, if it is one, and returns the first channel of its path.
    #[inline]
    pub(super) fn forget_flow(&mut self, state: &mut State, clock: Vertex) -> Option<Vertex> {
        let row = &mut self.rows[clock as usize];
        let begins = std::mem::replace(&mut row.begins, Begins::AtRoot);
        if begins == Begins::AtRoot {
            return None;
        }
        let (parent, share) = (row.parent, row.share);
        let (outermost, number) = self.group_over(parent).expect("a flow has a group");
        let group = &mut self.flows.groups[number];
        let place = group.flows.iter().position(|flow| flow.clock == clock);
        let flow = group.flows.swap_remove(place.expect("a flow is in its group"));
        self.flows.count -= 1;
        let tops = &mut self.nodes[flow.top as usize].tops;
        tops.count -= 1;
        if begins == Begins::AtParent {
            tops.here -= share;
        } else {
            tops.longer -= 1;
        }
        self.mark_changed(number);
        // A channel that it leaves may be in another tree before this group is filled again.
        self.flows.groups[number].reset(&self.rows, &self.nodes, state);
        if self.nodes[outermost as usize].tops.count == 0 {
            let mut flows = std::mem::take(&mut self.flows.moving);
            flows.append(&mut self.flows.groups[number].flows);
            self.dissolve(outermost, number);
            for flow in flows.drain(..) {
                self.join_group(flow);
            }
            self.flows.moving = flows;
        }
        Some(flow.top)
    }

    /// The outermost top at or above a channel, and the number of its group.
    fn group_over(&self, channel: Vertex) -> Option<(Vertex, usize)> {
        let mut at = channel;
        while at != NONE {
            if let Some(group) = self.group_at(at) {
                return Some((at, group));
            }
            at = self.rows[at as usize].parent;
        }
        None
    }

    fn group_at(&self, channel: Vertex) -> Option<usize> {
        (self.nodes[channel as usize].tops.group as usize).checked_sub(1)
    }

    /// An outermost top at or below a channel with no top above it, and the number of its group.
    fn group_below(&self, channel: Vertex) -> Option<(Vertex, usize)> {
        let mut at = channel;
        loop {
            if let Some(group) = self.group_at(at) {
                return Some((at, group));
            }
            at = *self.nodes[at as usize].tops.leading.first()?;
        }
    }

    /// Adds a flow to the group over its top, or forms a group from it and the groups below.
    fn join_group(&mut self, flow: Flow) {
        if let Some((_, number)) = self.group_over(flow.top) {
            self.flows.groups[number].flows.push(flow);
            return self.mark_changed(number);
        }
        let number = self.flows.unused.pop().unwrap_or_else(|| {
            self.flows.groups.push(Group::default());
            self.flows.groups.len() - 1
        });
        self.flows.groups[number].top = flow.top;
        self.flows.groups[number].flows.push(flow);
        while let Some((top, below)) = self.group_below(flow.top) {
            let mut group = std::mem::take(&mut self.flows.groups[below]);
            self.flows.groups[number].flows.append(&mut group.flows);
            self.flows.groups[number].saturated.append(&mut group.saturated);
            self.flows.groups[below] = group;
            self.dissolve(top, below);
        }
        self.nodes[flow.top as usize].tops.group = u32::try_from(number + 1).expect("few groups");
        self.mark_changed(number);
        let mut at = flow.top;
        loop {
            self.nodes[at as usize].tops.seen = None;
            let parent = self.rows[at as usize].parent;
            if parent == NONE || self.nodes[parent as usize].tops.leading.contains(&at) {
                break;
            }
            self.nodes[parent as usize].tops.leading.push(at);
            at = parent;
        }
    }

    /// Removes a group without flows, and the links that lead only to it. Its lists keep their capacity.
    fn dissolve(&mut self, top: Vertex, number: usize) {
        self.nodes[top as usize].tops.group = 0;
        self.flows.unused.push(number);
        let mut at = top;
        while self.nodes[at as usize].tops.leading.is_empty() && self.group_at(at).is_none() {
            let parent = self.rows[at as usize].parent;
            if parent == NONE {
                break;
            }
            self.nodes[parent as usize].tops.leading.retain(|&child| child != at);
            at = parent;
        }
    }

    /// The loose flows of a group may be others than those that it lists.
    fn mark_changed(&mut self, number: usize) {
        self.flows.groups[number].holds = Holds::Nothing;
        self.mark_stale(number);
    }

    fn mark_stale(&mut self, number: usize) {
        if !std::mem::replace(&mut self.flows.groups[number].is_stale, true) {
            self.flows.stale.push(number);
        }
    }

    /// Records that a channel was settled.
    #[inline]
    pub(super) fn note_settled(&mut self, channel: Vertex) {
        if self.flows.count > 0 {
            self.flows.touched.push((channel, false));
        }
    }

    /// Records that a vertex was bound or released, which moves weight. Even if it returns to its previous state, a flow
    /// may have lost the clock, or a channel the level, that its group had assigned.
    #[inline]
    pub(super) fn note_crossed(&mut self, vertex: Vertex) {
        if self.flows.count == 0 {
            return;
        }
        if (vertex as usize) < self.nodes.len() {
            self.flows.touched.push((vertex, true));
        } else {
            let Child { parent, begins, .. } = self.rows[vertex as usize];
            self.flows.touched.push((parent, begins != Begins::AtRoot));
        }
    }

    /// What of the sums of `vertex` belongs to classes whose path begins there.
    #[inline]
    pub(super) fn beginning_at(&self, state: &State, vertex: Vertex) -> Share {
        let tops = &self.nodes[vertex as usize].tops;
        let mut sum = tops.here;
        if tops.longer > 0
            && let Some((_, number)) = self.group_over(vertex)
        {
            let longer = self.flows.groups[number].longer_at(vertex, &self.rows, state);
            sum += longer;
        }
        sum
    }

    /// The rate that loose classes take of a channel beyond `level`.
    pub(super) fn more_of_subtree_flows(&self, channel: Vertex, level: u64) -> i128 {
        if self.flows.count == 0 {
            return 0;
        }
        let group = self.group_over(channel);
        group.map_or(0, |(_, number)| self.flows.groups[number].rate_beyond(channel, level))
    }

    /// Updates the subtree flows after their trees.
    pub(super) fn settle_flows(&mut self, state: &mut State) {
        while let Some((channel, is_crossed)) = self.flows.touched.pop() {
            if !self.nodes[channel as usize].active {
                continue;
            }
            if let Some((top, number)) = self.group_over(channel) {
                // The top may have been bound or released itself.
                self.nodes[top as usize].tops.seen = Some(self.boundary(state, top));
                let group = &mut self.flows.groups[number];
                let still = if is_crossed { Holds::Nothing } else { Holds::Lists };
                group.holds = group.holds.min(still);
                self.mark_stale(number);
            } else if !self.nodes[channel as usize].tops.leading.is_empty() {
                self.look_below(state, channel);
            }
        }
        let Self { rows, nodes, flows, .. } = self;
        while let Some(number) = flows.stale.pop() {
            let group = &mut flows.groups[number];
            group.is_stale = false;
            group.refill(rows, nodes, state, &mut flows.rounds);
        }
    }

    /// Marks the groups below a channel whose boundary has moved since they were filled.
    fn look_below(&mut self, state: &State, channel: Vertex) {
        let boundary = self.boundary(state, channel);
        self.flows.looks.push((channel, boundary));
        while let Some((at, boundary)) = self.flows.looks.pop() {
            let tops = &mut self.nodes[at as usize].tops;
            if tops.seen.replace(boundary) == Some(boundary) {
                continue;
            }
            if let Some(number) = self.group_at(at) {
                self.mark_stale(number);
                continue;
            }
            // A bound child has a boundary of its own, and is among the touched channels if that has moved.
            let leading = self.nodes[at as usize].tops.leading.iter();
            let free = leading.filter(|child| !self.rows[**child as usize].is_bound);
            self.flows.looks.extend(free.map(|child| (*child, boundary)));
        }
    }
}
