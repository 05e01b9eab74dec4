//! Data rates and times in the labels of maps.

use super::rate::{Rate, RateUnit, Term, circuit, is_ambiguous, pair};
use super::time::{nanoseconds, time_unit};
use super::{LONGEST, Number, ambiguous, ambiguous_comma, has_one_group, with_point};
use crate::units::{BitRate, SimDuration};

/// What stands between the two ends of a range.
const RANGE: [&str; 7] = ["-", "–", "—", "‐", "‑", "to ", "bis "];

/// The first speed in `label`, if there is one: a rate (`2.5 Gbps`, `10 Mb/s`), a pair of rates towards a site and away
/// from it (`50/10 Mbit/s`), a circuit (`OC-48`, `STM-1`, `DS-3`, `E1`, `GbE`), or a multiple of one (`4x155 Mbps`,
/// `STM-4x2`). For a range (`10-34 Mb/s`) it is the lower end, for a bound (`< 2.5 Gbps`) the bound. On the labels of
/// maps a capital B means bits, too. A label that is too long names none.
///
/// # Errors
/// A number that can be read in two ways (`2,048 Mbit/s`), or a sum (`2 Mbit/s + 4 Mbit/s`).
pub(in crate::import) fn rate_in(label: &str) -> Result<Option<Rate>, String> {
    let rate = |at: usize| {
        let (text, is_first) = (&label[at..], is_first(&label[..at]));
        // Of `10/100/1000 Mbit/s` the last counts.
        let both = pair_at(text, is_first).filter(|_| !label[..at].ends_with('/'));
        let both = both.map(|rate| Ok(Some(rate)));
        both.or_else(|| Some(speed(text, is_first)?.map(one_rate)))
    };
    let Some((first, read)) = starts(label).find_map(|at| Some((at, rate(at)?))) else {
        return Ok(None);
    };
    let is_added = |at: usize| label[..at].trim_end().ends_with('+') && rate(at).is_some();
    let mut others = starts(label).skip_while(|at| *at <= first);
    if is_summand(&label[..first]) || others.any(is_added) {
        return Err("a sum of rates: write one rate, or a link for each".into());
    }
    read
}

/// Whether what follows `before` is added to a number at its end: the `4` of `2 + 4 Mbit/s` or `2M + 4M`.
fn is_summand(before: &str) -> bool {
    let added_to = before.trim_end().strip_suffix('+').unwrap_or_default();
    let last = added_to.split_whitespace().next_back().unwrap_or_default();
    last.starts_with(|c: char| c.is_ascii_digit())
}

/// The first time in `label`, such as the `12 ms` of `2 Mbit/s, 12 ms`; other words may only stand before it.
///
/// # Errors
/// A number that can be read in two ways (`1,200 ms`), or a sum (`5 ms + 3 ms`).
pub(in crate::import) fn time_in(label: &str) -> Result<Option<SimDuration>, String> {
    let is_of_range = |before: &str| {
        let ends = RANGE.iter().filter_map(|sign| before.trim_end().strip_suffix(sign.trim_end()));
        let is_end = |rest: &str| rest.ends_with(|c: char| c.is_ascii_digit());
        ends.map(str::trim_end).any(|rest| rest.is_empty() || is_end(rest))
    };
    let first = starts(label).find_map(|at| {
        let before = &label[..at];
        let number =
            Decimal::at(&label[at..], is_first(before)).filter(|_| !is_of_range(before))?;
        let rest = number.rest.trim_start();
        let (word, after) = rest.split_at(letters(rest));
        let unit = time_unit(word).filter(|_| word.ends_with('s'));
        let next = after.trim_start().strip_prefix('+').map(str::trim_start);
        let is_added_to = next.is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()));
        if unit.is_some() && (is_added_to || is_summand(before)) {
            return Some(Err("a sum of times: write one time".into()));
        }
        let is_end = after.trim_start_matches(' ').is_empty()
            || after.trim_start_matches(' ').starts_with([',', ';', '/', '|', '\n', '(', ')']);
        let unit = unit.filter(|_| is_end)?;
        match number.value() {
            Ok(value) => nanoseconds(value * unit).ok().map(Ok),
            Err(why) => Some(Err(why)),
        }
    });
    first.transpose()
}

/// The places in `label` at which a quantity may begin: the beginnings of words and numbers.
fn starts(label: &str) -> impl Iterator<Item = usize> {
    let label = if label.len() > LONGEST { "" } else { label };
    let is_start = |at: usize| {
        let (before, after) = label.split_at(at);
        let mut before = before.chars().rev();
        match before.next() {
            None => true,
            // Within a number.
            Some(',' | '\u{a0}' | '\u{202f}') => {
                !(before.next().is_some_and(|c| c.is_ascii_digit())
                    && after.starts_with(|c: char| c.is_ascii_digit()))
            }
            Some(c) => !c.is_alphanumeric() && c != '.',
        }
    };
    label.char_indices().map(|(at, _)| at).filter(move |at| is_start(*at))
}

/// Whether what follows `before` is the first of its part of a label, so that a space may separate the thousands of a
/// number: the `5` of `ring 5 100 Mbit/s` is a number of its own.
fn is_first(before: &str) -> bool {
    let before = before.trim_end_matches(' ');
    before.is_empty() || before.ends_with(['\n', ',', ';', ':', '(', '|', '=', '<', '>', '~'])
}

/// The pair of rates at the beginning of a part of a label.
fn pair_at(text: &str, is_first: bool) -> Option<Rate> {
    let (rate, rest) = pair(text)?;
    let written = &text[..text.len() - rest.len()];
    let digit = |c: char| c.is_ascii_digit();
    let words: Vec<&str> = written.split_whitespace().collect();
    let has_gap = words.windows(2).any(|two| two[0].ends_with(digit) && two[1].starts_with(digit));
    // `3G/4G` is no rate, and two circuits are one link in two notations.
    let is_rate = written.contains(['b', 'B']) && circuit(text).is_none() && !rest.starts_with('/');
    (is_rate && (is_first || !has_gap)).then_some(rate)
}

/// The speed at the beginning of a part of a label, in bit/s.
fn speed(text: &str, is_first: bool) -> Option<Result<f64, String>> {
    let is_port = |rest: &str| {
        rest.strip_prefix('/').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    match circuit(text) {
        // `E1/0` is an interface.
        Some((_, rest)) if is_port(rest) => None,
        Some((rate, _)) => Some(Ok(rate)),
        None => labelled(text, is_first),
    }
}

fn labelled(text: &str, is_first: bool) -> Option<Result<f64, String>> {
    let number = Decimal::at(text, is_first)?;
    let rest = number.rest.trim_start();
    if let Some(rest) = rest.strip_prefix(['x', 'X', '*', '×']) {
        let one = speed(rest.trim_start(), false)?;
        return Some(one.and_then(|one| Ok(number.value()? * one)));
    }
    if let Some(unit) = label_unit(rest) {
        return Some(number.of(unit));
    }
    // A range: its first number has its own prefix, or that of the second.
    let own = rest.chars().next().filter(|_| letters(rest) == 1).and_then(prefix);
    let after = if own.is_some() { &rest[1..] } else { rest }.trim_start();
    let second = RANGE.iter().find_map(|sign| after.strip_prefix(sign))?;
    let second = Decimal::at(second.trim_start(), false)?;
    let of_second = label_unit(second.rest.trim_start())?;
    Some(number.of(own.unwrap_or(of_second)))
}

/// The value of a unit of data rate at the beginning of a label's part.
fn label_unit(text: &str) -> Option<f64> {
    let end = text.find(|c: char| !c.is_ascii_alphabetic() && c != '/').unwrap_or(text.len());
    let lower = text[..end].to_ascii_lowercase();
    let (factor, rest) = match lower.chars().next().and_then(prefix) {
        Some(factor) => (factor, &lower[1..]),
        None => (1.0, lower.as_str()),
    };
    let is_rate = ["b", "be", "bps", "bs", "b/s", "bit", "bits", "bit/s", "bits/s"].contains(&rest);
    (is_rate && (factor > 1.0 || rest != "b")).then_some(factor)
}

fn prefix(letter: char) -> Option<f64> {
    match letter.to_ascii_lowercase() {
        'k' => Some(1e3),
        'm' => Some(1e6),
        'g' => Some(1e9),
        't' => Some(1e12),
        _ => None,
    }
}

fn letters(text: &str) -> usize {
    text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len())
}

/// A number of bit/s in both directions; `None` if it is below one.
fn one_rate(bits: f64) -> Option<Rate> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates, not below 0"
    )]
    let whole = bits.round() as u64;
    let down = BitRate::from_bits_per_sec(whole).min(BitRate::MAX);
    (bits >= 1.0).then_some(Rate { down, up: None })
}

/// A number in a label, with a decimal point or comma, and what follows it.
struct Decimal<'l> {
    written: &'l str,
    read: Number,
    rest: &'l str,
}

impl<'l> Decimal<'l> {
    /// The number at the beginning of `text`; a space separates thousands only if it `is_first`.
    fn at(text: &'l str, is_first: bool) -> Option<Self> {
        let is_part = |at: usize, c: char| {
            let after = &text[at + c.len_utf8()..];
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            match c {
                '0'..='9' | '.' => true,
                ',' => at > 0 && digits > 0,
                '\u{a0}' | '\u{202f}' => at > 0 && digits == 3,
                ' ' => at > 0 && digits == 3 && is_first,
                _ => false,
            }
        };
        let end = text.char_indices().find(|(at, c)| !is_part(*at, *c));
        let (written, rest) = text.split_at(end.map_or(text.len(), |(at, _)| at));
        let digits: String = written.chars().filter(|c| !c.is_whitespace()).collect();
        (!digits.is_empty()).then_some(())?;
        Some(Self { written, read: with_point(&digits)?, rest })
    }

    fn value(&self) -> Result<f64, String> {
        match &self.read {
            Number::Plain(digits) => {
                digits.parse().map_err(|_| format!("`{}` is not a number", self.written))
            }
            Number::Ambiguous => Err(ambiguous_comma(self.written)),
        }
    }

    /// This many of a unit of data rate.
    fn of(&self, unit: f64) -> Result<f64, String> {
        let number = self.value()?;
        let may_be_thousands = has_one_group(self.written);
        let of_one = RateUnit::Bits(unit);
        let term = Term { number, unit: Some(of_one), may_be_thousands };
        let bits = number * unit;
        let is_clear = !is_ambiguous(term, of_one, bits, super::Point::Decimal);
        if is_clear { Ok(bits) } else { Err(ambiguous(number)) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rate::{OC, STM};
    use super::*;

    #[test]
    fn labels_of_the_topology_zoo_are_understood() {
        let table = [
            ("45 Mbps DS-3", 45e6),
            ("OC192/STM64", 192.0 * OC),
            ("OC-192c", 192.0 * OC),
            ("STM-64x2", 128.0 * STM),
            ("POS OC-48", 48.0 * OC),
            ("ANS CO+RE T1", 1.544e6),
            ("E3", 34.368e6),
            ("2.5 Gbps", 2.5e9),
            ("< 10 Gbps", 10e9),
            ("<= 10 Mbps backup", 10e6),
            (">10Gbps", 10e9),
            ("<45Mb", 45e6),
            ("1-20Gbps", 1e9),
            ("10-34 Mb/s", 10e6),
            ("1-4.999Gbps", 1e9),
            ("300M-1Gb/s", 300e6),
            ("Dark Fiber (1-10Gbps)", 1e9),
            ("2x10Gb/s", 20e9),
            ("3 x 622Mbps", 1866e6),
            ("8*GbE", 8e9),
            ("4*2 Mbps PDH", 8e6),
            ("DTP-Ring 2.5 Gbit/s", 2.5e9),
            ("9600 bit/s", 9600.0),
            ("10 GB/s - redundantno", 10e9),
        ];
        for (label, expected) in table {
            assert_eq!(read(label), [bits(expected); 2], "{label}");
        }
    }

    #[test]
    fn numbers_in_labels_are_those_of_tables() {
        let table = [
            ("0,5 Mbit/s", 0.5e6),
            ("2,5 Mbit/s, 12,5 ms", 2.5e6),
            ("(2,5Gb/s)", 2.5e9),
            ("2.048 Mbit/s", 2.048e6),
            ("1,000,000 bit/s", 1e6),
            ("1.234,5 kbit/s", 1_234_500.0),
            ("1 544 kbit/s", 1.544e6),
            ("MPLS: 2\u{a0}048 kbit/s", 2.048e6),
            ("ring 5 100 Mbit/s", 100e6),
            ("10–20 Mbit/s", 10e6),
            ("10 to 20 Mbit/s", 10e6),
            ("300M — 1Gb/s", 300e6),
            ("2×10 Gbit/s", 20e9),
            ("4X155 Mbps", 620e6),
            ("10/100/1000 Mbit/s", 1e9),
            ("Gi0/1 - Te1/0/1 10 Mbit/s", 10e6),
            ("E1/0 to T3/1: 10 Mbit/s", 10e6),
            ("port 0/1 100 Mbit/s", 100e6),
            ("10 Mbit/s / 12 ms", 10e6),
        ];
        for (label, expected) in table {
            assert_eq!(read(label), [bits(expected); 2], "{label}");
        }
        for label in ["2,048 Mbit/s", "1,000 kbit/s, 5 ms", "2.048 kbit/s", "10.000 Mbit/s"] {
            assert!(rate_in(label).is_err_and(|why| why.contains("ambiguous")), "{label}");
        }
        for label in [
            "2 Mbit/s + 4 Mbit/s",
            "2+4 Mbit/s",
            "2M +4 Mbit/s",
            "DSL 2Mbps+2x4Mbps",
            "E1 + 10/2 Mbit/s",
            "E1+E3",
        ] {
            assert!(rate_in(label).is_err_and(|why| why.contains("sum")), "{label}");
        }
        for label in ["DSL + 10 Mbit/s", "+10 Mbit/s", "10 Mbit/s + 4G", "10 Mbit/s CO+RE T1"] {
            assert_eq!(read(label), [bits(10e6); 2], "{label}");
        }
    }

    #[test]
    fn a_pair_is_the_rate_towards_the_site_and_the_one_away_from_it() {
        for label in [
            "50/10 Mbit/s",
            "VDSL 50/10 Mbit/s, 12 ms",
            "50 Mbit/s / 10 Mbit/s",
            "10 Mbit/s up / 50 Mbit/s down",
            "ring 3 50/10 Mbit/s",
        ] {
            assert_eq!(read(label), [bits(50e6), bits(10e6)], "{label}");
        }
    }

    #[test]
    fn times_stand_beside_rates() {
        let table = [
            ("2 Mbit/s, 12 ms", Some(12_000_000)),
            ("2,5 Mbit/s, 12,5 ms", Some(12_500_000)),
            ("10 Mbit/s 0,5 ms", Some(500_000)),
            ("2 Mbit/s,12ms", Some(12_000_000)),
            ("RTT: 3 ms (fibre)", Some(3_000_000)),
            ("50us", Some(50_000)),
            ("10 Mbit/s", None),
            ("10-20 ms", None),
            ("10 – 20 ms", None),
            ("-5 ms", None),
            ("RTT - 5 ms", Some(5_000_000)),
            ("9600 bits", None),
            ("built in 90 s of haste", None),
        ];
        for (label, expected) in table {
            let read = time_in(label).map(|time| time.map(SimDuration::as_nanos));
            assert_eq!(read, Ok(expected), "{label}");
        }
        assert!(time_in("2 Mbit/s, 1,200 ms").is_err_and(|why| why.contains("ambiguous")));
        for label in ["2 Mbit/s, 5 ms + 3 ms", "5 + 3 ms", "5ms+3ms"] {
            assert!(time_in(label).is_err_and(|why| why.contains("sum")), "{label}");
        }
    }

    fn read(label: &str) -> [u64; 2] {
        let rate = rate_in(label).unwrap_or_else(|why| panic!("{label}: {why}"));
        let Rate { down, up } = rate.unwrap_or_else(|| panic!("{label}"));
        [down, up.unwrap_or(down)].map(BitRate::bits_per_sec)
    }

    fn bits(number: f64) -> u64 {
        one_rate(number).expect("a rate").down.bits_per_sec()
    }

    #[test]
    fn what_names_no_speed_has_none() {
        let labels = [
            "",
            "Fibre",
            "SeaMeWe-3",
            "TAT-14",
            "1Q 2003",
            "Completion 2007-2008",
            "Adria-1",
            "72 Lambda ROADM Network",
            "3 b",
            "5 miles",
            "Blue",
            "1.2.3 Gbps",
            "é5",
            "3G/4G backup",
            "Ge0/1",
            "E1/0",
        ];
        for label in labels {
            assert_eq!(rate_in(label), Ok(None), "{label}");
        }
    }
}
