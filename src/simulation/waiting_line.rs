//! The rounds that wait for a place at a source, first come first served.

use std::collections::VecDeque;

use crate::simulation::round_id::RoundId;

/// A round's ticket in a waiting line, unique in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket(pub(super) u64);

/// The rounds that wait at one source, in the order of arrival. The entry of a round that leaves early is kept until
/// its turn; such entries are removed once they are the majority, so that each operation takes constant amortised time.
#[derive(Debug, Default)]
pub struct WaitingLine {
    entries: VecDeque<(RoundId, Ticket)>,
    waiting: usize,
}

impl WaitingLine {
    /// The number of waiting rounds.
    pub fn len(&self) -> usize {
        self.waiting
    }

    /// Whether no round waits.
    pub fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    /// Adds a round.
    pub(super) fn join(&mut self, round: RoundId, ticket: Ticket) {
        self.entries.push_back((round, ticket));
        self.waiting += 1;
    }

    /// A round, which no longer `waits`, has left before its turn.
    pub(super) fn leave(&mut self, waits: impl Fn(RoundId, Ticket) -> bool) {
        self.waiting -= 1;
        if self.entries.len() > 2 * self.waiting + 64 {
            self.entries.retain(|(round, ticket)| waits(*round, *ticket));
        }
    }

    /// Removes the round that has waited longest.
    pub(super) fn next(&mut self, waits: impl Fn(RoundId, Ticket) -> bool) -> Option<RoundId> {
        while let Some((round, ticket)) = self.entries.pop_front() {
            if waits(round, ticket) {
                self.waiting -= 1;
                return Some(round);
            }
        }
        None
    }

    /// Removes all waiting rounds.
    pub(super) fn take_all(&mut self, waits: impl Fn(RoundId, Ticket) -> bool) -> Vec<RoundId> {
        self.waiting = 0;
        let entries = std::mem::take(&mut self.entries).into_iter();
        entries.filter(|(round, ticket)| waits(*round, *ticket)).map(|(round, _)| round).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_longest_waiter_is_next_whoever_left_before(
            steps in prop::collection::vec((0..4_u8, 0..8_usize), 1..400)
        ) {
            let mut line = WaitingLine::default();
            let mut model: Vec<(RoundId, Ticket)> = Vec::new();
            for (number, (step, place)) in (0..).zip(steps) {
                match step {
                    // Round numbers are reused; tickets are not.
                    0 | 1 => {
                        let entry = (RoundId(number % 5), Ticket(u64::from(number)));
                        line.join(entry.0, entry.1);
                        model.push(entry);
                    }
                    2 if !model.is_empty() => {
                        model.remove(place % model.len());
                        line.leave(|round, ticket| model.contains(&(round, ticket)));
                    }
                    2 => {}
                    _ => {
                        let next = line.next(|round, ticket| model.contains(&(round, ticket)));
                        let expected = (!model.is_empty()).then(|| model.remove(0).0);
                        prop_assert_eq!(next, expected);
                    }
                }
                prop_assert_eq!(line.len(), model.len());
            }
            let all = line.take_all(|round, ticket| model.contains(&(round, ticket)));
            let expected: Vec<RoundId> = model.iter().map(|(round, _)| *round).collect();
            prop_assert_eq!(all, expected);
            prop_assert!(line.is_empty());
        }
    }
}
