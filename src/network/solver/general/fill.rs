//! Fills the set over its scope, in the rounds of the definition.

use super::{Binding, Filling, GeneralSolver};
use crate::ids::{ChannelId, ClassId};
use crate::network::flows::state::State;
use crate::network::quantum::UNLIMITED;
use crate::network::solver::filling::{FillingRounds, level};

impl GeneralSolver {
    /// Computes the level of every class of the set and of every channel of the scope.
    pub(super) fn fill(&mut self, state: &State) {
        let mut rounds = std::mem::take(&mut self.rounds);
        rounds.clear();
        for &id in &self.set {
            let class = state.class(id);
            let row = &mut self.rows[id];
            row.frozen = class.members == 0;
            if row.frozen {
                (row.level, row.governor) = (0, None);
            } else if class.rate_cap != UNLIMITED {
                rounds.push(class.cap_level(), Binding::RateCap(id));
            }
        }
        for index in 0..self.scope.len() {
            self.begin(state, self.scope[index], &mut rounds);
        }
        while let Some(level) = rounds.next(|before, binding| self.current(before, binding)) {
            for index in 0..rounds.len() {
                match rounds.binding(index) {
                    Binding::RateCap(id) => self.freeze(state, id, level, None),
                    Binding::Channel(id) => self.saturate(state, id, level),
                }
            }
        }
        self.rounds = rounds;
    }

    fn begin(&mut self, state: &State, channel: ChannelId, rounds: &mut FillingRounds<Binding>) {
        let span = &mut self.spans[channel];
        let governed_level = state.channel_level(channel);
        let bundle = if span.governed == 0 {
            0
        } else {
            i128::from(governed_level) * i128::from(span.governed)
        };
        let chosen = span.chosen.iter().map(|&id| {
            let class = state.class(id);
            class.members * u64::from(class.weight)
        });
        span.filling = Filling {
            left: i128::from(state.channels[channel].capacity) - span.load + bundle,
            weight: span.governed + chosen.sum::<u64>(),
            frozen_load: 0,
            level: UNLIMITED,
            at_level: 0,
        };
        let Filling { left, weight, .. } = span.filling;
        if weight > 0 {
            rounds.push(level(left, weight), Binding::Channel(channel));
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
