//! Data rates in the labels of maps.

use super::LONGEST;
use super::rate::circuit;

/// The first speed in `label`, in bit/s, if there is one: a rate (`2.5 Gbps`, `10 Mb/s`), a circuit (`OC-48`, `STM-1`,
/// `DS-3`, `E1`, `GbE`), or a multiple of one (`4x155 Mbps`, `STM-4x2`). For a range (`10-34 Mb/s`) it is the lower
/// end, for a bound (`< 2.5 Gbps`) the bound. On the labels of maps a capital B means bits, too. A label that is too long
/// names none.
pub(in crate::import) fn named_in(label: &str) -> Option<f64> {
    if label.len() > LONGEST {
        return None;
    }
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

fn decimal(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
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
