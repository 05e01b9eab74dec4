//! A record of each agent: its outcome, and the state that determines what it waits for.

use std::cmp::Reverse;

use super::agent_state::AgentState;
use super::names::Names;
use super::run::{AgentOutcome, AgentRow};
use crate::ids::{AgentId, Column, SourceId};
use crate::simulation::{Fact, Simulation};
use crate::units::{Bytes, SimTime};

/// The number of slowest agents that are kept of a run.
const SLOWEST: usize = 100;
/// The number of agents examined at a time to find them.
const SOME: usize = 4096;

/// One agent's record, in 40 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) state: AgentState,
    /// The source whose news reaches it, or [`NOBODY`]: that of the start, or since its sources changed last.
    pub(super) news_from: SourceId,
    /// The last source that served it, or [`NOBODY`].
    source: SourceId,
    /// The number of attempts in all its rounds, above the bits of `BEGAN` to `OUTDATED`.
    attempts_and_flags: u32,
    bytes: Bytes,
    /// If it is outdated, what its [wait](super::waits) marks it with; else the nanosecond since which it is up to date.
    mark: u64,
}

/// No source.
pub(super) const NOBODY: SourceId = SourceId(u32::MAX);
/// It has begun a round.
const BEGAN: u32 = 1;
/// It is in a round.
const IN_ROUND: u32 = 1 << 1;
/// One of its rounds found no source.
const QUIT: u32 = 1 << 2;
/// Its last round found no source.
const QUIT_LAST: u32 = 1 << 3;
/// It lacks released content.
const OUTDATED: u32 = 1 << 4;
const ATTEMPT: u32 = 1 << 5;

const _: () = assert!(size_of::<Entry>() == 40, "a million agents keep an entry each");

impl Entry {
    /// At the start of a run.
    fn new(is_on: bool, news_from: SourceId) -> Self {
        Self {
            state: AgentState::new(is_on),
            news_from,
            source: NOBODY,
            attempts_and_flags: 0,
            bytes: Bytes::ZERO,
            mark: SimTime::NEVER.as_nanos(),
        }
    }

    /// Whether it lacks released content.
    #[inline]
    pub(super) fn is_outdated(&self) -> bool {
        self.has(OUTDATED)
    }

    /// What the wait of an outdated agent marks it with.
    #[inline]
    pub(super) fn mark(&self) -> u64 {
        debug_assert!(self.is_outdated(), "who is up to date does not wait");
        self.mark
    }

    /// It is outdated, and its wait marks it.
    #[inline]
    pub(super) fn wait(&mut self, mark: u64) {
        self.attempts_and_flags |= OUTDATED;
        self.mark = mark;
    }

    /// Whether it is outdated, but does not wait, because nothing was released yet.
    pub(super) fn is_behind_before_release(&self) -> bool {
        self.updated_at() == SimTime::NEVER && !self.is_outdated()
    }

    /// It is outdated before anything was released.
    pub(super) fn falls_behind(&mut self) {
        self.mark = SimTime::NEVER.as_nanos();
    }

    /// It has all released contents.
    pub(super) fn catches_up(&mut self, at: SimTime) {
        self.attempts_and_flags &= !OUTDATED;
        self.mark = at.as_nanos();
    }

    /// When it was up to date; [`SimTime::NEVER`] if it was not.
    fn updated_at(&self) -> SimTime {
        if self.is_outdated() { SimTime::NEVER } else { SimTime::from_nanos(self.mark) }
    }

    fn has(&self, flag: u32) -> bool {
        self.attempts_and_flags & flag != 0
    }

    fn attempts(&self) -> u32 {
        self.attempts_and_flags / ATTEMPT
    }

    fn source(&self) -> Option<SourceId> {
        (self.source != NOBODY).then_some(self.source)
    }

    fn attempt(&mut self) {
        // The count saturates, far beyond any run.
        if self.attempts() < u32::MAX / ATTEMPT {
            self.attempts_and_flags += ATTEMPT;
        }
    }
}

/// The records of all agents.
#[derive(Debug)]
pub(super) struct AgentLedger {
    keeps_rows: bool,
    pub(super) entries: Column<AgentId, Entry>,
}

impl AgentLedger {
    pub(super) fn new(simulation: &Simulation<'_>, keeps_rows: bool) -> Self {
        let agents = simulation.agents();
        let mut news_from = simulation.sources_of_news();
        let entry = |agent| Entry::new(agents[agent].online, news_from(agent).unwrap_or(NOBODY));
        Self { keeps_rows, entries: agents.ids().map(entry).collect() }
    }

    pub(super) fn quit(&self) -> u64 {
        self.entries.iter().filter(|entry| entry.has(QUIT)).count() as u64
    }

    /// Records a fact.
    #[inline]
    pub(super) fn follow(&mut self, fact: &Fact) {
        match *fact {
            Fact::RoundBegan { agent, .. } => {
                let flags = &mut self.entries[agent].attempts_and_flags;
                *flags = (*flags | BEGAN | IN_ROUND) & !QUIT_LAST;
            }
            Fact::RoundEnded(agent) => self.entries[agent].attempts_and_flags &= !IN_ROUND,
            Fact::Asked { agent, .. } => self.entries[agent].attempt(),
            Fact::Quit { agent, is_missing: true } => {
                self.entries[agent].attempts_and_flags |= QUIT | QUIT_LAST;
            }
            Fact::Fetched { agent, source, bytes, .. } => {
                let entry = &mut self.entries[agent];
                entry.source = source;
                entry.bytes += bytes;
            }
            Fact::IndexFetched { agent, bytes, .. }
            | Fact::Interrupted { agent, bytes, .. }
            | Fact::Mirrored { agent, bytes, .. } => self.entries[agent].bytes += bytes,
            _ => {}
        }
    }

    /// The rows of `agents.csv`, if requested.
    pub(super) fn rows(&self, simulation: &Simulation<'_>) -> Vec<AgentRow> {
        if !self.keeps_rows {
            return Vec::new();
        }
        let names = Names::new(simulation.company());
        self.entries.ids().map(|agent| self.row(agent, simulation, &names)).collect()
    }

    /// The rows of the agents that were up to date last; those that never were come first.
    pub(super) fn slowest(&self, simulation: &Simulation<'_>) -> Vec<AgentRow> {
        let when = |agent: AgentId| {
            let is_up_to_date = simulation.is_up_to_date(agent);
            if is_up_to_date { self.entries[agent].updated_at() } else { SimTime::NEVER }
        };
        let had_to = |agent: &AgentId| {
            let up_to_date = simulation.is_up_to_date(*agent);
            outcome(&self.entries[*agent], up_to_date) != AgentOutcome::Current
        };
        let mut slowest: Vec<(Reverse<SimTime>, AgentId)> = Vec::with_capacity(SOME);
        for agent in self.entries.ids().filter(had_to) {
            slowest.push((Reverse(when(agent)), agent));
            if slowest.len() == SOME {
                let _ = slowest.select_nth_unstable(SLOWEST);
                slowest.truncate(SLOWEST);
            }
        }
        slowest.sort_unstable();
        slowest.truncate(SLOWEST);
        let names = Names::new(simulation.company());
        slowest.into_iter().map(|(_, agent)| self.row(agent, simulation, &names)).collect()
    }

    fn row(&self, agent: AgentId, simulation: &Simulation<'_>, names: &Names<'_>) -> AgentRow {
        let (entry, up_to_date) = (&self.entries[agent], simulation.is_up_to_date(agent));
        AgentRow {
            agent: names.agent(agent),
            segment: names.segment(agent).into(),
            updated_at: Some(entry.updated_at()).filter(|at| up_to_date && *at < SimTime::NEVER),
            source: entry.source().map_or_else(String::new, |source| {
                names.source(simulation.sources()[source].role).into()
            }),
            attempts: entry.attempts(),
            bytes: entry.bytes,
            outcome: outcome(entry, up_to_date),
        }
    }
}

fn outcome(entry: &Entry, up_to_date: bool) -> AgentOutcome {
    match (up_to_date, entry.source()) {
        // It has been up to date since the start; or it caught up because content was withdrawn, or is no longer for it.
        (true, None) if entry.updated_at() == SimTime::START => AgentOutcome::Current,
        (true, _) => AgentOutcome::Updated,
        (false, _) if !entry.has(BEGAN) => AgentOutcome::NotReached,
        (false, _) if entry.has(QUIT_LAST) && !entry.has(IN_ROUND) => AgentOutcome::Quit,
        (false, _) => AgentOutcome::Unfinished,
    }
}
