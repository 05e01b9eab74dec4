//! Notifications: the queue, its threads and the server's slots.

use std::collections::VecDeque;

use crate::ids::AgentId;
use crate::policy::admission::{slot_timeout, slots_at};
use crate::policy::notification::{
    Pick, QueueView, Target, has_expired, is_notified, next_attempt, next_record, thread_time,
};
use crate::random::Purpose;
use crate::simulation::event::Event;
use crate::simulation::fact::{Fact, Trigger};
use crate::simulation::lists::SERVER_NOTIFIER;
use crate::simulation::run::Simulation;
use crate::units::SimTime;

/// A record of the queue: who is to be told.
#[derive(Clone, Copy, Debug)]
struct Record {
    agent: AgentId,
    /// Which attempt this will be, from 1.
    attempt: u8,
    /// Its place in the order of arrival.
    number: u64,
    queued_at: SimTime,
}

/// A notifier's queue: Update Agents and agents in the order of arrival, kept apart so that a pass
/// finds the first of each at once.
#[derive(Debug, Default)]
pub struct NotificationQueue {
    update_agents: VecDeque<Record>,
    agents: VecDeque<Record>,
    arrivals: u64,
    threads_busy: u32,
    /// Update Agents that wait to be told again.
    update_agents_to_repeat: u64,
}

impl NotificationQueue {
    /// Records that wait.
    pub fn len(&self) -> usize {
        self.update_agents.len() + self.agents.len()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Notifier threads at work.
    pub fn threads_busy(&self) -> u32 {
        self.threads_busy
    }

    fn push(&mut self, agent: AgentId, attempt: u8, is_update_agent: bool, now: SimTime) {
        let record = Record { agent, attempt, number: self.arrivals, queued_at: now };
        self.arrivals += 1;
        if is_update_agent { &mut self.update_agents } else { &mut self.agents }.push_back(record);
    }

    /// The queue as one pass sees it (NTF-6, NTF-7).
    fn view(&self) -> QueueView {
        QueueView {
            update_agents_ahead: ahead(&self.update_agents, &self.agents),
            agents_ahead: ahead(&self.agents, &self.update_agents),
            update_agents_remaining: self.update_agents.len() as u64 + self.update_agents_to_repeat,
        }
    }

    fn take(&mut self, pick: Pick) -> Option<Record> {
        match pick {
            Pick::UpdateAgent => self.update_agents.pop_front(),
            Pick::Agent => self.agents.pop_front(),
            Pick::Nobody => None,
        }
    }
}

/// The position in the whole queue of the first record of `own`.
fn ahead(own: &VecDeque<Record>, others: &VecDeque<Record>) -> Option<u64> {
    let first = own.front()?;
    Some(others.partition_point(|other| other.number < first.number) as u64)
}

impl Simulation<'_> {
    /// A notifier has new contents: it tells its agents (NTF-1, NTF-2, NTF-10).
    pub(super) fn notify_all(&mut self, notifier: usize) {
        for index in 0..self.audiences.of[notifier].len() {
            let agent = self.audiences.of[notifier][index];
            let target = Target { online: self.agents.online[agent], independent: false };
            if is_notified(target, &self.settings().notification) {
                self.enqueue(notifier, agent, 1);
            }
        }
        self.serve_queue(notifier);
    }

    fn enqueue(&mut self, notifier: usize, agent: AgentId, attempt: u8) {
        let is_update_agent = self.is_update_agent(agent);
        let now = self.agenda.now();
        self.queues[notifier].push(agent, attempt, is_update_agent, now);
    }

    /// Gives records to threads while there are both, and slots if the server tells (SRV-4, NTF-8).
    pub(super) fn serve_queue(&mut self, notifier: usize) {
        let settings = &self.settings().notification;
        while self.queues[notifier].threads_busy < settings.threads && self.has_slot(notifier) {
            let pick = next_record(self.queues[notifier].view(), settings);
            let Some(record) = self.queues[notifier].take(pick) else { break };
            if has_expired(self.agenda.now().since(record.queued_at), settings) {
                self.note(Fact::NotificationExpired(record.agent));
            } else {
                self.send_notification(notifier, record);
            }
        }
    }

    fn has_slot(&self, notifier: usize) -> bool {
        let hour = self.company.calendar.hour(self.agenda.now());
        notifier != SERVER_NOTIFIER
            || self.server.slots_held < slots_at(&self.settings().server.slots, hour)
    }

    fn send_notification(&mut self, notifier: usize, record: Record) {
        let Record { agent, attempt, .. } = record;
        if notifier == SERVER_NOTIFIER {
            self.hold_slot(agent);
        }
        let settings = &self.settings().notification;
        let nth = self.newest.releases * 256 + u32::from(attempt);
        let deaf = self.streams.draw(Purpose::Answer, agent.0, nth);
        let answered = self.agents.online[agent] && !deaf.happens(settings.unanswered_per_million);
        self.queues[notifier].threads_busy += 1;
        let busy = thread_time(answered, settings);
        self.agenda.after(busy, Event::NotificationEnds { agent, attempt, answered });
    }

    /// A thread is done: the agent begins a round, or will be told again (NTF-3).
    pub(super) fn notification_ends(&mut self, agent: AgentId, attempt: u8, answered: bool) {
        let Some(notifier) = self.audiences.notifier(agent) else { return };
        self.queues[notifier].threads_busy -= 1;
        let settings = &self.settings().notification;
        let sent_ago = thread_time(answered, settings);
        let answered = answered && self.agents.online[agent];
        self.note(Fact::Notified { agent, attempt, answered });
        if answered {
            self.begin_round(agent, Trigger::Notification);
        } else {
            self.free_slot(agent);
            match next_attempt(attempt, settings) {
                Some(interval) => {
                    let repeat = Event::RepeatDue { agent, attempt: attempt + 1 };
                    self.agenda.after(interval.saturating_sub(sent_ago), repeat);
                    if self.is_update_agent(agent) {
                        self.queues[notifier].update_agents_to_repeat += 1;
                    }
                }
                None => self.note(Fact::NotificationGivenUp(agent)),
            }
        }
        self.serve_queue(notifier);
    }

    /// An unanswered notification is due again, unless the agent has updated meanwhile (NTF-3).
    pub(super) fn repeat_notification(&mut self, agent: AgentId, attempt: u8) {
        let Some(notifier) = self.audiences.notifier(agent) else { return };
        if self.is_update_agent(agent) {
            self.queues[notifier].update_agents_to_repeat -= 1;
        }
        if !self.agents.up_to_date[agent] {
            self.enqueue(notifier, agent, attempt);
        }
        self.serve_queue(notifier);
    }

    /// An hour begins: there may be more slots than before (SRV-4).
    pub(super) fn hour_begins(&mut self) {
        self.serve_queue(SERVER_NOTIFIER);
        self.await_next_hour();
    }

    fn hold_slot(&mut self, agent: AgentId) {
        let timeout = slot_timeout(self.is_update_agent(agent), &self.settings().server);
        let slot = &mut self.agents.slot[agent];
        if !slot.held {
            self.server.slots_held += 1;
        }
        slot.held = true;
        slot.stamp = slot.stamp.wrapping_add(1);
        let expiry = Event::SlotExpires(agent, slot.stamp);
        self.agenda.after(timeout, expiry);
    }

    pub(super) fn free_slot(&mut self, agent: AgentId) {
        let slot = &mut self.agents.slot[agent];
        if slot.held {
            slot.held = false;
            self.server.slots_held -= 1;
        }
    }

    /// A slot's time-out: the server counts the agent as not updated and goes on (SRV-4).
    pub(super) fn slot_expires(&mut self, agent: AgentId, stamp: u16) {
        let slot = self.agents.slot[agent];
        if slot.held && slot.stamp == stamp {
            self.free_slot(agent);
            self.note(Fact::SlotTimedOut(agent));
            self.serve_queue(SERVER_NOTIFIER);
        }
    }

    /// Whether `agent` serves others under this option.
    pub(super) fn is_update_agent(&self, agent: AgentId) -> bool {
        self.update_agent_nodes.binary_search_by_key(&agent, |(agent, _)| *agent).is_ok()
    }
}
