//! Presence: the parameters of the hours in which computers are on (NET-5).

use crate::units::SimDuration;

/// A quantity drawn uniformly from `from` to `to`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Between<T> {
    /// The smallest value.
    pub from: T,
    /// The maximum.
    pub to: T,
}

impl<T: Copy> Between<T> {
    /// The constant `value`.
    pub const fn exactly(value: T) -> Self {
        Self { from: value, to: value }
    }
}

/// The online pattern of a computer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Presence {
    /// Always on.
    #[default]
    AlwaysOn,
    /// On working days from arrival to departure.
    OfficeHours,
    /// On working days from arrival to departure, with breaks.
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

/// The working day from which each agent's hours are drawn every day. All values are assumptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct WorkingDay {
    /// When a computer is switched on, since midnight.
    pub arrival: Between<SimDuration>,
    /// When it is switched off, since midnight.
    pub leaving: Between<SimDuration>,
    /// The probability, in millionths, that an agent is absent on a working day.
    pub absent_per_million: u32,
    /// How long a laptop is on without a break.
    pub laptop_on: Between<SimDuration>,
    /// The length of a laptop's break.
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
