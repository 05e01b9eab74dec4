//! How computers roam.

use super::super::Scenario;
use super::super::traits::Traits;

/// The habits so far; the first one is to stay at home.
#[derive(Debug)]
pub(super) struct Habits {
    /// Whether any computer roams.
    are_used: bool,
    /// How often, in millionths, and to which sites and groups of sites.
    pub(super) known: Vec<(u32, Vec<String>)>,
}

/// The habit of a computer that stays at home.
pub(super) const STAYS: u16 = 0;

impl Habits {
    pub(super) fn of_scenario(scenario: &Scenario) -> Self {
        let sites = scenario.groups.iter().map(|group| &group.traits);
        let groups = scenario.agent_groups.iter().map(|group| &group.traits);
        let mut all = std::iter::once(&scenario.agents).chain(sites).chain(groups);
        let are_used = all.any(|traits| traits.roaming.is_some_and(|share| share > 0));
        let known = if are_used { vec![(0, Vec::new())] } else { Vec::new() };
        Self { are_used, known }
    }

    /// The habit of computers with these traits; `None` if none roams.
    pub(super) fn of(&mut self, traits: &Traits) -> Option<u16> {
        if !self.are_used {
            return None;
        }
        let roaming = traits.roaming.unwrap_or_default();
        let to = traits.roams_to.clone().filter(|_| roaming > 0).unwrap_or_default();
        let habit = (roaming, to);
        let found = self.known.iter().position(|known| *known == habit);
        let found = found.unwrap_or_else(|| {
            self.known.push(habit);
            self.known.len() - 1
        });
        Some(u16::try_from(found).expect("fewer than groups"))
    }
}
