//! Sessions of agents at sources: an agent requests a place, has one or waits for one, and leaves, served or not.
//!
//! [`Simulation::fill_places`] assigns a freed place after the event that freed it has been handled, in a loop, so that
//! any number of waiting agents may fail one after the other.

use crate::ids::{AgentId, Column, PathId, SourceId};
use crate::policy::admission::{Admission, admit};
use crate::policy::attempt::{AttemptFailure, AttemptView, Refusal, Unreachable, obstacle};
use crate::policy::notification::misses_update;
use crate::policy::reachability::Way;
use crate::simulation::event::{Event, TimerGeneration};
use crate::simulation::fact::Fact;
use crate::simulation::round::{Round, Stage};
use crate::simulation::round_id::RoundId;
use crate::simulation::run::Simulation;
use crate::simulation::state::Source;

impl Simulation<'_> {
    /// Requests a place at the current source (UAG-1, SRC-8).
    pub(super) fn request_admission(&mut self, id: RoundId) {
        let round = *self.rounds.get(id);
        if let Some(failure) = self.obstacle(round.source, round.agent) {
            return self.attempt_fails(id, failure);
        }
        let source = &self.sources[round.source];
        let kinds = round.asking.and(source.hosts);
        if kinds.is_empty() {
            return self.attempt_fails(id, AttemptFailure::NotHosted);
        }
        self.rounds.get_mut(id).asking = kinds;
        let occupied = u64::from(source.active) + source.waiting.len() as u64;
        match admit(occupied, source.capacity, source.overflow) {
            Admission::Serve => self.take_place(id),
            Admission::Refuse => self.attempt_fails(id, AttemptFailure::Refused(Refusal::NoPlace)),
            Admission::Wait => {
                let ticket = self.rounds.new_ticket();
                self.rounds.get_mut(id).stage = Stage::Waiting(ticket);
                self.sources[round.source].waiting.join(id, ticket);
                self.note(Fact::Waits { agent: round.agent, source: round.source });
            }
        }
    }

    /// Why `source` cannot serve `agent` now, if so (NET-1, NET-2, NET-4, UAG-2, UAG-5, SRC-8). Checked when the agent
    /// arrives and again when a place becomes free for it.
    fn obstacle(&mut self, source: SourceId, agent: AgentId) -> Option<AttemptFailure> {
        let way = self.find_way(source, Some(agent));
        let has_route = way.is_ok_and(|way| self.path_by(way, source, agent).is_some());
        let at = &self.sources[source];
        let is_on = at.host.is_none_or(|host| host != agent && self.agents[host].online);
        obstacle(&AttemptView {
            way,
            is_up: is_on && at.faults.down == 0,
            entry_leads_there: self.entry_leads_to(source),
            has_route,
            has_disk: at.can_store(),
            proxy_has_place: self.has_place_on(Way::ByProxy),
        })
    }

    /// Whether one more connection may take this way (NET-2).
    pub(super) fn has_place_on(&self, way: Way) -> bool {
        let most = self.company.proxy.and_then(|proxy| proxy.connections);
        way == Way::Straight || most.is_none_or(|most| self.proxy_connections < most)
    }

    /// Whether `agent` can reach `source` now: it works (UAG-2, UAG-5), and there is a route (NET-1, NET-2).
    pub fn is_reachable(&mut self, source: SourceId, agent: AgentId) -> bool {
        let refusal = AttemptFailure::Refused(Refusal::ProxyFull);
        self.obstacle(source, agent).is_none_or(|failure| failure == refusal)
    }

    /// The route from a source to an agent, if they can connect at all.
    pub(super) fn path_from(&mut self, source: SourceId, agent: AgentId) -> Option<PathId> {
        let way = self.way_to(source, Some(agent))?;
        self.path_by(way, source, agent)
    }

    fn path_by(&mut self, way: Way, source: SourceId, agent: AgentId) -> Option<PathId> {
        let (from, via, to) = (self.sources[source].node, self.node_on(way), self.node_of(agent));
        self.paths.between(from, via, to, self.turn_of(Some(agent)))
    }

    /// Takes a place and fetches the index file (CMP-6).
    fn take_place(&mut self, id: RoundId) {
        let round = *self.rounds.get(id);
        if !self.start_transfer(id, Stage::Index, self.settings().sizes.index) {
            return self.attempt_fails(id, AttemptFailure::Unreachable(Unreachable::NoRoute));
        }
        self.sources[round.source].active += 1;
        let by_proxy = self.way_to(round.source, Some(round.agent)) == Some(Way::ByProxy);
        self.proxy_connections += u32::from(by_proxy);
        self.rounds.get_mut(id).by_proxy = by_proxy;
        self.note(Fact::Admitted { agent: round.agent, source: round.source });
        let generation = self.next_timer(round.agent);
        if let Some(longest) = self.settings().source.visit_timeout {
            self.event_queue.after(longest, Event::VisitExpires(round.agent, generation));
        }
    }

    /// Assigns freed places to the agents that wait for them, the longest wait first; those that the source can no
    /// longer serve try another source.
    #[expect(clippy::inline_always, reason = "one test after each event")]
    #[inline(always)]
    pub(super) fn fill_places(&mut self) {
        if !self.vacancies.is_empty() {
            self.fill_vacancies();
        }
    }

    fn fill_vacancies(&mut self) {
        while let Some(source) = self.vacancies.pop() {
            while self.sources[source].has_free_place() {
                let rounds = &self.rounds;
                let waiting = &mut self.sources[source].waiting;
                let Some(id) = waiting.next(|id, ticket| rounds.waits(id, ticket)) else { break };
                let agent = self.rounds.get(id).agent;
                match self.obstacle(source, agent) {
                    Some(failure) => self.attempt_fails(id, failure),
                    None => self.take_place(id),
                }
            }
        }
    }

    /// Whether the numbers of places taken at each source, of proxy connections and of entries in each waiting line
    /// agree with the rounds.
    pub fn places_are_consistent(&self) -> bool {
        let mut held = Column::filled((0, 0), self.sources.len());
        let mut by_proxy = u32::from(self.server.by_proxy);
        for id in self.rounds.all() {
            let round = self.rounds.get(id);
            let (active, waiting) = &mut held[round.source];
            *active += u32::from(round.stage.has_place());
            *waiting += usize::from(matches!(round.stage, Stage::Waiting(_)));
            by_proxy += u32::from(round.by_proxy);
        }
        let counts = |source: &Source| (source.active, source.waiting.len());
        let are_right = self.sources.iter().zip(held.iter()).all(|(at, held)| counts(at) == *held);
        are_right && by_proxy == self.proxy_connections
    }

    /// The agent leaves its source, and continues with the next if something is still missing.
    pub(super) fn leave_source(&mut self, id: RoundId) {
        let round = *self.rounds.get(id);
        self.free_place(id);
        self.note(Fact::Served { agent: round.agent, source: round.source });
        if round.left.is_empty() { self.end_round(id) } else { self.try_next_source(id) }
    }

    /// Frees the round's place at its source for the agent that has waited longest.
    fn free_place(&mut self, id: RoundId) {
        let round = self.rounds.get_mut(id);
        let (source, agent) = (round.source, round.agent);
        round.stage = Stage::GivingUp;
        self.proxy_connections -= u32::from(std::mem::take(&mut round.by_proxy));
        self.sources[source].active -= 1;
        self.note(Fact::Left { agent, source });
        if !self.sources[source].waiting.is_empty() {
            self.vacancies.push(source);
        }
    }

    /// An attempt fails, after its delay (SRC-8).
    fn attempt_fails(&mut self, id: RoundId, failure: AttemptFailure) {
        let Round { agent, source, .. } = *self.rounds.get(id);
        self.rounds.get_mut(id).stage = Stage::GivingUp;
        self.note(Fact::AttemptFailed { agent, source, failure });
        let settings = &self.settings().notification;
        if misses_update(failure, settings) && !self.hears_server(agent) {
            self.has_no_connection(agent);
        }
        let generation = self.next_timer(agent);
        let delay = failure.delay(&self.settings().source);
        self.event_queue.after(delay, Event::AttemptGivenUp(agent, generation));
    }

    /// The generation of the agent's next timer; all earlier ones are stale from now on.
    fn next_timer(&mut self, agent: AgentId) -> TimerGeneration {
        let generation = self.agents[agent].timer.wrapping_add(1);
        self.agents[agent].timer = generation;
        generation
    }

    /// The time-out of a session: the agent tries its next source (SRC-8).
    pub(super) fn visit_expires(&mut self, agent: AgentId, generation: TimerGeneration) {
        let Some(id) = self.agents[agent].round.get() else { return };
        if self.agents[agent].timer == generation && self.rounds.get(id).stage.has_place() {
            self.turn_away(id, AttemptFailure::TimedOut);
        }
    }

    /// The agent leaves its source before it is served, and tries the next one.
    pub(super) fn turn_away(&mut self, id: RoundId, failure: AttemptFailure) {
        self.withdraw(id);
        self.attempt_fails(id, failure);
    }

    /// The failed attempt is over.
    pub(super) fn attempt_given_up(&mut self, agent: AgentId, generation: TimerGeneration) {
        if self.agents[agent].timer != generation {
            return;
        }
        if let Some(id) = self.agents[agent].round.get() {
            self.try_next_source(id);
        }
    }

    /// A source fails: agents there notice it and try another source (SRC-8).
    pub(super) fn drop_visitors(&mut self, source: SourceId) {
        let rounds = &self.rounds;
        let waiting = &mut self.sources[source].waiting;
        for id in waiting.take_all(|id, ticket| rounds.waits(id, ticket)) {
            self.attempt_fails(id, AttemptFailure::Broken);
        }
        for id in self.rounds.at_source(source) {
            if self.rounds.get(id).stage.has_place() {
                self.turn_away(id, AttemptFailure::Broken);
            }
        }
    }

    /// Removes a round from its source: its transfer is aborted, its place is free.
    pub(super) fn withdraw(&mut self, id: RoundId) {
        let round = *self.rounds.get(id);
        if let Some(transfer) = round.transfer {
            let bytes = self.network.abort(transfer);
            self.rounds.get_mut(id).transfer = None;
            let Round { agent, source, path, .. } = round;
            self.note(Fact::Interrupted { agent, source, bytes, path });
            self.keep_what_arrived(id, bytes);
        }
        self.wants_again(id);
        if let Stage::Waiting(_) = round.stage {
            self.rounds.get_mut(id).stage = Stage::GivingUp;
            let rounds = &self.rounds;
            let waiting = &mut self.sources[round.source].waiting;
            waiting.leave(|id, ticket| rounds.waits(id, ticket));
        }
        if round.stage.has_place() {
            self.free_place(id);
        }
    }
}
