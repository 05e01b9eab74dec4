//! Days and hours: the start of the scenario, the class of each hour, and schedules.

use crate::units::{SimDuration, SimTime};

/// One day.
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

    /// The day with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|day| day.name() == name)
    }

    /// Whether it is a working day.
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

/// A schedule (SCH-2, SCH-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub enum Schedule {
    /// Every n minutes or hours (SCH-2): at multiples of the interval from midnight, or, if `spread`, with a phase
    /// drawn for each agent (assumption: the documents name no jitter).
    Every {
        /// The interval.
        interval: SimDuration,
        /// Whether each agent has its own phase.
        spread: bool,
    },
    /// Every day, at a random time within a window (SCH-3).
    Daily {
        /// Start of the window, since midnight.
        at: SimDuration,
        /// Length of the window.
        window: SimDuration,
    },
    /// Every week, at a random time within a window (SCH-3).
    Weekly {
        /// The day.
        day: Weekday,
        /// Start of the window, since midnight.
        at: SimDuration,
        /// Length of the window.
        window: SimDuration,
    },
    /// Every month, at a random time within a window (SCH-3).
    Monthly {
        /// The day of the month, from 1; in a month without that day, the last (assumption).
        day: u32,
        /// Start of the window, since midnight.
        at: SimDuration,
        /// Length of the window.
        window: SimDuration,
    },
}

/// The position of the scenario's start in the week, and its date if that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Calendar {
    /// The start of the scenario, since Monday 00:00.
    since_monday: SimDuration,
    /// The date of its first day: days since 1970-01-01.
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<i32>,
}

/// Monday, 1 January 2024, as days since 1970-01-01.
const FIRST_MONDAY: i32 = 19_723;

/// A date and a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime {
    /// Days since 1970-01-01.
    days: i32,
    /// The year.
    pub year: i32,
    /// The month, from 1.
    pub month: u32,
    /// The day of the month, from 1.
    pub day: u32,
    /// The time since midnight.
    pub clock: SimDuration,
}

impl DateTime {
    /// Whole seconds since 1970-01-01 00:00.
    pub fn unix_seconds(self) -> i64 {
        let of_day = self.clock.as_nanos() / 1_000_000_000;
        i64::from(self.days) * 86_400 + i64::try_from(of_day).expect("within a day")
    }
}

/// Days in 400 years, after which the calendar repeats.
const DAYS_OF_ERA: i32 = 146_097;

/// The date `days` after 1970-01-01: year, month and day of the month.
///
/// Source: Hinnant, *chrono-compatible low-level date algorithms* (2013).
fn civil(days: i32) -> (i32, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(DAYS_OF_ERA);
    let of_era = days.rem_euclid(DAYS_OF_ERA);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year + era * 400 + i32::from(month <= 2);
    (year, month.unsigned_abs(), day.unsigned_abs())
}

/// The number of days from 1970-01-01 to a date; `None` if the date does not exist.
fn days_until(year: i32, month: u32, day: u32) -> Option<i32> {
    let (of_month, of_day) = (i32::try_from(month).ok()?, i32::try_from(day).ok()?);
    if !(1..=9_999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let from_march_year = year - i32::from(month <= 2);
    let (era, of_era) = (from_march_year.div_euclid(400), from_march_year.rem_euclid(400));
    let from_march = if month > 2 { of_month - 3 } else { of_month + 9 };
    let of_year = (153 * from_march + 2) / 5 + of_day - 1;
    let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    let days = era * DAYS_OF_ERA + days - 719_468;
    (civil(days) == (year, month, day)).then_some(days)
}

impl Calendar {
    /// A scenario that begins on `day` at `clock` (since midnight).
    pub fn new(day: Weekday, clock: SimDuration) -> Self {
        Self { since_monday: DAY.saturating_mul(day as u64) + clock, date: None }
    }

    /// A scenario that begins at `clock` on a date; `None` if there is no such day.
    pub fn from_date(year: i32, month: u32, day: u32, clock: SimDuration) -> Option<Self> {
        let days = days_until(year, month, day)?;
        // 1970-01-01 was a Thursday.
        let weekday = usize::try_from((days + 3).rem_euclid(7)).expect("below seven");
        Some(Self { date: Some(days), ..Self::new(Weekday::ALL[weekday], clock) })
    }

    /// Whether the date is known.
    pub const fn has_dates(self) -> bool {
        self.date.is_some()
    }

    /// Whether `of_month` falls on day `day`: the day with that number, or the last of a shorter month. Always false
    /// without a date.
    pub fn is_day_of_month(self, day: impl Into<i64>, of_month: u32) -> bool {
        let Some(date) =
            self.date.zip(i32::try_from(day.into()).ok()).map(|(first, day)| first + day)
        else {
            return false;
        };
        let (this, next) = (civil(date), civil(date + 1));
        this.2 == of_month || (this.2 < of_month && this.1 != next.1)
    }

    /// The start of the scenario, since midnight of its first day.
    pub fn start_of_day(self) -> SimDuration {
        SimDuration::from_nanos(self.since_monday.as_nanos() % DAY.as_nanos())
    }

    /// The date and time at `time`, in UTC. A scenario without a date begins in the week of Monday, 1 January 2024.
    pub fn date_time(self, time: SimTime) -> DateTime {
        let first = self.date.unwrap_or_else(|| {
            let weekday = self.since_monday.as_nanos() / DAY.as_nanos();
            FIRST_MONDAY + i32::try_from(weekday).expect("below seven")
        });
        let days = first.saturating_add_unsigned(self.day(time));
        let (year, month, day) = civil(days);
        DateTime { days, year, month, day, clock: self.clock(time) }
    }

    /// The number of the day at `time`; the scenario's first day is 0.
    pub fn day(self, time: SimTime) -> u32 {
        let nanos = time.as_nanos().saturating_add(self.start_of_day().as_nanos());
        u32::try_from(nanos / DAY.as_nanos()).unwrap_or(u32::MAX)
    }

    /// The day of the week on day `day`; days before the scenario's first are negative.
    pub fn weekday(self, day: impl Into<i64>) -> Weekday {
        let first = self.since_monday.as_nanos() / DAY.as_nanos();
        let day = day.into().rem_euclid(7).unsigned_abs();
        Weekday::ALL[usize::try_from((first + day) % 7).expect("below seven")]
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

    /// The instant at `clock` on day `day`; `None` if it is before the scenario's start.
    pub fn at(self, day: impl Into<i64>, clock: SimDuration) -> Option<SimTime> {
        let since_midnight =
            i128::from(day.into()) * i128::from(DAY.as_nanos()) + i128::from(clock.as_nanos());
        let since_start = since_midnight - i128::from(self.start_of_day().as_nanos());
        let is_past = since_start < 0;
        (!is_past).then(|| SimTime::from_nanos(u64::try_from(since_start).unwrap_or(u64::MAX)))
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
    fn dates_have_their_weekdays_and_their_months() {
        let of = |year, month, day| Calendar::from_date(year, month, day, SimDuration::ZERO);
        assert_eq!(of(1970, 1, 1).map(|it| it.weekday(0)), Some(Weekday::Thu));
        assert_eq!(of(2026, 11, 28).map(|it| it.weekday(0)), Some(Weekday::Sat));
        assert_eq!(of(2024, 2, 29).map(|it| it.weekday(0)), Some(Weekday::Thu));
        for (year, month, day) in [(2026, 2, 29), (2026, 13, 1), (2026, 0, 1), (2026, 4, 31)] {
            assert_eq!(of(year, month, day), None);
        }
        let days = |start: Option<Calendar>, of_month| -> Vec<u32> {
            let start = start.unwrap();
            (0..100).filter(|day| start.is_day_of_month(*day, of_month)).collect()
        };
        // 15 January, February and March of 2023; the 31st is 31 January, 28 February, 31 March.
        assert_eq!(days(of(2023, 1, 1), 15), [14, 45, 73]);
        assert_eq!(days(of(2023, 1, 1), 31), [30, 58, 89]);
        assert_eq!(days(Some(Calendar::default()), 15), [0_u32; 0]);
    }

    #[test]
    fn a_clock_time_is_a_date_and_a_time() {
        let nine = SimDuration::from_hours(9);
        let dated = Calendar::from_date(2009, 2, 14, nine).unwrap();
        let at = dated.date_time(SimTime::from_secs(26 * 3600));
        assert_eq!(
            (at.year, at.month, at.day, at.clock),
            (2009, 2, 15, SimDuration::from_hours(11))
        );
        // 14 February 2009 09:00 UTC is 1,234,602,000 (date -d); 26 h are 93,600 s.
        assert_eq!(at.unix_seconds(), 1_234_602_000 + 93_600);
        let undated = Calendar::new(Weekday::Wed, nine).date_time(SimTime::START);
        assert_eq!((undated.year, undated.month, undated.day), (2024, 1, 3));
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
