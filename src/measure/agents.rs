//! What became of each agent.

use std::cmp::Reverse;

use super::names::Names;
use super::run::{AgentRow, Outcome};
use crate::ids::{AgentId, Column, SourceId};
use crate::model::company::Company;
use crate::simulation::{Fact, Simulation};
use crate::units::{Bytes, SimTime};

/// How many of the slowest agents are kept of a run.
const SLOWEST: usize = 100;

/// One agent's ledger.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    updated_at: Option<SimTime>,
    source: Option<SourceId>,
    attempts: u32,
    bytes: Bytes,
    began: bool,
    in_round: bool,
    quit: bool,
}

/// The ledger of all agents; without rows only who quit.
#[derive(Debug)]
pub(super) struct AgentLedger {
    keeps_rows: bool,
    entries: Column<AgentId, Entry>,
}

impl AgentLedger {
    pub(super) fn new(company: &Company, keeps_rows: bool) -> Self {
        let count = company.agents.site.len();
        Self { keeps_rows, entries: Column::filled(Entry::default(), count) }
    }

    pub(super) fn quit(&self) -> u64 {
        self.entries.iter().filter(|entry| entry.quit).count() as u64
    }

    /// Notes what a fact says of an agent.
    pub(super) fn follow(&mut self, at: SimTime, fact: Fact) {
        match fact {
            Fact::UpToDate(agent) => self.entries[agent].updated_at = Some(at),
            Fact::RoundBegan { agent, .. } => {
                let entry = &mut self.entries[agent];
                (entry.began, entry.in_round) = (true, true);
            }
            Fact::RoundEnded(agent) => self.entries[agent].in_round = false,
            Fact::Asked { agent, .. } => self.entries[agent].attempts += 1,
            Fact::Quit { agent, is_missing } => self.entries[agent].quit |= is_missing,
            Fact::Fetched { agent, source, bytes, .. } => {
                let entry = &mut self.entries[agent];
                entry.source = Some(source);
                entry.bytes += bytes;
            }
            Fact::IndexFetched { agent, bytes, .. }
            | Fact::Interrupted { agent, bytes, .. }
            | Fact::Mirrored { agent, bytes, .. } => self.entries[agent].bytes += bytes,
            _ => {}
        }
    }

    /// The rows of `agents.csv`, if they were asked for.
    pub(super) fn rows(&self, simulation: &Simulation<'_>) -> Vec<AgentRow> {
        if !self.keeps_rows {
            return Vec::new();
        }
        let names = Names::new(simulation.company());
        self.entries.ids().map(|agent| self.row(agent, simulation, &names)).collect()
    }

    /// The rows of the agents that were up to date last: before all others those that never were.
    pub(super) fn slowest(&self, simulation: &Simulation<'_>) -> Vec<AgentRow> {
        let when = |agent: AgentId| {
            let at = self.entries[agent].updated_at.filter(|_| simulation.is_up_to_date(agent));
            at.unwrap_or(SimTime::NEVER)
        };
        let had_to = |agent: &AgentId| {
            let up_to_date = simulation.is_up_to_date(*agent);
            outcome(self.entries[*agent], up_to_date) != Outcome::Current
        };
        let mut slowest: Vec<AgentId> = self.entries.ids().filter(had_to).collect();
        let rank = |agent: &AgentId| (Reverse(when(*agent)), *agent);
        if slowest.len() > SLOWEST {
            let _ = slowest.select_nth_unstable_by_key(SLOWEST, rank);
            slowest.truncate(SLOWEST);
        }
        slowest.sort_unstable_by_key(rank);
        let names = Names::new(simulation.company());
        slowest.into_iter().map(|agent| self.row(agent, simulation, &names)).collect()
    }

    fn row(&self, agent: AgentId, simulation: &Simulation<'_>, names: &Names<'_>) -> AgentRow {
        let (entry, up_to_date) = (self.entries[agent], simulation.is_up_to_date(agent));
        AgentRow {
            agent: names.agent(agent),
            segment: names.segment(agent).into(),
            updated_at: entry.updated_at.filter(|_| up_to_date),
            source: entry.source.map_or_else(String::new, |source| names.source(source).into()),
            attempts: entry.attempts,
            bytes: entry.bytes,
            outcome: outcome(entry, up_to_date),
        }
    }
}

fn outcome(entry: Entry, up_to_date: bool) -> Outcome {
    match (up_to_date, entry.source) {
        (true, Some(_)) => Outcome::Updated,
        (true, None) => Outcome::Current,
        (false, _) if !entry.began => Outcome::NotReached,
        (false, _) if entry.quit && !entry.in_round => Outcome::Quit,
        (false, _) => Outcome::Unfinished,
    }
}
