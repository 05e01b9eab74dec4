//! The state of releases that come in waves.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{AgentId, Column, ComponentId, ReleaseId, RowId};
use crate::model::company::Company;
use crate::model::version::Version;
use crate::model::wave::Held;
use crate::units::SimTime;

/// A release that has been published and comes in waves.
#[derive(Debug)]
pub(super) struct Rollout {
    /// The number of the present wave, from 0, and when it began.
    pub(super) wave: u16,
    pub(super) began: SimTime,
    /// The agents of the present wave that have failed to get the release, and have not got it since.
    pub(super) failed: BTreeSet<AgentId>,
    /// Whether it was withdrawn or rolled back: no further wave begins.
    pub(super) is_stopped: bool,
    /// Whether the next wave is in the event queue for this instant.
    pub(super) is_due: bool,
}

/// All of them; empty if no release comes in waves.
#[derive(Debug)]
pub(super) struct Rollouts {
    pub(super) out: BTreeMap<ReleaseId, Rollout>,
    /// For each release that comes in waves and each wave: the number of its agents, and of those that have the release.
    pub(super) counts: BTreeMap<ReleaseId, Vec<(u64, u64)>>,
    /// What each cohort is held back from now.
    pub(super) held: Vec<Held>,
    /// The first version of each component from which cohorts are held back.
    pub(super) held_from: Column<ComponentId, Version>,
    /// The agents that lack only what they are held back from.
    awaiting: BTreeSet<AgentId>,
}

impl Rollouts {
    pub(super) fn of(company: &Company) -> Self {
        let mut sizes = vec![0; company.cohorts.len()];
        for cohort in &company.agents.cohort {
            sizes[*cohort as usize] += 1;
        }
        let mut counts = BTreeMap::new();
        for (at, release) in company.releases.iter().enumerate() {
            let Some(waves) = &release.waves else { continue };
            let id = ReleaseId::from_index(at);
            let mut of_waves = vec![(0, 0); waves.names.len()];
            for (cohort, size) in (0..).zip(&sizes) {
                of_waves[usize::from(company.wave_of_cohort(cohort, id))].0 += size;
            }
            counts.insert(id, of_waves);
        }
        Self {
            out: BTreeMap::new(),
            counts,
            held: vec![Held::NONE; company.cohorts.len()],
            held_from: Column::filled(Version(u16::MAX), company.catalogue.len()),
            awaiting: BTreeSet::new(),
        }
    }

    /// Sets whether an agent lacks only what it is held back from; returns whether that is a change.
    pub(super) fn set_awaiting(&mut self, agent: AgentId, awaits: bool) -> bool {
        if awaits { self.awaiting.insert(agent) } else { self.awaiting.remove(&agent) }
    }

    /// Counts an agent of a wave that has a release now, or no longer.
    pub(super) fn count(&mut self, release: ReleaseId, wave: u16, has: bool) {
        let Some(counts) = self.counts.get_mut(&release) else { return };
        let done = &mut counts[usize::from(wave)].1;
        *done = if has { *done + 1 } else { *done - 1 };
    }
}
