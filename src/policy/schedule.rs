//! Schedules: which agents check on a schedule, and when (SRV-1, SCH-1 to SCH-5).

use crate::model::calendar::{Calendar, DAY, Schedule};
use crate::model::settings::{MissedSchedule, ScheduleBy};
use crate::random::Draw;
use crate::units::{SimDuration, SimTime};

/// The first check strictly after `after`: at multiples of the interval since midnight, shifted by a drawn phase if
/// `spread` (SRV-1, SCH-2); or at a uniformly drawn time within the daily, weekly or monthly window (SCH-3). `draw`
/// yields the draw with a number: 0 is the phase, 1 + d the time in the window that begins on day d, and 2³² − d that in
/// the window that began d days before the first.
pub fn next_look(
    schedule: Schedule,
    calendar: Calendar,
    after: SimTime,
    draw: impl Fn(u32) -> Draw,
) -> SimTime {
    look_from(schedule, calendar, after + SimDuration::from_nanos(1), draw)
}

/// The first check of a scenario: as [`next_look`], except that the time in a window may be the start itself.
pub fn first_look(schedule: Schedule, calendar: Calendar, draw: impl Fn(u32) -> Draw) -> SimTime {
    match schedule {
        Schedule::Every { .. } => next_look(schedule, calendar, SimTime::START, draw),
        _ => look_from(schedule, calendar, SimTime::START, draw),
    }
}

/// The first check at or after `from`.
fn look_from(
    schedule: Schedule,
    calendar: Calendar,
    from: SimTime,
    draw: impl Fn(u32) -> Draw,
) -> SimTime {
    let (at, window) = match schedule {
        Schedule::Every { interval, spread } => {
            let every = interval.as_nanos().max(1);
            let phase = if spread { draw(0).below(every) } else { 0 };
            let since_midnight = from.as_nanos() + calendar.start_of_day().as_nanos();
            let into = (since_midnight + every - phase % every) % every;
            return from + SimDuration::from_nanos((every - into) % every);
        }
        Schedule::Daily { at, window }
        | Schedule::Weekly { at, window, .. }
        | Schedule::Monthly { at, window, .. } => (at, window),
    };
    let today = i64::from(calendar.day(from));
    // A window that began on an earlier day, or before the scenario, may last until after `from`.
    let days_over = (at + window).as_nanos() / DAY.as_nanos();
    // Of the windows that have begun the time may be past; a further one begins within 31 days.
    let days = today.saturating_sub_unsigned(days_over)..today + 32;
    let mut moments = days.filter(|day| begins_on(schedule, calendar, *day)).filter_map(|day| {
        let number = (if day < 0 { day } else { day + 1 }).rem_euclid(1 << 32);
        let draw = draw(u32::try_from(number).expect("below 2³²"));
        let into = SimDuration::from_nanos(draw.below(window.as_nanos().max(1)));
        calendar.at(day, at + into)
    });
    moments.find(|moment| *moment >= from).expect("a window comes again")
}

/// Whether a window of `schedule` begins on day `day`.
fn begins_on(schedule: Schedule, calendar: Calendar, day: i64) -> bool {
    match schedule {
        Schedule::Every { .. } => false,
        Schedule::Daily { .. } => true,
        Schedule::Weekly { day: weekday, .. } => calendar.weekday(day) == weekday,
        Schedule::Monthly { day: of_month, .. } => calendar.is_day_of_month(day, of_month),
    }
}

/// Whether an agent updates on its schedule (SCH-1): if the option says so (TOP-3, TOP-4), or by the privilege, unless
/// its user has disabled it (which the privilege must permit).
pub fn has_schedule(by_option: bool, privilege: Privilege, may_disable: bool) -> bool {
    let by_privilege = match privilege {
        Privilege::None => false,
        Privilege::Given => true,
        Privilege::Disabled => !may_disable,
    };
    by_option || by_privilege
}

/// The privilege of an agent that was granted it or not, and whose user wants it disabled or not.
pub fn privilege(is_granted: bool, is_unwanted: bool) -> Privilege {
    match (is_granted, is_unwanted) {
        (false, _) => Privilege::None,
        (true, true) => Privilege::Disabled,
        (true, false) => Privilege::Given,
    }
}

/// The privilege of scheduled update, and its use by the user (SCH-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privilege {
    /// Not granted.
    None,
    /// Granted.
    Given,
    /// Granted, and the user wants it disabled.
    Disabled,
}

/// Whether an agent takes part when its schedule comes due (SCH-4): not if it is offline.
pub fn takes_part(online: bool) -> bool {
    online
}

/// Whether the server notifies an agent when its schedule comes due (SCH-3): on a daily or weekly schedule, unless
/// agents begin by themselves or notifications do not reach this one, because it is behind NAT (NET-3) or in
/// Independent mode.
pub fn is_told_by_server(schedule: Schedule, by: ScheduleBy, is_out_of_reach: bool) -> bool {
    let has_window = !matches!(schedule, Schedule::Every { .. });
    has_window && by == ScheduleBy::Server && !is_out_of_reach
}

/// Whether a missed schedule runs when the agent starts up (SCH-5): if that is the reading in force and `now − last >
/// interval`. By default, a schedule of minutes or hours runs then, and a daily or weekly one waits for the next
/// (SCH-4).
pub fn missed(
    last: Option<SimTime>,
    now: SimTime,
    schedule: Schedule,
    reading: Option<MissedSchedule>,
) -> bool {
    let (interval, usual) = match schedule {
        Schedule::Every { interval, .. } => (interval, MissedSchedule::AtStartUp),
        Schedule::Daily { .. } => (DAY, MissedSchedule::Next),
        Schedule::Weekly { .. } => (DAY.saturating_mul(7), MissedSchedule::Next),
        Schedule::Monthly { .. } => (DAY.saturating_mul(31), MissedSchedule::Next),
    };
    let is_over = last.is_none_or(|last| now.since(last) > interval);
    is_over && reading.unwrap_or(usual) == MissedSchedule::AtStartUp
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::calendar::Weekday;

    const LOW: fn(u32) -> Draw = |_| Draw::from_bits(0);
    const HALF: fn(u32) -> Draw = |_| Draw::from_bits(1 << 63);
    const HIGH: fn(u32) -> Draw = |_| Draw::from_bits(u64::MAX);

    fn from_ten() -> Calendar {
        Calendar::new(Weekday::Mon, SimDuration::from_hours(10))
    }

    fn minutes(mins: u64) -> SimTime {
        SimTime::from_secs(mins * 60)
    }

    #[test]
    fn srv_1_the_server_looks_hourly_on_the_hour() {
        let hourly = Schedule::Every { interval: SimDuration::from_hours(1), spread: false };
        assert_eq!(next_look(hourly, from_ten(), minutes(15), HIGH), minutes(60));
        assert_eq!(next_look(hourly, from_ten(), minutes(60), HIGH), minutes(120));
    }

    #[test]
    fn sch_2_each_agent_keeps_its_own_phase() {
        let hourly = Schedule::Every { interval: SimDuration::from_hours(1), spread: true };
        assert_eq!(next_look(hourly, from_ten(), minutes(0), HALF), minutes(30));
        assert_eq!(next_look(hourly, from_ten(), minutes(30), HALF), minutes(90));
        assert_eq!(next_look(hourly, from_ten(), minutes(15), LOW), minutes(60));
    }

    #[test]
    fn sch_3_a_window_is_met_uniformly_and_never_left() {
        let noon =
            Schedule::Daily { at: SimDuration::from_hours(12), window: SimDuration::from_hours(2) };
        assert_eq!(next_look(noon, from_ten(), minutes(0), LOW), minutes(120));
        assert_eq!(next_look(noon, from_ten(), minutes(0), HALF), minutes(180));
        assert!(next_look(noon, from_ten(), minutes(0), HIGH) < minutes(240));
        assert_eq!(next_look(noon, from_ten(), minutes(180), HALF), minutes(180 + 24 * 60));
    }

    #[test]
    fn sch_3_each_day_has_one_moment() {
        let noon =
            Schedule::Daily { at: SimDuration::from_hours(12), window: SimDuration::from_hours(2) };
        let later_each_day = |nth: u32| Draw::from_bits(u64::from(nth) << 60);
        let first = next_look(noon, from_ten(), minutes(0), later_each_day);
        let second = next_look(noon, from_ten(), first, later_each_day);
        assert_eq!(first, SimTime::from_secs(2 * 3600 + 450));
        assert_eq!(second, SimTime::from_secs(26 * 3600 + 900));
    }

    #[test]
    fn sch_3_a_weekly_window_comes_once_a_week() {
        let tuesday = Schedule::Weekly {
            day: Weekday::Tue,
            at: SimDuration::from_hours(10),
            window: SimDuration::from_hours(1),
        };
        assert_eq!(next_look(tuesday, from_ten(), minutes(0), LOW), minutes(24 * 60));
        let next = next_look(tuesday, from_ten(), minutes(24 * 60), LOW);
        assert_eq!(next, minutes(8 * 24 * 60));
    }

    #[test]
    fn sch_3_a_window_of_no_length_is_an_exact_instant_and_a_month_has_one() {
        let noon = SimDuration::from_hours(12);
        let daily = Schedule::Daily { at: noon, window: SimDuration::ZERO };
        assert_eq!(next_look(daily, from_ten(), minutes(0), HIGH), minutes(120));
        assert_eq!(next_look(daily, from_ten(), minutes(120), HIGH), minutes(120 + 24 * 60));
        // From 28 February 2023, 10:00: the 31st is that day, then 31 March, 31 days later.
        let ten = SimDuration::from_hours(10);
        let calendar = Calendar::from_date(2023, 2, 28, ten).expect("a day");
        let monthly = Schedule::Monthly { day: 31, at: noon, window: SimDuration::ZERO };
        assert_eq!(next_look(monthly, calendar, minutes(0), LOW), minutes(120));
        assert_eq!(next_look(monthly, calendar, minutes(120), LOW), minutes(120 + 31 * 24 * 60));
    }

    #[test]
    fn sch_3_a_window_that_began_on_an_earlier_day_is_met() {
        let hours = SimDuration::from_hours;
        let week = Schedule::Weekly { day: Weekday::Mon, at: hours(0), window: hours(7 * 24) };
        let wednesday = Calendar::new(Weekday::Wed, SimDuration::ZERO);
        let half_of_before =
            |nth: u32| Draw::from_bits(if nth > u32::MAX - 7 { 1 << 63 } else { 0 });
        // Half of the week that began two days before the start is Thursday noon; then comes Monday.
        let first = first_look(week, wednesday, half_of_before);
        assert_eq!(first, minutes(36 * 60));
        assert_eq!(next_look(week, wednesday, first, half_of_before), minutes(5 * 24 * 60));
        // From Monday on, the moment of a week stays the same until it has come.
        let monday = Calendar::new(Weekday::Mon, SimDuration::ZERO);
        assert_eq!(next_look(week, monday, minutes(50 * 60), HALF), minutes(84 * 60));
        assert_eq!(next_look(week, monday, minutes(84 * 60), HALF), minutes(252 * 60));
        // Daily from 22:00 for 8 h: at midnight, three quarters are left of the window of the day before.
        let night = Schedule::Daily { at: hours(22), window: hours(8) };
        assert_eq!(first_look(night, monday, HALF), minutes(2 * 60));
        assert_eq!(first_look(night, monday, LOW), minutes(22 * 60));
        // 28 days from 31 January, in a scenario that begins on 20 February.
        let monthly = Schedule::Monthly { day: 31, at: hours(0), window: hours(28 * 24) };
        let later = Calendar::from_date(2023, 2, 20, SimDuration::ZERO).expect("a day");
        assert_eq!(first_look(monthly, later, |_| Draw::from_bits(3 << 62)), minutes(24 * 60));
    }

    #[test]
    fn sch_3_a_time_that_is_the_start_is_met_once() {
        let ten = SimDuration::from_hours(10);
        let daily = Schedule::Daily { at: ten, window: SimDuration::ZERO };
        assert_eq!(first_look(daily, from_ten(), LOW), SimTime::START);
        assert_eq!(next_look(daily, from_ten(), SimTime::START, LOW), minutes(24 * 60));
        let hourly = Schedule::Every { interval: SimDuration::from_hours(1), spread: false };
        assert_eq!(first_look(hourly, from_ten(), LOW), minutes(60));
    }

    #[test]
    fn sch_1_the_privilege_may_be_disabled_only_where_both_options_allow() {
        assert!(has_schedule(true, Privilege::None, false));
        assert!(has_schedule(false, Privilege::Given, true));
        assert!(has_schedule(false, Privilege::Disabled, false), "the user may not");
        assert!(!has_schedule(false, Privilege::Disabled, true));
        assert!(!has_schedule(false, Privilege::None, true));
    }

    #[test]
    fn sch_4_who_is_offline_misses_its_schedule() {
        assert!(takes_part(true) && !takes_part(false));
    }

    #[test]
    fn sch_5_a_missed_schedule_runs_at_start_up() {
        let hourly = Schedule::Every { interval: SimDuration::from_hours(1), spread: false };
        assert!(missed(Some(minutes(0)), minutes(8 * 60), hourly, None));
        assert!(!missed(Some(minutes(0)), minutes(60), hourly, None));
        assert!(missed(None, minutes(0), hourly, None));
        assert!(!missed(None, minutes(0), hourly, Some(MissedSchedule::Next)));
        let (at, window) = (SimDuration::from_hours(12), SimDuration::from_hours(2));
        let daily = Schedule::Daily { at, window };
        assert!(!missed(Some(minutes(0)), minutes(48 * 60), daily, None));
        let at_start_up = Some(MissedSchedule::AtStartUp);
        assert!(missed(Some(minutes(0)), minutes(48 * 60), daily, at_start_up));
        assert!(!missed(Some(minutes(0)), minutes(24 * 60), daily, at_start_up));
    }

    #[test]
    fn sch_3_the_server_tells_who_has_a_window_and_can_be_told() {
        let (at, window) = (SimDuration::from_hours(12), SimDuration::from_hours(2));
        let daily = Schedule::Daily { at, window };
        let hourly = Schedule::Every { interval: SimDuration::from_hours(1), spread: true };
        assert!(is_told_by_server(daily, ScheduleBy::Server, false));
        assert!(!is_told_by_server(daily, ScheduleBy::Agent, false));
        assert!(!is_told_by_server(daily, ScheduleBy::Server, true));
        assert!(!is_told_by_server(hourly, ScheduleBy::Server, false));
    }
}
