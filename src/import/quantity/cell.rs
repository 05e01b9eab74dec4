//! Cells without a quantity: those without any value, errors of formulas, and dates.

/// The contents of a cell without a value. Those that begin with `#` are the error `#N/A` of a spreadsheet in English and
/// French, German, Spanish and its neighbours, Polish, Dutch, Swedish, Danish, Finnish, Russian, Turkish and Hungarian.
const MISSING: [&str; 28] = [
    "",
    "-",
    "--",
    "–",
    "—",
    "?",
    ".",
    "n/a",
    "na",
    "n.a.",
    "none",
    "null",
    "(null)",
    "nil",
    "unknown",
    "k.a.",
    "#n/a",
    "#n/v",
    "#nv",
    "#n/d",
    "#n/d!",
    "#n/b",
    "#saknas!",
    "#i/t",
    "#puuttuu!",
    "#н/д",
    "#yok",
    "#hiányzik",
];
/// The length in bytes of the longest of them.
const LONGEST_MISSING: usize = 10;

/// What stands for a formula of a workbook that was saved without its value, as programs save it.
pub(in crate::import) const UNCOMPUTED: &str = "#UNCOMPUTED!";

/// Whether a cell has no value.
pub(in crate::import) fn is_missing(text: &str) -> bool {
    let text = text.trim();
    text.len() <= LONGEST_MISSING && MISSING.contains(&text.to_lowercase().as_str())
}

/// The least number of signs that stand for a value in a column that is too narrow.
const FEWEST_SIGNS: usize = 3;

/// The message about a cell without its value: one that is an error of a formula, in any language of the spreadsheet: `#REF!`, `#DIV/0!`,
/// `#NAME?`, `#WERT!`, `#¡VALOR!`. `#N/A` is none: it is the way to write that there is no value.
pub(in crate::import) fn formula_error(cell: &str) -> Option<String> {
    let cell = cell.trim();
    if cell == UNCOMPUTED {
        return Some("a formula without its value: save the workbook in a spreadsheet".into());
    }
    if cell.len() >= FEWEST_SIGNS && cell.bytes().all(|byte| byte == b'#') {
        return Some(format!("`{cell}` is what a spreadsheet shows if a column is too narrow"));
    }
    let name = cell.strip_prefix('#')?.strip_suffix(['!', '?'])?;
    let is_of_name = |c: char| c.is_uppercase() || "/0¿¡".contains(c);
    let is_error = !name.is_empty() && name.chars().all(is_of_name) && !is_missing(cell);
    is_error.then(|| format!("`{cell}` is an error of a formula"))
}

/// Why `text` cannot begin with a number, although it may begin with digits.
pub(super) fn no_quantity(text: &str) -> Option<String> {
    formula_error(text)
        .or_else(|| is_date(text).then(|| format!("`{text}` is a date or a time of day")))
}

/// Whether `text` begins like `2026-01-02` or `00:00:05`, as cells of workbooks with dates and times are read.
fn is_date(text: &str) -> bool {
    let form: String =
        text.chars().take(6).map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    form.starts_with("0000-0") || form.starts_with("00:00")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::quantity::{Point, parse_latency, parse_rate};

    #[test]
    fn cells_without_a_value_are_known() {
        for text in [
            " ",
            "-",
            "N/A",
            "n/a",
            "None",
            "NULL",
            "#N/A",
            "#NV",
            "#N/D",
            "#N/B",
            "#SAKNAS!",
            "#HIÁNYZIK",
        ] {
            assert!(is_missing(text) && formula_error(text).is_none(), "{text}");
        }
        assert!(!is_missing("0") && !is_missing("Nantes"));
        assert_eq!(MISSING.iter().map(|text| text.len()).max(), Some(LONGEST_MISSING));
    }

    #[test]
    fn errors_of_formulas_are_known_in_any_language() {
        for cell in [
            "#REF!",
            "#VALUE!",
            "#DIV/0!",
            "#NAME?",
            "#NUM!",
            "#NULL!",
            "#WERT!",
            "#BEZUG!",
            "#ZAHL!",
            "#VALEUR!",
            "#NOM?",
            "#¡REF!",
            "#¡VALOR!",
            "#¿NOMBRE?",
            "#¡DIV/0!",
            "#ÜBERLAUF!",
            UNCOMPUTED,
        ] {
            assert!(formula_error(cell).is_some(), "{cell}");
            assert!(
                parse_rate(cell, None, Point::Either).is_err_and(|why| why.contains("formula")),
                "{cell}"
            );
        }
        assert!(formula_error("########").is_some_and(|why| why.contains("too narrow")));
        for cell in ["", "#", "##", "#!", "#N/A", "#NV", "#12!", "#1 branch!", "REF!", "2 Mbit/s"] {
            assert!(formula_error(cell).is_none(), "{cell}");
        }
    }

    #[test]
    fn dates_are_no_quantities() {
        for cell in ["2026-01-02", "2026-01-02T12:00:00", "00:00:05", "12:30"] {
            let expected = format!("`{cell}` is a date or a time of day");
            assert_eq!(parse_rate(cell, None, Point::Either), Err(expected.clone()));
            assert_eq!(parse_latency(cell, Some(1e6), Point::Either), Err(expected));
        }
    }
}
