//! Quantities with units: `"15 min"`, `"60 MB"`, `"10 Mbit/s"`.
//!
//! Parsing is exact: a decimal number times a unit that is an integer number of the base quantity (nanosecond, byte,
//! bit/s); a product that is not an integer is an error. Printing yields the shortest text that parses back to the same
//! value.

use std::fmt;

use super::{BitRate, Bytes, SimDuration, SimTime};

/// The problem of a number that is no multiple of the base quantity.
const TOO_FINE: &str = "finer than the smallest unit";

/// A unit: its spelling, and its size in base quantities.
type Unit = (&'static str, u64);

const TIME: [Unit; 8] = [
    ("w", 604_800_000_000_000),
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("min", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

const BYTES: [Unit; 8] = [
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("B", 1),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
];

const RATE: [Unit; 5] = [
    ("Tbit/s", 1_000_000_000_000),
    ("Gbit/s", 1_000_000_000),
    ("Mbit/s", 1_000_000),
    ("kbit/s", 1_000),
    ("bit/s", 1),
];

/// Other spellings of units, and the unit that is meant.
const MEANT: [(&str, &[&str]); 15] = [
    ("w", &["week", "weeks", "wk", "woche", "wochen", "semaine", "semaines", "semana", "semanas"]),
    ("d", &["day", "days", "tag", "tage", "jour", "jours", "día", "días"]),
    (
        "h",
        &[
            "hour", "hours", "hr", "hrs", "std", "stunde", "stunden", "heure", "heures", "hora",
            "horas",
        ],
    ),
    ("min", &["minute", "minutes", "mins", "m", "minuten", "minuto", "minutos"]),
    ("s", &["second", "seconds", "sec", "secs", "sek", "sekunden", "secondes", "segundos"]),
    ("ms", &["millisecond", "milliseconds", "msec", "msecs", "millis"]),
    ("us", &["microsecond", "microseconds", "usec", "µs", "μs"]),
    ("ns", &["nanosecond", "nanoseconds", "nsec"]),
    ("B", &["byte", "bytes", "octet", "octets"]),
    ("MB", &["megabyte", "megabytes", "mo", "meg"]),
    ("GB", &["gigabyte", "gigabytes", "go"]),
    ("bit/s", &["bps", "b/s", "bits/s", "baud"]),
    ("kbit/s", &["kbps", "kb/s", "kbit", "kbits/s", "k"]),
    ("Mbit/s", &["mbps", "mb/s", "mbit", "mbits/s", "m", "mb"]),
    ("Gbit/s", &["gbps", "gb/s", "gbit", "gbits/s", "g", "gb"]),
];

/// The form of a duration, for error messages.
pub const DURATION_FORM: &str = "a duration such as \"15 min\" (ns, us, ms, s, min, h, d, w)";
/// The form of an amount of data, for error messages.
pub const BYTES_FORM: &str =
    "an amount of data such as \"60 MB\" (B, kB, MB, GB, TB, KiB, MiB, GiB)";
/// The form of a data rate, for error messages.
pub const RATE_FORM: &str =
    "a data rate such as \"10 Mbit/s\" (bit/s, kbit/s, Mbit/s, Gbit/s, Tbit/s)";
/// The form of a time of day, for error messages.
pub const CLOCK_FORM: &str = "a time of day such as \"10:15\"";

/// A decimal number, as a regular expression (ECMA 262).
const NUMBER: &str = r"_*(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9_]*[0-9][0-9_]*)";
/// The input of [`parse_clock`], as a regular expression.
pub const CLOCK_PATTERN: &str = "^(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){1,2}$";

/// The input of [`parse_duration`], as a regular expression.
pub fn duration_pattern() -> String {
    pattern(&TIME)
}

/// The input of [`parse_bytes`], as a regular expression.
pub fn bytes_pattern() -> String {
    pattern(&BYTES)
}

/// The input of [`parse_rate`], as a regular expression.
pub fn rate_pattern() -> String {
    pattern(&RATE)
}

/// A percentage, as a regular expression.
pub fn percent_pattern() -> String {
    format!(r"^\s*{NUMBER}\s*%?\s*$")
}

fn pattern(units: &[Unit]) -> String {
    let names: Vec<&str> = units.iter().map(|(name, _)| *name).collect();
    format!(r"^\s*(?:{NUMBER}\s*(?:{})\s*)+$", names.join("|"))
}

/// Parses a duration, one or several numbers with units: `"15 min"`, `"1 h 30 min"`.
///
/// # Errors
/// A description of the error, as a fragment of a sentence.
pub fn parse_duration(text: &str) -> Result<SimDuration, String> {
    parse(text, &TIME, "time").map(SimDuration::from_nanos)
}

/// Parses an amount of data: `"60 MB"`; decimal prefixes are powers of 1000, `KiB` … of 1024.
///
/// # Errors
/// A description of the error, as a fragment of a sentence.
pub fn parse_bytes(text: &str) -> Result<Bytes, String> {
    parse(text, &BYTES, "data").map(Bytes::new)
}

/// Parses a data rate: `"10 Mbit/s"`; prefixes are decimal.
///
/// # Errors
/// A description of the error, as a fragment of a sentence; rates above 1 Tbit/s are refused.
pub fn parse_rate(text: &str) -> Result<BitRate, String> {
    let rate = parse(text, &RATE, "data rate").map(BitRate::from_bits_per_sec)?;
    if rate > BitRate::MAX {
        return Err(format!("more than {}", BitRate::MAX));
    }
    Ok(rate)
}

/// Parses a percentage, one number with or without `%`, into parts per million: `"2.5 %"`.
///
/// # Errors
/// A description of the error, as a fragment of a sentence.
pub fn parse_percent(text: &str) -> Result<u64, String> {
    const MILLIONTHS: u64 = 10_000;
    let text = text.trim();
    let (number, after) = split_number(text, text)?;
    let sign = after.trim_start();
    if !["", "%"].contains(&sign) {
        let is_another_number = sign.contains(|c: char| c.is_ascii_digit());
        let help = if is_another_number { "" } else { &format!("; did you mean `{number} %`?") };
        return Err(format!("`{sign}` is not a percent sign{help}"));
    }
    times(number, MILLIONTHS).map_err(|why| match why.as_str() {
        TOO_FINE => "finer than 0.0001 %".into(),
        _ => why,
    })
}

/// Parses a time of day, `hh:mm` or `hh:mm:ss`, as the span since midnight.
///
/// # Errors
/// A description of the error, as a fragment of a sentence.
pub fn parse_clock(text: &str) -> Result<SimDuration, String> {
    let fields: Option<Vec<u64>> = text
        .split(':')
        .map(|field| if field.len() == 2 { field.parse().ok() } else { None })
        .collect();
    match fields.as_deref() {
        Some([h, m]) if *h < 24 && *m < 60 => Ok(SimDuration::from_secs(h * 3600 + m * 60)),
        Some([h, m, s]) if *h < 24 && *m < 60 && *s < 60 => {
            Ok(SimDuration::from_secs(h * 3600 + m * 60 + s))
        }
        _ => Err("not a time between \"00:00\" and \"23:59:59\"".into()),
    }
}

/// A number with its noun in the right form: "1 site", "2 sites".
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Prints a duration so that [`parse_duration`] reads the same value.
pub fn print_duration(span: SimDuration) -> String {
    print(span.as_nanos(), &TIME, "s")
}

/// Prints a span of time as people say it, `45 min 33 s` instead of `45.55 min`, so that [`parse_duration`] reads the same
/// value; as [`print_duration`] does if it is not of whole seconds, or takes more than two terms.
pub fn print_duration_in_terms(span: SimDuration) -> String {
    const TERMS: [(&str, u64); 4] = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)];
    let (mut left, mut terms) = (span.as_nanos() / 1_000_000_000, Vec::new());
    for (name, seconds) in TERMS {
        if left >= seconds {
            terms.push(format!("{} {name}", left / seconds));
            left %= seconds;
        }
    }
    let is_whole = span.as_nanos().is_multiple_of(1_000_000_000);
    if is_whole && [1, 2].contains(&terms.len()) { terms.join(" ") } else { print_duration(span) }
}

/// Prints an amount of data so that [`parse_bytes`] reads the same value.
pub fn print_bytes(amount: Bytes) -> String {
    print(amount.count(), &BYTES[..5], "B")
}

/// Prints a rate so that [`parse_rate`] reads the same value.
pub fn print_rate(rate: BitRate) -> String {
    print(rate.bits_per_sec(), &RATE, "bit/s")
}

/// Prints a time of day so that [`parse_clock`] reads the same value (whole seconds).
pub fn print_clock(since_midnight: SimDuration) -> String {
    let secs = since_midnight.as_nanos() / 1_000_000_000;
    let (h, m, s) = (secs / 3600 % 24, secs / 60 % 60, secs % 60);
    if s == 0 { format!("{h:02}:{m:02}") } else { format!("{h:02}:{m:02}:{s:02}") }
}

/// Prints parts per million as a percentage, with as many decimals as needed.
pub fn print_percent(millionths: u64) -> String {
    let digits = format!("{}.{:04}", millionths / 10_000, millionths % 10_000);
    format!("{} %", digits.trim_end_matches('0').trim_end_matches('.'))
}

impl serde::Serialize for SimDuration {
    /// As text, so that a resolved scenario uses the notation of a scenario.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&print_duration(*self))
    }
}

impl serde::Serialize for SimTime {
    /// As the duration since the start.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.since(Self::START).serialize(serializer)
    }
}

impl serde::Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&print_bytes(*self))
    }
}

impl serde::Serialize for BitRate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&print_rate(*self))
    }
}

/// Sum of `number unit` terms, exactly.
fn parse(text: &str, units: &[Unit], what: &str) -> Result<u64, String> {
    let text = text.trim();
    let mut rest = text;
    let mut total: u64 = 0;
    loop {
        let (number, after) = split_number(rest, text)?;
        let after = after.trim_start();
        let end = after.find(|c: char| c.is_whitespace() || c.is_ascii_digit());
        let (unit, tail) = after.split_at(end.unwrap_or(after.len()));
        let scale = scale_of(unit, units, what)?;
        let amount = times(number, scale)?;
        total = total.checked_add(amount).ok_or("too large")?;
        rest = tail.trim_start();
        if rest.is_empty() {
            return Ok(total);
        }
    }
}

/// The number at the begin of `rest`, which is the end of `text`, and what follows it.
fn split_number<'t>(rest: &'t str, text: &str) -> Result<(&'t str, &'t str), String> {
    if rest.is_empty() {
        return Err("no value".into());
    }
    let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_'));
    let (number, after) = rest.split_at(digits.unwrap_or(rest.len()));
    if number.is_empty() {
        let is_negative = after.starts_with('-') && rest == text;
        let no_number = || format!("no number before `{}`", after.trim());
        return Err(if is_negative { "negative".into() } else { no_number() });
    }
    let is_comma =
        after.strip_prefix(',').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if is_comma {
        let meant = text.replacen(',', ".", 1);
        return Err(format!("a comma in a number; did you mean `{meant}`?"));
    }
    Ok((number, after))
}

fn scale_of(unit: &str, units: &[Unit], what: &str) -> Result<u64, String> {
    if unit.is_empty() {
        return Err(format!("a unit of {what} is missing"));
    }
    if let Some((_, scale)) = units.iter().find(|(name, _)| *name == unit) {
        return Ok(*scale);
    }
    let lower = unit.to_lowercase();
    let is_one = |(meant, words): &&(&str, &[&str])| {
        words.contains(&lower.as_str()) && units.iter().any(|(name, _)| name == meant)
    };
    let meant = MEANT.iter().find(is_one).map(|(meant, _)| *meant);
    if let Some(meant) = meant {
        return Err(format!("`{unit}` is not a unit of {what}; did you mean `{meant}`?"));
    }
    let nearest = units
        .iter()
        .min_by_key(|(name, _)| {
            strsim::damerau_levenshtein(&name.to_lowercase(), &unit.to_lowercase())
        })
        .map_or("", |(name, _)| name);
    Err(format!("`{unit}` is not a unit of {what}; did you mean `{nearest}`?"))
}

/// `number × scale` for a decimal `number`, if the product is an integer.
fn times(number: &str, scale: u64) -> Result<u64, String> {
    let malformed = || format!("`{number}` is not a number");
    let clean = number.replace('_', "");
    let (whole, fraction) = clean.split_once('.').unwrap_or((&clean, ""));
    if fraction.contains('.') || (whole.is_empty() && fraction.is_empty()) {
        return Err(malformed());
    }
    let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| malformed())? };
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 18 {
        return Err("too many decimals to be exact".into());
    }
    let tens = 10_u128.pow(u32::try_from(fraction.len()).expect("at most 18"));
    let part: u128 =
        if fraction.is_empty() { 0 } else { fraction.parse().map_err(|_| malformed())? };
    let scaled = whole
        .checked_mul(tens)
        .and_then(|w| w.checked_add(part))
        .and_then(|all| all.checked_mul(u128::from(scale)))
        .ok_or("too large")?;
    if scaled % tens != 0 {
        return Err(TOO_FINE.into());
    }
    u64::try_from(scaled / tens).map_err(|_| "too large".into())
}

/// The value in the largest unit in which it has at most three decimals, else in the next smaller.
fn print(value: u64, units: &[Unit], zero_unit: &str) -> String {
    if value == 0 {
        return format!("0 {zero_unit}");
    }
    let fits = |scale: u64| value >= scale && u128::from(value) * 1000 % u128::from(scale) == 0;
    let (unit, scale) = units.iter().find(|(_, scale)| fits(*scale)).copied().unwrap_or(("", 1));
    let thousandths = u128::from(value) * 1000 / u128::from(scale);
    let (whole, part) = (thousandths / 1000, thousandths % 1000);
    let decimals = format!("{part:03}");
    match decimals.trim_end_matches('0') {
        "" => format!("{whole} {unit}"),
        shown => format!("{whole}.{shown} {unit}"),
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print_bytes(*self))
    }
}

impl fmt::Display for BitRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print_rate(*self))
    }
}

impl fmt::Display for SimDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print_duration(*self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn percentages_have_the_decimals_that_they_need() {
        for (millionths, written) in
            [(0, "0 %"), (25_000, "2.5 %"), (1, "0.0001 %"), (1_000_000, "100 %")]
        {
            assert_eq!(print_percent(millionths), written);
        }
    }

    #[test]
    fn a_percentage_is_one_number() {
        for (text, read) in [
            ("2.5 %", Ok(25_000)),
            (" 100% ", Ok(1_000_000)),
            ("0.0001", Ok(1)),
            ("1_0 %", Ok(100_000)),
            ("", Err("no value")),
            ("%", Err("no number before `%`")),
            ("-5 %", Err("negative")),
            ("2,5 %", Err("a comma in a number; did you mean `2.5 %`?")),
            ("50 percent", Err("`percent` is not a percent sign; did you mean `50 %`?")),
            ("50 %%", Err("`%%` is not a percent sign; did you mean `50 %`?")),
            ("1 min 30 %", Err("`min 30 %` is not a percent sign")),
            ("1 us 30", Err("`us 30` is not a percent sign")),
            ("0.00005 %", Err("finer than 0.0001 %")),
            ("1.2.3 %", Err("`1.2.3` is not a number")),
        ] {
            assert_eq!(parse_percent(text), read.map_err(String::from), "{text}");
        }
    }

    #[test]
    fn quantities_read_as_written() {
        let min = 60_000_000_000;
        assert_eq!(parse_duration("15 min").unwrap().as_nanos(), 15 * min);
        assert_eq!(parse_duration("15min").unwrap().as_nanos(), 15 * min);
        assert_eq!(parse_duration("1 h 30 min").unwrap().as_nanos(), 90 * min);
        assert_eq!(parse_duration("0.5 s").unwrap().as_nanos(), 500_000_000);
        assert_eq!(parse_bytes("60 MB").unwrap(), Bytes::new(60_000_000));
        assert_eq!(parse_bytes("16 KiB").unwrap(), Bytes::new(16_384));
        assert_eq!(parse_rate("10 Mbit/s").unwrap(), BitRate::from_megabits(10));
        assert_eq!(parse_rate("9600 bit/s").unwrap().bits_per_sec(), 9600);
        assert_eq!(parse_clock("10:15").unwrap(), SimDuration::from_mins(615));
    }

    #[test]
    fn impossible_arguments_are_refused() {
        for (text, said) in [
            ("", "no value"),
            ("-5 s", "negative"),
            ("15", "a unit of time is missing"),
            ("min", "no number before `min`"),
            ("15 mins", "`mins` is not a unit of time; did you mean `min`?"),
            ("24 hours", "`hours` is not a unit of time; did you mean `h`?"),
            ("5 seconds", "`seconds` is not a unit of time; did you mean `s`?"),
            ("13,5 ms", "a comma in a number; did you mean `13.5 ms`?"),
            ("1.2.3 s", "`1.2.3` is not a number"),
            ("0.1 ns", "finer than the smallest unit"),
            ("99999999999 d", "too large"),
        ] {
            assert_eq!(parse_duration(text).unwrap_err(), said, "{text:?}");
        }
        assert!(parse_rate("10 MB/s").unwrap_err().contains("Mbit/s"));
        assert!(parse_rate("10 Mbps").unwrap_err().contains("did you mean `Mbit/s`?"));
        assert!(parse_rate("10 M").unwrap_err().contains("did you mean `Mbit/s`?"));
        assert!(parse_rate("2 Tbit/s").unwrap_err().contains("more than 1 Tbit/s"));
        assert!(parse_clock("24:00").is_err() && parse_clock("7:5").is_err());
    }

    #[test]
    fn quantities_print_in_the_unit_a_person_would_choose() {
        assert_eq!(print_duration(SimDuration::from_mins(15)), "15 min");
        assert_eq!(print_duration(SimDuration::from_mins(90)), "1.5 h");
        assert_eq!(print_duration_in_terms(SimDuration::from_mins(90)), "1 h 30 min");
        assert_eq!(print_duration_in_terms(SimDuration::from_secs(2733)), "45 min 33 s");
        assert_eq!(print_duration_in_terms(SimDuration::ZERO), "0 s");
        assert_eq!(print_bytes(Bytes::new(60_000_000)), "60 MB");
        assert_eq!(print_bytes(Bytes::new(16_384)), "16.384 kB");
        assert_eq!(print_rate(BitRate::from_megabits(2500)), "2.5 Gbit/s");
        assert_eq!(print_duration(SimDuration::ZERO), "0 s");
    }

    proptest! {
        #[test]
        fn printing_and_parsing_are_inverse(value in any::<u64>()) {
            let span = SimDuration::from_nanos(value);
            prop_assert_eq!(parse_duration(&print_duration(span)).unwrap(), span);
            let seconds = SimDuration::from_secs(value % 1_000_000);
            prop_assert_eq!(parse_duration(&print_duration_in_terms(seconds)).unwrap(), seconds);
            prop_assert_eq!(parse_duration(&print_duration_in_terms(span)).unwrap(), span);
            let bytes = Bytes::new(value);
            prop_assert_eq!(parse_bytes(&print_bytes(bytes)).unwrap(), bytes);
            let rate = BitRate::from_bits_per_sec(value % BitRate::MAX.bits_per_sec());
            prop_assert_eq!(parse_rate(&print_rate(rate)).unwrap(), rate);
        }
    }
}
