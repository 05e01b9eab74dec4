//! Moves boundaries: finds levels, binds and releases.

use super::TreeSolver;
use crate::ids::ChannelId;
use crate::network::flows::state::State;
use crate::network::quantum::UNLIMITED;
use crate::network::solver::tree::vertex::{Begins, Child, NONE, Share, Vertex, capacity};

/// What a parent records about a child: its share, and its keys in `upper` and in `lower`.
type Look = (Share, Option<u64>, Option<u64>);

#[inline]
fn look_at_class(state: &State, vertex: Vertex, is_bound: bool) -> Look {
    let class = state.class(state.class_of(vertex));
    let weight = class.members * u64::from(class.weight);
    let rate_cap = class.cap_level();
    if is_bound {
        let bound = i128::from(rate_cap) * i128::from(weight);
        return (Share { bound, free: 0, weight }, None, Some(rate_cap));
    }
    let upper = (rate_cap != UNLIMITED).then_some(rate_cap);
    (Share { bound: 0, free: weight, weight }, upper, None)
}

impl TreeSolver {
    /// The level at which the channel saturates if nothing above limits it; leaves its boundary just below it.
    pub(super) fn find_level(&mut self, state: &mut State, vertex: Vertex) -> u64 {
        let capacity = capacity(state, vertex);
        while let Some(low) = self.lowest(vertex) {
            let Share { bound, free, weight } = self.nodes[vertex as usize].sum;
            let free = i128::from(free);
            if bound + i128::from(low) * free - free + 2 * i128::from(weight) <= capacity {
                break;
            }
            self.cross_down(state, vertex, low);
        }
        loop {
            let next = self.nodes[vertex as usize].upper.first().map_or(UNLIMITED, |first| first.0);
            let level = self.candidate(state, vertex);
            if level <= next {
                return level;
            }
            self.cross_up(state, vertex, next);
        }
    }

    /// The greatest level at which something below the channel is bound.
    #[inline]
    pub(super) fn lowest(&self, vertex: Vertex) -> Option<u64> {
        self.nodes[vertex as usize].lower.first().map(|first| u64::MAX - first.0)
    }

    /// The level at which the channel saturates if nothing else below it binds before.
    #[inline]
    fn candidate(&self, state: &State, vertex: Vertex) -> u64 {
        let sum = self.nodes[vertex as usize].sum;
        if sum.free == 0 {
            return UNLIMITED;
        }
        let first = self.lowest(vertex).map_or(0, |low| low + 1);
        match u64::try_from(capacity(state, vertex) - sum.bound) {
            Ok(left) => first.max(left / sum.free),
            Err(_) => first,
        }
    }

    /// Raises the boundary: binds what binds at `to` or below.
    pub(super) fn cross_up(&mut self, state: &mut State, vertex: Vertex, to: u64) {
        while let Some((level, child)) = self.nodes[vertex as usize].upper.first() {
            if level > to {
                return;
            }
            let is_channel = (child as usize) < self.nodes.len();
            if is_channel && self.candidate(state, child) != level {
                self.cross_up(state, child, level);
                self.refresh(state, child);
                continue;
            }
            if is_channel {
                self.cross_up(state, child, level);
            }
            self.crossings += 1;
            self.bind(state, child, level);
        }
    }

    /// Lowers the boundary: releases what binds at `below` or above.
    pub(super) fn cross_down(&mut self, state: &mut State, vertex: Vertex, below: u64) {
        while let Some((level, child)) = self.nodes[vertex as usize].lower.first() {
            if u64::MAX - level < below {
                return;
            }
            if self.rows[child as usize].is_bound {
                self.crossings += 1;
                self.release(state, child, below);
            } else {
                self.cross_down(state, child, below);
            }
            self.refresh(state, child);
        }
    }

    /// Makes the vertex independent at `level`; what binds below it at that level is already bound.
    pub(super) fn bind(&mut self, state: &mut State, vertex: Vertex, level: u64) {
        let was_bound = std::mem::replace(&mut self.rows[vertex as usize].is_bound, true);
        if (vertex as usize) < self.nodes.len() {
            state.set_channel_level(ChannelId(vertex), level);
        }
        state.clocks.run(vertex, level);
        if !was_bound {
            self.note_crossed(vertex);
        }
        self.refresh(state, vertex);
    }

    /// Makes the vertex follow its parent, whose boundary is just below `below`.
    pub(super) fn release(&mut self, state: &mut State, vertex: Vertex, below: u64) {
        let Child { parent, is_bound, .. } = &mut self.rows[vertex as usize];
        *is_bound = false;
        if *parent == NONE {
            state.clocks.run(vertex, 0);
        } else {
            state.clocks.follow(vertex, *parent);
        }
        self.note_crossed(vertex);
        if (vertex as usize) < self.nodes.len() {
            state.set_channel_level(ChannelId(vertex), UNLIMITED);
            self.cross_down(state, vertex, below);
        }
    }

    /// Updates what the parent records about a child.
    pub(super) fn refresh(&mut self, state: &State, vertex: Vertex) {
        let Child { parent, is_bound, .. } = self.rows[vertex as usize];
        if parent == NONE {
            return;
        }
        let (share, upper, lower) = if (vertex as usize) < self.nodes.len() {
            self.look_at_channel(state, vertex, is_bound)
        } else {
            look_at_class(state, vertex, is_bound)
        };
        self.set_share(vertex, share);
        let node = &mut self.nodes[parent as usize];
        node.upper.put(&mut self.in_upper, vertex, upper);
        node.lower.put(&mut self.in_lower, vertex, lower.map(|level| u64::MAX - level));
    }

    fn look_at_channel(&self, state: &State, vertex: Vertex, is_bound: bool) -> Look {
        let node = &self.nodes[vertex as usize];
        let sum = node.sum - self.beginning_at(state, vertex);
        if is_bound {
            let level = state.channel_level(ChannelId(vertex));
            let bound = sum.bound + i128::from(level) * i128::from(sum.free);
            return (Share { bound, free: 0, ..sum }, None, Some(level));
        }
        let next = node.upper.first().map_or(UNLIMITED, |first| first.0);
        let upper = next.min(self.candidate(state, vertex));
        (sum, (upper != UNLIMITED).then_some(upper), self.lowest(vertex))
    }

    #[inline]
    pub(super) fn set_share(&mut self, vertex: Vertex, share: Share) {
        let row = &mut self.rows[vertex as usize];
        let before = std::mem::replace(&mut row.share, share);
        let node = &mut self.nodes[row.parent as usize];
        node.sum.exchange(before, share);
        if row.begins == Begins::AtParent {
            node.tops.here.exchange(before, share);
        }
    }
}
