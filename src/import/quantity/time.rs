//! Times.

use super::{Point, is_missing, number, number_of_any_size};
use crate::units::SimDuration;

const UNITS: [(f64, &[&str]); 5] = [
    (1.0, &["ns", "nsec", "nanosecond", "nanoseconds"]),
    (1e3, &["us", "µs", "μs", "usec", "microsecond", "microseconds"]),
    (
        1e6,
        &[
            "ms",
            "msec",
            "millisec",
            "millisecond",
            "milliseconds",
            "millisekunden",
            "millisecondes",
        ],
    ),
    (1e9, &["s", "sec", "secs", "second", "seconds", "sek", "sekunden", "secondes", "segundos"]),
    (60e9, &["min", "minute", "minutes"]),
];

const MICROSECOND: f64 = 1e3;
/// The maximum latency: more is treated as a typing error.
const LONGEST: f64 = 3_600e9;

/// The value of a unit of time, in nanoseconds; `None` if it is not one.
pub(super) fn time_unit(word: &str) -> Option<f64> {
    let word = word.trim().to_lowercase();
    UNITS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(worth, _)| *worth)
}

/// Parses a whole cell or attribute as a latency in nanoseconds, with `unit` from the header; `None` if it has no
/// value. `point` is what a point may be in a number without a unit of its own.
///
/// # Errors
/// A description of the error, as a fragment of a sentence.
pub(in crate::import) fn parse_latency(
    text: &str,
    unit: Option<f64>,
    point: Point,
) -> Result<Option<SimDuration>, String> {
    if is_missing(text) {
        return Ok(None);
    }
    if text.trim_start().starts_with('-') {
        return Err("negative".into());
    }
    let (value, rest) = number(text.trim())?;
    let word = rest.trim();
    let unit = match word {
        "" => {
            let unit = unit.ok_or("a unit of time is missing")?;
            // Latencies have thousands of microseconds, and not thousandths.
            let point = if unit > MICROSECOND { Point::Decimal } else { point };
            let _ = number_of_any_size(text.trim(), point)?;
            unit
        }
        _ => time_unit(word).ok_or_else(|| format!("`{word}` is not a unit of time"))?,
    };
    nanoseconds(value * unit).map(Some)
}

/// A number of nanoseconds as a latency.
///
/// # Errors
/// If it is longer than an hour.
pub(super) fn nanoseconds(number: f64) -> Result<SimDuration, String> {
    if number > LONGEST {
        return Err("a latency of more than an hour".into());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to an hour"
    )]
    let number = number.round() as u64;
    Ok(SimDuration::from_nanos(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let read = |text, unit| {
            parse_latency(text, unit, Point::Either).map(|span| span.map(SimDuration::as_nanos))
        };
        assert_eq!(read("12 ms", None), Ok(Some(12_000_000)));
        assert_eq!(read("1,5ms", None), Ok(Some(1_500_000)));
        assert_eq!(read("50 msec", None), Ok(Some(50_000_000)));
        assert_eq!(read("50us", None), Ok(Some(50_000)));
        assert_eq!(read("0.012", Some(1e9)), Ok(Some(12_000_000)));
        assert_eq!(read("1.200", Some(1e6)), Ok(Some(1_200_000)));
        assert_eq!(read("1200", Some(1e3)), Ok(Some(1_200_000)));
        assert!(read("1.200", Some(1e3)).unwrap_err().contains("write 1200 if"));
        assert_eq!(read("-", None), Ok(None));
        assert_eq!(read("0", Some(1e6)), Ok(Some(0)));
        assert!(read("12", None).unwrap_err().contains("a unit of time is missing"));
        assert!(read("12 Mbit/s", None).unwrap_err().contains("not a unit of time"));
        assert!(read("2000", Some(60e9)).unwrap_err().contains("an hour"));
    }
}
