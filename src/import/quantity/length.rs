//! Lengths of links.

use super::{Point, is_missing, number_of_any_size};

/// Units of length in kilometres.
const UNITS: [(&str, f64); 8] = [
    ("km", 1.0),
    ("kilometers", 1.0),
    ("kilometres", 1.0),
    ("m", 1e-3),
    ("meters", 1e-3),
    ("metres", 1e-3),
    ("mi", 1.609_344),
    ("miles", 1.609_344),
];

/// The maximum length in kilometres: more is treated as a typing error.
const LONGEST: f64 = 1e8;

/// The value of a unit of length, in kilometres; `None` if it is not one.
pub(super) fn length_unit(word: &str) -> Option<f64> {
    let word = word.trim().to_lowercase();
    UNITS.iter().find(|(known, _)| *known == word).map(|(_, km)| *km)
}

/// Parses a whole cell or attribute as a length in kilometres, with `unit` from the header; `None` if it has no value.
/// `point` is what a point in its number may be.
///
/// # Errors
/// A description of the error, as a fragment of a sentence.
pub(in crate::import) fn parse_length(
    text: &str,
    unit: f64,
    point: Point,
) -> Result<Option<f64>, String> {
    let text = text.trim();
    if is_missing(text) {
        return Ok(None);
    }
    if text.starts_with('-') {
        return Err("negative".into());
    }
    let (value, rest) = number_of_any_size(text, point)?;
    let unit = match rest.trim() {
        "" => unit,
        word => length_unit(word).ok_or_else(|| format!("`{word}` is not a unit of length"))?,
    };
    let km = value * unit;
    if km > LONGEST { Err(format!("more than {LONGEST} km")) } else { Ok(Some(km)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_people_and_programs_write_them() {
        let read = |text| parse_length(text, 1.0, Point::Either);
        for (text, km) in [
            ("1200", 1_200.0),
            ("1200,5", 1_200.5),
            ("1.234,5", 1_234.5),
            ("343.25", 343.25),
            ("1 200 km", 1_200.0),
            ("500 m", 0.5),
            ("1e3", 1_000.0),
        ] {
            assert_eq!(read(text), Ok(Some(km)), "{text}");
        }
        assert_eq!(read("N/A"), Ok(None));
        assert_eq!(parse_length("1.200", 1e-3, Point::Decimal), Ok(Some(0.0012)));
        for (text, said) in [
            ("1.200", "write 1200 if the point separates thousands, 1.2000 if"),
            ("1,200", "thousands"),
            ("-5", "negative"),
            ("far", "does not begin with a number"),
            ("5 ms", "`ms` is not a unit of length"),
            ("1e9", "more than 100000000 km"),
        ] {
            let why = read(text).expect_err(text);
            assert!(why.contains(said), "{text}: {why}");
        }
    }
}
