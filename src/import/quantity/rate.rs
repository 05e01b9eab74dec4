//! Data rates.

use super::{is_missing, number};
use crate::units::BitRate;

/// The rate of one unit of a circuit's number, in bit/s. Sources: ANSI T1.105 (`OC`), ITU-T G.707 (`STM`), G.702 (`E`,
/// `DS` and `T`), IEEE 802.3 (`FE`, `GE`).
const OC: f64 = 51_840_000.0;
const STM: f64 = 155_520_000.0;
const CIRCUITS: [(&str, u64, f64); 8] = [
    ("DS", 0, 64_000.0),
    ("DS", 1, 1_544_000.0),
    ("DS", 3, 44_736_000.0),
    ("T", 1, 1_544_000.0),
    ("T", 3, 44_736_000.0),
    ("E", 0, 64_000.0),
    ("E", 1, 2_048_000.0),
    ("E", 3, 34_368_000.0),
];
const ETHERNETS: [(&str, f64); 6] = [
    ("fe", 1e8),
    ("ge", 1e9),
    ("gbe", 1e9),
    ("gige", 1e9),
    ("fastethernet", 1e8),
    ("gigabitethernet", 1e9),
];

/// Words next to a rate that have no effect.
const ASIDE: [&str; 12] = [
    "down",
    "up",
    "dl",
    "ul",
    "download",
    "upload",
    "downstream",
    "upstream",
    "symmetric",
    "symmetrical",
    "sym",
    "ethernet",
];

/// A unit of data rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::import) enum RateUnit {
    /// A number of bit/s.
    Bits(f64),
    /// Bytes, with their size in bits: refused, because this is too easily a mistake for bits.
    Bytes(f64),
    /// All capitals: bits or bytes.
    Unclear,
}

/// The rate of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::import) struct Rate {
    /// Towards the site.
    pub(in crate::import) down: BitRate,
    /// From the site, if given.
    pub(in crate::import) up: Option<BitRate>,
}

/// Parses a whole cell or attribute as a rate, with `unit` from the header; `None` if it has no value.
///
/// # Errors
/// A description of the error, as a fragment of a sentence.
pub(in crate::import) fn parse_rate(
    text: &str,
    unit: Option<RateUnit>,
) -> Result<Option<Rate>, String> {
    if is_missing(text) {
        return Ok(None);
    }
    if text.trim_start().starts_with('-') {
        return Err("negative".into());
    }
    let (first, rest) = term(text.trim())?;
    let rest = aside(rest);
    let (second, rest) = match rest.strip_prefix('/') {
        Some(rest) => {
            let (second, rest) = term(rest.trim_start())?;
            (Some(second), aside(rest))
        }
        None => (None, rest),
    };
    if !rest.is_empty() {
        return Err(format!("`{rest}` after a data rate"));
    }
    let own = |term: Term| term.unit.or(second.and_then(|second| second.unit)).or(unit);
    let rate = |term: Term| worth(term.number, own(term));
    Ok(Some(Rate { down: rate(first)?, up: second.map(rate).transpose()? }))
}

/// A number and its unit.
#[derive(Clone, Copy)]
struct Term {
    number: f64,
    unit: Option<RateUnit>,
}

/// The term at the beginning of `text`, and the rest.
fn term(text: &str) -> Result<(Term, &str), String> {
    if let Some((rate, rest)) = circuit(text).or_else(|| ethernet(text)) {
        return Ok((Term { number: rate, unit: Some(RateUnit::Bits(1.0)) }, rest));
    }
    let (value, rest) = number(text)?;
    let rest = rest.trim_start();
    if let Some(rest) = rest.strip_prefix(['x', 'X', '*', '×']) {
        let (one, rest) = term(rest.trim_start())?;
        return Ok((Term { number: value * one.number, ..one }, rest));
    }
    let (word, rest) = unit_word(rest);
    if word.is_empty() {
        return Ok((Term { number: value, unit: None }, rest));
    }
    let ethernet = ETHERNETS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name));
    let unit = ethernet.map(|(_, one)| RateUnit::Bits(*one)).or_else(|| rate_unit(word));
    let unit = unit.ok_or_else(|| format!("`{word}` is not a unit of data rate"))?;
    Ok((Term { number: value, unit: Some(unit) }, rest))
}

/// The rate of the Ethernet standard at the beginning of `text`, and the rest.
fn ethernet(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let known = ETHERNETS.iter().find(|(known, _)| text[..end].eq_ignore_ascii_case(known));
    known.map(|(_, rate)| (*rate, &text[end..]))
}

/// The unit at the beginning of `text`: letters, optionally followed by `/s`.
fn unit_word(text: &str) -> (&str, &str) {
    let letters = |text: &str| text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let mut end = letters(text);
    if let Some(after) = text[end..].strip_prefix('/').filter(|_| end > 0) {
        let seconds = letters(after);
        if ["s", "sec", "second", "sek", "sekunde"]
            .contains(&after[..seconds].to_lowercase().as_str())
        {
            end += 1 + seconds;
        }
    } else if let Some(after) = text[end..].strip_prefix(" per second").filter(|_| end > 0) {
        end = text.len() - after.len();
    }
    (&text[..end], &text[end..])
}

/// `text` without words that have no effect.
fn aside(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        rest = rest.trim_start_matches(['(', ')', '↓', '↑', ',', ';']).trim_start();
        let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        if end == 0 || !ASIDE.contains(&rest[..end].to_lowercase().as_str()) {
            return rest;
        }
        rest = rest[end..].trim_start();
    }
}

/// A number of units as a rate.
fn worth(number: f64, unit: Option<RateUnit>) -> Result<BitRate, String> {
    let bits = match unit {
        None => return Err("a unit of data rate is missing".into()),
        Some(RateUnit::Bits(one)) => number * one,
        Some(RateUnit::Bytes(one)) => {
            let bits = number * one / 1e6;
            return Err(format!(
                "bytes per second: a byte is 8 bits, so that would be {bits} Mbit/s"
            ));
        }
        Some(RateUnit::Unclear) => {
            return Err(
                "in capitals this is ambiguous: bits or bytes per second, a factor of 8".into()
            );
        }
    };
    if bits < 0.5 {
        return Err("nothing can move at a rate of zero".into());
    }
    let rate = BitRate::from_bits_per_sec(whole(bits));
    if rate > BitRate::MAX { Err(format!("more than {}", BitRate::MAX)) } else { Ok(rate) }
}

/// The value of a unit of data rate; `None` if it is not one.
pub(in crate::import) fn rate_unit(word: &str) -> Option<RateUnit> {
    const PREFIXES: [(&str, f64); 12] = [
        ("kilo", 1e3),
        ("mega", 1e6),
        ("giga", 1e9),
        ("tera", 1e12),
        ("ki", 1024.0),
        ("mi", 1_048_576.0),
        ("gi", 1_073_741_824.0),
        ("k", 1e3),
        ("m", 1e6),
        ("g", 1e9),
        ("t", 1e12),
        ("", 1.0),
    ];
    let word: String = word.chars().filter(|c| !c.is_whitespace() && *c != '.').collect();
    let lower = word.to_lowercase();
    for (prefix, factor) in PREFIXES {
        let Some(rest) = lower.strip_prefix(prefix) else { continue };
        let rest_as_written = &word[word.len().min(prefix.len())..];
        let rest = rest.trim_end_matches("second").trim_end_matches("sec");
        let rest = if rest.ends_with("per") || rest.ends_with('/') {
            format!("{rest}s")
        } else {
            rest.into()
        };
        match rest.as_str() {
            "" if factor > 1.0 => return Some(RateUnit::Bits(factor)),
            "bit" | "bits" | "bit/s" | "bits/s" | "bitps" | "bitsps" | "bitpers" | "bitspers"
            | "bits/sek" | "bit/sek" | "bit/sekunde" | "be" => {
                return Some(RateUnit::Bits(factor));
            }
            "byte" | "bytes" | "byte/s" | "bytes/s" | "byteps" | "bytesps" | "bytespers"
            | "o/s" | "octet/s" | "octets/s" => {
                return Some(RateUnit::Bytes(8.0 * factor));
            }
            "b" | "b/s" | "bps" | "bs" if factor > 1.0 || rest != "b" => {
                let is_capital = rest_as_written.starts_with('B');
                let is_all_capital = !word.contains(char::is_lowercase);
                return Some(match (is_capital, is_all_capital && rest == "bps") {
                    (false, _) => RateUnit::Bits(factor),
                    (true, true) => RateUnit::Unclear,
                    (true, false) => RateUnit::Bytes(8.0 * factor),
                });
            }
            _ => {}
        }
    }
    None
}

/// The first speed in `label`, in bit/s, if there is one: a rate (`2.5 Gbps`, `10 Mb/s`), a circuit (`OC-48`, `STM-1`,
/// `DS-3`, `E1`, `GbE`), or a multiple of one (`4x155 Mbps`, `STM-4x2`). For a range (`10-34 Mb/s`) it is the lower
/// end, for a bound (`< 2.5 Gbps`) the bound. On the labels of maps a capital B means bits, too.
pub(in crate::import) fn named_in(label: &str) -> Option<f64> {
    let starts_word = |at: usize| {
        let before = label[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '.')
    };
    let mut places = label.char_indices().map(|(at, _)| at).filter(|at| starts_word(*at));
    places.find_map(|at| speed(&label[at..]))
}

/// The speed at the beginning of a part of a label.
fn speed(text: &str) -> Option<f64> {
    circuit(text).map(|(rate, _)| rate).or_else(|| labelled(text))
}

/// The circuit at the beginning of `text`, in bit/s, and the rest.
fn circuit(text: &str) -> Option<(f64, &str)> {
    if text.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("gbe")) {
        return Some((1e9, &text[3..]));
    }
    let letters = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (name, rest) = text.split_at(letters);
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let (number, rest) = digits(rest)?;
    let of_one = |unit: f64| Some(unit * to_float(number));
    let one = match name.to_ascii_uppercase().as_str() {
        "OC" => of_one(OC),
        "STM" => of_one(STM),
        name => {
            let known = CIRCUITS.iter().find(|known| (known.0, known.1) == (name, number));
            known.map(|known| known.2)
        }
    }?;
    let rest = rest.strip_prefix('c').filter(|_| name.eq_ignore_ascii_case("oc")).unwrap_or(rest);
    let (times, rest) = rest.strip_prefix('x').and_then(digits).unwrap_or((1, rest));
    Some((one * to_float(times), rest))
}

fn labelled(text: &str) -> Option<f64> {
    let (number, rest) = decimal(text)?;
    let rest = rest.trim_start();
    if let Some(rest) = rest.strip_prefix(['x', '*']) {
        return speed(rest.trim_start()).map(|one| one * number);
    }
    if let Some(unit) = label_unit(rest) {
        return Some(number * unit);
    }
    // A range: its first number has its own prefix, or that of the second.
    let own = rest.chars().next().and_then(prefix);
    let after = if own.is_some() { &rest[1..] } else { rest };
    let (_, rest) = decimal(after.trim_start().strip_prefix('-')?.trim_start())?;
    let of_second = label_unit(rest.trim_start())?;
    Some(number * own.unwrap_or(of_second))
}

/// The value of a unit of data rate at the beginning of a label's part.
fn label_unit(text: &str) -> Option<f64> {
    let letters = text.find(|c: char| !c.is_ascii_alphabetic() && c != '/').unwrap_or(text.len());
    let lower = text[..letters].to_ascii_lowercase();
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

fn digits(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

fn decimal(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

#[expect(clippy::cast_precision_loss, reason = "numbers of circuits are small")]
fn to_float(number: u64) -> f64 {
    number as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, not below 0"
)]
fn whole(number: f64) -> u64 {
    number.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_as_people_write_them() {
        let table = [
            ("2 Mbps", 2_000_000),
            ("512 Kbps", 512_000),
            ("512Kbps", 512_000),
            ("2048 kbps", 2_048_000),
            ("2M", 2_000_000),
            ("2 Mb/s", 2_000_000),
            ("2 Mbit", 2_000_000),
            ("2 MBit/s", 2_000_000),
            ("2 Mbits/s", 2_000_000),
            ("2 Mbit/sec", 2_000_000),
            ("2 megabits per second", 2_000_000),
            ("1 Gbps", 1_000_000_000),
            ("2,5 Mbit/s", 2_500_000),
            ("2.5Gb", 2_500_000_000),
            ("1.000,5 kbit/s", 1_000_500),
            ("E1", 2_048_000),
            ("T1", 1_544_000),
            ("DS-3", 44_736_000),
            ("OC-3c", 155_520_000),
            ("STM-1", 155_520_000),
            ("2xE1", 4_096_000),
            ("2 x 10 Mbit/s", 20_000_000),
            ("10 GbE", 10_000_000_000),
            ("GigE", 1_000_000_000),
            ("FE", 100_000_000),
            ("9600 bps", 9_600),
            ("9600 bit/s", 9_600),
            ("100 Mbit", 100_000_000),
            ("100 Mbps symmetric", 100_000_000),
        ];
        for (text, bits) in table {
            let rate = parse_rate(text, None).unwrap_or_else(|why| panic!("{text}: {why}"));
            assert_eq!(rate.map(|rate| rate.down.bits_per_sec()), Some(bits), "{text}");
        }
    }

    #[test]
    fn the_two_directions_of_a_link_are_told_apart() {
        let rate = |bits| BitRate::from_bits_per_sec(bits);
        for text in [
            "20/1 Mbit/s",
            "20M/1M",
            "20 Mbps / 1 Mbps",
            "20 Mbit/s down / 1 Mbit/s up",
            "20 Mbit/s/1 Mbit/s",
        ] {
            let read = parse_rate(text, None).unwrap_or_else(|why| panic!("{text}: {why}"));
            let expected = Rate { down: rate(20_000_000), up: Some(rate(1_000_000)) };
            assert_eq!(read, Some(expected), "{text}");
        }
    }

    #[test]
    fn a_number_has_the_unit_of_its_header_or_none() {
        let rate = |text, unit| {
            parse_rate(text, unit).map(|rate| rate.map(|rate| rate.down.bits_per_sec()))
        };
        assert_eq!(rate("2", Some(RateUnit::Bits(1e6))), Ok(Some(2_000_000)));
        assert_eq!(rate("2 kbit/s", Some(RateUnit::Bits(1e6))), Ok(Some(2_000)));
        assert_eq!(rate("N/A", None), Ok(None));
        for (text, said) in [
            ("2", "a unit of data rate is missing"),
            ("100 MB/s", "800 Mbit/s"),
            ("100 MBps", "8 bits"),
            ("10 MBPS", "bits or bytes"),
            ("12 Mo/s", "8 bits"),
            ("1,000 kbit/s", "thousands"),
            ("0 Mbit/s", "rate of zero"),
            ("2 Tbit/s", "more than 1 Tbit/s"),
            ("-5 Mbit/s", "negative"),
            ("fast", "does not begin with a number"),
            ("2 Mbit/s or so", "`or so` after a data rate"),
            ("5 ms", "`ms` is not a unit of data rate"),
        ] {
            let why = parse_rate(text, None).expect_err(text);
            assert!(why.contains(said), "{text}: {why}");
        }
    }

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
            let found = named_in(label).unwrap_or_else(|| panic!("{label}"));
            assert!((found - expected).abs() < 1.0, "{label}: {found}");
        }
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
        ];
        for label in labels {
            assert_eq!(named_in(label), None, "{label}");
        }
    }
}
