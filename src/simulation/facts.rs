//! Facts, a few hundred at a time, until they are passed to the observer.

use crate::simulation::fact::{Fact, Observer};
use crate::units::SimTime;

/// The number of rows from which they are passed on: as many as stay in a processor's first cache.
const ROWS: usize = 256;

/// The number of rows for which memory is kept.
const MOST_ROWS: usize = 4096;

/// Facts in order. A fact that follows for each agent in turn, as when a release is published, takes one row.
#[derive(Debug, Default)]
pub(super) struct Facts {
    rows: Vec<(SimTime, Fact)>,
    /// The rows that hold for further agents, each with how many.
    repeated: Vec<(usize, u32)>,
}

impl Facts {
    #[expect(clippy::inline_always, reason = "the kind of fact is known to the caller")]
    #[inline(always)]
    pub(super) fn push(&mut self, now: SimTime, fact: Fact) {
        let may_repeat = fact.of_neighbour(0).is_some();
        if !(may_repeat && self.repeats_last(now, fact)) {
            self.rows.push((now, fact));
        }
    }

    /// Adds the fact and the same one about each of the next agents, `count` facts in all.
    pub(super) fn push_of_neighbours(&mut self, now: SimTime, fact: Fact, count: u32) {
        self.push(now, fact);
        if count > 1 {
            self.repeat_last(count - 1);
        }
    }

    /// Whether the fact is the last one about the next agent, and is counted with it.
    #[expect(clippy::inline_always, reason = "the kind of fact is known to the caller")]
    #[inline(always)]
    fn repeats_last(&mut self, now: SimTime, fact: Fact) -> bool {
        let Some(row) = self.rows.len().checked_sub(1) else { return false };
        let (at, last) = self.rows[row];
        let more = self.repeated.last().filter(|last| last.0 == row).map_or(0, |last| last.1);
        if at != now || last.of_neighbour(more + 1) != Some(fact) {
            return false;
        }
        self.repeat_last(1);
        true
    }

    /// The last row holds for `more` further agents.
    fn repeat_last(&mut self, more: u32) {
        let row = self.rows.len() - 1;
        match self.repeated.last_mut() {
            Some(last) if last.0 == row => last.1 += more,
            _ => self.repeated.push((row, more)),
        }
    }

    /// Passes all to the observer once they are many.
    #[inline]
    pub(super) fn tell_many(&mut self, observer: &mut dyn Observer) {
        if self.rows.len() >= ROWS {
            self.tell(observer);
        }
    }

    /// Passes all to the observer.
    pub(super) fn tell(&mut self, observer: &mut dyn Observer) {
        let mut told = 0;
        for (row, more) in self.repeated.drain(..) {
            let (at, fact) = self.rows[row];
            observer.observe_all(&self.rows[told..row]);
            observer.observe_neighbours(at, fact, 1 + more);
            told = row + 1;
        }
        observer.observe_all(&self.rows[told..]);
        self.rows.clear();
        // The capacity after an event that concerned all agents is released.
        if self.rows.capacity() > MOST_ROWS {
            self.rows.shrink_to(MOST_ROWS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::AgentId;
    use crate::model::trigger::Message;
    use crate::policy::notification::Notifier;

    #[derive(Default)]
    struct Seen(Vec<(SimTime, Fact)>);

    impl Observer for Seen {
        fn observe(&mut self, at: SimTime, fact: Fact) {
            self.0.push((at, fact));
        }
    }

    #[test]
    fn an_observer_sees_every_fact_in_order() {
        let queued = |agent, attempt| Fact::Queued {
            agent: AgentId(agent),
            attempt,
            by: Notifier::Server,
            message: Message::Update,
        };
        let later = SimTime::from_nanos(5);
        let noted = [
            (SimTime::START, Fact::UpToDate(AgentId(3))),
            (SimTime::START, Fact::UpToDate(AgentId(4))),
            (SimTime::START, Fact::UpToDate(AgentId(6))),
            (later, Fact::UpToDate(AgentId(7))),
            (later, Fact::RoundEnded(AgentId(7))),
            (later, Fact::RoundEnded(AgentId(8))),
            (later, queued(7, 1)),
            (later, queued(8, 1)),
            (later, queued(9, 2)),
            (later, queued(9, 2)),
            (later, queued(10, 2)),
            (later, queued(11, 2)),
            (later, queued(12, 2)),
        ];
        let mut facts = Facts::default();
        for &(at, fact) in &noted[..11] {
            facts.push(at, fact);
        }
        facts.push_of_neighbours(later, queued(11, 2), 2);
        assert_eq!(facts.rows.len(), 8);
        let mut seen = Seen::default();
        facts.tell(&mut seen);
        assert_eq!(seen.0, noted);
        assert!(facts.rows.is_empty());
    }
}
