//! The time until each wave of a release had it, since the wave began.

use std::collections::BTreeSet;

use super::reached::Reached;
use crate::ids::{AgentId, ReleaseId, RowId, Steps};
use crate::model::company::Company;
use crate::model::totals::{Carried, ReleaseTotals};
use crate::model::wave::wave_name;
use crate::simulation::Fact;
use crate::units::SimTime;

/// The record of one wave.
#[derive(Debug)]
struct Entry {
    release: ReleaseId,
    wave: u16,
    agents: u64,
    began: Option<SimTime>,
    /// When the server first offered the release.
    server_offers: Option<SimTime>,
    reached: Reached,
    is_recalled: bool,
    /// Agents × time without the release since the wave began, in agent-nanoseconds, up to `counted_to`.
    exposure: u128,
    /// The same of agents that have it, if it is recalled.
    carries: u64,
    carried: Carried,
    counted_to: SimTime,
}

impl Entry {
    fn count_to(&mut self, at: SimTime) {
        let span = u128::from(at.since(self.counted_to).as_nanos());
        if self.began.is_some() && !self.is_recalled {
            self.exposure += u128::from(self.agents - self.reached.have) * span;
        }
        self.carried.agent_nanos += u128::from(self.carries) * span;
        self.counted_to = at;
    }
}

/// The records of all waves; empty if no release comes in waves.
#[derive(Debug)]
pub(super) struct WaveLedger {
    entries: Vec<Entry>,
    /// The first entry of each release that has some, and each agent's wave of it, by ascending release.
    of: Vec<(ReleaseId, usize, Steps<AgentId, u16>)>,
    /// Agents that had a recalled release at any time, with the release.
    ever: BTreeSet<(ReleaseId, AgentId)>,
}

impl WaveLedger {
    pub(super) fn new(company: &Company) -> Self {
        let (mut entries, mut of) = (Vec::new(), Vec::new());
        for (at, release) in company.releases.iter().enumerate() {
            let Some(waves) = &release.waves else { continue };
            let id = ReleaseId::from_index(at);
            let wave_of = |agent| company.wave_of(agent, id);
            let mut agents = vec![0; waves.names.len()];
            company.agents.ids().for_each(|agent| agents[usize::from(wave_of(agent))] += 1);
            let of_agents = company.agents.ids().map(wave_of).collect();
            of.push((id, entries.len(), of_agents));
            entries.extend((0..).zip(agents).map(|(wave, agents)| Entry {
                release: id,
                wave,
                agents,
                began: None,
                server_offers: None,
                reached: Reached::default(),
                is_recalled: false,
                exposure: 0,
                carries: 0,
                carried: Carried::default(),
                counted_to: SimTime::START,
            }));
        }
        Self { entries, of, ever: BTreeSet::new() }
    }

    /// Records a fact.
    #[inline]
    pub(super) fn follow(&mut self, at: SimTime, fact: &Fact) {
        if self.entries.is_empty() {
            return;
        }
        match *fact {
            Fact::WaveBegan { release, wave } => {
                if let Some((first, _)) = self.waves_of(release) {
                    let entry = &mut self.entries[first + usize::from(wave)];
                    entry.count_to(at);
                    entry.began = Some(at);
                }
            }
            Fact::ServerHasRelease(release) => {
                for entry in self.all_of(release) {
                    let _ = entry.server_offers.get_or_insert(at);
                }
            }
            Fact::Recalled { release, .. } => {
                for entry in self.all_of(release) {
                    entry.count_to(at);
                    entry.is_recalled = true;
                }
            }
            Fact::HasRelease { agent, release } => self.of_agent(at, agent, release, |entry| {
                entry.reached.gain(at, entry.agents);
            }),
            Fact::LostRelease { agent, release } => self.of_agent(at, agent, release, |entry| {
                entry.reached.have -= 1;
            }),
            Fact::TookRecalled { agent, release } => {
                let is_first = self.ever.insert((release, agent));
                self.of_agent(at, agent, release, |entry| {
                    entry.carries += 1;
                    entry.carried.agents += u64::from(is_first);
                });
            }
            Fact::LeftRecalled { agent, release } => self.of_agent(at, agent, release, |entry| {
                entry.carries -= 1;
            }),
            _ => {}
        }
    }

    /// The waves of a release.
    fn all_of(&mut self, release: ReleaseId) -> impl Iterator<Item = &mut Entry> {
        self.entries.iter_mut().filter(move |entry| entry.release == release)
    }

    /// The first entry of a release, and each agent's wave of it, if it has waves.
    fn waves_of(&self, release: ReleaseId) -> Option<(usize, &Steps<AgentId, u16>)> {
        let at = self.of.binary_search_by_key(&release, |of| of.0).ok()?;
        let (_, first, waves) = &self.of[at];
        Some((*first, waves))
    }

    fn of_agent(
        &mut self,
        at: SimTime,
        agent: AgentId,
        release: ReleaseId,
        change: impl FnOnce(&mut Entry),
    ) {
        let entry = self.waves_of(release).map(|(first, of)| first + usize::from(*of.get(agent)));
        if let Some(entry) = entry {
            let entry = &mut self.entries[entry];
            entry.count_to(at);
            change(entry);
        }
    }

    /// The totals of each wave at the end of the run.
    pub(super) fn totals(
        &mut self,
        company: &Company,
        end: SimTime,
    ) -> impl Iterator<Item = ReleaseTotals> {
        self.entries.iter_mut().filter_map(move |entry| {
            entry.count_to(end);
            let release = &company.releases[entry.release.index()];
            let name = release.waves.as_ref()?.names.get(usize::from(entry.wave))?;
            let began = entry.began.unwrap_or(end);
            // A wave that begins after the server offers the release does not wait for it.
            let offers = entry.began.zip(entry.server_offers);
            Some(ReleaseTotals {
                name: wave_name(&release.name, name),
                at: began,
                agents: entry.agents,
                up_to_date: entry.reached.have,
                reached: entry.began.map_or_else(Default::default, |at| entry.reached.since(at)),
                server_offers: offers.map(|(began, offered)| offered.max(began).since(began)),
                exposure: entry.exposure,
                is_wave: true,
                is_recalled: entry.is_recalled,
                carried: entry.carried,
            })
        })
    }
}
