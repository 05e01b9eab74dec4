//! Slots of the server for updates that agents start on their own, if slots count all updates (SRV-4).

use crate::ids::AgentId;
use crate::model::settings::SlotsCount;
use crate::model::trigger::Trigger;
use crate::policy::admission::{OwnStart, may_begin, own_start, slots_at};
use crate::simulation::fact::{Fact, NoLongerTold};
use crate::simulation::lists::SERVER_NOTIFIER;
use crate::simulation::retrying::cause;
use crate::simulation::round::Round;
use crate::simulation::rounds::was_told;
use crate::simulation::run::Simulation;

impl Simulation<'_> {
    fn slots_count_all(&self) -> bool {
        self.settings().server.slots_count == SlotsCount::All
    }

    /// Whether an agent that begins on its own needs a slot, and whether there is one.
    pub(super) fn own_start(&self) -> OwnStart {
        let server = &self.settings().server;
        let hour = self.company.calendar.hour(self.event_queue.now());
        own_start(server.slots_count, slots_at(&server.slots, hour), self.server.slots_held)
    }

    /// Whether an agent begins now: it has a slot, or takes one, or needs none; otherwise it waits for one. An agent
    /// that cannot reach the server does not request a slot.
    pub(super) fn may_begin(&mut self, agent: AgentId, trigger: Trigger) -> bool {
        if !self.slots_count_all() {
            return true;
        }
        if self.agents[agent].slot.is_held() || !self.hears_server(agent) {
            self.server.slot_line.leave(agent);
            return true;
        }
        let is_next = self.server.slot_line.first().is_none_or(|(first, _)| first == agent);
        match self.own_start() {
            OwnStart::Freely => {}
            OwnStart::WithSlot if is_next => self.hold_slot(agent),
            OwnStart::WithSlot | OwnStart::Later => {
                match self.server.slot_line.join(agent, trigger) {
                    None => self.note(Fact::AwaitsSlot(agent)),
                    Some(first) => self.awaits_two_updates(agent, [first, trigger]),
                }
                return false;
            }
        }
        self.server.slot_line.leave(agent);
        true
    }

    /// Lets waiting agents begin while there are free slots; lets all begin if the server is down, since they connect
    /// again once it is back (NTF-4).
    pub(super) fn begin_who_waits_for_a_slot(&mut self) {
        while let Some((agent, trigger)) = self.server.slot_line.first() {
            if self.server_is_up() && self.own_start() == OwnStart::Later {
                return;
            }
            if !self.server_is_up() {
                self.has_no_connection(agent);
            }
            self.begin_round(agent, trigger);
            if self.server.slot_line.first() == Some((agent, trigger)) {
                return;
            }
        }
    }

    /// Agents that wait for a slot, or for other desktops, begin no automatic update without automatic update (SRV-2).
    pub(super) fn leave_lines_without_automatic_update(&mut self) {
        let (server, retries) = (&self.settings().server, &self.agents.retries);
        let is_over = |agent, trigger| {
            cause(retries, agent, trigger).is_none_or(|cause| !may_begin(cause, server))
        };
        let lines = [&mut self.server.slot_line, &mut self.server.desktops.waiting];
        let left = lines.map(|line| line.leave_all(is_over));
        for agent in left.into_iter().flatten() {
            self.note(Fact::NoLongerTold { agent, why: NoLongerTold::NotAutomatically });
            self.begin_next_round(agent);
        }
    }

    /// An agent that waits in line to begin an update is told of another one: it begins that afterwards.
    pub(super) fn awaits_two_updates(&mut self, agent: AgentId, [first, next]: [Trigger; 2]) {
        if first != next {
            self.remember_trigger(agent, next);
        }
    }

    /// Whether the server waits for the report of an agent that it told to update by its schedule (SRV-4, SCH-3).
    pub(super) fn is_awaited_by_server(&self, round: &Round) -> bool {
        round.trigger == Trigger::Schedule
            && self.agents[round.agent].slot.is_held()
            && (!self.slots_count_all() || self.server_tells_of_schedule(round.agent))
    }

    /// An agent's round ends without a report: its slot is free.
    pub(super) fn leaves_unreported(&mut self, agent: AgentId) {
        if self.slots_count_all() && self.agents[agent].slot.is_held() {
            self.free_slot(agent);
            self.server.slot_is_free = true;
        }
    }

    /// An agent's slot is free, as it has reported or does not answer, unless it is held for an update in progress: one that
    /// it was told to begin, or any if all updates need slots.
    pub(super) fn free_slot_unless_updating(&mut self, agent: AgentId) {
        let round = self.agents[agent].round.get();
        let needs_slot = |id| self.slots_count_all() || was_told(self.rounds.get(id).trigger);
        if !round.is_some_and(needs_slot) {
            self.free_slot(agent);
        }
    }

    /// Offers slots that have become free, after the event that freed them has been handled.
    pub(super) fn offer_slots(&mut self) {
        if std::mem::take(&mut self.server.slot_is_free) {
            self.serve_queue(SERVER_NOTIFIER);
        }
    }
}
