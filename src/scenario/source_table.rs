//! The update source list as a table: `update_sources.csv` of a plan, read back as an overlay (SRC-2).

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::diagnostic::{Diagnostic, nearest_if_shown};
use super::keys::UPDATE_SOURCE;
use super::rows::Rows;
use crate::model::address_range::AddressRange;

/// The columns for the source of an entry: a row has one of them.
const SOURCE: [&str; 2] = ["update_agent", "source"];
/// The columns for its addresses: a row has one of them, or both ends.
const RANGE: [&str; 2] = ["prefix", "range"];
const ENDS: [&str; 2] = ["from_address", "to_address"];
/// The column for its place in the list; without it the rows are in order.
const ORDER: &str = "order";

/// A cell and its position in the file.
type Placed = (String, Range<usize>);

/// A row of the table: its cells by the names of their columns.
struct Row {
    cells: Vec<(String, Placed)>,
    span: Range<usize>,
}

impl Row {
    /// The cell of a column, if the table has it.
    fn cell(&self, column: &str) -> Option<&Placed> {
        self.cells.iter().find(|(name, _)| name == column).map(|(_, cell)| cell)
    }

    /// The cell of one of `columns`, of which only one may have a value.
    fn one_of(&self, columns: [&str; 2], problems: &mut Vec<Diagnostic>) -> Option<&Placed> {
        let cells = columns.iter().filter_map(|column| self.cell(column));
        let mut filled = cells.filter(|(text, _)| !text.is_empty());
        let first = filled.next();
        if let Some((text, span)) = filled.next() {
            let message = format!("`{text}` beside a value of another column");
            let expected = format!("a value of `{}` or of `{}`", columns[0], columns[1]);
            problems.push(Diagnostic::new("conflict", span.clone(), message, expected));
        }
        first
    }
}

/// The table `text` as a document with an `update_source` list, whose values have the positions of the cells.
pub(super) fn document(text: &str, problems: &mut Vec<Diagnostic>) -> DeTable<'static> {
    let mut entries: Vec<(u64, Spanned<DeValue<'static>>)> = Vec::new();
    for (number, row) in (1..).zip(rows(text, problems)) {
        let parts = (order(&row, number, problems), range(&row, problems), source(&row, problems));
        if let (Some(order), Some(range), Some(source)) = parts {
            let entry = table([("range", range), ("source", source)]);
            entries.push((order, Spanned::new(row.span, DeValue::Table(entry))));
        }
    }
    entries.sort_by_key(|(order, _)| *order);
    let mut list = DeArray::new();
    for (_, entry) in entries {
        list.push(entry);
    }
    // A table without rows is an empty list.
    table([(UPDATE_SOURCE.name, Spanned::new(0..text.len(), DeValue::Array(list)))])
}

fn table<const N: usize>(
    items: [(&'static str, Spanned<DeValue<'static>>); N],
) -> DeTable<'static> {
    let mut table = DeTable::new();
    for (key, value) in items {
        table.insert(Spanned::new(value.span(), key.into()), value);
    }
    table
}

/// The rows below the header, each as long as that; none if the header is wrong.
fn rows(text: &str, problems: &mut Vec<Diagnostic>) -> Vec<Row> {
    let mut rows = Rows::new(text.as_bytes(), b',');
    let mut header: Vec<String> = Vec::new();
    let mut all = Vec::new();
    // A text in memory can be read.
    while rows.advance().unwrap_or(false) {
        let start = rows.start();
        if let Some(problem) = rows.open_quote() {
            problems.push(problem.moved_by(start));
            continue;
        }
        let placed = |number: usize| {
            let span = rows.span(number);
            let cell = String::from_utf8_lossy(rows.cell(number)).trim().to_string();
            (cell, start + span.start..start + span.end)
        };
        let cells: Vec<Placed> = (0..rows.width()).map(placed).collect();
        let span = start..start + rows.excerpt().len();
        if header.is_empty() {
            let lower = |(name, span): Placed| (name.to_lowercase(), span);
            let cells: Vec<Placed> = cells.into_iter().map(lower).collect();
            if !is_header(&cells, &span, problems) {
                return Vec::new();
            }
            header = cells.into_iter().map(|(name, _)| name).collect();
            continue;
        }
        if cells.len() != header.len() {
            let message = format!("expected {} cells, found {}", header.len(), cells.len());
            let expected = "as many as in the header";
            problems.push(Diagnostic::new("bad-row", span.clone(), message, expected));
        }
        let cells: Vec<(String, Placed)> = header.iter().cloned().zip(cells).collect();
        for (_, (text, span)) in cells.iter().filter(|(name, _)| name.is_empty()) {
            if !text.is_empty() {
                let message = format!("`{text}` in a column without a name");
                problems.push(Diagnostic::new("bad-row", span.clone(), message, "an empty cell"));
            }
        }
        all.push(Row { cells, span });
    }
    all
}

/// Checks that the names of the columns are known, not repeated and enough.
fn is_header(cells: &[Placed], span: &Range<usize>, problems: &mut Vec<Diagnostic>) -> bool {
    let before = problems.len();
    let known = || [ORDER].into_iter().chain(ENDS).chain(RANGE).chain(SOURCE);
    let mut names = BTreeSet::new();
    for (name, span) in cells.iter().filter(|(name, _)| !name.is_empty()) {
        if !known().any(|column| column == name) {
            let message = format!("`{name}` is not a column of a list of update sources");
            let expected = format!("one of {}", known().collect::<Vec<_>>().join(", "));
            let help = nearest_if_shown(name, known(), problems);
            let problem = Diagnostic::new("unknown-key", span.clone(), message, expected);
            problems.push(problem.with_help(help));
        } else if !names.insert(name.as_str()) {
            let message = format!("the column `{name}` is repeated");
            let expected = "each column only once";
            problems.push(Diagnostic::new("duplicate", span.clone(), message, expected));
        }
    }
    // A misspelt column is not also a missing one.
    if problems.len() > before {
        return false;
    }
    let has = |columns: [&str; 2]| columns.map(|column| names.contains(column));
    let mut need = |is_there: bool, what: &str, expected: &str| {
        if !is_there {
            let message = format!("the table has no column for the {what}");
            let (span, expected) = (span.clone(), expected.to_string());
            problems.push(Diagnostic::new("missing-column", span, message, expected));
        }
    };
    need(has(SOURCE).contains(&true), "source", "a column `update_agent` or `source`");
    let has_range = has(RANGE).contains(&true) || has(ENDS) == [true; 2];
    need(has_range, "addresses", "a column `prefix`, or `from_address` and `to_address`");
    problems.len() == before
}

/// The place of an entry in the list.
fn order(row: &Row, number: u64, problems: &mut Vec<Diagnostic>) -> Option<u64> {
    let Some((text, span)) = row.cell(ORDER) else { return Some(number) };
    let order = text.parse().ok();
    if order.is_none() {
        let message = "the place of the entry in the list is no number";
        let expected = "a whole number in the column `order`";
        problems.push(Diagnostic::new("bad-value", span.clone(), message, expected));
    }
    order
}

/// The source of an entry; whether it exists is checked with the scenario.
fn source(row: &Row, problems: &mut Vec<Diagnostic>) -> Option<Spanned<DeValue<'static>>> {
    let found = row.one_of(SOURCE, problems);
    if found.is_none() {
        let empty = SOURCE.iter().find_map(|column| row.cell(column));
        let span = empty.map_or_else(|| row.span.clone(), |(_, span)| span.clone());
        let expected = "the name of an update source";
        problems.push(Diagnostic::new("missing-key", span, "no source of the entry", expected));
    }
    let (text, span) = found?;
    Some(Spanned::new(span.clone(), DeValue::String(text.clone().into())))
}

/// The range of an entry: its prefix, or from the one address to the other.
fn range(row: &Row, problems: &mut Vec<Diagnostic>) -> Option<Spanned<DeValue<'static>>> {
    let of_end = |column| row.cell(column).filter(|(text, _)| !text.is_empty());
    let ends = ENDS.map(of_end);
    let text_of = |end: Option<&Placed>| end.map_or(String::new(), |(text, _)| text.clone());
    let [from, to] = ends.map(text_of);
    let (written, span) = match (row.one_of(RANGE, problems), ends) {
        (Some(whole), _) => whole.clone(),
        (None, [Some((_, from_span)), Some((_, to_span))]) => {
            let span = from_span.start.min(to_span.start)..from_span.end.max(to_span.end);
            (format!("{from}-{to}"), span)
        }
        (None, _) => {
            let message = "no addresses of the entry";
            let expected = "a `prefix`, or a `from_address` and a `to_address`";
            problems.push(Diagnostic::new("missing-key", row.span.clone(), message, expected));
            return None;
        }
    };
    match written.parse::<AddressRange>() {
        Ok(range) => {
            let is_same = range.first().to_string() == from && range.last().to_string() == to;
            if ends.iter().any(Option::is_some) && !is_same {
                let message = format!("`{range}` does not go from the one address to the other");
                let expected = "`prefix`, `from_address` and `to_address` that are one range";
                problems.push(Diagnostic::new("conflict", span.clone(), message, expected));
            }
            Some(Spanned::new(span, DeValue::String(range.to_string().into())))
        }
        Err(message) => {
            let expected = "a range such as 10.1.0.0/16 or 10.1.0.1-10.1.0.40";
            problems.push(Diagnostic::new("bad-value", span, message, expected));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The entries of the list, each as its range and its source.
    fn list(text: &str) -> Vec<[String; 2]> {
        let mut problems = Vec::new();
        let document = document(text, &mut problems);
        assert_eq!(problems, []);
        let entries = document["update_source"].get_ref().as_array().expect("a list");
        let value = |entry: &DeValue<'_>, key: &str| {
            entry.get(key).and_then(|value| value.get_ref().as_str()).expect(key).to_string()
        };
        let pair = |entry: &Spanned<DeValue<'_>>| {
            ["range", "source"].map(|key| value(entry.get_ref(), key))
        };
        entries.iter().map(pair).collect()
    }

    /// The code and the position of each problem.
    fn wrong(text: &str) -> Vec<(&'static str, &str)> {
        let mut problems = Vec::new();
        let _ = document(text, &mut problems);
        problems.iter().map(|problem| (problem.code, &text[problem.span.clone()])).collect()
    }

    #[test]
    fn src_2_a_table_is_the_list_in_its_order() {
        let table = "order,from_address,to_address,prefix,update_agent\n\
                     2,10.2.0.1,10.2.0.40,10.2.0.1-10.2.0.40,b/ua-1\n\
                     1,2001:db8::,2001:db8::ffff:ffff:ffff:ffff,2001:db8::/64,a/ua-1\n";
        let expected = [["2001:db8::/64", "a/ua-1"], ["10.2.0.1-10.2.0.40", "b/ua-1"]];
        assert_eq!(list(table), expected);
        // In a spreadsheet: headers in capitals with spaces, and an empty column at the end.
        let by_hand = table.replace("order,", " Order ,\"").replace("from", "From");
        let by_hand = by_hand.replace("_address,to", "_address\",to").replace('\n', ",\n");
        assert_eq!(list(&by_hand), expected);
        let short = "from_address,to_address,source\n10.2.0.0,10.2.0.255,server\n";
        assert_eq!(list(short), [["10.2.0.0/24", "server"]]);
        assert_eq!(list("prefix,source\n"), [[""; 2]; 0]);
    }

    #[test]
    fn a_row_has_the_value_of_the_column_that_is_filled() {
        let table = "range,from_address,to_address,source,update_agent\n\
                     ,10.2.0.0,10.2.0.255,,b/ua-1\n10.1.0.0/24,,,server,\n";
        assert_eq!(list(table), [["10.2.0.0/24", "b/ua-1"], ["10.1.0.0/24", "server"]]);
    }

    #[test]
    fn a_problem_is_placed_in_a_file_with_a_mark_and_other_ends_of_lines() {
        let table = "\u{feff}prefix,source\r10.0.0.0/8,server\r\n1\u{feff}/8,server\n";
        assert_eq!(wrong(table), [("bad-value", "1\u{feff}/8")]);
    }

    #[test]
    fn a_header_is_checked() {
        for (header, code, at) in [
            ("prefix", "missing-column", "prefix"),
            ("source", "missing-column", "source"),
            ("from_address,source", "missing-column", "from_address,source"),
            ("prefix,source, Source", "duplicate", " Source"),
            ("range,prefix,source,oder", "unknown-key", "oder"),
            ("range;source", "unknown-key", "range;source"),
        ] {
            assert_eq!(wrong(&format!("{header}\n10.0.0.0/8\n")), [(code, at)], "{header}");
        }
        let mut problems = Vec::new();
        let _ = document("prefix,sorce", &mut problems);
        assert_eq!(problems[0].help.as_deref(), Some("did you mean `source`?"));
    }

    #[test]
    fn what_is_wrong_with_a_row_is_said() {
        for (table, code, at) in [
            ("prefix,source\n10.0.0.1/8,server\n", "bad-value", "10.0.0.1/8"),
            ("prefix,source\n10.0.0.0/8,\n", "missing-key", ""),
            ("prefix,source\n,server\n", "missing-key", ",server"),
            ("prefix,source\n10.0.0.0/8,server,\n", "bad-row", "10.0.0.0/8,server,"),
            ("prefix,source,\n10.0.0.0/8,server,x\n", "bad-row", "x"),
            ("prefix,source\n10.0.0.0/8,\"server\n10.1.0.0/16,ua\n", "bad-row", "\"server"),
            ("order,prefix,source\nx,10.0.0.0/8,server\n", "bad-value", "x"),
            ("order,prefix,source\n,10.0.0.0/8,server\n", "bad-value", ""),
            ("prefix,source,update_agent\n10.0.0.0/8,server,ua\n", "conflict", "server"),
            ("prefix,range,source\n10.0.0.0/8,10.0.0.0/9,a\n", "conflict", "10.0.0.0/9"),
            (
                "from_address,to_address,prefix,source\n10.0.0.0,10.0.0.9,10.0.0.0/8,server\n",
                "conflict",
                "10.0.0.0/8",
            ),
            (
                "from_address,to_address,prefix,source\n10.0.0.0,,10.0.0.0/8,server\n",
                "conflict",
                "10.0.0.0/8",
            ),
        ] {
            assert_eq!(wrong(table), [(code, at)], "{table}");
        }
    }
}
