//! Presence: which computers are on, and until when (NET-5).

use crate::model::calendar::Calendar;
use crate::model::presence::{Between, Presence, WorkingDay};
use crate::random::Draw;
use crate::units::{SimDuration, SimTime};

/// A stay in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// Whether the computer is on.
    pub online: bool,
    /// When that changes: later than now, or never.
    pub until: SimTime,
}

/// Draws of one agent and one day: absence, arrival, leaving, then a laptop's spans.
const DRAWS_PER_DAY: u32 = 64;

/// The number of days to look ahead for the next working day; an absence of more than a month counts as permanent.
const DAYS_AHEAD: u32 = 31;

/// Whether a computer is on at `now`, and until when (NET-5). `draw` yields the agent's draw with a number; each day
/// has separate numbers.
pub fn stay(
    presence: Presence,
    day: &WorkingDay,
    calendar: Calendar,
    now: SimTime,
    draw: impl Fn(u32) -> Draw,
) -> Stay {
    if presence == Presence::AlwaysOn {
        return Stay { online: true, until: SimTime::NEVER };
    }
    let today = calendar.day(now);
    for number in today..today + DAYS_AHEAD {
        let Some(hours) = hours(day, calendar, number, &draw) else { continue };
        let spans = Spans { hours, day, first: number * DRAWS_PER_DAY + 3, draw: &draw };
        for (from, to) in spans.of(presence) {
            if now < from {
                return Stay { online: false, until: from };
            }
            if now < to {
                return Stay { online: true, until: to };
            }
        }
    }
    Stay { online: false, until: SimTime::NEVER }
}

/// Arrival and departure on day `number`, if the agent works then.
fn hours(
    day: &WorkingDay,
    calendar: Calendar,
    number: u32,
    draw: &impl Fn(u32) -> Draw,
) -> Option<(SimTime, SimTime)> {
    let first = number * DRAWS_PER_DAY;
    let works =
        calendar.weekday(number).is_working_day() && !draw(first).happens(day.absent_per_million);
    let instant = |of, nth| calendar.at(number, drawn(of, draw(nth))).unwrap_or(SimTime::START);
    let hours = (instant(day.arrival, first + 1), instant(day.leaving, first + 2));
    (works && hours.0 < hours.1).then_some(hours)
}

fn drawn(of: Between<SimDuration>, draw: Draw) -> SimDuration {
    SimDuration::from_nanos(draw.between(of.from.as_nanos(), of.to.as_nanos()))
}

/// The spans of one day in which a computer is on.
struct Spans<'a, D> {
    hours: (SimTime, SimTime),
    day: &'a WorkingDay,
    first: u32,
    draw: &'a D,
}

impl<D: Fn(u32) -> Draw> Spans<'_, D> {
    fn of(self, presence: Presence) -> impl Iterator<Item = (SimTime, SimTime)> {
        let (arrival, leaving) = self.hours;
        let has_breaks = presence == Presence::Laptop;
        let mut begin = Some(arrival);
        let mut nth = self.first;
        let last = self.first + DRAWS_PER_DAY - 4;
        std::iter::from_fn(move || {
            let from = begin.filter(|from| *from < leaving)?;
            if !has_breaks || nth + 1 > last {
                begin = None;
                return Some((from, leaving));
            }
            // An empty span would not be a change.
            let least = SimDuration::from_nanos(1);
            let on = drawn(self.day.laptop_on, (self.draw)(nth)).max(least);
            let off = drawn(self.day.laptop_off, (self.draw)(nth + 1)).max(least);
            nth += 2;
            let to = from.saturating_add(on).min(leaving);
            begin = Some(to.saturating_add(off));
            Some((from, to))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::calendar::Weekday;
    use crate::random::{Purpose, Streams};
    use proptest::prelude::*;

    fn friday_at(hour: u64) -> Calendar {
        Calendar::new(Weekday::Fri, SimDuration::from_hours(hour))
    }

    fn exact() -> WorkingDay {
        let clock = |hours| Between::exactly(SimDuration::from_hours(hours));
        WorkingDay {
            arrival: clock(8),
            leaving: clock(17),
            laptop_on: clock(3),
            laptop_off: clock(1),
            absent_per_million: 0,
        }
    }

    fn at(presence: Presence, hour: u64) -> (bool, Option<u64>) {
        let now = SimTime::from_secs(hour * 3600);
        let stay = stay(presence, &exact(), friday_at(0), now, |_| Draw::from_bits(0));
        let until = (stay.until < SimTime::NEVER)
            .then(|| stay.until.as_nanos() / SimDuration::from_hours(1).as_nanos());
        (stay.online, until)
    }

    #[test]
    fn net_5_office_hours_skip_nights_and_weekends() {
        assert_eq!(at(Presence::OfficeHours, 7), (false, Some(8)));
        assert_eq!(at(Presence::OfficeHours, 8), (true, Some(17)));
        assert_eq!(at(Presence::OfficeHours, 17), (false, Some(3 * 24 + 8)));
        assert_eq!(at(Presence::AlwaysOn, 30), (true, None));
    }

    #[test]
    fn net_5_a_laptop_takes_breaks() {
        let day: Vec<bool> = (8..18).map(|hour| at(Presence::Laptop, hour).0).collect();
        assert_eq!(day, [true, true, true, false, true, true, true, false, true, false]);
    }

    #[test]
    fn net_5_who_is_always_absent_never_comes() {
        let day = WorkingDay { absent_per_million: 1_000_000, ..exact() };
        let now = SimTime::START;
        let stay = stay(Presence::Laptop, &day, friday_at(9), now, |_| Draw::from_bits(0));
        assert_eq!(stay, Stay { online: false, until: SimTime::NEVER });
    }

    proptest! {
        #[test]
        fn net_5_the_state_changes_exactly_when_it_says(
            seed in any::<u64>(), secs in 0_u64..20 * 86_400, laptop in any::<bool>()
        ) {
            let presence = if laptop { Presence::Laptop } else { Presence::OfficeHours };
            let day = WorkingDay { absent_per_million: 200_000, ..WorkingDay::default() };
            let streams = Streams::new(seed, 0);
            let draw = |nth| streams.draw(Purpose::WorkingDay, 1, nth);
            let calendar = friday_at(5);
            let of = |now| stay(presence, &day, calendar, now, draw);
            let now = SimTime::from_secs(secs);
            let first = of(now);
            prop_assert!(first.until > now);
            prop_assert_eq!(of(first.until).online, !first.online);
            let just_before = SimTime::from_nanos(first.until.as_nanos() - 1);
            prop_assert_eq!(of(just_before), first);
        }
    }
}
