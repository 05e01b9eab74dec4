//! Times as logs record them.

use super::lines::{billionths, exactly, number};
use crate::model::calendar::Calendar;
use crate::units::{SimDuration, SimTime};

/// A time as a log records it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Nanoseconds since 1970-01-01 00:00 by the clock of its zone.
    nanos: i128,
    /// Its zone; `None` if the log does not state it.
    pub(crate) zone: Option<UtcOffset>,
}

/// The offset of a clock from UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcOffset {
    minutes: i16,
}

impl UtcOffset {
    /// UTC itself.
    pub const UTC: Self = Self { minutes: 0 };

    /// Parses `+01:00`, `-0730` or `Z`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::of(text.as_bytes())
    }

    fn of(text: &[u8]) -> Option<Self> {
        let (sign, rest) = match text.split_first()? {
            (b'Z' | b'z', []) => return Some(Self::UTC),
            (b'+', rest) => (1, rest),
            (b'-', rest) => (-1, rest),
            _ => return None,
        };
        let (hours, minutes) = match rest.len() {
            5 if rest[2] == b':' => (&rest[..2], &rest[3..]),
            4 => rest.split_at(2),
            2 => (rest, &b"00"[..]),
            _ => return None,
        };
        let (hours, minutes) = (number(hours)?, number(minutes)?);
        let all = i16::try_from(hours * 60 + minutes).ok()?;
        (hours < 15 && minutes < 60).then_some(Self { minutes: sign * all })
    }

    const fn nanos(self) -> i128 {
        self.minutes as i128 * 60_000_000_000
    }
}

impl std::fmt::Display for UtcOffset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, size) = (if self.minutes < 0 { '-' } else { '+' }, self.minutes.unsigned_abs());
        write!(f, "{sign}{:02}:{:02}", size / 60, size % 60)
    }
}

/// The years 1990 to 2099, in which logs are written, in nanoseconds since 1970.
const YEARS: std::ops::Range<i128> = 631_152_000_000_000_000..4_102_444_800_000_000_000;

impl Moment {
    fn new(nanos: i128, zone: Option<UtcOffset>) -> Option<Self> {
        YEARS.contains(&nanos).then_some(Self { nanos, zone })
    }

    /// Seconds since 1970-01-01 00:00 UTC.
    pub(crate) fn unix(text: &[u8]) -> Option<Self> {
        Self::new(i128::from(billionths(text)?), Some(UtcOffset::UTC))
    }

    /// A date `2026-11-02` or `2026/11/02` and a time of day `06:00:00` or `06:00:00.125`, in a zone.
    pub(crate) fn of(date: &[u8], clock: &[u8], zone: Option<UtcOffset>) -> Option<Self> {
        let separator = if date.contains(&b'/') { b'/' } else { b'-' };
        let [year, month, day] = exactly(date, separator)?;
        let day = midnight(number(year)?, number(month)?, number(day)?)?;
        Self::new(day + of_day(clock)?, zone)
    }

    /// `2026-11-02T06:00:00.125+01:00`, with a space instead of the `T`, without a zone, or seconds since 1970.
    pub(crate) fn iso(text: &[u8]) -> Option<Self> {
        let Some(at) = text.iter().position(|byte| matches!(byte, b'T' | b't' | b' ')) else {
            return Self::unix(text);
        };
        let (date, clock) = (&text[..at], &text[at + 1..]);
        let end = clock.iter().position(|byte| matches!(byte, b'Z' | b'z' | b'+' | b'-' | b' '));
        let (clock, zone) = clock.split_at(end.unwrap_or(clock.len()));
        let zone = zone.trim_ascii();
        let zone = if zone.is_empty() { None } else { Some(UtcOffset::of(zone)?) };
        Self::of(date, clock, zone)
    }

    /// `10/Oct/2026:13:55:36 -0700`, the format of the access logs of nginx and Apache.
    pub(crate) fn combined(text: &[u8]) -> Option<Self> {
        const MONTHS: [&[u8]; 12] = [
            b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov",
            b"Dec",
        ];
        let [moment, zone] = exactly(text, b' ')?;
        let colon = moment.iter().position(|byte| *byte == b':')?;
        let [day, month, year] = exactly(&moment[..colon], b'/')?;
        let month = MONTHS.iter().position(|name| *name == month)? as u64 + 1;
        let day = midnight(number(year)?, month, number(day)?)?;
        Self::new(day + of_day(&moment[colon + 1..])?, Some(UtcOffset::of(zone)?))
    }

    /// Nanoseconds since 1970-01-01 00:00 by a clock of the zone `clock`, which a time without a zone is in.
    pub(crate) fn by(self, clock: UtcOffset) -> i128 {
        self.nanos - self.zone.unwrap_or(clock).nanos() + clock.nanos()
    }
}

/// Nanoseconds from 1970-01-01 to a date.
fn midnight(year: u64, month: u64, day: u64) -> Option<i128> {
    let (year, month) = (i32::try_from(year).ok()?, u32::try_from(month).ok()?);
    let date = Calendar::from_date(year, month, u32::try_from(day).ok()?, SimDuration::ZERO)?;
    Some(i128::from(date.date_time(SimTime::START).unix_seconds()) * 1_000_000_000)
}

/// Nanoseconds of a time of day.
fn of_day(clock: &[u8]) -> Option<i128> {
    let [hours, minutes, seconds] = exactly(clock, b':')?;
    let (hours, minutes, nanos) = (number(hours)?, number(minutes)?, billionths(seconds)?);
    // 60 is a leap second.
    let is_clock = hours < 24 && minutes < 60 && nanos < 61_000_000_000;
    is_clock.then(|| i128::from((hours * 60 + minutes) * 60_000_000_000 + nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_moment_is_the_same_moment() {
        // date -u -d @1234629645: 2009-02-14 16:40:45.
        let same = [
            Moment::unix(b"1234629645"),
            Moment::iso(b"1234629645"),
            Moment::iso(b"2009-02-14T16:40:45Z"),
            Moment::iso(b"2009-02-14 17:40:45.000+01:00"),
            Moment::combined(b"14/Feb/2009:09:10:45 -0730"),
            Moment::of(b"2009/02/14", b"16:40:45", Some(UtcOffset::UTC)),
        ];
        for moment in same {
            assert_eq!(moment.map(|at| at.by(UtcOffset::UTC)), Some(1_234_629_645_000_000_000));
        }
        let unzoned = Moment::iso(b"2009-02-14 16:40:45").expect("a moment");
        assert_eq!(unzoned.zone, None);
        // On the company's clock it is the time as given, whatever that clock's offset.
        assert_eq!(unzoned.by(UtcOffset { minutes: 60 }), 1_234_629_645_000_000_000);
    }

    #[test]
    fn an_invalid_moment_is_none() {
        for wrong in [
            "",
            "0",
            "2009-02-30 10:00:00",
            "2009-02-14T25:00:00Z",
            "yesterday",
            "1e9",
            "2009-02-14T16:40:45+99:00",
            "2009-02-14T16:40:45:250",
            "2009-02-14-05T16:40:45",
            "2009-02-14T16:40",
        ] {
            assert_eq!(Moment::iso(wrong.as_bytes()), None, "{wrong}");
        }
        for wrong in ["14/Feb/2009:09:10:45:250 -0730", "14/Feb/2009:09:10:45 -0730 x"] {
            assert_eq!(Moment::combined(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
