//! Who is on, and when: the parameters of an agent's days (NET-5).

use crate::units::SimDuration;

/// A quantity drawn uniformly from `from` to `to`, both possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Between<T> {
    /// The smallest value.
    pub from: T,
    /// The largest.
    pub to: T,
}

impl<T: Copy> Between<T> {
    /// No choice: always `value`.
    pub const fn exactly(value: T) -> Self {
        Self { from: value, to: value }
    }
}

/// When a computer is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Presence {
    /// Day and night.
    #[default]
    AlwaysOn,
    /// On working days from arrival to leaving.
    OfficeHours,
    /// On working days from arrival to leaving, with breaks.
    Laptop,
}

impl Presence {
    /// The name in scenarios.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AlwaysOn => "always-on",
            Self::OfficeHours => "office-hours",
            Self::Laptop => "laptop",
        }
    }
}

/// The working day from which each agent's hours are drawn, anew every day. All are assumptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct WorkingDay {
    /// When a computer is switched on, since midnight.
    pub arrival: Between<SimDuration>,
    /// When it is switched off, since midnight.
    pub leaving: Between<SimDuration>,
    /// Of a million working days, how many an agent stays away.
    pub absent_per_million: u32,
    /// How long a laptop is on at a time.
    pub laptop_on: Between<SimDuration>,
    /// How long it is off in between.
    pub laptop_off: Between<SimDuration>,
}

impl Default for WorkingDay {
    fn default() -> Self {
        let clock = |hours: u64, minutes: u64| SimDuration::from_mins(hours * 60 + minutes);
        Self {
            arrival: Between { from: clock(7, 30), to: clock(9, 30) },
            leaving: Between { from: clock(16, 30), to: clock(18, 30) },
            absent_per_million: 0,
            laptop_on: Between { from: clock(0, 45), to: clock(3, 0) },
            laptop_off: Between { from: clock(0, 10), to: clock(1, 0) },
        }
    }
}
