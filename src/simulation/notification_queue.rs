//! The queue of a notifier, and the records in all queues (NTF-6, NTF-7).
//!
//! A release makes a record for each agent. Those that wait are kept in runs: neighbouring agents of one message, queued
//! one after the other. Only the records that a thread handles, or that wait for a retry, have a row each.

use std::collections::VecDeque;

use crate::ids::{AgentId, row_id};
use crate::model::trigger::Message;
use crate::policy::notification::{Batch, Pick, QueueView};
use crate::simulation::free_numbers::FreeNumbers;
use crate::simulation::paged_column::PagedColumn;
use crate::units::SimTime;

row_id! {
    /// The number of a record. Numbers are reused, the one that has been free longest first.
    RecordId(u32);
}

/// The state of a record that is in no queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RecordState {
    /// With a notifier thread.
    InFlight,
    /// Waiting for its retry.
    AwaitsRetry,
    /// Removed; its retry will find this.
    Removed,
}

/// A record: an agent to notify, the content of the notification, and the notifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) agent: AgentId,
    /// The notifier, by its number.
    pub(super) notifier: usize,
    /// Which attempt this is, from 1.
    pub(super) attempt: u8,
    pub(super) message: Message,
    /// Whether it notifies an Update Agent of an update, for which agents wait (NTF-6).
    pub(super) is_for_update_agent: bool,
    /// When it was created, from which its lifetime counts (NTF-7).
    pub(super) made_at: SimTime,
}

impl Record {
    /// The record of the agent `places` further.
    pub(super) fn of_neighbour(self, places: u32) -> Self {
        Self { agent: AgentId(self.agent.0 + places), ..self }
    }
}

/// The records that are in no queue, and the numbers of all.
#[derive(Debug, Default)]
pub(super) struct Records {
    rows: PagedColumn<RecordId, (Record, RecordState)>,
    numbers: FreeNumbers,
}

impl Records {
    /// Consecutive numbers for new records: the first, and how many, at least one and at most `count`.
    pub(super) fn numbers(&mut self, count: u32) -> (RecordId, u32) {
        let (first, given) = self.numbers.give(count);
        (RecordId(first), given)
    }

    /// Keeps a record that was taken from its queue.
    #[inline]
    pub(super) fn keep(&mut self, id: RecordId, record: Record, state: RecordState) {
        self.rows.set(id, (record, state));
    }

    /// Takes a record that returns to its queue, or is over.
    #[inline]
    pub(super) fn take(&mut self, id: RecordId) -> (Record, RecordState) {
        self.rows.take(id).expect("a record in no queue is kept until it is settled")
    }

    /// Frees the number of a record that is over.
    pub(super) fn free(&mut self, id: RecordId) {
        self.numbers.give_back(id.0);
    }

    /// A record in no queue is removed while it waits for its retry, which will find this.
    pub(super) fn mark_removed(&mut self, id: RecordId) {
        if let Some((_, state)) = self.rows.get_mut(id) {
            *state = RecordState::Removed;
        }
    }

    /// The records of `notifier` that wait for a retry.
    pub(super) fn awaiting_retry(&self, notifier: usize) -> Vec<(RecordId, Record)> {
        let is_meant = |(record, state): &(Record, RecordState)| {
            record.notifier == notifier && *state == RecordState::AwaitsRetry
        };
        let rows = self.rows.rows().filter(|(_, row)| is_meant(row));
        rows.map(|(id, (record, _))| (id, *record)).collect()
    }
}

/// Records that were queued one after the other, of neighbouring agents.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// The position of the first record in the order of arrival.
    arrival: u64,
    /// The number of records that its lane has had before.
    before: u64,
    id: RecordId,
    /// The first record.
    record: Record,
    count: u32,
}

impl Run {
    /// Removes the first record.
    fn advance(&mut self) {
        self.arrival += 1;
        self.before += 1;
        self.id.0 += 1;
        self.record.agent.0 += 1;
        self.count -= 1;
    }
}

/// Records in the order of arrival.
#[derive(Debug, Default)]
struct Lane {
    runs: VecDeque<Run>,
    /// The number of records that it has had, and of those that it has no longer.
    pushed: u64,
    popped: u64,
}

impl Lane {
    fn len(&self) -> usize {
        usize::try_from(self.pushed - self.popped).expect("fewer than 2³²")
    }

    fn push(&mut self, arrival: u64, id: RecordId, record: Record, count: u32) {
        let before = self.pushed;
        self.pushed += u64::from(count);
        match self.runs.back_mut() {
            Some(run)
                if run.arrival + u64::from(run.count) == arrival
                    && run.id.0 + run.count == id.0
                    && run.record.of_neighbour(run.count) == record =>
            {
                run.count += count;
            }
            _ => self.runs.push_back(Run { arrival, before, id, record, count }),
        }
    }

    fn pop(&mut self) -> Option<(RecordId, Record)> {
        let run = self.runs.front_mut()?;
        let (id, record) = (run.id, run.record);
        run.advance();
        self.popped += 1;
        if run.count == 0 {
            let _ = self.runs.pop_front();
        }
        Some((id, record))
    }

    /// The number of its records before a position.
    fn before(&self, arrival: u64) -> u64 {
        let after = self.runs.partition_point(|run| run.arrival < arrival);
        let Some(run) = after.checked_sub(1).map(|last| &self.runs[last]) else { return 0 };
        run.before + u64::from(run.count).min(arrival - run.arrival) - self.popped
    }
}

/// A notifier's queue: Update Agents and agents in the order of arrival, in separate lists so that a pass finds the
/// first of each at once, and messages that begin no update.
#[derive(Debug, Default)]
pub struct NotificationQueue {
    update_agents: Lane,
    agents: Lane,
    other: Lane,
    arrivals: u64,
    pub(super) threads_busy: u32,
    /// Update Agents that have neither answered nor been given up (NTF-6).
    pub(super) open_update_agents: u64,
    /// The batch of the throttle (SRV-7).
    pub(super) batch: Batch,
    /// The start of the next batch, if it is awaited.
    pub(super) awaited: Option<SimTime>,
}

impl NotificationQueue {
    /// The number of waiting records.
    pub fn len(&self) -> usize {
        self.update_agents.len() + self.agents.len() + self.other.len()
    }

    /// Whether no record waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Notifier threads at work.
    pub fn threads_busy(&self) -> u32 {
        self.threads_busy
    }

    /// Adds the records of `count` neighbours with consecutive numbers.
    pub(super) fn push(&mut self, id: RecordId, record: Record, count: u32) {
        let lane = match record.message {
            Message::ScanNow | Message::RollBack => &mut self.other,
            _ if record.is_for_update_agent => &mut self.update_agents,
            _ => &mut self.agents,
        };
        lane.push(self.arrivals, id, record, count);
        self.arrivals += u64::from(count);
    }

    /// Empties the queue and returns its records.
    pub(super) fn clear(&mut self) -> Vec<(RecordId, Record)> {
        let lanes = [&mut self.update_agents, &mut self.agents, &mut self.other];
        lanes.into_iter().flat_map(|lane| std::iter::from_fn(|| lane.pop())).collect()
    }

    /// The queue as one pass sees it (NTF-6, NTF-7).
    pub(super) fn view(&self) -> QueueView {
        QueueView {
            update_agents_ahead: ahead(&self.update_agents, &self.agents),
            agents_ahead: ahead(&self.agents, &self.update_agents),
            update_agents_remaining: self.open_update_agents,
        }
    }

    pub(super) fn take(&mut self, pick: Pick) -> Option<(RecordId, Record)> {
        match pick {
            Pick::UpdateAgent => self.update_agents.pop(),
            Pick::Agent => self.agents.pop(),
            Pick::Nobody => None,
        }
    }

    /// The first message that begins no update.
    pub(super) fn take_other(&mut self) -> Option<(RecordId, Record)> {
        self.other.pop()
    }
}

/// The position in the whole queue of the first record of `own`.
fn ahead(own: &Lane, others: &Lane) -> Option<u64> {
    Some(others.before(own.runs.front()?.arrival))
}
