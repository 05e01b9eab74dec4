//! The rounds of progressive filling: the next limits to bind, with all ties together. The solvers that fill share
//! them; the [reference](super::reference) does not, so that it remains an independent check.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::network::quantum::UNLIMITED;

/// Potential limits, by the level at which they bind. During filling, the levels of channels only grow, so an entry of
/// the queue may be too early, never too late.
#[derive(Clone, Debug)]
pub(crate) struct FillingRounds<B> {
    queue: BinaryHeap<Reverse<(u64, B)>>,
    batch: Vec<B>,
}

impl<B: Ord> Default for FillingRounds<B> {
    fn default() -> Self {
        Self { queue: BinaryHeap::new(), batch: Vec::new() }
    }
}

impl<B: Copy + Ord> FillingRounds<B> {
    /// Starts a filling without limits.
    pub(crate) fn clear(&mut self) {
        self.queue.clear();
    }

    /// Adds limits with the levels at which, or above which, they bind.
    pub(crate) fn extend(&mut self, limits: impl Iterator<Item = (u64, B)>) {
        self.queue.extend(limits.map(Reverse));
    }

    /// Gathers all limits that bind at the next level, before anything is frozen there, and returns that level.
    /// `current` yields the level at which an entry binds now, if it still can.
    pub(crate) fn next(&mut self, current: impl Fn(u64, B) -> Option<u64>) -> Option<u64> {
        self.batch.clear();
        let mut lowest = None;
        while let Some(&Reverse((level, binding))) = self.queue.peek() {
            if lowest.is_some_and(|lowest| lowest < level) {
                break;
            }
            let _ = self.queue.pop();
            match current(level, binding) {
                Some(now) if now > level => self.queue.push(Reverse((now, binding))),
                Some(_) => {
                    lowest = Some(level);
                    self.batch.push(binding);
                }
                None => {}
            }
        }
        lowest
    }

    /// The number of limits that bind at the present level.
    pub(crate) fn len(&self) -> usize {
        self.batch.len()
    }

    /// One of the limits that bind at the present level.
    pub(crate) fn binding(&self, index: usize) -> B {
        self.batch[index]
    }
}

/// The level at which `weight` uses up `left`: 0 if nothing is left, unlimited without weight.
pub(crate) fn level(left: i128, weight: u64) -> u64 {
    match u64::try_from(left) {
        Ok(left) if weight > 0 => left / weight,
        Ok(_) => UNLIMITED,
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_bind_together_and_late_entries_wait() {
        let mut rounds = FillingRounds::default();
        rounds.extend([(3, 'a'), (5, 'b'), (3, 'c'), (4, 'd')].into_iter());
        // Now `c` binds at 5, and `d` no longer binds.
        let current = |level, binding| match binding {
            'c' => Some(5),
            'd' => None,
            _ => Some(level),
        };
        let mut next = || {
            let level = rounds.next(current)?;
            Some((level, (0..rounds.len()).map(|index| rounds.binding(index)).collect::<String>()))
        };
        assert_eq!(next(), Some((3, "a".into())));
        assert_eq!(next(), Some((5, "bc".into())));
        assert_eq!(next(), None);
    }
}
