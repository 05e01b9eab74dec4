//! The queue of a notifier, and the records in all queues (NTF-6, NTF-7).

use std::collections::VecDeque;

use crate::ids::AgentId;
use crate::model::trigger::Message;
use crate::policy::notification::{Batch, Pick, QueueView};
use crate::units::SimTime;

/// The number of a record. Numbers are reused, the one that has been free longest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordId(pub u32);

/// The state of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RecordState {
    /// Waiting in the queue of its notifier.
    Queued,
    /// With a notifier thread.
    InFlight,
    /// Waiting for its retry.
    AwaitsRetry,
    /// Removed; its retry will find this.
    Removed,
}

/// A record: an agent to notify, the content of the notification, and the notifier.
#[derive(Clone, Copy, Debug)]
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
    pub(super) state: RecordState,
}

/// All records: a slab.
#[derive(Debug, Default)]
pub(super) struct Records {
    rows: Vec<Option<Record>>,
    free: VecDeque<RecordId>,
}

impl Records {
    pub(super) fn insert(&mut self, record: Record) -> RecordId {
        let id = self.free.pop_front().unwrap_or_else(|| {
            self.rows.push(None);
            RecordId(u32::try_from(self.rows.len() - 1).expect("fewer records than 2³²"))
        });
        self.rows[id.0 as usize] = Some(record);
        id
    }

    pub(super) fn remove(&mut self, id: RecordId) {
        self.rows[id.0 as usize] = None;
        self.free.push_back(id);
    }

    pub(super) fn get(&self, id: RecordId) -> &Record {
        self.rows[id.0 as usize].as_ref().expect("the record is kept until it is settled")
    }

    pub(super) fn get_mut(&mut self, id: RecordId) -> &mut Record {
        self.rows[id.0 as usize].as_mut().expect("the record is kept until it is settled")
    }

    /// The records of `notifier` that wait for a retry.
    pub(super) fn awaiting_retry(&self, notifier: usize) -> Vec<RecordId> {
        let all = (0..).map(RecordId).zip(&self.rows);
        let is_meant = |record: &Record| {
            record.notifier == notifier && record.state == RecordState::AwaitsRetry
        };
        all.filter(|(_, row)| row.as_ref().is_some_and(is_meant)).map(|(id, _)| id).collect()
    }
}

/// A record's position in the order of arrival.
type Entry = (u64, RecordId);

/// A notifier's queue: Update Agents and agents in the order of arrival, in separate lists so that a pass finds the
/// first of each at once, and messages that begin no update.
#[derive(Debug, Default)]
pub struct NotificationQueue {
    update_agents: VecDeque<Entry>,
    agents: VecDeque<Entry>,
    other: VecDeque<Entry>,
    arrivals: u64,
    pub(super) threads_busy: u32,
    /// Update Agents that have neither answered nor been given up (NTF-6).
    pub(super) open_update_agents: u64,
    /// The batch of the throttle (SRV-7).
    pub(super) batch: Batch,
    pub(super) batch_is_awaited: bool,
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

    pub(super) fn push(&mut self, id: RecordId, record: &Record) {
        let entry = (self.arrivals, id);
        self.arrivals += 1;
        match record.message {
            Message::ScanNow | Message::RollBack => self.other.push_back(entry),
            _ if record.is_for_update_agent => self.update_agents.push_back(entry),
            _ => self.agents.push_back(entry),
        }
    }

    /// Empties the queue and returns its records.
    pub(super) fn clear(&mut self) -> Vec<RecordId> {
        let lanes = [&mut self.update_agents, &mut self.agents, &mut self.other];
        lanes.into_iter().flat_map(std::mem::take).map(|(_, id)| id).collect()
    }

    /// The queue as one pass sees it (NTF-6, NTF-7).
    pub(super) fn view(&self) -> QueueView {
        QueueView {
            update_agents_ahead: ahead(&self.update_agents, &self.agents),
            agents_ahead: ahead(&self.agents, &self.update_agents),
            update_agents_remaining: self.open_update_agents,
        }
    }

    pub(super) fn take(&mut self, pick: Pick) -> Option<RecordId> {
        let entry = match pick {
            Pick::UpdateAgent => self.update_agents.pop_front(),
            Pick::Agent => self.agents.pop_front(),
            Pick::Nobody => None,
        };
        entry.map(|(_, id)| id)
    }

    /// The first message that begins no update.
    pub(super) fn take_other(&mut self) -> Option<RecordId> {
        self.other.pop_front().map(|(_, id)| id)
    }
}

/// The position in the whole queue of the first record of `own`.
fn ahead(own: &VecDeque<Entry>, others: &VecDeque<Entry>) -> Option<u64> {
    let first = own.front()?;
    Some(others.partition_point(|other| other.0 < first.0) as u64)
}
