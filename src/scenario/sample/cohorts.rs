//! Cohorts: agents with the same waves.

use std::collections::BTreeMap;

use super::numbered::Numbered;
use crate::ids::{ReleaseId, RowId};
use crate::model::company::Release;
use crate::model::wave::Waves;

/// The cohorts so far. The first one has the Update Agents, which belong to the first wave of each release.
#[derive(Debug)]
pub(super) struct Cohorts {
    /// The releases that come in waves.
    releases: Vec<(ReleaseId, Waves)>,
    /// Each cohort's wave of each of these releases.
    pub(super) waves: Numbered<BTreeMap<ReleaseId, u16>>,
}

/// The cohort of Update Agents.
pub(super) const OF_UPDATE_AGENTS: u32 = 0;

impl Cohorts {
    pub(super) fn of(releases: &[Release]) -> Self {
        let with = releases.iter().enumerate();
        let releases: Vec<(ReleaseId, Waves)> = with
            .filter_map(|(at, release)| Some((ReleaseId::from_index(at), release.waves.clone()?)))
            .collect();
        let of_update_agents = (!releases.is_empty()).then(BTreeMap::new);
        Self { releases, waves: Numbered::beginning_with(of_update_agents) }
    }

    /// The cohort of agents in these groups; `None` if no release comes in waves.
    pub(super) fn in_groups(&mut self, groups: &[usize]) -> Option<u32> {
        if self.releases.is_empty() {
            return None;
        }
        let wave = |waves: &Waves| {
            let first = waves.groups.iter().position(|group| groups.contains(group));
            u16::try_from(first.unwrap_or(waves.groups.len())).expect("bounded by the registry")
        };
        let of = self.releases.iter().map(|(release, waves)| (*release, wave(waves)));
        // Many combinations of groups have the same waves.
        let number = self.waves.number_of(of.collect());
        Some(u32::try_from(number).expect("fewer than agents"))
    }
}
