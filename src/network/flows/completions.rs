//! The cohorts of a class, by the reading at which they end.
//!
//! Cohorts of equal size end in the order in which they started, and a class has few sizes. Most ends therefore form a
//! few interleaved increasing sequences, and a queue for each suffices: constant time, sequential memory access. Ends
//! that fit no queue go into a heap, so any order is correct.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// An end: the reading (high and low half) and the row.
pub(crate) type End = (u64, u64, u32);

const LANES: usize = 4;

/// Pending ends, smallest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct CompletionQueue {
    /// Each lane increases from front to back.
    lanes: [VecDeque<End>; LANES],
    rest: BinaryHeap<Reverse<End>>,
    /// The first of all ends, and its lane; [`LANES`] denotes the heap.
    first: Option<(End, usize)>,
}

impl CompletionQueue {
    /// The number of ends.
    pub(crate) fn len(&self) -> usize {
        self.lanes.iter().map(VecDeque::len).sum::<usize>() + self.rest.len()
    }

    /// Adds an end to the lane whose last end is the nearest before it.
    #[inline]
    pub(crate) fn push(&mut self, end: End) {
        let lane = self.lane_for(end);
        match self.lanes.get_mut(lane) {
            Some(lane) => lane.push_back(end),
            None => self.rest.push(Reverse(end)),
        }
        if self.first.is_none_or(|(first, _)| end < first) {
            self.first = Some((end, lane));
        }
    }

    /// The lane whose last end is the nearest before `end`, else an empty one, else [`LANES`].
    #[inline]
    fn lane_for(&self, end: End) -> usize {
        let (mut nearest, mut lane) = (None, LANES);
        for (number, ends) in self.lanes.iter().enumerate() {
            match ends.back() {
                Some(back) if *back > end || nearest.is_some_and(|nearest| *back < nearest) => {}
                Some(back) => (nearest, lane) = (Some(*back), number),
                None if nearest.is_none() => lane = number,
                None => {}
            }
        }
        lane
    }

    /// The first end.
    #[inline]
    pub(crate) fn first(&self) -> Option<End> {
        self.first.map(|(first, _)| first)
    }

    /// Takes the first end out.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<End> {
        let (first, lane) = self.first?;
        match self.lanes.get_mut(lane) {
            Some(lane) => drop(lane.pop_front()),
            None => drop(self.rest.pop()),
        }
        self.look_for_first();
        Some(first)
    }

    #[inline]
    fn look_for_first(&mut self) {
        let mut first = self.rest.peek().map(|Reverse(end)| (*end, LANES));
        for (number, lane) in self.lanes.iter().enumerate() {
            if let Some(front) = lane.front()
                && first.is_none_or(|(first, _)| *front < first)
            {
                first = Some((*front, number));
            }
        }
        self.first = first;
    }

    /// Keeps the ends for which `keep` holds.
    pub(crate) fn keep(&mut self, keep: impl FnMut(&End) -> bool) {
        let rest = std::mem::take(&mut self.rest).into_vec();
        let lanes = self.lanes.iter_mut().flat_map(|lane| lane.drain(..));
        let mut kept: Vec<End> = rest.into_iter().map(|Reverse(end)| end).chain(lanes).collect();
        kept.retain(keep);
        kept.sort_unstable();
        self.lanes[0].extend(kept);
        self.look_for_first();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn completions_leave_the_queue_in_order(
            steps in prop::collection::vec(prop::option::of((0_u64..9, 0_u64..99)), 1..200)
        ) {
            let mut ends = CompletionQueue::default();
            let mut all = Vec::new();
            for (row, step) in (0_u32..).zip(steps) {
                if let Some((high, low)) = step {
                    ends.push((high, low, row));
                    all.push((high, low, row));
                } else {
                    all.sort_unstable();
                    prop_assert_eq!(ends.first(), all.first().copied());
                    prop_assert_eq!(ends.pop(), (!all.is_empty()).then(|| all.remove(0)));
                }
                prop_assert_eq!(ends.len(), all.len());
            }
            ends.keep(|end| end.2 % 2 == 0);
            all.retain(|end| end.2 % 2 == 0);
            all.sort_unstable();
            let out: Vec<End> = std::iter::from_fn(|| ends.pop()).collect();
            prop_assert_eq!(out, all);
        }
    }
}
