//! The event queue: pending events in a total order.
//!
//! Events are ordered by (instant, rank, insertion). The rank packs phase and entity, so the order of simultaneous
//! events is part of the model and does not depend on the implementation of the queue. Events are never cancelled; the
//! receiver drops an obsolete event by its timer generation. One event may represent a wave of thousands of agents (a
//! range); the caller expands it.

pub use super::ordered::{LANES, Ordered};
use super::radix_heap::{Entry, FEW, RadixHeap};
use crate::units::{SimDuration, SimTime};

/// The last instant: what would happen at [`SimTime::NEVER`] never happens.
const LAST: SimTime = SimTime::from_nanos(SimTime::NEVER.as_nanos() - 1);

/// The pending events in order, and the current time.
#[derive(Clone, Debug)]
pub struct EventQueue<E> {
    /// The last instant of which events happen.
    end: SimTime,
    inserted: u64,
    pending: RadixHeap<E>,
}

impl<E: Copy + Ordered> EventQueue<E> {
    /// An empty queue at [`SimTime::START`].
    pub fn new() -> Self {
        Self::until(SimTime::NEVER)
    }

    /// The same for a run that ends at `end`: events after it never happen, and are dropped when they are scheduled.
    pub fn until(end: SimTime) -> Self {
        let end = end.min(LAST);
        Self { end, inserted: 0, pending: RadixHeap::new(FEW) }
    }

    /// The current time.
    #[inline]
    pub fn now(&self) -> SimTime {
        SimTime::from_nanos(self.pending.now())
    }

    /// Schedules `event` at `time`, unless that is after the end of the run.
    ///
    /// # Panics
    /// If `time` is past.
    #[inline]
    pub fn at(&mut self, time: SimTime, event: E) {
        assert!(time >= self.now(), "an event at {time} cannot be added at {}", self.now());
        if time > self.end {
            return;
        }
        let inserted = self.inserted;
        self.inserted += 1;
        let entry = Entry { time: time.as_nanos(), inserted, event };
        self.pending.push(entry, event.lane());
    }

    /// Schedules `event` `span` from now; drops it if that lies beyond the end of time.
    #[inline]
    pub fn after(&mut self, span: SimDuration, event: E) {
        self.at(self.now().saturating_add(span), event);
    }

    /// The time of the next event; [`SimTime::NEVER`] if there is none.
    #[inline]
    pub fn next_time(&self) -> SimTime {
        SimTime::from_nanos(self.pending.next_time())
    }

    /// Advances the clock to `time`.
    ///
    /// # Panics
    /// If `time` is past, or if an event would be skipped.
    #[inline]
    pub fn advance_to(&mut self, time: SimTime) {
        assert!(time >= self.now(), "time runs forward");
        assert!(time <= self.next_time(), "an event at {} would be skipped", self.next_time());
        self.pending.advance_to(time.as_nanos());
    }

    /// Takes the next event that is due now.
    #[inline]
    pub fn pop_due(&mut self) -> Option<E> {
        self.pending.pop().map(|entry| entry.event)
    }

    /// The number of pending events.
    pub fn len(&self) -> usize {
        self.pending.len()
    }

    /// Whether no event is pending.
    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }
}

impl<E: Copy + Ordered> Default for EventQueue<E> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Event(u64, u32);

    impl Ordered for Event {
        fn rank(&self) -> u64 {
            self.0
        }

        fn lane(&self) -> Option<usize> {
            Some(self.1 as usize % (LANES + 1)).filter(|lane| *lane < LANES)
        }
    }

    fn due(queue: &mut EventQueue<Event>) -> Vec<u32> {
        std::iter::from_fn(|| queue.pop_due()).map(|event| event.1).collect()
    }

    #[test]
    fn events_happen_by_time_then_rank_then_insertion() {
        let mut queue = EventQueue::new();
        let second = SimTime::from_secs(2);
        for event in [Event(5, 0), Event(3, 1), Event(5, 2), Event(3, 3)] {
            queue.at(second, event);
        }
        queue.after(SimDuration::from_secs(1), Event(9, 4));
        assert_eq!(queue.len(), 5);
        assert_eq!(queue.next_time(), SimTime::from_secs(1));
        assert!(due(&mut queue).is_empty());
        queue.advance_to(SimTime::from_secs(1));
        assert_eq!(due(&mut queue), [4]);
        queue.advance_to(second);
        assert_eq!(due(&mut queue), [1, 3, 0, 2]);
        assert!(queue.is_empty());
        assert_eq!(queue.next_time(), SimTime::NEVER);
    }

    #[test]
    fn an_event_added_now_takes_its_place_among_what_is_left_of_the_instant() {
        let mut queue = EventQueue::new();
        queue.at(SimTime::START, Event(5, 0));
        queue.at(SimTime::START, Event(7, 1));
        assert_eq!(queue.pop_due(), Some(Event(5, 0)));
        queue.after(SimDuration::ZERO, Event(2, 2));
        assert_eq!(due(&mut queue), [2, 1]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_history_is_that_of_a_sorted_list(
            steps in prop::collection::vec(
                prop_oneof![
                    3 => (0_u64..40, 0_u64..4).prop_map(|(bits, rank)| Some((bits, rank))),
                    2 => Just(None),
                ],
                1..400,
            ),
            few in 0_usize..9,
        ) {
            let mut queue = EventQueue { pending: RadixHeap::new(few), ..EventQueue::new() };
            let mut list: Vec<(u64, u64, u32)> = Vec::new();
            for (number, step) in (0_u32..).zip(steps) {
                if let Some((bits, rank)) = step {
                    // Spans of all magnitudes, zero included.
                    let span = SimDuration::from_nanos((1 << bits >> 1) * (1 + rank % 2));
                    list.push(((queue.now() + span).as_nanos(), rank, number));
                    queue.after(span, Event(rank, number));
                } else {
                    list.sort_unstable();
                    let next = list.first().map_or(SimTime::NEVER, |first| SimTime::from_nanos(first.0));
                    prop_assert_eq!(queue.next_time(), next);
                    if !list.is_empty() {
                        // As in a run: the time is advanced to an instant once.
                        if next > queue.now() {
                            queue.advance_to(next);
                        }
                        prop_assert_eq!(queue.pop_due().map(|event| event.1), Some(list.remove(0).2));
                    }
                }
                prop_assert_eq!(queue.len(), list.len());
            }
        }
    }

    #[test]
    fn what_is_after_the_end_never_happens() {
        let mut queue = EventQueue::until(SimTime::from_secs(2));
        for seconds in [3, 2, 1] {
            queue.at(SimTime::from_secs(seconds), Event(0, 0));
        }
        assert_eq!(queue.len(), 2);
        queue.advance_to(SimTime::from_secs(1));
        assert!(queue.pop_due().is_some());
        assert_eq!(queue.next_time(), SimTime::from_secs(2));
    }

    #[test]
    fn a_time_beyond_the_maximum_is_never() {
        let mut queue = EventQueue::new();
        queue.advance_to(SimTime::from_secs(1));
        queue.after(SimDuration::MAX, Event(0, 0));
        assert_eq!(queue.next_time(), SimTime::NEVER);
        queue.advance_to(SimTime::NEVER);
        assert_eq!(queue.pop_due(), None);
    }
}
