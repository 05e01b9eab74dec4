//! How computers roam.

use std::collections::BTreeMap;

use super::super::Scenario;
use super::super::traits::Traits;

/// The habits so far; the first one is to stay at home.
#[derive(Debug)]
pub(super) struct Habits {
    /// Whether any computer roams.
    are_used: bool,
    /// How often, in millionths, and to which sites and groups of sites; with its number.
    known: BTreeMap<(u32, Vec<String>), u32>,
}

/// The habit of a computer that stays at home.
pub(super) const STAYS: u32 = 0;

impl Habits {
    pub(super) fn of_scenario(scenario: &Scenario) -> Self {
        let sites = scenario.groups.iter().map(|group| &group.traits);
        let groups = scenario.agent_groups.iter().map(|group| &group.traits);
        let mut all = std::iter::once(&scenario.agents).chain(sites).chain(groups);
        let are_used = all.any(|traits| traits.roaming.is_some_and(|share| share > 0));
        let known = are_used.then_some(((0, Vec::new()), STAYS)).into_iter().collect();
        Self { are_used, known }
    }

    /// The habit of computers with these traits; `None` if none roams.
    pub(super) fn of(&mut self, traits: &Traits) -> Option<u32> {
        if !self.are_used {
            return None;
        }
        let roaming = traits.roaming.unwrap_or_default();
        let to = traits.roams_to.clone().filter(|_| roaming > 0).unwrap_or_default();
        let next = u32::try_from(self.known.len()).expect("fewer than agents");
        Some(*self.known.entry((roaming, to)).or_insert(next))
    }

    /// The habits in the order of their numbers.
    pub(super) fn in_order(&self) -> Vec<&(u32, Vec<String>)> {
        let mut all: Vec<_> = self.known.iter().collect();
        all.sort_unstable_by_key(|(_, number)| **number);
        all.into_iter().map(|(habit, _)| habit).collect()
    }
}
