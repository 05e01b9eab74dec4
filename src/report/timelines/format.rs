//! Formats of times, durations and counts in timelines.

use crate::answer::quantities::quantity;
use crate::model::calendar::Calendar;
use crate::units::{SimDuration, SimTime};

/// A count with its noun.
pub(super) fn count(number: u64, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

/// A time of the week, with this many decimals of a second.
pub(super) fn clock(calendar: Calendar, at: SimTime, decimals: usize) -> String {
    const SECOND: u64 = 1_000_000_000;
    let nanos = calendar.clock(at).as_nanos();
    let (secs, part) = (nanos / SECOND, nanos % SECOND);
    let day = calendar.weekday(calendar.day(at)).name();
    let (hours, minutes) = (secs / 3600, secs / 60 % 60);
    let whole = format!("{day} {hours:02}:{minutes:02}:{:02}", secs % 60);
    match decimals {
        0 => whole,
        _ => format!("{whole}.{}", &format!("{part:09}")[..decimals]),
    }
}

/// A duration in words.
pub(super) fn span(span: SimDuration) -> String {
    quantity("s", span.as_secs_f64())
}
