//! Parses schedules (SRV-1, SCH-2, SCH-3, NTF-9).

use super::diagnostic::Diagnostic;
use super::document::Document;
use super::keys;
use super::reader::Fields;
use crate::model::calendar::{Calendar, Schedule, Weekday};
use crate::model::settings::AgentSettings;
use crate::units::SimDuration;
use crate::units::text::{parse_clock, parse_duration};

/// The schedule of `key`.
pub(super) fn read_schedule(
    fields: &Fields,
    key: &str,
    problems: &mut Vec<Diagnostic>,
) -> Schedule {
    parse_schedule(&fields.text(key)).unwrap_or_else(|why| {
        let expected = "`every 1 h`, `every 1 h, spread`, `daily 12:00 for 2 h`, `weekly Mon 12:00 for \
                        2 h`, `monthly 15 12:00 for 2 h`, or one of the last three without `for`, for exactly that time";
        problems.push(Diagnostic::new("bad-schedule", fields.span_of(key), why, expected));
        AgentSettings::default().schedule
    })
}

/// Schedules by the day of the month require a scenario that begins on a date.
pub(super) fn check_months(
    document: &Document<'_>,
    calendar: Option<Calendar>,
    problems: &mut Vec<Diagnostic>,
) {
    if calendar.is_none_or(Calendar::has_dates) {
        return;
    }
    let with_schedule = [
        (&keys::SERVER, "schedule"),
        (&keys::NOTIFICATION, "cleanup"),
        (&keys::SMART_PROTECTION, "schedule"),
        (&keys::AGENTS_SECTION, "schedule"),
        (&keys::HEADQUARTERS, "schedule"),
        (&keys::SITE, "schedule"),
        (&keys::GROUP, "schedule"),
    ];
    for (section, key) in with_schedule {
        for fields in document.sections(section) {
            if let Ok(Schedule::Monthly { .. }) = parse_schedule(&fields.text(key)) {
                let message = "a day of the month in a scenario without dates";
                let expected = "a `start` with a date, such as \"2026-11-02 06:00\"";
                problems.push(Diagnostic::new("conflict", fields.span_of(key), message, expected));
            }
        }
    }
}

/// Reads a schedule.
fn parse_schedule(text: &str) -> Result<Schedule, String> {
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
            if interval > keys::LONGEST {
                return Err(format!("less often than every {}", keys::LONGEST));
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
        let every = |spread| Schedule::Every { interval: hours(1), spread };
        let (at, window) = (hours(12), hours(2));
        assert_eq!(parse_schedule("every 1 h"), Ok(every(false)));
        assert_eq!(parse_schedule("every 1 h, spread"), Ok(every(true)));
        assert_eq!(parse_schedule("daily 12:00 for 2 h"), Ok(Schedule::Daily { at, window }));
        let exact = Schedule::Daily { at, window: SimDuration::ZERO };
        assert_eq!(parse_schedule("daily 12:00"), Ok(exact));
        let monthly = Schedule::Monthly { day: 15, at, window };
        assert_eq!(parse_schedule("monthly 15 12:00 for 2 h"), Ok(monthly));
        let weekly = Schedule::Weekly { day: Weekday::Fri, at, window };
        assert_eq!(parse_schedule("weekly Fri 12:00 for 2 h"), Ok(weekly));
        for wrong in [
            "",
            "hourly",
            "every 0 s",
            "weekly 12:00 for 2 h",
            "daily 12:00 for 25 h",
            "monthly 32 12:00",
        ] {
            assert!(parse_schedule(wrong).is_err(), "{wrong}");
        }
    }
}
