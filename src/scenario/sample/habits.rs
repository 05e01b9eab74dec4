//! How computers roam.

use super::super::Scenario;
use super::super::traits::Traits;
use super::numbered::Numbered;

/// The habits so far; the first one is to stay at home.
#[derive(Debug)]
pub(super) struct Habits {
    /// Whether any computer roams.
    are_used: bool,
    /// How often, in millionths, and to which sites and groups of sites.
    pub(super) known: Numbered<(u32, Vec<String>)>,
}

/// The habit of a computer that stays at home.
pub(super) const STAYS: u32 = 0;

impl Habits {
    pub(super) fn of_scenario(scenario: &Scenario) -> Self {
        let sites = scenario.groups.iter().map(|group| &group.traits);
        let groups = scenario.agent_groups.iter().map(|group| &group.traits);
        let mut all = std::iter::once(&scenario.agents).chain(sites).chain(groups);
        let are_used = all.any(|traits| traits.roaming.is_some_and(|share| share > 0));
        Self { are_used, known: Numbered::beginning_with(are_used.then_some((0, Vec::new()))) }
    }

    /// The habit of computers with these traits; `None` if none roams.
    pub(super) fn of(&mut self, traits: &Traits) -> Option<u32> {
        if !self.are_used {
            return None;
        }
        let roaming = traits.roaming.unwrap_or_default();
        let to = traits.roams_to.clone().filter(|_| roaming > 0).unwrap_or_default();
        let number = self.known.number_of((roaming, to));
        Some(u32::try_from(number).expect("fewer than agents"))
    }
}
