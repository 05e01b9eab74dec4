//! Cohorts: agents with the same waves.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{ReleaseId, RowId};
use crate::model::company::Release;
use crate::model::wave::Waves;

/// The cohorts so far. The first one has the Update Agents, which belong to the first wave of each release.
#[derive(Debug)]
pub(super) struct Cohorts {
    /// The releases that come in waves.
    releases: Vec<(ReleaseId, Waves)>,
    /// The groups that are waves.
    groups: BTreeSet<usize>,
    known: BTreeMap<Vec<usize>, u16>,
    /// Each cohort's wave of each of these releases.
    pub(super) waves: Vec<BTreeMap<ReleaseId, u16>>,
}

/// The cohort of Update Agents.
pub(super) const OF_UPDATE_AGENTS: u16 = 0;

impl Cohorts {
    pub(super) fn of(releases: &[Release]) -> Self {
        let with = releases.iter().enumerate();
        let releases: Vec<(ReleaseId, Waves)> = with
            .filter_map(|(at, release)| Some((ReleaseId::from_index(at), release.waves.clone()?)))
            .collect();
        let groups = releases.iter().flat_map(|(_, waves)| waves.groups.iter().copied()).collect();
        let waves = if releases.is_empty() { Vec::new() } else { vec![BTreeMap::new()] };
        Self { releases, groups, known: BTreeMap::new(), waves }
    }

    /// The cohort of agents in these groups; `None` if no release comes in waves.
    pub(super) fn in_groups(&mut self, groups: &[usize]) -> Option<u16> {
        if self.releases.is_empty() {
            return None;
        }
        let own = groups.iter().copied().filter(|group| self.groups.contains(group)).collect();
        let next = u16::try_from(self.waves.len()).expect("fewer than combinations of groups");
        let cohort = *self.known.entry(own).or_insert_with_key(|own| {
            let wave = |waves: &Waves| {
                let first = waves.groups.iter().position(|group| own.contains(group));
                u16::try_from(first.unwrap_or(waves.groups.len())).expect("bounded by the registry")
            };
            let of = self.releases.iter().map(|(release, waves)| (*release, wave(waves)));
            self.waves.push(of.collect());
            next
        });
        Some(cohort)
    }
}
