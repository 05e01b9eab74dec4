//! Fills the set over its scope, in the rounds of the definition.

use super::{Binding, Filling, GeneralSolver, Span};
use crate::ids::{ChannelId, ClassId};
use crate::network::flows::state::State;
use crate::network::quantum::UNLIMITED;
use crate::network::solver::filling::level;

impl GeneralSolver {
    /// Computes the level of every class of the set and of every channel of the scope.
    pub(super) fn fill(&mut self, state: &State) {
        let mut rounds = std::mem::take(&mut self.rounds);
        rounds.clear();
        let Self { set, rows, scope, spans, unfrozen, .. } = self;
        *unfrozen = 0;
        rounds.extend(set.iter().filter_map(|&id| {
            let (class, row) = (state.class(id), &mut rows[id]);
            row.frozen = class.members == 0;
            if row.frozen {
                (row.level, row.governor) = (0, None);
                return None;
            }
            *unfrozen += 1;
            (class.rate_cap != UNLIMITED).then(|| (class.cap_level(), Binding::RateCap(id)))
        }));
        rounds.extend(scope.iter().filter_map(|&channel| {
            let Filling { left, weight, .. } = spans[channel].begin(state, channel);
            (weight > 0).then(|| (level(left, weight), Binding::Channel(channel)))
        }));
        while self.unfrozen > 0
            && let Some(level) = rounds.next(|before, binding| self.current(before, binding))
        {
            for index in 0..rounds.len() {
                match rounds.binding(index) {
                    Binding::RateCap(id) => self.freeze(state, id, level, None),
                    Binding::Channel(id) => self.saturate(state, id, level),
                }
            }
        }
        self.rounds = rounds;
        for &channel in &self.scope {
            self.spans[channel].filling.saturate_with_bundle();
        }
    }

    /// The level at which a limit binds now that bound at `before`, if it still can.
    fn current(&self, before: u64, binding: Binding) -> Option<u64> {
        match binding {
            Binding::RateCap(id) => (!self.rows[id].frozen).then_some(before),
            Binding::Channel(id) => {
                let Filling { left, weight, .. } = self.spans[id].filling;
                (weight > 0).then(|| level(left, weight))
            }
        }
    }

    fn saturate(&mut self, state: &State, channel: ChannelId, level: u64) {
        let filling = &mut self.spans[channel].filling;
        (filling.level, filling.at_level) = (level, filling.weight);
        for index in 0..self.spans[channel].chosen.len() {
            let id = self.spans[channel].chosen[index];
            self.freeze(state, id, level, Some(channel));
        }
    }

    fn freeze(&mut self, state: &State, id: ClassId, level: u64, governor: Option<ChannelId>) {
        if self.rows[id].frozen {
            return;
        }
        let class = state.class(id);
        let row = &mut self.rows[id];
        self.unfrozen -= 1;
        row.frozen = true;
        row.level = level;
        row.governor = governor.filter(|_| class.cap_level() != level);
        let load = i128::from(class.rate(level)) * i128::from(class.members);
        for &channel in &class.path {
            let filling = &mut self.spans[channel].filling;
            filling.left -= load;
            filling.frozen_load += load;
            filling.weight -= class.members * u64::from(class.weight);
        }
    }
}

impl Span {
    /// The filling of a channel before any class of the set has a level.
    fn begin(&mut self, state: &State, channel: ChannelId) -> Filling {
        let bundle = if self.governed == 0 {
            0
        } else {
            i128::from(state.channel_level(channel)) * i128::from(self.governed)
        };
        let chosen = self.chosen.iter().map(|&id| {
            let class = state.class(id);
            class.members * u64::from(class.weight)
        });
        self.filling = Filling {
            left: i128::from(state.channels[channel].capacity) - self.load + bundle,
            weight: self.governed + chosen.sum::<u64>(),
            frozen_load: 0,
            level: UNLIMITED,
            at_level: 0,
        };
        self.filling
    }
}

impl Filling {
    /// Without further classes to freeze, a channel is saturated by the classes that it governs alone.
    fn saturate_with_bundle(&mut self) {
        if self.level == UNLIMITED && self.weight > 0 {
            (self.level, self.at_level) = (level(self.left, self.weight), self.weight);
        }
    }
}
