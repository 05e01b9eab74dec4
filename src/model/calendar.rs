//! Days and hours: when the scenario begins, what an hour counts as, and what repeats.

use crate::units::{SimDuration, SimTime};

/// A day.
pub const DAY: SimDuration = SimDuration::from_hours(24);

/// Days of the week, Monday first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Weekday {
    /// Monday.
    #[default]
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Weekday {
    /// All seven, Monday first.
    pub const ALL: [Self; 7] =
        [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    /// `"Mon"` … `"Sun"`.
    pub const fn name(self) -> &'static str {
        ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][self as usize]
    }

    /// The day called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|day| day.name() == name)
    }

    /// Whether offices work on it.
    pub const fn is_working_day(self) -> bool {
        (self as u8) < 5
    }
}

/// The class of an hour of the day (SRV-4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum HourClass {
    /// Normal hours.
    #[default]
    Normal,
    /// Off-peak hours.
    OffPeak,
    /// Peak hours.
    Peak,
}

/// What repeats (SCH-2, SCH-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Schedule {
    /// Every n minutes or hours (SCH-2): at multiples of the interval from midnight, or, `spread`,
    /// at a phase of its own for each agent (assumption: the documents name no jitter).
    Every {
        /// From one look to the next.
        interval: SimDuration,
        /// Whether each agent has its own phase.
        spread: bool,
    },
    /// Every day inside a window, at random (SCH-3).
    Daily {
        /// Start of the window, since midnight.
        at: SimDuration,
        /// Length of the window.
        window: SimDuration,
    },
    /// Every week inside a window, at random (SCH-3).
    Weekly {
        /// The day.
        day: Weekday,
        /// Start of the window, since midnight.
        at: SimDuration,
        /// Length of the window.
        window: SimDuration,
    },
}

/// Where the start of the scenario lies in the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Calendar {
    /// The start of the scenario, since Monday 00:00.
    since_monday: SimDuration,
}

impl Calendar {
    /// A scenario that begins on `day` at `clock` (since midnight).
    pub fn new(day: Weekday, clock: SimDuration) -> Self {
        Self { since_monday: DAY.saturating_mul(day as u64) + clock }
    }

    /// The start of the scenario, since midnight of its first day.
    pub fn start_of_day(self) -> SimDuration {
        SimDuration::from_nanos(self.since_monday.as_nanos() % DAY.as_nanos())
    }

    /// The number of the day at `time`, the scenario's first being 0.
    pub fn day(self, time: SimTime) -> u32 {
        let nanos = time.as_nanos().saturating_add(self.start_of_day().as_nanos());
        u32::try_from(nanos / DAY.as_nanos()).unwrap_or(u32::MAX)
    }

    /// The day of the week on day `day`.
    pub fn weekday(self, day: u32) -> Weekday {
        let first = self.since_monday.as_nanos() / DAY.as_nanos();
        Weekday::ALL[usize::try_from((first + u64::from(day)) % 7).expect("below seven")]
    }

    /// The time of day at `time`, since midnight.
    pub fn clock(self, time: SimTime) -> SimDuration {
        let nanos = (time.as_nanos() % DAY.as_nanos()) + self.start_of_day().as_nanos();
        SimDuration::from_nanos(nanos % DAY.as_nanos())
    }

    /// The hour of the day at `time`, 0 to 23.
    pub fn hour(self, time: SimTime) -> usize {
        usize::try_from(self.clock(time).as_nanos() / SimDuration::from_hours(1).as_nanos())
            .expect("below 24")
    }

    /// The instant at `clock` on day `day`; `None` if that lies before the scenario's start.
    pub fn at(self, day: u32, clock: SimDuration) -> Option<SimTime> {
        DAY.saturating_mul(u64::from(day))
            .as_nanos()
            .saturating_add(clock.as_nanos())
            .checked_sub(self.start_of_day().as_nanos())
            .map(SimTime::from_nanos)
    }

    /// The first instant at or after `time` with time of day `clock` on `weekday`.
    pub fn next(self, weekday: Weekday, clock: SimDuration, time: SimTime) -> SimTime {
        let today = self.day(time);
        (today..today + 8)
            .filter(|day| self.weekday(*day) == weekday)
            .filter_map(|day| self.at(day, clock))
            .find(|at| *at >= time)
            .expect("every weekday comes once in eight days")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_hours_follow_the_start_of_the_scenario() {
        let calendar = Calendar::new(Weekday::Fri, SimDuration::from_hours(22));
        assert_eq!(calendar.day(SimTime::START), 0);
        assert_eq!(calendar.hour(SimTime::START), 22);
        let later = SimTime::from_secs(3 * 3600);
        assert_eq!((calendar.day(later), calendar.hour(later)), (1, 1));
        assert_eq!(calendar.weekday(1), Weekday::Sat);
        assert_eq!(calendar.weekday(3), Weekday::Mon);
        assert_eq!(calendar.at(0, SimDuration::from_hours(21)), None);
        assert_eq!(calendar.at(1, SimDuration::from_hours(1)), Some(later));
    }

    #[test]
    fn the_next_weekday_is_never_in_the_past() {
        let calendar = Calendar::new(Weekday::Mon, SimDuration::from_hours(8));
        let nine = SimDuration::from_hours(9);
        assert_eq!(calendar.next(Weekday::Mon, nine, SimTime::START), SimTime::from_secs(3600));
        let seven = SimDuration::from_hours(7);
        assert_eq!(
            calendar.next(Weekday::Mon, seven, SimTime::START),
            SimTime::from_secs((7 * 24 - 1) * 3600)
        );
    }
}
