//! Parses quantities in the notations of people and programs: rates (`2 Mbps`, `512Kbps`, `E1`, `20/1 Mbit/s`), times
//! (`12 ms`, `1,5 s`), and units in a header (`Bandwidth (Mbps)`, `latency_ms`).
//!
//! A scenario has one notation for each quantity ([`crate::units::text`]); files of other programs have many. A number
//! without a unit is never given one by assumption.

mod attribute;
mod cell;
mod header;
mod label;
mod length;
mod rate;
mod time;

pub use attribute::{AttributeRule, Meaning};
pub(super) use cell::{UNCOMPUTED, formula_error, is_missing};
pub(super) use header::{Quantity, plain, quantity_of_header, rank_of_header, unit_of_header};
pub(super) use label::{rate_in, time_in};
pub(super) use length::parse_length;
pub(super) use rate::{ONLY_AWAY, Rate, RateUnit, is_rate, parse_rate, parse_rate_up};
pub(super) use time::parse_latency;

/// The longest text in bytes that is read as a quantity, and the longest name that is searched for a unit. Both are read
/// from several of their characters on, so that the work on a longer one would grow with its square.
const LONGEST: usize = 400;
const LONGEST_NAME: usize = 80;

/// What a point may be in a number whose unit stands elsewhere: in the header, or in a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Point {
    /// Programs write it in front of decimals.
    #[default]
    Decimal,
    /// In tables it also separates thousands, in some languages.
    Either,
}

/// The number at the beginning of `text` and the rest, with a decimal point or comma and any of the usual thousands
/// separators.
///
/// # Errors
/// If no number begins there, if it is ambiguous (`1,000`), or if `text` is too long for a quantity.
fn number(text: &str) -> Result<(f64, &str), String> {
    if text.len() > LONGEST {
        return Err(format!("longer than {LONGEST} bytes"));
    }
    let is_part = |at: usize, c: char| match c {
        '0'..='9' | '.' | ',' | '\'' | '_' => true,
        // A space separates thousands if three digits follow.
        ' ' | '\u{a0}' | '\u{202f}' => {
            let after = &text[at + c.len_utf8()..];
            at > 0 && after.chars().take_while(char::is_ascii_digit).count() == 3
        }
        _ => false,
    };
    let end =
        text.char_indices().find(|(at, c)| !is_part(*at, *c)).map_or(text.len(), |(at, _)| at);
    let written = text[..end].trim_end_matches([',', '.']);
    let rest = &text[written.len()..];
    if let Some(why) = cell::no_quantity(text) {
        return Err(why);
    }
    if !written.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',') {
        return Err(format!("`{text}` does not begin with a number"));
    }
    let digits: String =
        written.chars().filter(|c| c.is_ascii_digit() || ".,".contains(*c)).collect();
    let plain = with_point(&digits).ok_or_else(|| format!("`{written}` is not a number"))?;
    let plain = match plain {
        Number::Plain(plain) => plain,
        Number::Ambiguous => return Err(ambiguous_comma(written)),
    };
    let (exponent, rest) = exponent(rest);
    let value: f64 = format!("{plain}e{exponent}")
        .parse()
        .map_err(|_| format!("`{written}` is not a number"))?;
    if value.is_finite() { Ok((value, rest)) } else { Err(format!("`{text}` is too large")) }
}

/// The same for a number that may be of any size, so that nothing but `point` tells what its point is.
///
/// # Errors
/// Also if the point is ambiguous.
fn number_of_any_size(text: &str, point: Point) -> Result<(f64, &str), String> {
    let (value, rest) = number(text)?;
    let has_group = has_one_group(&text[..text.len() - rest.len()]);
    match point {
        Point::Either if has_group => Err(ambiguous(value)),
        _ => Ok((value, rest)),
    }
}

/// Whether a number may have a point between thousands: `2.048`, but not `2.5`, `0.512` or `2048.000`.
fn has_one_group(number: &str) -> bool {
    let parts: Vec<&str> = number.split('.').collect();
    let are_digits = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    matches!(parts[..], [whole, fraction] if fraction.len() == 3
        && (1..=3).contains(&whole.len()) && !whole.starts_with('0'))
        && are_digits
}

/// The message about a number without a unit if its point may separate thousands.
pub(crate) fn unclear_point(number: &str) -> Option<String> {
    let number = number.trim();
    number.parse().ok().filter(|_| has_one_group(number)).map(ambiguous)
}

/// The message that the point in `number` is ambiguous.
fn ambiguous(number: f64) -> String {
    let decimal = if number.fract() == 0.0 { format!("{number}") } else { format!("{number:.4}") };
    format!(
        "`{number:.3}` is ambiguous: write {} if the point separates thousands, {decimal} if it is a decimal point",
        number * 1e3
    )
}

/// The message that the comma in `written` is ambiguous.
fn ambiguous_comma(written: &str) -> String {
    format!("`{written}` is ambiguous: the comma may be a decimal point or a thousands separator")
}

enum Number {
    /// With a point, and without thousands separators.
    Plain(String),
    /// A comma that may be either.
    Ambiguous,
}

/// Digits, points and commas as a number with a decimal point; `None` if they are not a number.
fn with_point(digits: &str) -> Option<Number> {
    let plain = |text: String| Some(Number::Plain(text));
    let grouped = |separator: char, text: &str| {
        let mut groups = text.split(separator);
        let first = groups.next().unwrap_or_default();
        (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3)
    };
    match (digits.matches(',').count(), digits.matches('.').count()) {
        (0, 0 | 1) => plain(digits.into()),
        (0, _) => grouped('.', digits).then(|| Number::Plain(digits.replace('.', ""))),
        (1, 0) => {
            let (whole, fraction) = digits.split_once(',')?;
            if fraction.len() == 3 && (1..=3).contains(&whole.len()) && whole != "0" {
                return Some(Number::Ambiguous);
            }
            plain(format!("{whole}.{fraction}"))
        }
        (_, 0) => grouped(',', digits).then(|| Number::Plain(digits.replace(',', ""))),
        _ => {
            let (last, other) =
                if digits.rfind(',') > digits.rfind('.') { (',', '.') } else { ('.', ',') };
            let (whole, fraction) = digits.rsplit_once(last)?;
            let is_number = grouped(other, whole) && !fraction.contains(other);
            is_number.then(|| Number::Plain(format!("{}.{fraction}", whole.replace(other, ""))))
        }
    }
}

/// An exponent at the beginning of `text`, and the rest.
fn exponent(text: &str) -> (i32, &str) {
    let none = (0, text);
    let Some(rest) = text.strip_prefix(['e', 'E']) else { return none };
    let digits = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let end = rest.len() - digits.len() + length;
    match rest[..end].parse() {
        Ok(exponent) if length > 0 => (exponent, &rest[end..]),
        _ => none,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_either_mark() {
        let read = |text| number(text).ok();
        assert_eq!(read("2.5 x"), Some((2.5, " x")));
        assert_eq!(read("2,5x"), Some((2.5, "x")));
        assert_eq!(read("1.234,5"), Some((1234.5, "")));
        assert_eq!(read("1,234.5"), Some((1234.5, "")));
        assert_eq!(read("10,000,000"), Some((1e7, "")));
        assert_eq!(read("1 000 kbit"), Some((1000.0, " kbit")));
        assert_eq!(read("0,512 M"), Some((0.512, " M")));
        assert_eq!(read("2.0E6"), Some((2e6, "")));
        assert_eq!(read("2E"), Some((2.0, "E")));
        assert!(number("1,000").unwrap_err().contains("thousands"));
        for text in ["", "x", "-5", "1.2.3", ".", "1e999", ","] {
            assert!(number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_too_long_for_a_quantity_is_not_read_as_one() {
        for factors in [10, 190, 50_000, 3_000_000] {
            let text = format!("{}E1", "1x".repeat(factors));
            let is_short = text.len() <= LONGEST;
            assert_eq!(parse_rate(&text, None, Point::Either).is_ok(), is_short, "{factors}");
            assert_eq!(is_rate(&text, None), is_short, "{factors}");
            assert_eq!(rate_in(&text).is_ok_and(|rate| rate.is_some()), is_short, "{factors}");
            let time = format!("{}1 ms", "0".repeat(2 * factors));
            assert_eq!(parse_latency(&time, None, Point::Decimal).is_ok(), is_short, "{factors}");
        }
        let name = |words: usize| format!("{}(Mbit/s)", "a b ".repeat(words));
        assert!(unit_of_header(&name(15)).is_some());
        assert!(unit_of_header(&name(20)).is_none() && quantity_of_header(&name(20)).is_none());
    }
}
