//! The classes outside the set that the new levels disturb.

use super::{GeneralSolver, merge};
use crate::ids::ChannelId;
use crate::network::flows::state::State;
use crate::network::quantum::UNLIMITED;

impl GeneralSolver {
    /// Lists the classes outside the set whose level cannot stay; with `all`, every class on the scope.
    pub(super) fn verify(&mut self, state: &State, all: bool) {
        let mut disturbed = false;
        for index in 0..self.scope.len() {
            let channel = self.scope[index];
            disturbed |= self.verify_channel(state, channel);
        }
        if disturbed && all {
            for &channel in &self.scope {
                let outside = self.spans[channel].by_level.iter().map(|entry| entry.1);
                self.drawn.extend(outside.filter(|id| !self.rows[*id].chosen));
            }
        }
    }

    fn verify_channel(&mut self, state: &State, channel: ChannelId) -> bool {
        let lowest = if self.is_clear(state, channel) {
            UNLIMITED
        } else {
            self.rank(channel);
            self.overflow(state, channel).unwrap_or(UNLIMITED)
        };
        let span = &self.spans[channel];
        let level = span.filling.level;
        let before = self.drawn.len();
        let bundle_moves = span.governed > 0 && level != state.channel_level(channel);
        let rows = &self.rows;
        if bundle_moves {
            let governed = span
                .by_level
                .iter()
                .map(|entry| entry.1)
                .filter(|&id| rows[id].governor == Some(channel) && !rows[id].chosen);
            self.drawn.extend(governed);
        }
        let too_high = |&&(x, id): &&(u64, _)| (x > level || x >= lowest) && !rows[id].chosen;
        let last = span.by_level.last().map_or(0, |entry| entry.0);
        if last > level || last >= lowest {
            self.drawn.extend(span.by_level.iter().filter(too_high).map(|entry| entry.1));
        }
        self.drawn.len() > before
    }

    /// Whether the channel cannot overflow at a level below its own: a margin that nearly always exists.
    fn is_clear(&self, state: &State, channel: ChannelId) -> bool {
        let span = &self.spans[channel];
        let filling = span.filling;
        let members = span.chosen.iter().map(|&id| {
            let class = state.class(id);
            class.members * u64::from(class.weight)
        });
        let weight = i128::from(span.weight + members.sum::<u64>());
        let load = span.load + filling.frozen_load;
        let capacity = i128::from(state.channels[channel].capacity);
        if load + 2 * weight <= capacity {
            return true;
        }
        if filling.level == UNLIMITED || span.uneven > 0 {
            return weight == 0;
        }
        let below = span.by_level.partition_point(|entry| entry.0 < filling.level);
        let outside = span.by_level[..below].iter().rev().find(|entry| !self.rows[entry.1].chosen);
        let inside = span.chosen.iter().filter(|&&id| state.class(id).members > 0);
        let inside = inside.map(|&id| self.rows[id].level).filter(|x| *x < filling.level).max();
        let Some(low) = outside.map(|entry| entry.0).max(inside) else { return true };
        let rise = i128::from(filling.level - low) * i128::from(filling.at_level);
        load + 2 * weight <= capacity + rise
    }

    /// Sorts the classes on the channel by level.
    fn rank(&mut self, channel: ChannelId) {
        let span = &self.spans[channel];
        let outside = span.by_level.iter().filter(|entry| !self.rows[entry.1].chosen);
        self.ranked.clear();
        self.ranked.extend(outside);
        self.inside.clear();
        self.inside.extend(span.chosen.iter().map(|&id| (self.rows[id].level, id)));
        merge(&mut self.ranked, &mut self.inside);
    }

    /// The smallest level below its own at which the channel, whose classes are sorted, overflows, counting the classes
    /// at the next level.
    fn overflow(&self, state: &State, channel: ChannelId) -> Option<u64> {
        let span = &self.spans[channel];
        let mut rest: i128 = self
            .ranked
            .iter()
            .map(|&(_, id)| {
                i128::from(state.class(id).members) * i128::from(state.class(id).weight)
            })
            .sum();
        let capacity = i128::from(state.channels[channel].capacity);
        let mut load = 0;
        for tied in self.ranked.chunk_by(|one, other| one.0 == other.0) {
            let at = tied[0].0;
            if at >= span.filling.level {
                // Classes fixed at the channel's own level count in full just below it.
                let below = i128::from(span.filling.level);
                return (load + below * rest > capacity).then(|| span.filling.level - 1);
            }
            if load + (i128::from(at) + 1) * rest > capacity {
                return Some(at);
            }
            for &(_, id) in tied {
                let class = state.class(id);
                let count = i128::from(class.members);
                load += count * i128::from(class.rate(at));
                rest -= count * i128::from(class.weight);
            }
        }
        None
    }
}
