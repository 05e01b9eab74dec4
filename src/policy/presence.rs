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

/// Draws of one agent and one day: absence, arrival, leaving, then a laptop's first spans.
const DRAWS_PER_DAY: u32 = 64;

/// The number of a day's spans, each with its break, among these draws.
const FIRST_SPANS: u32 = (DRAWS_PER_DAY - 3) / 2;

/// The number of the first draw for further spans.
const FURTHER: u32 = 1 << 31;

/// Draws for the further spans of one day: at least a second each, as the breaks.
const FURTHER_PER_DAY: u32 = 86_400;

/// The number of days to look ahead for the next working day: those of the longest scenario, ten years.
const DAYS_AHEAD: u32 = 3_653;

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
    let is_never_there = day.absent_per_million >= 1_000_000;
    let days_ahead = if is_never_there { 0 } else { DAYS_AHEAD };
    let today = calendar.day(now);
    for number in today..today + days_ahead {
        let Some(hours) = hours(day, calendar, number, &draw) else { continue };
        let spans = Spans { hours, day, number, draw: &draw };
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
    if !works {
        return None;
    }
    let instant = |of, nth| calendar.at(number, drawn(of, draw(nth))).unwrap_or(SimTime::START);
    let hours = (instant(day.arrival, first + 1), instant(day.leaving, first + 2));
    (hours.0 < hours.1).then_some(hours)
}

fn drawn(of: Between<SimDuration>, draw: Draw) -> SimDuration {
    SimDuration::from_nanos(draw.between(of.from.as_nanos(), of.to.as_nanos()))
}

/// The spans of one day in which a computer is on.
struct Spans<'a, D> {
    hours: (SimTime, SimTime),
    day: &'a WorkingDay,
    /// The number of the day.
    number: u32,
    draw: &'a D,
}

impl<D: Fn(u32) -> Draw> Spans<'_, D> {
    fn of(self, presence: Presence) -> impl Iterator<Item = (SimTime, SimTime)> {
        let (arrival, leaving) = self.hours;
        let has_breaks = presence == Presence::Laptop;
        let mut begin = Some(arrival);
        let mut spans = 0..;
        std::iter::from_fn(move || {
            let from = begin.filter(|from| *from < leaving)?;
            if !has_breaks {
                begin = None;
                return Some((from, leaving));
            }
            let nth = self.first_draw(spans.next()?);
            // An empty span would not be a change.
            let least = SimDuration::from_nanos(1);
            let on = drawn(self.day.laptop_on, (self.draw)(nth)).max(least);
            let off = drawn(self.day.laptop_off, (self.draw)(nth + 1)).max(least);
            let to = from.saturating_add(on).min(leaving);
            begin = Some(to.saturating_add(off));
            Some((from, to))
        })
    }

    /// The number of the first of the two draws of span `nth` of the day.
    fn first_draw(&self, nth: u32) -> u32 {
        match nth.checked_sub(FIRST_SPANS) {
            None => self.number * DRAWS_PER_DAY + 3 + 2 * nth,
            Some(further) => FURTHER + self.number * FURTHER_PER_DAY + 2 * further,
        }
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

    #[test]
    fn net_5_who_is_rarely_there_comes_again() {
        // Of the working days, only the first after six weeks.
        let there = |nth: u32| nth >= 42 * DRAWS_PER_DAY;
        let draw = |nth| Draw::from_bits(if there(nth) { u64::MAX } else { 0 });
        let day = WorkingDay { absent_per_million: 950_000, ..exact() };
        let stay = stay(Presence::OfficeHours, &day, friday_at(0), SimTime::START, draw);
        assert_eq!(stay, Stay { online: false, until: SimTime::from_secs((42 * 24 + 8) * 3600) });
    }

    #[test]
    fn net_5_a_laptop_takes_as_many_breaks_as_the_day_has() {
        let [on, off] = [1, 9].map(|mins| Between::exactly(SimDuration::from_mins(mins)));
        let day = WorkingDay { laptop_on: on, laptop_off: off, ..exact() };
        let minutes = (8 * 60..18 * 60).map(|minute| {
            let now = SimTime::from_secs(minute * 60);
            stay(Presence::Laptop, &day, friday_at(0), now, |_| Draw::from_bits(0)).online
        });
        // Once in ten minutes of nine hours.
        assert_eq!(minutes.filter(|online| *online).count(), 54);
    }

    #[test]
    fn net_5_no_two_spans_have_the_same_draws() {
        let exact = exact();
        let numbers = [0, 1, 3_652, 7_305].into_iter().flat_map(|number| {
            let hours = (SimTime::START, SimTime::START);
            let spans = Spans { hours, day: &exact, number, draw: &|_| Draw::from_bits(0) };
            [0, FIRST_SPANS - 1, FIRST_SPANS, 43_199].map(|nth| spans.first_draw(nth))
        });
        let numbers: Vec<u32> = numbers.collect();
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        assert!(sorted.windows(2).all(|pair| pair[1] - pair[0] > 1), "{numbers:?}");
        assert_eq!(numbers[..2], [3, 61]);
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
