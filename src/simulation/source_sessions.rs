//! An agent at a source: it knocks, has a place or waits for one, and leaves, served or not.

use crate::ids::{AgentId, SourceId};
use crate::policy::admission::{Admission, admit};
use crate::policy::reachability::Way;
use crate::policy::source_order::AttemptFailure;
use crate::simulation::event::Event;
use crate::simulation::fact::Fact;
use crate::simulation::paths::PathId;
use crate::simulation::round::{Round, Stage};
use crate::simulation::run::Simulation;
use crate::simulation::state::{Kept, RoundId};
use crate::units::Bytes;

impl Simulation<'_> {
    /// Asks the present source for a place (UAG-1, SRC-8).
    pub(super) fn knock(&mut self, id: RoundId) {
        let round = *self.rounds.get(id);
        if self.is_of_wrong_family(round.source, round.agent) {
            return self.attempt_fails(id, AttemptFailure::WrongFamily);
        }
        if !self.is_reachable(round.source, round.agent) {
            return self.attempt_fails(id, AttemptFailure::Unreachable);
        }
        if self.finds_proxy_full(round.source, round.agent) {
            return self.attempt_fails(id, AttemptFailure::Refused);
        }
        let source = &self.sources[round.source];
        let kinds = round.asking.and(source.hosts);
        if kinds.is_empty() {
            return self.attempt_fails(id, AttemptFailure::NotHosted);
        }
        self.rounds.get_mut(id).asking = kinds;
        match admit(source.active, source.capacity, source.overflow) {
            Admission::Serve => self.fetch_index(id),
            Admission::Refuse => self.attempt_fails(id, AttemptFailure::Refused),
            Admission::Wait => {
                self.rounds.get_mut(id).stage = Stage::Waiting;
                self.sources[round.source].waiting.push_back(id);
                self.note(Fact::Waits { agent: round.agent, source: round.source });
            }
        }
    }

    /// Whether `agent` can reach `source` now: it works (UAG-2, UAG-5), and a way leads there (NET-1,
    /// NET-2).
    pub fn is_reachable(&mut self, source: SourceId, agent: AgentId) -> bool {
        let at = &self.sources[source];
        let on = at.host.is_none_or(|host| host != agent && self.agents.online[host]);
        let has_disk = at.has_disk;
        on && has_disk && self.works(source, true) && self.path_from(source, agent).is_some()
    }

    /// The route from a source to an agent.
    pub(super) fn path_from(&mut self, source: SourceId, agent: AgentId) -> Option<PathId> {
        let way = self.way_to(source, Some(agent))?;
        let (from, via, to) = (self.sources[source].node, self.node_on(way), self.node_of(agent));
        self.paths.between(from, via, to)
    }

    /// Whether the way to `source` leads through the proxy, and all its connections are taken.
    fn finds_proxy_full(&self, source: SourceId, agent: AgentId) -> bool {
        let most = self.company.proxy.and_then(|proxy| proxy.connections);
        self.way_to(source, Some(agent)) == Some(Way::ByProxy)
            && most.is_some_and(|most| self.proxy_connections >= most)
    }

    /// Takes a place and fetches the index file (CMP-6).
    pub(super) fn fetch_index(&mut self, id: RoundId) {
        let round = *self.rounds.get(id);
        self.sources[round.source].active += 1;
        let by_proxy = self.way_to(round.source, Some(round.agent)) == Some(Way::ByProxy);
        self.proxy_connections += u32::from(by_proxy);
        self.rounds.get_mut(id).by_proxy = by_proxy;
        self.note(Fact::Admitted { agent: round.agent, source: round.source });
        let stamp = self.new_stamp(round.agent);
        if let Some(longest) = self.settings().source.visit_timeout {
            self.event_queue.after(longest, Event::VisitExpires(round.agent, stamp));
        }
        self.fetch(id, Stage::Index, self.settings().sizes.index);
    }

    /// The agent leaves its source, and goes on to the next if something is still missing.
    pub(super) fn leave_source(&mut self, id: RoundId) {
        let round = *self.rounds.get(id);
        self.free_place(id);
        self.note(Fact::Served { agent: round.agent, source: round.source });
        if round.left.is_empty() { self.end_round(id) } else { self.try_next_source(id) }
    }

    /// The round's place at its source is free: who waits longest gets it.
    fn free_place(&mut self, id: RoundId) {
        let round = self.rounds.get_mut(id);
        let (source, agent) = (round.source, round.agent);
        self.proxy_connections -= u32::from(std::mem::take(&mut round.by_proxy));
        self.sources[source].active -= 1;
        self.note(Fact::Left { agent, source });
        if let Some(next) = self.sources[source].waiting.pop_front() {
            self.fetch_index(next);
        }
    }

    /// An attempt fails, which takes its time (SRC-8).
    fn attempt_fails(&mut self, id: RoundId, failure: AttemptFailure) {
        let Round { agent, source, .. } = *self.rounds.get(id);
        self.rounds.get_mut(id).stage = Stage::GivingUp;
        self.note(Fact::AttemptFailed { agent, source, failure });
        let stamp = self.new_stamp(agent);
        let delay = failure.delay(&self.settings().source);
        self.event_queue.after(delay, Event::AttemptGivenUp(agent, stamp));
    }

    /// The number of the agent's next timer; all earlier ones are stale from now on.
    fn new_stamp(&mut self, agent: AgentId) -> u16 {
        let stamp = self.agents.stamp[agent].wrapping_add(1);
        self.agents.stamp[agent] = stamp;
        stamp
    }

    /// A visit has taken too long: the agent turns to its next source (SRC-8).
    pub(super) fn visit_expires(&mut self, agent: AgentId, stamp: u16) {
        let Some(id) = self.agents.round[agent].get() else { return };
        if self.agents.stamp[agent] == stamp && self.rounds.get(id).stage.has_place() {
            self.turn_away(id, AttemptFailure::TimedOut);
        }
    }

    /// The agent leaves its source before it is served, and turns to the next one.
    pub(super) fn turn_away(&mut self, id: RoundId, failure: AttemptFailure) {
        self.withdraw(id);
        self.attempt_fails(id, failure);
    }

    /// The failed attempt is over.
    pub(super) fn attempt_given_up(&mut self, agent: AgentId, stamp: u16) {
        if self.agents.stamp[agent] != stamp {
            return;
        }
        if let Some(id) = self.agents.round[agent].get() {
            self.try_next_source(id);
        }
    }

    /// A source goes off: whoever is there notices and turns elsewhere (SRC-8).
    pub(super) fn drop_visitors(&mut self, source: SourceId) {
        for id in self.rounds.at_source(source) {
            let stage = self.rounds.get(id).stage;
            if stage.has_place() || stage == Stage::Waiting {
                self.turn_away(id, AttemptFailure::Broken);
            }
        }
    }

    /// Takes a round away from its source: its transfer is aborted, its place is free.
    pub(super) fn withdraw(&mut self, id: RoundId) {
        let round = *self.rounds.get(id);
        if let Some(transfer) = round.transfer {
            let bytes = self.network.abort(transfer);
            self.rounds.get_mut(id).transfer = None;
            let Round { agent, source, .. } = round;
            self.note(Fact::Interrupted { agent, source, bytes });
            self.keep_what_arrived(id, bytes);
        }
        if round.stage == Stage::Waiting {
            self.sources[round.source].waiting.retain(|waiting| *waiting != id);
        }
        if round.stage.has_place() {
            self.rounds.get_mut(id).stage = Stage::GivingUp;
            self.free_place(id);
        }
    }

    /// A content whose transfer was cut short is still to be had, and what of it arrived may count
    /// (SRC-8).
    fn keep_what_arrived(&mut self, id: RoundId, bytes: Bytes) {
        let round = self.rounds.get_mut(id);
        let Stage::Fetching(kind) = round.stage else { return };
        round.left = round.left.with_if(kind, true);
        let (agent, size) = (round.agent, round.whole);
        // What a resumed transfer had before counts too.
        let arrived = size.saturating_sub(round.size) + bytes;
        if self.settings().source.resumes {
            self.agents.kept.insert(agent, Kept { kind, size, arrived });
        }
    }
}
