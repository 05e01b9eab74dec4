//! Notifications: the queue, its threads and the server's slots.

use crate::ids::AgentId;
use crate::model::component::{ContentKind, KindSet};
use crate::model::trigger::Message;
use crate::policy::admission::{deploys, may_begin, slot_timeout, slots_at};
use crate::policy::notification::{
    Batch, Notifier, Target, batch_at, has_expired, is_notified, next_attempt, next_record,
    thread_time,
};
use crate::random::{Draw, Purpose};
use crate::simulation::event::{Event, TimerGeneration};
use crate::simulation::fact::{Fact, NoLongerTold};
use crate::simulation::lists::SERVER_NOTIFIER;
use crate::simulation::notification_queue::{Record, RecordId, RecordState};
use crate::simulation::notifiers::source_of;
use crate::simulation::run::Simulation;
use crate::simulation::state::{SERVER, update_agent_source};
use crate::units::SimDuration;

impl Simulation<'_> {
    /// A notifier has new contents of these kinds: it notifies its agents (NTF-1, NTF-2, NTF-10, SRV-2).
    pub(super) fn notify_all(&mut self, notifier: usize, kinds: KindSet) {
        if !deploys(&self.settings().server) {
            return;
        }
        let agents = self.told_by(notifier, kinds);
        self.notify(notifier, agents);
        self.serve_queue(notifier);
    }

    /// Queues a record for each of these agents that is to be notified of an update; those of neighbours together.
    pub(super) fn notify(&mut self, notifier: usize, agents: impl IntoIterator<Item = AgentId>) {
        let mut run: Option<(Record, u32)> = None;
        for agent in agents {
            if !self.is_to_be_notified(notifier, agent) {
                continue;
            }
            let record = self.new_record(notifier, agent, Message::Update);
            match &mut run {
                Some((first, count)) if first.of_neighbour(*count) == record => *count += 1,
                _ => {
                    if let Some((first, count)) = run.replace((record, 1)) {
                        self.enqueue_run(first, count);
                    }
                }
            }
        }
        if let Some((first, count)) = run {
            self.enqueue_run(first, count);
        }
    }

    /// Whether `agent` is to be notified of an update: not of one that it is held back from.
    fn is_to_be_notified(&self, notifier: usize, agent: AgentId) -> bool {
        (self.held_back(agent).is_none() || self.lacks_what_is_at(source_of(notifier), agent))
            && is_notified(self.target(notifier, agent), &self.settings().notification)
    }

    /// A notifier's view of an agent. An Update Agent at the agent's site is behind the same NAT, which is then no
    /// obstacle (NET-3).
    pub(super) fn target(&self, notifier: usize, agent: AgentId) -> Target {
        let company = self.company;
        let site_of = |agent: AgentId| self.site_of(agent);
        let by_update_agent = notifier.checked_sub(1).map(|index| &company.update_agents[index]);
        let is_neighbour = by_update_agent.is_some_and(|by| site_of(by.agent) == site_of(agent));
        Target {
            online: self.agents[agent].online,
            independent: company.agents[agent].is_independent(),
            behind_nat: company.sites[site_of(agent)].behind_nat && !is_neighbour,
        }
    }

    /// Queues a record.
    pub(super) fn enqueue(&mut self, notifier: usize, agent: AgentId, message: Message) {
        self.enqueue_run(self.new_record(notifier, agent, message), 1);
    }

    fn new_record(&self, notifier: usize, agent: AgentId, message: Message) -> Record {
        let is_for_update_agent = message.trigger().is_some() && self.update_agents.serves(agent);
        let made_at = self.event_queue.now();
        Record { agent, notifier, attempt: 1, message, is_for_update_agent, made_at }
    }

    /// Queues the new records of `count` neighbours, of which this is the first.
    fn enqueue_run(&mut self, first: Record, count: u32) {
        let is_for_update_agent = u64::from(first.is_for_update_agent);
        self.queues[first.notifier].open_update_agents += is_for_update_agent * u64::from(count);
        let mut queued = 0;
        while queued < count {
            let (id, some) = self.records.numbers(count - queued);
            self.queue_records(id, first.of_neighbour(queued), some);
            queued += some;
        }
    }

    /// Queues the records of `count` neighbours, of which this is the first, with consecutive numbers.
    fn queue_records(&mut self, id: RecordId, first: Record, count: u32) {
        let Record { agent, notifier, attempt, message, .. } = first;
        self.queues[notifier].push(id, first, count);
        let fact = Fact::Queued { agent, attempt, by: notifier_called(notifier), message };
        self.note_of_neighbours(fact, count);
    }

    /// A record's Update Agent has answered, or is no longer notified by it (NTF-6).
    fn close_record(&mut self, record: Record) {
        let Record { notifier, is_for_update_agent, .. } = record;
        self.queues[notifier].open_update_agents -= u64::from(is_for_update_agent);
    }

    /// A record is over.
    fn end_record(&mut self, id: RecordId, record: Record) {
        self.close_record(record);
        self.records.free(id);
    }

    /// Assigns records to threads while there are both; expired records are dropped.
    pub(super) fn serve_queue(&mut self, notifier: usize) {
        if notifier == SERVER_NOTIFIER {
            self.begin_who_waits_for_a_slot();
        }
        let mut expired = Vec::new();
        self.send_from_queue(notifier, &mut expired);
        for (agent, message) in expired {
            self.give_up(agent, message);
        }
    }

    /// Sends while there are records and threads, slots if the server begins an update (SRV-4, NTF-8),
    /// and room in the throttle's batch (SRV-7).
    fn send_from_queue(&mut self, notifier: usize, expired: &mut Vec<(AgentId, Message)>) {
        if !self.notifier_works(notifier) {
            return;
        }
        let settings = &self.settings().notification;
        while self.queues[notifier].threads_busy < settings.threads {
            let batch = batch_at(self.event_queue.now(), self.queues[notifier].batch, settings);
            if batch.left == 0 {
                return self.await_batch(notifier);
            }
            let Some((id, record)) = self.next_in_queue(notifier) else { break };
            if has_expired(self.event_queue.now().since(record.made_at), settings) {
                self.expire(id, record);
                expired.push((record.agent, record.message));
            } else if !self.may_be_sent(record.message) {
                self.drop_record(id, record, NoLongerTold::NotAutomatically);
            } else {
                // A batch begins when its first record is sent, not when a queue without records is looked at.
                self.queues[notifier].batch = Batch { left: batch.left - 1, ..batch };
                self.send_notification(id, record);
            }
        }
    }

    /// The record that a pass takes: one that begins an update if there is a slot for it, else a message that begins no
    /// update.
    fn next_in_queue(&mut self, notifier: usize) -> Option<(RecordId, Record)> {
        let has_slot = self.has_slot(notifier);
        let notification = &self.settings().notification;
        let queue = &mut self.queues[notifier];
        let pick = next_record(queue.view(), notification);
        let next = if has_slot { queue.take(pick) } else { None };
        next.or_else(|| queue.take_other())
    }

    /// Whether an agent may still be told so: of an automatic update only while there are any (SRV-2).
    fn may_be_sent(&self, message: Message) -> bool {
        message.trigger().is_none_or(|trigger| may_begin(trigger, &self.settings().server))
    }

    /// An agent is not notified after all.
    fn drop_record(&mut self, id: RecordId, record: Record, why: NoLongerTold) {
        self.end_record(id, record);
        self.note(Fact::NoLongerTold { agent: record.agent, why });
    }

    /// A notifier that is off notifies nobody any more; returns the agents that it was to notify.
    pub(super) fn drop_queue(&mut self, notifier: usize) -> Vec<AgentId> {
        let queued = self.queues[notifier].clear();
        let agents = queued.iter().map(|(_, record)| record.agent).collect();
        for (id, record) in queued {
            self.drop_record(id, record, NoLongerTold::NotifierIsOff);
        }
        agents
    }

    /// Whether others notify the agents of this notifier, because it is off (NTF-10).
    fn is_handed_over(&self, notifier: usize) -> bool {
        notifier != SERVER_NOTIFIER && !self.notifier_works(notifier) && self.is_replaced_when_off()
    }

    /// Another notifier notifies the agent of a record.
    fn hand_over(&mut self, id: RecordId, record: Record) {
        self.drop_record(id, record, NoLongerTold::NotifierIsOff);
        self.told_of([record.agent], KindSet::ALL);
    }

    fn expire(&mut self, id: RecordId, record: Record) {
        self.end_record(id, record);
        self.note(Fact::NotificationExpired(record.agent));
    }

    fn await_batch(&mut self, notifier: usize) {
        let queue = &mut self.queues[notifier];
        if queue.awaited != Some(queue.batch.next) && !queue.is_empty() {
            queue.awaited = Some(queue.batch.next);
            let number = u32::try_from(notifier).expect("fewer notifiers than agents");
            self.event_queue.at(queue.batch.next, Event::BatchDue(number));
        }
    }

    /// The next batch of the throttle may be sent (SRV-7), unless another one is awaited by now.
    pub(super) fn next_batch(&mut self, notifier: u32) {
        let notifier = notifier as usize;
        let now = self.event_queue.now();
        if self.queues[notifier].awaited.take_if(|awaited| *awaited == now).is_some() {
            self.serve_queue(notifier);
        }
    }

    pub(super) fn await_queue_cleanup(&mut self) {
        if let Some(schedule) = self.settings().notification.cleanup {
            let next = self.next_look(schedule, |_| Draw::from_bits(0));
            self.server.next_cleanup = next;
            self.event_queue.at(next, Event::QueueCleanup);
        }
    }

    /// The server's notification queue is emptied, including records that wait for their retry (NTF-9).
    pub(super) fn clean_queue(&mut self) {
        if self.server.next_cleanup != self.event_queue.now() {
            return;
        }
        let queued = self.queues[SERVER_NOTIFIER].clear();
        let awaiting = self.records.awaiting_retry(SERVER_NOTIFIER);
        let records = queued.len() + awaiting.len();
        for (id, record) in queued {
            self.end_record(id, record);
        }
        for (id, record) in awaiting {
            self.close_record(record);
            self.records.mark_removed(id);
        }
        let records = u32::try_from(records).expect("fewer records than 2³²");
        self.note(Fact::QueueCleaned { notifier: Notifier::Server, records });
        self.await_queue_cleanup();
    }

    /// Whether the server, or the Update Agent's computer, is up.
    fn notifier_works(&self, notifier: usize) -> bool {
        match notifier {
            SERVER_NOTIFIER => self.server_is_up(),
            index => self.agents[self.company.update_agents[index - 1].agent].online,
        }
    }

    fn has_slot(&self, notifier: usize) -> bool {
        let hour = self.company.calendar.hour(self.event_queue.now());
        notifier != SERVER_NOTIFIER
            || self.server.slots_held < slots_at(&self.settings().server.slots, hour)
    }

    fn send_notification(&mut self, id: RecordId, record: Record) {
        self.records.keep(id, record, RecordState::InFlight);
        let Record { agent, notifier, attempt, message, .. } = record;
        let by = notifier_called(notifier);
        self.note(Fact::NotificationSent { agent, by, message });
        if notifier == SERVER_NOTIFIER && message.trigger().is_some() {
            self.hold_slot(agent);
        }
        let settings = &self.settings().notification;
        let nth = self.newest.releases * 256 + u32::from(attempt);
        let hears = match notifier {
            SERVER_NOTIFIER => self.hears_server(agent),
            index => self.path_from(update_agent_source(index - 1), agent).is_some(),
        };
        if self.agents[agent].online && !hears {
            self.has_no_connection(agent);
        }
        let on = self.agents[agent].online && hears;
        let unanswered = settings.unanswered_per_million;
        let answered = on && !self.streams.happens(Purpose::Answer, agent.0, nth, unanswered);
        self.queues[notifier].threads_busy += 1;
        let busy = thread_time(answered, settings);
        self.event_queue.after(busy, Event::NotificationEnds { record: id, answered });
    }

    /// A thread is finished: the agent follows the notification, or the notification will be repeated (NTF-3).
    pub(super) fn notification_ends(&mut self, id: RecordId, answered: bool) {
        let (record, _) = self.records.take(id);
        let Record { agent, notifier, attempt, message, .. } = record;
        self.queues[notifier].threads_busy -= 1;
        let sent_ago = thread_time(answered, &self.settings().notification);
        let answered = answered && self.agents[agent].online && self.notifier_works(notifier);
        let by = notifier_called(notifier);
        self.note(Fact::Notified { agent, attempt, by, message, answered });
        if answered {
            self.end_record(id, record);
            self.answers(agent);
            match message.trigger() {
                Some(trigger) => self.is_told(agent, trigger),
                None if message == Message::RollBack => self.roll_back(agent),
                None => self.note(Fact::ScanBegan(agent)),
            }
        } else {
            if notifier == SERVER_NOTIFIER && message.trigger().is_some() {
                self.free_slot_unless_updating(agent);
            }
            if self.is_handed_over(notifier) {
                self.hand_over(id, record);
            } else {
                self.await_retry(id, record, sent_ago);
            }
        }
        self.serve_queue(notifier);
    }

    /// An unanswered notification is repeated after its interval, unless the record expires before or this was the last
    /// attempt (NTF-3, NTF-7).
    fn await_retry(&mut self, id: RecordId, record: Record, sent_ago: SimDuration) {
        let settings = &self.settings().notification;
        let Record { agent, attempt, message, made_at, .. } = record;
        let now = self.event_queue.now();
        let Some(interval) = next_attempt(message, attempt, settings) else {
            self.end_record(id, record);
            if message.trigger().is_some() {
                self.note(Fact::NotificationGivenUp(agent));
                self.give_up(agent, message);
            }
            return;
        };
        let again = Record { attempt: attempt + 1, ..record };
        self.records.keep(id, again, RecordState::AwaitsRetry);
        let retry = interval.saturating_sub(sent_ago);
        let expiry = settings.record_lifetime.saturating_sub(now.since(made_at));
        let nanosecond = SimDuration::from_nanos(1);
        self.event_queue.after(retry.min(expiry + nanosecond), Event::RetryDue(id));
    }

    /// The retry of an unanswered notification is due, unless the agent has updated in the meantime (NTF-3).
    pub(super) fn retry_notification(&mut self, id: RecordId) {
        let (record, state) = self.records.take(id);
        let Record { agent, notifier, message, made_at, .. } = record;
        if state == RecordState::Removed {
            return self.records.free(id);
        }
        let age = self.event_queue.now().since(made_at);
        if has_expired(age, &self.settings().notification) {
            self.expire(id, record);
            self.give_up(agent, message);
        } else if self.has_done(record) {
            self.drop_record(id, record, NoLongerTold::HasEverything);
        } else if self.is_handed_over(notifier) {
            self.hand_over(id, record);
        } else {
            self.queue_records(id, record, 1);
        }
        self.serve_queue(notifier);
    }

    /// Whether a record's agent already has the content of which it is to be notified, or has given back what it is to.
    fn has_done(&self, Record { agent, notifier, message, .. }: Record) -> bool {
        match message {
            Message::FetchSettings => !self.lacks(SERVER, agent, ContentKind::Settings),
            Message::RollBack => self.has_rolled_back(agent),
            _ => !self.lacks_what_is_at(source_of(notifier), agent),
        }
    }

    /// An hour begins: there may be more slots than before (SRV-4).
    pub(super) fn hour_begins(&mut self) {
        self.server.hour_is_awaited = false;
        self.set_capacities_of_hour();
        self.serve_queue(SERVER_NOTIFIER);
        self.await_next_hour();
    }

    pub(super) fn hold_slot(&mut self, agent: AgentId) {
        let is_update_agent = self.update_agents.serves(agent);
        let timeout = slot_timeout(is_update_agent, &self.settings().server);
        let slot = &mut self.agents[agent].slot;
        self.server.slots_held += u32::from(!slot.is_held());
        let generation = slot.hold();
        let at = self.event_queue.now().saturating_add(timeout);
        let timeouts = &mut self.server.slot_timeouts[usize::from(is_update_agent)];
        // A change may have shortened the time-out: one that is due before others is not in line behind them.
        let last = timeouts.given.back().map_or(timeouts.awaited_at, |(last, ..)| *last);
        if timeouts.awaited > 0 && (timeouts.awaited_at == at || at < last) {
            timeouts.awaited += u32::from(timeouts.awaited_at == at);
            self.event_queue.at(at, Event::SlotExpires(agent, generation));
        } else {
            timeouts.given.push_back((at, agent, generation));
            self.await_slot_timeouts(is_update_agent);
        }
    }

    /// Adds the first relevant time-outs to the event queue, unless there are some already: all of one instant, because
    /// they are ordered by agent.
    fn await_slot_timeouts(&mut self, of_update_agents: bool) {
        let timeouts = &mut self.server.slot_timeouts[usize::from(of_update_agents)];
        let agents = &self.agents;
        timeouts.forget(|agent, generation| agents[agent].slot.expires_by(generation));
        if timeouts.awaited > 0 {
            return;
        }
        let Some(&(first, ..)) = timeouts.given.front() else { return };
        timeouts.awaited_at = first;
        while let Some((at, agent, generation)) =
            timeouts.given.pop_front_if(|(at, ..)| *at == first)
        {
            timeouts.awaited += 1;
            self.event_queue.at(at, Event::SlotExpires(agent, generation));
        }
    }

    pub(super) fn free_slot(&mut self, agent: AgentId) {
        self.server.slots_held -= u32::from(self.agents[agent].slot.free());
    }

    /// A slot's time-out: the server counts the agent as not updated and continues (SRV-4).
    pub(super) fn slot_expires(&mut self, agent: AgentId, generation: TimerGeneration) {
        let is_update_agent = self.update_agents.serves(agent);
        let timeouts = &mut self.server.slot_timeouts[usize::from(is_update_agent)];
        // One that was not in line is not among those that are awaited, unless it is due with them by chance.
        if timeouts.awaited_at == self.event_queue.now() {
            timeouts.awaited = timeouts.awaited.saturating_sub(1);
        }
        self.await_slot_timeouts(is_update_agent);
        if self.agents[agent].slot.expires_by(generation) {
            self.free_slot(agent);
            self.note(Fact::SlotTimedOut(agent));
            self.serve_queue(SERVER_NOTIFIER);
        }
    }
}

/// The notifier with this number.
pub(super) fn notifier_called(number: usize) -> Notifier {
    number.checked_sub(1).map_or(Notifier::Server, Notifier::UpdateAgent)
}
