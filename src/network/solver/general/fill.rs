//! Filling the set over its scope, in the rounds of the definition.

use std::cmp::Reverse;

use super::{Binding, Entry, Filling, GeneralSolver, level};
use crate::ids::{ChannelId, ClassId};
use crate::network::flows::state::State;
use crate::network::quantum::UNLIMITED;

impl GeneralSolver {
    /// Gives every class of the set its level, and every channel of the scope.
    pub(super) fn fill(&mut self, state: &State) {
        self.queue.clear();
        for &id in &self.set {
            let class = state.class(id);
            let row = &mut self.rows[id];
            row.frozen = class.members == 0;
            if row.frozen {
                (row.level, row.governor) = (0, None);
            } else if class.ceiling != UNLIMITED {
                self.queue.push(Reverse((class.ceiling_level(), Binding::Ceiling(id))));
            }
        }
        for index in 0..self.scope.len() {
            self.begin(state, self.scope[index]);
        }
        while self.gather() {
            for index in 0..self.batch.len() {
                match self.batch[index] {
                    (level, Binding::Ceiling(id)) => self.freeze(state, id, level, None),
                    (level, Binding::Channel(id)) => self.saturate(state, id, level),
                }
            }
        }
    }

    fn begin(&mut self, state: &State, channel: ChannelId) {
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
            self.queue.push(Reverse((level(left, weight), Binding::Channel(channel))));
        }
    }

    /// Gathers all that binds at the next level, before anything is frozen there: ties are met
    /// together. Returns whether there is a next level.
    fn gather(&mut self) -> bool {
        self.batch.clear();
        while let Some(&Reverse(entry)) = self.queue.peek() {
            if self.batch.first().is_some_and(|first| first.0 < entry.0) {
                break;
            }
            let _ = self.queue.pop();
            match self.current(entry) {
                // Levels of channels only grow while filling, so an old entry comes too early.
                Some(now) if now > entry.0 => self.queue.push(Reverse((now, entry.1))),
                Some(_) => self.batch.push(entry),
                None => {}
            }
        }
        !self.batch.is_empty()
    }

    /// The level at which the entry binds by now, if it still can.
    fn current(&self, entry: Entry) -> Option<u64> {
        match entry.1 {
            Binding::Ceiling(id) => (!self.rows[id].frozen).then_some(entry.0),
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
        row.governor = governor.filter(|_| class.ceiling_level() != level);
        let load = i128::from(class.rate(level)) * i128::from(class.members);
        for &channel in &class.path {
            let filling = &mut self.spans[channel].filling;
            filling.left -= load;
            filling.frozen_load += load;
            filling.weight -= class.members * u64::from(class.weight);
        }
    }
}
