//! Decimal numbers in programming notation, without a unit: `340.938195`, `1e-3`.

use std::fmt;

use super::{SimDuration, text};

/// The maximum number of digits; further ones are dropped. No quantity has as many.
const DIGITS: usize = 28;

/// A decimal number times a scale, rounded to an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaled {
    /// The nearest integer; halves round up.
    pub nearest: u128,
    /// Whether the product was an integer.
    pub is_whole: bool,
}

/// A non-negative number with a resolution of one thousandth.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(into = "String", try_from = "String")]
pub struct Thousandths(u64);

impl Thousandths {
    /// `count` thousandths.
    pub const fn new(count: u64) -> Self {
        Self(count)
    }

    /// The number of thousandths.
    pub const fn count(self) -> u64 {
        self.0
    }

    /// Parses a decimal number with at most three decimals.
    ///
    /// # Errors
    /// A description of the error, as a fragment of a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let scaled = parse_scaled(text, 1000)?;
        if !scaled.is_whole {
            return Err("more than three decimals".into());
        }
        u64::try_from(scaled.nearest).map(Self).map_err(|_| "too large".into())
    }

    /// Parses a quantity with a metric's `unit` (`s`, `bytes`, `bit/s`), such as `2 h` or `10 Mbit/s`, or a number in
    /// that unit.
    ///
    /// # Errors
    /// A description of the error, and what is expected.
    pub fn parse_quantity(words: &str, unit: &str) -> Result<Self, String> {
        if let Ok(number) = Self::parse(words) {
            return Ok(number);
        }
        let whole = |count: u64| count.checked_mul(1000).ok_or_else(|| "too large".to_string());
        let (read, form) = match unit {
            "s" => {
                let nanos = text::parse_duration(words).map(SimDuration::as_nanos);
                let millis = nanos.and_then(|nanos| match nanos % 1_000_000 {
                    0 => Ok(nanos / 1_000_000),
                    _ => Err("finer than a millisecond".into()),
                });
                (millis, text::DURATION_FORM)
            }
            "bytes" => {
                (text::parse_bytes(words).and_then(|at| whole(at.count())), text::BYTES_FORM)
            }
            "bit/s" => {
                (text::parse_rate(words).and_then(|at| whole(at.bits_per_sec())), text::RATE_FORM)
            }
            _ => (Self::parse(words).map(Self::count), "a number such as 10"),
        };
        read.map(Self).map_err(|why| format!("`{words}`: {why}; expected {form}"))
    }
}

impl fmt::Display for Thousandths {
    /// With as many decimals as needed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 1000, self.0 % 1000);
        match part {
            0 => write!(f, "{whole}"),
            _ => write!(f, "{}", format!("{whole}.{part:03}").trim_end_matches('0')),
        }
    }
}

impl From<Thousandths> for String {
    fn from(number: Thousandths) -> Self {
        number.to_string()
    }
}

impl TryFrom<String> for Thousandths {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

/// Parses a non-negative number and multiplies it by `scale`, without floating-point numbers.
///
/// # Errors
/// A description of the error, as a fragment of a sentence.
pub fn parse_scaled(text: &str, scale: u32) -> Result<Scaled, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("no value".into());
    }
    let malformed = || format!("`{text}` is not a number");
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (number, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(malformed());
    }
    let exponent: i32 = exponent.parse().map_err(|_| malformed())?;
    let behind = i32::try_from(fraction.len()).map_err(|_| malformed())?;
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Ok(Scaled { nearest: 0, is_whole: true });
    }
    if text.starts_with('-') {
        return Err("negative".into());
    }
    let (kept, dropped) = digits.split_at(digits.len().min(DIGITS));
    let shift = i32::try_from(dropped.len()).map_err(|_| malformed())?;
    let product = kept.parse::<u128>().map_err(|_| malformed())? * u128::from(scale);
    let mut scaled = shifted(product, exponent.saturating_sub(behind).saturating_add(shift))?;
    scaled.is_whole &= dropped.bytes().all(|digit| digit == b'0');
    Ok(scaled)
}

/// `number × 10^exponent`.
fn shifted(number: u128, exponent: i32) -> Result<Scaled, String> {
    let tens = 10_u128.checked_pow(exponent.unsigned_abs());
    let (nearest, is_whole) = if exponent >= 0 {
        (tens.and_then(|tens| number.checked_mul(tens)).ok_or("too large")?, true)
    } else {
        // A divisor that does not fit is greater than twice any product.
        tens.map_or((0, false), |tens| {
            let (quotient, rest) = (number / tens, number % tens);
            (quotient + u128::from(rest >= tens - rest), rest == 0)
        })
    };
    Ok(Scaled { nearest, is_whole })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_read_as_programs_write_them() {
        for (text, nearest, is_whole) in [
            ("0", 0, true),
            ("-0.0", 0, true),
            ("1", 1_000_000_000, true),
            ("+1.", 1_000_000_000, true),
            (".5", 500_000_000, true),
            ("340.938195000", 340_938_195_000, true),
            ("1e-3", 1_000_000, true),
            ("2.5E3", 2_500_000_000_000, true),
            ("0.0000000004999", 0, false),
            ("0.0000000005", 1, false),
            ("64.97613470145767", 64_976_134_701, false),
            ("1e-999999", 0, false),
            ("0e999999", 0, true),
            ("0.30000000000000000000000000000000000000000001", 300_000_000, false),
        ] {
            assert_eq!(
                parse_scaled(text, 1_000_000_000),
                Ok(Scaled { nearest, is_whole }),
                "{text}"
            );
        }
    }

    #[test]
    fn an_invalid_number_is_refused() {
        for (text, said) in [
            (" ", "no value"),
            ("-1e-9", "negative"),
            ("nan", "`nan` is not a number"),
            ("inf", "`inf` is not a number"),
            ("1e", "`1e` is not a number"),
            ("1.2.3", "`1.2.3` is not a number"),
            ("--1", "`--1` is not a number"),
            ("0x10", "`0x10` is not a number"),
            ("1,5", "`1,5` is not a number"),
            ("1e39", "too large"),
            ("1e999999", "too large"),
            ("1e999999999999", "`1e999999999999` is not a number"),
        ] {
            assert_eq!(parse_scaled(text, 1).unwrap_err(), said, "{text}");
        }
    }

    #[test]
    fn thousandths_read_and_print() {
        for (text, said) in
            [("7200", "7200"), ("0.50", "0.5"), ("1e3", "1000"), ("12.345", "12.345")]
        {
            assert_eq!(Thousandths::parse(text).unwrap().to_string(), said);
        }
        assert_eq!(Thousandths::parse("0.0001").unwrap_err(), "more than three decimals");
        assert_eq!(Thousandths::parse("1e17").unwrap_err(), "too large");
    }

    proptest! {
        #[test]
        fn what_is_written_with_all_digits_comes_back(nanos in any::<u64>()) {
            let text = format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000);
            let read = parse_scaled(&text, 1_000_000_000);
            prop_assert_eq!(read, Ok(Scaled { nearest: nanos.into(), is_whole: true }));
        }
    }
}
