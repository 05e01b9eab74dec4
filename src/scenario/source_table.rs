//! The update source list as a table: `update_sources.csv` of a plan, read back as an overlay (SRC-2).

use std::fmt::Write as _;
use std::ops::Range;

use super::diagnostic::{Diagnostic, Diagnostics};
use super::rows::Rows;
use crate::model::address_range::AddressRange;

/// A cell and its position in the file.
type Placed = (String, Range<usize>);

/// A row of the table: its cells by the names of their columns.
struct Row {
    cells: Vec<(String, Placed)>,
    span: Range<usize>,
}

/// The rows below the header, each as long as that.
fn rows(text: &str, problems: &mut Vec<Diagnostic>) -> Vec<Row> {
    let mut rows = Rows::new(text.as_bytes(), b',');
    let mut header: Vec<String> = Vec::new();
    let mut all = Vec::new();
    // A text in memory can be read.
    while rows.advance().unwrap_or(false) {
        let start = rows.start();
        let placed = |number: usize| {
            let span = rows.span(number);
            let cell = String::from_utf8_lossy(rows.cell(number)).trim().to_string();
            (cell, start + span.start..start + span.end)
        };
        let cells: Vec<Placed> = (0..rows.width()).map(placed).collect();
        let span = start..start + rows.excerpt().len();
        if header.is_empty() {
            header = cells.into_iter().map(|(name, _)| name).collect();
            continue;
        }
        if cells.len() != header.len() {
            let message = format!("expected {} cells, found {}", header.len(), cells.len());
            let expected = "as many as in the header";
            problems.push(Diagnostic::new("bad-row", span.clone(), message, expected));
        }
        all.push(Row { cells: header.iter().cloned().zip(cells).collect(), span });
    }
    all
}

/// The list of a table, as `[[update_source]]` tables in its order.
///
/// # Errors
/// Everything that is wrong with the table.
pub fn list_of_table(text: &str, file: &str) -> Result<String, Diagnostics> {
    let mut problems = Vec::new();
    let mut entries: Vec<(u64, String)> = Vec::new();
    for (number, row) in (1..).zip(rows(text, &mut problems)) {
        let range = range(&row, &mut problems);
        let source = cell(&row, "update_agent").or_else(|| cell(&row, "source"));
        let Some((source, _)) = source else {
            let expected = "a column `update_agent` or `source`";
            let message = "no source of the entry";
            problems.push(Diagnostic::new("missing-column", row.span.clone(), message, expected));
            continue;
        };
        let order = match cell(&row, "order") {
            None => Some(number),
            Some((order, _)) => order.parse().ok(),
        };
        match (order, range) {
            (Some(order), Some(range)) => {
                let source = toml::Value::from(source.as_str());
                entries.push((order, format!("range = \"{range}\"\nsource = {source}\n")));
            }
            (None, _) => {
                let message = "the place of the entry in the list is no number";
                let expected = "a whole number in the column `order`";
                problems.push(Diagnostic::new("bad-value", row.span.clone(), message, expected));
            }
            (_, None) => {}
        }
    }
    if !problems.is_empty() {
        return Err(Diagnostics::of_file(file, text, problems));
    }
    entries.sort_by_key(|(order, _)| *order);
    let mut list = String::new();
    for (_, entry) in entries {
        let _ = write!(list, "[[update_source]]\n{entry}");
    }
    // An empty table is an empty list.
    Ok(if list.is_empty() { "update_source = []\n".into() } else { list })
}

/// The range of an entry: its prefix, or from the one address to the other.
fn range(row: &Row, problems: &mut Vec<Diagnostic>) -> Option<AddressRange> {
    let ends = cell(row, "from_address").zip(cell(row, "to_address"));
    let (written, span) = match (cell(row, "prefix").or_else(|| cell(row, "range")), ends) {
        (Some((written, span)), _) => (written.clone(), span.clone()),
        (None, Some(((from, at), (to, _)))) => (format!("{from}-{to}"), at.clone()),
        (None, None) => {
            let message = "no addresses of the entry";
            let expected = "a column `prefix`, or `from_address` and `to_address`";
            let span = row.span.clone();
            problems.push(Diagnostic::new("missing-column", span, message, expected));
            return None;
        }
    };
    match written.parse::<AddressRange>() {
        Ok(range) => {
            let is_same = |((from, _), (to, _)): (&Placed, &Placed)| {
                range.first().to_string() == *from && range.last().to_string() == *to
            };
            if !ends.is_none_or(is_same) {
                let message = format!("`{range}` does not go from the one address to the other");
                let expected = "`prefix`, `from_address` and `to_address` that are one range";
                problems.push(Diagnostic::new("conflict", span, message, expected));
            }
            Some(range)
        }
        Err(message) => {
            let expected = "a range such as 10.1.0.0/16 or 10.1.0.1-10.1.0.40";
            problems.push(Diagnostic::new("bad-value", span, message, expected));
            None
        }
    }
}

/// The cell of a column, if the table has it.
fn cell<'r>(row: &'r Row, column: &str) -> Option<&'r Placed> {
    row.cells.iter().find(|(name, _)| name == column).map(|(_, cell)| cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn src_2_a_table_is_the_list_in_its_order() {
        let table = "order,from_address,to_address,prefix,update_agent\n\
                     2,10.2.0.1,10.2.0.40,10.2.0.1-10.2.0.40,b/ua-1\n\
                     1,2001:db8::,2001:db8::ffff:ffff:ffff:ffff,2001:db8::/64,a/ua-1\n";
        let list = list_of_table(table, "list.csv").unwrap_or_else(|wrong| panic!("{wrong}"));
        let expected = "[[update_source]]\nrange = \"2001:db8::/64\"\nsource = \"a/ua-1\"\n\
                        [[update_source]]\nrange = \"10.2.0.1-10.2.0.40\"\nsource = \"b/ua-1\"\n";
        assert_eq!(list, expected);
        let short = "from_address,to_address,source\n10.2.0.0,10.2.0.255,server\n";
        let list = list_of_table(short, "list.csv").unwrap_or_else(|wrong| panic!("{wrong}"));
        assert_eq!(list, "[[update_source]]\nrange = \"10.2.0.0/24\"\nsource = \"server\"\n");
    }

    #[test]
    fn a_problem_is_placed_in_a_file_with_a_mark_and_other_ends_of_lines() {
        let table = "\u{feff}prefix,source\r10.0.0.0/8,server\r\n1\u{feff}/8,server\n";
        let problems = list_of_table(table, "list.csv").expect_err("it is wrong");
        let places: Vec<&str> =
            problems.list.iter().map(|problem| &table[problem.span.clone()]).collect();
        assert_eq!(places, ["1\u{feff}/8"]);
    }

    #[test]
    fn what_is_wrong_with_a_table_is_said() {
        for (table, code) in [
            ("prefix\n10.0.0.0/8\n", "missing-column"),
            ("source\nserver\n", "missing-column"),
            ("prefix,source\n10.0.0.1/8,server\n", "bad-value"),
            ("order,prefix,source\nx,10.0.0.0/8,server\n", "bad-value"),
            (
                "from_address,to_address,prefix,source\n10.0.0.0,10.0.0.9,10.0.0.0/8,server\n",
                "conflict",
            ),
        ] {
            let problems = list_of_table(table, "list.csv").expect_err("it is wrong");
            let codes: Vec<&str> = problems.list.iter().map(|problem| problem.code).collect();
            assert_eq!(codes, [code], "{table}");
        }
    }
}
