//! Data rates.

use super::{Point, ambiguous, has_one_group, is_missing, number};
use crate::units::BitRate;

/// The rate of one unit of a circuit's number, in bit/s. Sources: ANSI T1.105 (`OC`), ITU-T G.707 (`STM`), G.702 (`E`,
/// `DS` and `T`), IEEE 802.3 (`FE`, `GE`).
pub(super) const OC: f64 = 51_840_000.0;
pub(super) const STM: f64 = 155_520_000.0;
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
const ASIDE: [&str; 20] = [
    "symmetric",
    "symmetrical",
    "sym",
    "ethernet",
    "mpls",
    "dsl",
    "adsl",
    "vdsl",
    "sdsl",
    "fiber",
    "fibre",
    "ftth",
    "lte",
    "vsat",
    "satellite",
    "cable",
    "vpn",
    "leased",
    "line",
    "dedicated",
];
/// Generations of mobile networks, which look like rates.
const MOBILE: [&str; 4] = ["2g", "3g", "4g", "5g"];
/// Words and signs next to one of two rates that name its direction.
const TOWARDS: [&str; 5] = ["down", "dl", "download", "downstream", "↓"];
const AWAY: [&str; 5] = ["up", "ul", "upload", "upstream", "↑"];

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

/// Parses a whole cell or attribute as the rate towards a site, or as both rates of a link, with `unit` from the header;
/// `None` if it has no value. `point` is what a point may be in a number without a unit of its own.
///
/// # Errors
/// A description of the error, as a fragment of a sentence.
pub(in crate::import) fn parse_rate(
    text: &str,
    unit: Option<RateUnit>,
    point: Point,
) -> Result<Option<Rate>, String> {
    let rate = |rates| match rates {
        Rates::One(_, Some(Direction::Away)) => Err(ONLY_AWAY.into()),
        Rates::One(down, _) => Ok(Rate { down, up: None }),
        Rates::Two { down, up } => Ok(Rate { down, up: Some(up) }),
    };
    rates(text, unit, point)?.map(rate).transpose()
}

/// The same as the rate away from a site.
///
/// # Errors
/// Likewise, and if it is a rate towards the site, or two rates.
pub(in crate::import) fn parse_rate_up(
    text: &str,
    unit: Option<RateUnit>,
    point: Point,
) -> Result<Option<BitRate>, String> {
    let rate = |rates| match rates {
        Rates::One(_, Some(Direction::Towards)) => Err("a rate towards the site".into()),
        Rates::One(up, _) => Ok(up),
        Rates::Two { .. } => Err("two rates, not only the one away from the site".into()),
    };
    rates(text, unit, point)?.map(rate).transpose()
}

/// The message about a rate that leaves the one towards the site open.
pub(in crate::import) const ONLY_AWAY: &str = "a rate away from the site, and none towards it";

/// The rates in a cell.
enum Rates {
    /// One, and the direction that a word names.
    One(BitRate, Option<Direction>),
    Two {
        down: BitRate,
        up: BitRate,
    },
}

fn rates(text: &str, unit: Option<RateUnit>, point: Point) -> Result<Option<Rates>, String> {
    if is_missing(text) {
        return Ok(None);
    }
    if text.trim_start().starts_with('-') {
        return Err("negative".into());
    }
    let (terms, rest) = Terms::at(text.trim(), point)?;
    if !rest.is_empty() {
        return Err(format!("`{rest}` after a data rate"));
    }
    terms.rates(unit, point).map(Some)
}

/// The pair of rates at the beginning of `text` (`20/1 Mbit/s`), and the rest.
pub(super) fn pair(text: &str) -> Option<(Rate, &str)> {
    let (terms, rest) = Terms::at(text, Point::Decimal).ok()?;
    match terms.rates(None, Point::Decimal) {
        Ok(Rates::Two { down, up }) => Some((Rate { down, up: Some(up) }, rest)),
        _ => None,
    }
}

/// One or two terms, each with the direction that a word beside it names.
struct Terms {
    first: (Term, Option<Direction>),
    second: Option<(Term, Option<Direction>)>,
}

impl Terms {
    /// Those at the beginning of `text`, and the rest.
    fn at(text: &str, point: Point) -> Result<(Self, &str), String> {
        let (first, said, rest) = directed(text, point)?;
        let first = (first, said);
        if !rest.starts_with(['/', '↓', '↑']) {
            return Ok((Self { first, second: None }, rest));
        }
        let (second, said, rest) = directed(rest.trim_start_matches('/').trim_start(), point)?;
        Ok((Self { first, second: Some((second, said)) }, rest))
    }

    /// Their rates; a term without a unit has that of the second, or else `unit`.
    fn rates(&self, unit: Option<RateUnit>, point: Point) -> Result<Rates, String> {
        let of_second = self.second.and_then(|(second, _)| second.unit);
        let rate = |term: Term| worth(term, term.unit.or(of_second).or(unit), point);
        let (first, said) = self.first;
        let Some((second, also_said)) = self.second else {
            return Ok(Rates::One(rate(first)?, said));
        };
        let (first, second) = (rate(first)?, rate(second)?);
        match (said, also_said) {
            (Some(one), Some(other)) if one == other => {
                Err("both rates are of the same direction".into())
            }
            (Some(Direction::Away), _) | (_, Some(Direction::Towards)) => {
                Ok(Rates::Two { down: second, up: first })
            }
            _ => Ok(Rates::Two { down: first, up: second }),
        }
    }
}

/// The direction that a word next to a rate names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Towards,
    Away,
}

/// The term at the beginning of `text`, the direction that a word before or after it names, and the rest.
fn directed(text: &str, point: Point) -> Result<(Term, Option<Direction>, &str), String> {
    let (before, text) = aside(text, false);
    let (term, rest) = term(text, point)?;
    let (after, rest) = aside(rest, true);
    Ok((term, before.or(after), rest))
}

/// Whether a cell or attribute is a rate, of which nothing else tells that it is one.
pub(in crate::import) fn is_rate(text: &str, unit: Option<RateUnit>) -> bool {
    let is_mobile = MOBILE.contains(&text.trim().to_lowercase().as_str());
    !is_mobile && rates(text, unit, Point::Decimal).is_ok_and(|rates| rates.is_some())
}

/// A number and its unit.
#[derive(Clone, Copy)]
pub(super) struct Term {
    pub(super) number: f64,
    pub(super) unit: Option<RateUnit>,
    /// Whether its point may separate thousands: three digits follow it.
    pub(super) may_be_thousands: bool,
}

/// The term at the beginning of `text`, and the rest.
fn term(text: &str, point: Point) -> Result<(Term, &str), String> {
    if let Some((rate, rest)) = circuit(text).or_else(|| ethernet(text)) {
        let unit = Some(RateUnit::Bits(1.0));
        return Ok((Term { number: rate, unit, may_be_thousands: false }, rest));
    }
    let (value, rest) = number(text)?;
    let may_be_thousands = has_one_group(&text[..text.len() - rest.len()]);
    let rest = rest.trim_start();
    if let Some(rest) = rest.strip_prefix(['x', 'X', '*', '×']) {
        let (one, rest) = term(rest.trim_start(), point)?;
        return Ok((Term { number: value * one.number, ..one }, rest));
    }
    let (word, rest) = unit_word(rest);
    let is_mobile = |written: &str| MOBILE.iter().any(|one| written.eq_ignore_ascii_case(one));
    let written = &text[..text.len() - rest.len()];
    if point == Point::Either && is_mobile(written) {
        return Err(format!(
            "`{written}` is ambiguous: it may be a mobile network; write {value} Gbit/s if it is a rate"
        ));
    }
    if word.is_empty() {
        return Ok((Term { number: value, unit: None, may_be_thousands }, rest));
    }
    let ethernet = ETHERNETS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name));
    let unit = ethernet.map(|(_, one)| RateUnit::Bits(*one)).or_else(|| rate_unit(word));
    let unit = unit.ok_or_else(|| format!("`{word}` is not a unit of data rate"))?;
    Ok((Term { number: value, unit: Some(unit), may_be_thousands }, rest))
}

/// Whether a point is ambiguous: the rate would be tiny, or a person wrote the number, and circuits of that unit do not
/// have such rates (`2.048 Mbit/s` is an E1, `2.048 kbit/s` or `10.000 Mbit/s` are none). A person wrote a unit beside a
/// number, and the numbers of a table.
pub(super) fn is_ambiguous(term: Term, unit: RateUnit, bits: f64, point: Point) -> bool {
    let is_by_hand = term.unit.is_some() || point == Point::Either;
    let is_odd = unit == RateUnit::Bits(1e3) || term.number.fract() == 0.0;
    term.may_be_thousands && (bits < 9_600.0 || (is_by_hand && is_odd))
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

/// The direction that the words at the beginning of `text` name, and `text` without them. After a rate (`is_after`), a
/// sign in front of a number belongs to the next rate.
fn aside(text: &str, is_after: bool) -> (Option<Direction>, &str) {
    let mut rest = text.trim_start();
    let mut said = None;
    loop {
        rest = rest.trim_start_matches(['(', ')', ',', ';', ':']).trim_start();
        let is_sign = rest.starts_with(['↓', '↑']);
        let end = match rest.chars().next() {
            Some(sign) if is_sign => sign.len_utf8(),
            _ => rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len()),
        };
        let word = rest[..end].to_lowercase();
        let direction = if TOWARDS.contains(&word.as_str()) {
            Some(Direction::Towards)
        } else if AWAY.contains(&word.as_str()) {
            Some(Direction::Away)
        } else {
            None
        };
        let is_of_next = is_sign
            && is_after
            && rest[end..].trim_start().starts_with(|c: char| c.is_ascii_digit());
        if end == 0 || is_of_next || (direction.is_none() && !ASIDE.contains(&word.as_str())) {
            return (said, rest);
        }
        said = said.or(direction);
        rest = rest[end..].trim_start();
    }
}

/// A number of units as a rate.
fn worth(term: Term, unit: Option<RateUnit>, point: Point) -> Result<BitRate, String> {
    let unit = unit.ok_or("a unit of data rate is missing")?;
    let bits = match unit {
        RateUnit::Bits(one) => term.number * one,
        RateUnit::Bytes(one) => {
            let bits = term.number * one / 1e6;
            return Err(format!(
                "bytes per second: a byte is 8 bits, so that would be {bits} Mbit/s"
            ));
        }
        RateUnit::Unclear => {
            return Err(
                "in capitals this is ambiguous: bits or bytes per second, a factor of 8".into()
            );
        }
    };
    if is_ambiguous(term, unit, bits, point) {
        return Err(ambiguous(term.number));
    }
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

/// The circuit at the beginning of `text`, in bit/s, and the rest.
pub(super) fn circuit(text: &str) -> Option<(f64, &str)> {
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

fn digits(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
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
            ("2.048 Mbit/s", 2_048_000),
            ("2048.000 kbit/s", 2_048_000),
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
            ("20 Mbps MPLS", 20_000_000),
            ("LTE 50 Mbit/s", 50_000_000),
            ("2.0480 kbit/s", 2_048),
        ];
        for (text, bits) in table {
            let rate =
                parse_rate(text, None, Point::Either).unwrap_or_else(|why| panic!("{text}: {why}"));
            assert_eq!(rate.map(|rate| rate.down.bits_per_sec()), Some(bits), "{text}");
        }
    }

    #[test]
    fn a_generation_of_mobile_networks_is_no_rate_by_itself() {
        assert!(is_rate("10G", None) && is_rate("4 Gbit/s", None) && is_rate("E1", None));
        assert!(!is_rate("4G", None) && !is_rate("LTE", None) && !is_rate("20", None));
        assert!(is_rate("20", Some(RateUnit::Bits(1e6))));
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
            "1 Mbit/s up / 20 Mbit/s down",
            "Upload 1 Mbit/s / Download 20 Mbit/s",
            "↓20 Mbit/s ↑1 Mbit/s",
            "↑1 Mbit/s ↓20 Mbit/s",
            "20 Mbit/s↓/1 Mbit/s↑",
            "Down: 20M / Up: 1M",
        ] {
            let read =
                parse_rate(text, None, Point::Either).unwrap_or_else(|why| panic!("{text}: {why}"));
            let expected = Rate { down: rate(20_000_000), up: Some(rate(1_000_000)) };
            assert_eq!(read, Some(expected), "{text}");
        }
    }

    #[test]
    fn one_rate_is_of_the_direction_that_it_names() {
        for (text, is_towards, is_away) in [
            ("10 Mbps", true, true),
            ("10 Mbps down", true, false),
            ("↓10 Mbps", true, false),
            ("10 Mbps up", false, true),
            ("Upload: 10 Mbps", false, true),
            ("10/2 Mbps", true, false),
        ] {
            let is_read = |read: Result<_, _>| matches!(read, Ok(Some(BitRate { .. })));
            let towards =
                parse_rate(text, None, Point::Either).map(|rate| rate.map(|rate| rate.down));
            assert_eq!(is_read(towards), is_towards, "{text}");
            assert_eq!(is_read(parse_rate_up(text, None, Point::Either)), is_away, "{text}");
            assert!(is_rate(text, None), "{text}");
        }
    }

    #[test]
    fn a_number_has_the_unit_of_its_header_or_none() {
        let rate = |text, unit| {
            parse_rate(text, unit, Point::Decimal)
                .map(|rate| rate.map(|rate| rate.down.bits_per_sec()))
        };
        assert_eq!(rate("2", Some(RateUnit::Bits(1e6))), Ok(Some(2_000_000)));
        assert_eq!(rate("2 kbit/s", Some(RateUnit::Bits(1e6))), Ok(Some(2_000)));
        assert_eq!(rate("N/A", None), Ok(None));
        assert_eq!(rate("10.000", Some(RateUnit::Bits(1e6))), Ok(Some(10_000_000)));
        assert!(rate("2.048", Some(RateUnit::Bits(1e3))).is_err());
        // In a table the unit of the header counts as one beside the number.
        for (text, unit, in_map, in_table) in [
            ("10.000", 1e3, Ok(Some(10_000)), None),
            ("1.000", 1e6, Ok(Some(1_000_000)), None),
            ("10.240/1.024", 1e6, Ok(Some(10_240_000)), Some(10_240_000)),
            ("2.048", 1e6, Ok(Some(2_048_000)), Some(2_048_000)),
            ("0.512", 1e6, Ok(Some(512_000)), Some(512_000)),
            ("2048.000", 1e3, Ok(Some(2_048_000)), Some(2_048_000)),
            ("1.000 kbit/s", 1e6, rate("1.000 kbit/s", None), None),
        ] {
            let unit = Some(RateUnit::Bits(unit));
            assert_eq!(rate(text, unit), in_map, "{text}");
            let read = parse_rate(text, unit, Point::Either).ok().flatten();
            assert_eq!(read.map(|rate| rate.down.bits_per_sec()), in_table, "{text}");
        }
        for text in ["4G", "5g", "LTE 4G", "4G LTE"] {
            let read = |point| parse_rate(text, None, point);
            assert!(read(Point::Either).is_err_and(|why| why.contains("mobile")), "{text}");
            assert!(read(Point::Decimal).is_ok(), "{text}");
        }
        assert!(parse_rate("10G", None, Point::Either).is_ok());
        for (text, said) in [
            ("2", "a unit of data rate is missing"),
            ("100 MB/s", "800 Mbit/s"),
            ("100 MBps", "8 bits"),
            ("10 MBPS", "bits or bytes"),
            ("12 Mo/s", "8 bits"),
            ("1,000 kbit/s", "thousands"),
            ("2.048 kbit/s", "write 2048 if the point separates thousands, 2.0480 if"),
            ("10.000 Mbit/s", "write 10000 if the point separates thousands, 10 if"),
            ("5 Mbit/s up / 1 Mbit/s up", "same direction"),
            ("0 Mbit/s", "rate of zero"),
            ("2 Tbit/s", "more than 1 Tbit/s"),
            ("-5 Mbit/s", "negative"),
            ("fast", "does not begin with a number"),
            ("2 Mbit/s or so", "`or so` after a data rate"),
            ("5 ms", "`ms` is not a unit of data rate"),
        ] {
            let why = parse_rate(text, None, Point::Decimal).expect_err(text);
            assert!(why.contains(said), "{text}: {why}");
        }
    }
}
