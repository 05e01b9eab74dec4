//! Staged rollouts: a release that groups of agents get one after the other.

use crate::ids::ComponentId;
use crate::units::SimDuration;

/// The waves of a release.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Waves {
    /// The groups of agents, by their numbers in the scenario; agents in none of them are one more wave.
    pub groups: Vec<usize>,
    /// The names of all waves, in order.
    pub names: Vec<String>,
    /// The least time from the start of a wave to that of the next.
    pub gap: SimDuration,
    /// The share of a wave that must have the release before the next begins, in millionths.
    pub done_per_million: u32,
}

/// The name of the last wave: the agents in none of the groups.
pub const OTHERS: &str = "others";

/// What separates the name of a release from that of a wave in results; no release has it in its name.
pub const SEPARATOR: &str = ": wave ";

/// The name of a wave in results.
pub fn wave_name(release: &str, wave: &str) -> String {
    format!("{release}{SEPARATOR}{wave}")
}

/// The name of the release of which `name` is that of a wave, or else `name`.
pub fn whole_name(name: &str) -> &str {
    name.split_once(SEPARATOR).map_or(name, |(release, _)| release)
}

/// Whether `name` is that of a wave, not of a whole release.
pub fn is_wave(name: &str) -> bool {
    name.contains(SEPARATOR)
}

/// The contents of which agents are held back until their wave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// A bit for each component, in the order of the catalogue.
    components: u64,
    program: bool,
}

impl Held {
    /// Nothing.
    pub const NONE: Self = Self { components: 0, program: false };

    /// Adds a component.
    pub fn hold(&mut self, component: ComponentId) {
        self.components |= 1 << component.0;
    }

    /// Adds the program.
    pub fn hold_program(&mut self) {
        self.program = true;
    }

    /// Whether agents are held back from `component`.
    pub fn has(self, component: ComponentId) -> bool {
        self.components & 1 << component.0 != 0
    }

    /// Whether agents are held back from the program.
    pub fn has_program(self) -> bool {
        self.program
    }

    /// Whether agents are held back from nothing.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}
