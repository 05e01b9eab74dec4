//! Notifications: the queue, its threads and the server's slots.

use std::collections::VecDeque;

use crate::ids::AgentId;
use crate::model::trigger::Trigger;
use crate::policy::admission::{slot_timeout, slots_at};
use crate::policy::notification::{
    Batch, Notifier, Pick, QueueView, Target, batch_at, has_expired, is_notified, next_attempt,
    next_record, thread_time,
};
use crate::policy::schedule::next_look;
use crate::random::{Draw, Purpose};
use crate::simulation::event::Event;
use crate::simulation::fact::Fact;
use crate::simulation::lists::SERVER_NOTIFIER;
use crate::simulation::run::Simulation;
use crate::simulation::state::{SERVER, update_agent_source};
use crate::units::SimTime;

/// A record of the queue: who is to be told.
#[derive(Clone, Copy, Debug)]
struct Record {
    agent: AgentId,
    /// Which attempt this will be, from 1.
    attempt: u8,
    /// What it is told to do.
    trigger: Trigger,
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
    /// The batch of the throttle (SRV-7).
    batch: Batch,
    batch_is_awaited: bool,
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

    fn push(&mut self, record: Record, is_update_agent: bool) {
        let record = Record { number: self.arrivals, ..record };
        self.arrivals += 1;
        if is_update_agent { &mut self.update_agents } else { &mut self.agents }.push_back(record);
    }

    fn clear(&mut self) -> usize {
        let records = self.len();
        self.update_agents.clear();
        self.agents.clear();
        records
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
            if is_notified(self.target(notifier, agent), &self.settings().notification) {
                self.enqueue(notifier, agent, 1, Trigger::Notification);
            }
        }
        self.serve_queue(notifier);
    }

    /// What a notifier knows of an agent. An Update Agent at the agent's site is behind the same NAT
    /// as the agent, so that nothing stands between them (NET-3).
    pub(super) fn target(&self, notifier: usize, agent: AgentId) -> Target {
        let company = self.company;
        let site_of = |agent: AgentId| company.agents.site[agent];
        let by_update_agent = notifier.checked_sub(1).map(|index| &company.update_agents[index]);
        let is_neighbour = by_update_agent.is_some_and(|by| site_of(by.agent) == site_of(agent));
        Target {
            online: self.agents.online[agent],
            independent: company.agents.independent[agent],
            behind_nat: company.sites[site_of(agent)].behind_nat && !is_neighbour,
        }
    }

    pub(super) fn enqueue(
        &mut self,
        notifier: usize,
        agent: AgentId,
        attempt: u8,
        trigger: Trigger,
    ) {
        let is_update_agent = self.is_update_agent(agent);
        let queued_at = self.event_queue.now();
        let record = Record { agent, attempt, trigger, number: 0, queued_at };
        self.queues[notifier].push(record, is_update_agent);
        self.note(Fact::Queued { agent, attempt });
    }

    /// Gives records to threads while there are both, slots if the server tells (SRV-4, NTF-8), and
    /// room in the throttle's batch (SRV-7).
    pub(super) fn serve_queue(&mut self, notifier: usize) {
        if !self.notifier_works(notifier) {
            return;
        }
        let settings = &self.settings().notification;
        while self.queues[notifier].threads_busy < settings.threads && self.has_slot(notifier) {
            let batch = batch_at(self.event_queue.now(), self.queues[notifier].batch, settings);
            self.queues[notifier].batch = batch;
            if batch.left == 0 {
                return self.await_batch(notifier);
            }
            let pick = next_record(self.queues[notifier].view(), settings);
            let Some(record) = self.queues[notifier].take(pick) else { break };
            if has_expired(self.event_queue.now().since(record.queued_at), settings) {
                self.note(Fact::NotificationExpired(record.agent));
            } else {
                self.queues[notifier].batch.left -= 1;
                self.send_notification(notifier, record);
            }
        }
    }

    fn await_batch(&mut self, notifier: usize) {
        let queue = &mut self.queues[notifier];
        if !queue.batch_is_awaited && !queue.is_empty() {
            queue.batch_is_awaited = true;
            let number = u32::try_from(notifier).expect("fewer notifiers than agents");
            self.event_queue.at(queue.batch.next, Event::BatchDue(number));
        }
    }

    /// The next batch of the throttle may go (SRV-7).
    pub(super) fn next_batch(&mut self, notifier: u32) {
        self.queues[notifier as usize].batch_is_awaited = false;
        self.serve_queue(notifier as usize);
    }

    pub(super) fn await_queue_cleanup(&mut self) {
        if let Some(schedule) = self.settings().notification.cleanup {
            let (calendar, now) = (self.company.calendar, self.event_queue.now());
            let next = next_look(schedule, calendar, now, |_| Draw::from_bits(0));
            self.event_queue.at(next, Event::QueueCleanup);
        }
    }

    /// The server's notification queue is emptied (NTF-9).
    pub(super) fn clean_queue(&mut self) {
        let records = self.queues[SERVER_NOTIFIER].clear();
        let records = u32::try_from(records).expect("fewer records than 2³²");
        self.note(Fact::QueueCleaned { notifier: Notifier::Server, records });
        self.await_queue_cleanup();
    }

    /// Whether the server, or the Update Agent's computer, is up.
    fn notifier_works(&self, notifier: usize) -> bool {
        match notifier {
            SERVER_NOTIFIER => self.server_is_up(),
            index => self.agents.online[self.company.update_agents[index - 1].agent],
        }
    }

    fn has_slot(&self, notifier: usize) -> bool {
        let hour = self.company.calendar.hour(self.event_queue.now());
        notifier != SERVER_NOTIFIER
            || self.server.slots_held < slots_at(&self.settings().server.slots, hour)
    }

    fn send_notification(&mut self, notifier: usize, record: Record) {
        let Record { agent, attempt, trigger, .. } = record;
        self.note(Fact::NotificationSent(agent));
        if notifier == SERVER_NOTIFIER {
            self.hold_slot(agent);
        }
        let settings = &self.settings().notification;
        let nth = self.newest.releases * 256 + u32::from(attempt);
        let deaf = self.streams.draw(Purpose::Answer, agent.0, nth);
        let hears = match notifier {
            SERVER_NOTIFIER => self.hears_server(agent),
            index => self.path_from(update_agent_source(index - 1), agent).is_some(),
        };
        let on = self.agents.online[agent] && hears;
        let answered = on && !deaf.happens(settings.unanswered_per_million);
        self.queues[notifier].threads_busy += 1;
        let busy = thread_time(answered, settings);
        self.event_queue.after(busy, Event::NotificationEnds { agent, attempt, answered, trigger });
    }

    /// A thread is done: the agent begins a round, or will be told again (NTF-3).
    pub(super) fn notification_ends(
        &mut self,
        agent: AgentId,
        attempt: u8,
        answered: bool,
        trigger: Trigger,
    ) {
        let Some(notifier) = self.notifier_of(agent, trigger) else { return };
        self.queues[notifier].threads_busy -= 1;
        let settings = &self.settings().notification;
        let sent_ago = thread_time(answered, settings);
        let answered = answered && self.agents.online[agent];
        self.note(Fact::Notified { agent, attempt, answered });
        if answered {
            self.begin_round(agent, trigger);
        } else {
            self.free_slot(agent);
            match next_attempt(attempt, settings) {
                Some(interval) => {
                    let attempt = attempt + 1;
                    let repeat = Event::RepeatDue { agent, attempt, trigger };
                    self.event_queue.after(interval.saturating_sub(sent_ago), repeat);
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
    pub(super) fn repeat_notification(&mut self, agent: AgentId, attempt: u8, trigger: Trigger) {
        let Some(notifier) = self.notifier_of(agent, trigger) else { return };
        if self.is_update_agent(agent) {
            self.queues[notifier].update_agents_to_repeat -= 1;
        }
        let newest = self.sources[SERVER].shelf.revisions.settings;
        let is_done = match trigger {
            Trigger::NotifyAll => self.agents.revisions[agent].settings >= newest,
            _ => self.agents.up_to_date[agent],
        };
        if !is_done {
            self.enqueue(notifier, agent, attempt, trigger);
        }
        self.serve_queue(notifier);
    }

    /// Who tells `agent`: orders come from the server.
    fn notifier_of(&self, agent: AgentId, trigger: Trigger) -> Option<usize> {
        match trigger {
            Trigger::Manual | Trigger::NotifyAll => Some(SERVER_NOTIFIER),
            _ => self.audiences.notifier(agent),
        }
    }

    /// An hour begins: there may be more slots than before (SRV-4).
    pub(super) fn hour_begins(&mut self) {
        self.set_background();
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
        self.event_queue.after(timeout, expiry);
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
}
