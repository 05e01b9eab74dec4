//! Parses schedules (SRV-1, SCH-2, SCH-3, NTF-9).

use crate::model::calendar::{Schedule, Weekday};
use crate::units::SimDuration;
use crate::units::text::{parse_clock, parse_duration};

/// What schedules look like.
pub(super) const SCHEDULE_FORM: &str = "`every 1 h`, `every 1 h, spread`, `daily 12:00 for 2 h`, `weekly Mon 12:00 for 2 h`, `monthly 15 12:00 for 2 h`, or \
     one of the last three without `for`, for exactly that time";

/// Parses a schedule that repeats at least once in `longest`.
pub(super) fn parse_schedule(text: &str, longest: SimDuration) -> Result<Schedule, String> {
    let (kind, rest) = text.split_once(' ').ok_or("not a schedule")?;
    match kind {
        "every" => {
            let (interval, spread) = match rest.split_once(',') {
                None => (rest, false),
                Some((interval, word)) if word.trim() == "spread" => (interval, true),
                Some((_, word)) => return Err(format!("`{}` is not known here", word.trim())),
            };
            let interval = parse_duration(interval)?;
            if interval < SimDuration::from_secs(1) {
                return Err("more often than every second".into());
            }
            if interval > longest {
                return Err(format!("less often than every {longest}"));
            }
            Ok(Schedule::Every { interval, spread })
        }
        "daily" => {
            let (at, window) = parse_window(rest, SimDuration::from_hours(24))?;
            Ok(Schedule::Daily { at, window })
        }
        "weekly" => {
            let (day, rest) = rest.split_once(' ').ok_or("no time of day")?;
            let day = Weekday::named(day).ok_or_else(|| format!("`{day}` is not a weekday"))?;
            let (at, window) = parse_window(rest, SimDuration::from_hours(7 * 24))?;
            Ok(Schedule::Weekly { day, at, window })
        }
        "monthly" => {
            let (day, rest) = rest.split_once(' ').ok_or("no time of day")?;
            let day = day.parse().ok().filter(|day| (1..=31).contains(day));
            let day = day.ok_or("the day of a month is from 1 to 31")?;
            let (at, window) = parse_window(rest, SimDuration::from_hours(28 * 24))?;
            Ok(Schedule::Monthly { day, at, window })
        }
        _ => Err(format!("`{kind}` is not known here")),
    }
}

/// `12:00 for 2 h`, or `12:00`: exactly then.
fn parse_window(text: &str, most: SimDuration) -> Result<(SimDuration, SimDuration), String> {
    let (clock, window) = match text.split_once(" for ") {
        Some((clock, window)) => (clock, parse_duration(window)?),
        None => (text, SimDuration::ZERO),
    };
    if window > most {
        return Err(format!("a window of more than {most}"));
    }
    Ok((parse_clock(clock.trim())?, window))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_read_as_written() {
        let hours = SimDuration::from_hours;
        let parse = |text| parse_schedule(text, hours(24 * 365));
        let every = |spread| Schedule::Every { interval: hours(1), spread };
        let (at, window) = (hours(12), hours(2));
        assert_eq!(parse("every 1 h"), Ok(every(false)));
        assert_eq!(parse("every 1 h, spread"), Ok(every(true)));
        assert_eq!(parse("daily 12:00 for 2 h"), Ok(Schedule::Daily { at, window }));
        let exact = Schedule::Daily { at, window: SimDuration::ZERO };
        assert_eq!(parse("daily 12:00"), Ok(exact));
        let monthly = Schedule::Monthly { day: 15, at, window };
        assert_eq!(parse("monthly 15 12:00 for 2 h"), Ok(monthly));
        let weekly = Schedule::Weekly { day: Weekday::Fri, at, window };
        assert_eq!(parse("weekly Fri 12:00 for 2 h"), Ok(weekly));
        for wrong in [
            "",
            "hourly",
            "every 0 s",
            "weekly 12:00 for 2 h",
            "daily 12:00 for 25 h",
            "monthly 32 12:00",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
