//! Agents that had releases that are withdrawn or rolled back, and for how long.

use std::sync::Arc;

use super::run::CarriedSample;
use crate::ids::{AgentId, Column, ReleaseId, RowId};
use crate::model::company::Company;
use crate::model::totals::{Carried, ReleaseTotals};
use crate::simulation::Fact;
use crate::units::SimTime;

/// The agents of one release, or of all releases together.
#[derive(Debug, Default)]
struct Carriers {
    now: u64,
    carried: Carried,
    counted_to: SimTime,
}

impl Carriers {
    fn count_to(&mut self, at: SimTime) {
        let span = at.since(self.counted_to).as_nanos();
        self.carried.agent_nanos += u128::from(self.now) * u128::from(span);
        self.counted_to = at;
    }
}

/// A release that is recalled during the scenario.
#[derive(Debug)]
struct Entry {
    id: ReleaseId,
    name: Arc<str>,
    carriers: Carriers,
    ever: Column<AgentId, bool>,
}

/// The records of all such releases; empty if there are none.
#[derive(Debug)]
pub(super) struct RecallLedger {
    entries: Vec<Entry>,
    /// Agents that had any of them, and the number that each has now.
    ever: Column<AgentId, bool>,
    has: Column<AgentId, u16>,
    all: Carriers,
    pub(super) samples: Vec<CarriedSample>,
}

impl RecallLedger {
    pub(super) fn new(company: &Company) -> Self {
        let recalled = company.releases.iter().enumerate().filter(|(_, of)| of.is_recalled());
        let agents = company.agents.len();
        let entries: Vec<Entry> = recalled
            .map(|(at, release)| Entry {
                id: ReleaseId::from_index(at),
                name: release.name.as_str().into(),
                carriers: Carriers::default(),
                ever: Column::filled(false, agents),
            })
            .collect();
        let kept = if entries.is_empty() { 0 } else { agents };
        Self {
            entries,
            ever: Column::filled(false, kept),
            has: Column::filled(0, kept),
            all: Carriers::default(),
            samples: Vec::new(),
        }
    }

    /// Records a fact.
    #[inline]
    pub(super) fn follow(&mut self, at: SimTime, fact: &Fact) {
        let (agent, release, takes) = match *fact {
            Fact::TookRecalled { agent, release } => (agent, release, true),
            Fact::LeftRecalled { agent, release } => (agent, release, false),
            _ => return,
        };
        self.all.count_to(at);
        let found = self.entries.binary_search_by_key(&release, |entry| entry.id);
        let Some(entry) = found.ok().and_then(|at| self.entries.get_mut(at)) else { return };
        entry.carriers.count_to(at);
        if takes {
            entry.carriers.now += 1;
            entry.carriers.carried.agents +=
                u64::from(!std::mem::replace(&mut entry.ever[agent], true));
            self.all.carried.agents += u64::from(!std::mem::replace(&mut self.ever[agent], true));
            self.has[agent] += 1;
            self.all.now += u64::from(self.has[agent] == 1);
        } else {
            entry.carriers.now -= 1;
            self.has[agent] -= 1;
            self.all.now -= u64::from(self.has[agent] == 0);
        }
    }

    /// Takes a sample.
    pub(super) fn sample(&mut self, now: SimTime) {
        let sample = |entry: &Entry| CarriedSample {
            time: now,
            release: Arc::clone(&entry.name),
            agents: entry.carriers.now,
            agents_ever: entry.carriers.carried.agents,
        };
        self.samples.extend(self.entries.iter().map(sample));
    }

    /// The totals over all of them at the `end`, and of each release; `None` if there are none.
    pub(super) fn totals(
        &mut self,
        end: SimTime,
        releases: &mut [ReleaseTotals],
    ) -> Option<Carried> {
        for entry in &mut self.entries {
            entry.carriers.count_to(end);
            releases[entry.id.index()].carried = entry.carriers.carried;
        }
        self.all.count_to(end);
        (!self.entries.is_empty()).then_some(self.all.carried)
    }
}
