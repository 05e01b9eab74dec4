//! Queries of smart-scan agents to their smart protection source (SPS-2).

use crate::ids::{AgentId, Column};
use crate::model::company::Company;
use crate::model::component::ScanMethod;
use crate::model::fault::FaultAt;
use crate::model::smart_protection::SmartProtectionSettings;
use crate::policy::smart_protection::{asks, queries};
use crate::simulation::Fact;
use crate::simulation::state::Agents;
use crate::units::SimTime;

/// Agents × time in which they were on and could query the source, or could not.
#[derive(Debug)]
pub(super) struct QueryLedger {
    settings: Option<SmartProtectionSettings>,
    scan: Column<AgentId, ScanMethod>,
    online: Column<AgentId, bool>,
    /// The current faults of the source.
    is_at_source: Vec<bool>,
    broken: u32,
    asking: u64,
    counted_to: SimTime,
    answered: u128,
    waited: u128,
}

impl QueryLedger {
    pub(super) fn new(company: &Company, agents: &Agents) -> Self {
        let at_source = |fault: &crate::model::fault::Fault| fault.at == FaultAt::SmartProtection;
        let settings = company.settings.smart_protection;
        // Without a source there are no queries.
        let (scan, online) = match settings {
            Some(_) => {
                let online = agents.all().map(|agent| agent.online);
                (agents.all().map(|agent| agent.scan).collect(), online.collect())
            }
            None => (Column::new(), Column::new()),
        };
        let pairs = scan.iter().zip(&online);
        Self {
            settings,
            is_at_source: company.faults.iter().map(at_source).collect(),
            broken: 0,
            asking: pairs.filter(|(scan, online)| asks(**scan, **online)).count() as u64,
            scan,
            online,
            counted_to: SimTime::START,
            answered: 0,
            waited: 0,
        }
    }

    /// Accumulates up to `at`.
    fn count_to(&mut self, at: SimTime) {
        let time = u128::from(self.asking) * u128::from(at.since(self.counted_to).as_nanos());
        *(if self.broken == 0 { &mut self.answered } else { &mut self.waited }) += time;
        self.counted_to = at;
    }

    /// Updates the counts after a fact about agents or the source.
    #[inline]
    pub(super) fn follow(&mut self, at: SimTime, fact: &Fact) {
        if self.settings.is_none() {
            return;
        }
        match *fact {
            Fact::WentOn(agent) => self.change(at, agent, |ledger| ledger.online[agent] = true),
            Fact::WentOff(agent) => self.change(at, agent, |ledger| ledger.online[agent] = false),
            Fact::SwitchedScan(agent) => {
                self.change(at, agent, |ledger| ledger.scan[agent] = ScanMethod::Smart);
            }
            Fact::FaultBegan(number) => self.fault(at, number, 1),
            Fact::FaultEnded(number) => self.fault(at, number, -1),
            _ => {}
        }
    }

    fn change(&mut self, at: SimTime, agent: AgentId, change: impl FnOnce(&mut Self)) {
        self.count_to(at);
        self.asking -= u64::from(asks(self.scan[agent], self.online[agent]));
        change(self);
        self.asking += u64::from(asks(self.scan[agent], self.online[agent]));
    }

    fn fault(&mut self, at: SimTime, number: u32, change: i32) {
        if self.is_at_source[number as usize] {
            self.count_to(at);
            self.broken = self.broken.saturating_add_signed(change);
        }
    }

    /// The number of answered queries, their bytes, and the number of queries that had to wait, up to `end`.
    pub(super) fn finish(&mut self, end: SimTime) -> (u64, u64, u64) {
        self.count_to(end);
        let Some(settings) = &self.settings else { return (0, 0, 0) };
        let whole = |time| u64::try_from(queries(time, settings) / 1_000_000).unwrap_or(u64::MAX);
        let answered = whole(self.answered);
        (answered, answered.saturating_mul(settings.query.count()), whole(self.waited))
    }
}
