//! Finds the beginning of a table, and its columns.

use std::collections::BTreeSet;

use super::rules::TableRules;
use crate::import::account::{listed, named};
use crate::import::quantity::{
    Meaning, Quantity, plain, quantity_of_header, rank_of_header, unit_of_header,
};
use crate::scenario::{Diagnostic, Rows, nearest};

/// The number of lines that are searched for the header.
const LOOKED_AT: usize = 60;
/// The maximum length of a header.
const LONGEST: usize = 1 << 16;
/// The maximum number of columns that are examined.
const MOST_COLUMNS: usize = 4_096;

/// A column to find.
#[derive(Debug)]
pub(in crate::import) struct Column {
    /// Its name in `--column`.
    pub(in crate::import) name: &'static str,
    pub(in crate::import) required: bool,
    /// Whether all matching columns are read, one after the other.
    pub(in crate::import) is_many: bool,
    /// Whether its absence is not reported.
    pub(in crate::import) is_silent: bool,
    /// Its quantity, if it has one; headers name it with its unit.
    pub(in crate::import) quantity: Option<Meaning>,
    /// Its known headers, in lower case and without punctuation, separated by spaces; if two columns match, the header
    /// listed first wins.
    pub(in crate::import) headers: &'static str,
}

/// The columns of a type of table.
pub(super) struct Known<'k, const N: usize> {
    pub(super) columns: &'k [Column; N],
    /// Columns of which one is required, by their indices.
    pub(super) one_of: &'k [usize],
    pub(super) rules: &'k TableRules,
}

/// The columns found in a table.
#[derive(Debug)]
pub(in crate::import) struct Found<const N: usize> {
    /// The position of each of the columns.
    pub(in crate::import) places: [Vec<usize>; N],
    /// The unit in the header of a quantity.
    pub(in crate::import) quantities: [Option<Quantity>; N],
    /// What was read as what.
    pub(in crate::import) read: Vec<(&'static str, String)>,
    /// Headers of columns that are not read.
    pub(in crate::import) unread: Vec<String>,
    /// Missing columns.
    pub(in crate::import) missing: Vec<&'static str>,
    /// All headers.
    pub(in crate::import) headers: Vec<String>,
}

impl<const N: usize> Found<N> {
    /// The message about the first header in `rows` that another column has, too.
    pub(super) fn repeated(&self, rows: &Rows<&[u8]>) -> Option<Diagnostic> {
        let mut seen = BTreeSet::new();
        let mut named = self.headers.iter().enumerate().filter(|(_, header)| !header.is_empty());
        let (second, header) = named.find(|(_, header)| !seen.insert(header.as_str()))?;
        Some(repeated(rows, second, header))
    }
}

/// The message that a column has the header of another one.
fn repeated(rows: &Rows<&[u8]>, column: usize, header: &str) -> Diagnostic {
    let message = format!("there are two columns {}", named(header));
    Diagnostic::new("duplicate", rows.span(column), message, "one column with that name")
}

/// The beginning of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Start {
    /// In bytes.
    pub(super) offset: usize,
    /// The line number.
    pub(super) line: usize,
    pub(super) delimiter: u8,
}

/// The beginning of the table in `text`: the row with the most known headers, the first of several.
pub(super) fn find_start<const N: usize>(text: &str, known: &Known<'_, N>) -> Start {
    let mut best: Option<((usize, bool), Start)> = None;
    let mut said = None;
    let mut first = None;
    let (mut offset, mut looked_at) = (0, 0);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let start = offset;
        offset += line.len();
        let trimmed = line.trim().trim_start_matches('"');
        // A header may begin with the number `#` of the row; of equal rows it is the one that is no comment.
        let is_plain = !trimmed.starts_with('#');
        if trimmed.is_empty() || (!is_plain && !trimmed.contains([',', ';', '\t', '|'])) {
            continue;
        }
        if let Some(sign) =
            trimmed.to_ascii_lowercase().strip_prefix("sep=").and_then(|rest| rest.bytes().next())
        {
            said = Some(sign);
            continue;
        }
        if looked_at == LOOKED_AT {
            break;
        }
        looked_at += 1;
        let at = |delimiter| Start { offset: start, line: number + 1, delimiter };
        if is_plain {
            let _ = first.get_or_insert_with(|| at(said.unwrap_or_else(|| delimiter(line))));
        }
        for sign in [b',', b';', b'\t', b'|']
            .into_iter()
            .filter(|sign| said.is_none_or(|said| said == *sign))
        {
            let mut end = text.len().min(start + LONGEST);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            let mut rows = Rows::new(&text.as_bytes()[start..end], sign);
            let is_row = rows.advance().expect("memory can be read");
            let score = if is_row { known.score(&rows) } else { 0 };
            if score > 0 && best.is_none_or(|(most, _)| (score, is_plain) > most) {
                best = Some(((score, is_plain), at(sign)));
            }
        }
    }
    let nowhere = Start { offset: 0, line: 1, delimiter: b',' };
    best.map(|(_, start)| start).or(first).unwrap_or(nowhere)
}

/// The separator of cells: comma, semicolon, tab or bar, whichever is most frequent in the line outside quotes.
fn delimiter(line: &str) -> u8 {
    let outside: String = line.split('"').step_by(2).collect();
    let count = |delimiter: u8| outside.bytes().filter(|byte| *byte == delimiter).count();
    // The last of equal ones is used: the comma.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

/// The unit in the header of a column that is read as a bandwidth because the user says so.
fn unit_beside(column: &Column, header: &str) -> Option<Quantity> {
    let unit = Some(unit_of_header(header)?);
    match column.quantity? {
        Meaning::Bandwidth => Some(Quantity::Rate(unit)),
        Meaning::BandwidthUp => Some(Quantity::RateUp(unit)),
        Meaning::Latency | Meaning::Name => None,
    }
}

/// A header, and its form for comparisons.
struct Heading {
    written: String,
    plain: String,
    /// The same without the `0` of `ConfigMgr`, which writes `Name0` for `Name`.
    without_zero: String,
    quantity: Option<Quantity>,
}

impl Heading {
    fn new(cell: &[u8]) -> Self {
        let written =
            String::from_utf8_lossy(cell).split_whitespace().collect::<Vec<_>>().join(" ");
        let plain = plain(&written);
        let without_zero = match plain.strip_suffix('0') {
            Some(name) if name.ends_with(char::is_alphabetic) => name.to_string(),
            _ => plain.clone(),
        };
        let quantity = quantity_of_header(&written);
        Self { written, plain, without_zero, quantity }
    }
}

impl<const N: usize> Known<'_, N> {
    /// The headers of the current row of `rows`.
    fn headers(rows: &Rows<&[u8]>) -> Vec<Heading> {
        (0..rows.width().min(MOST_COLUMNS)).map(|at| Heading::new(rows.cell(at))).collect()
    }

    /// Whether all required columns are in a row of `text`.
    pub(super) fn fits(&self, text: &str) -> bool {
        let start = find_start(text, self);
        let mut rows = Rows::new(&text.as_bytes()[start.offset..], start.delimiter);
        let is_row = rows.advance().expect("memory can be read");
        is_row && self.find(&rows).is_ok_and(|found| self.unmet(&found, &rows).is_none())
    }

    /// The number of columns in a row; required ones count more.
    fn score(&self, rows: &Rows<&[u8]>) -> usize {
        let headers = Self::headers(rows);
        let mut taken = vec![false; headers.len()];
        let mut score = 0;
        for (place, column) in self.columns.iter().enumerate() {
            let fitting = self.fitting(column, &headers, &taken);
            for (at, _) in &fitting {
                taken[*at] = true;
            }
            if !fitting.is_empty() {
                score += if column.required || self.one_of.contains(&place) { 100 } else { 1 };
            }
        }
        score
    }

    /// The matching headers of a column, and their quantity: the best ones.
    fn fitting(
        &self,
        column: &Column,
        headers: &[Heading],
        taken: &[bool],
    ) -> Vec<(usize, Option<Quantity>)> {
        let free = || (0..headers.len()).filter(|at| !taken[*at]);
        let given = self
            .rules
            .columns
            .iter()
            .find(|(name, _)| name == column.name)
            .map(|(_, header)| header);
        if let Some(given) = given {
            let wanted = plain(given);
            let exact = free().filter(|at| headers[*at].written == *given);
            let alike = free().filter(|at| headers[*at].plain == wanted);
            let quantity = |at: usize| {
                let own = headers[at].quantity;
                (at, own.or_else(|| unit_beside(column, &headers[at].written)))
            };
            let exact: Vec<_> = exact.map(quantity).collect();
            return if exact.is_empty() { alike.map(quantity).collect() } else { exact };
        }
        if let Some(meaning) = column.quantity {
            let rule = self.rules.attributes.iter().find(|rule| rule.meaning == meaning);
            if let Some(rule) = rule {
                return free()
                    .filter(|at| rule.names(&headers[*at].written))
                    .map(|at| (at, None))
                    .collect();
            }
            let fits = |quantity: Quantity| match meaning {
                Meaning::Bandwidth => matches!(quantity, Quantity::Rate(_)),
                Meaning::BandwidthUp => matches!(quantity, Quantity::RateUp(_)),
                Meaning::Latency => {
                    matches!(quantity, Quantity::Latency(_) | Quantity::RoundTrip(_))
                }
                Meaning::Name => false,
            };
            let mut all: Vec<_> = free()
                .filter_map(|at| {
                    Some((at, Some(headers[at].quantity.filter(|found| fits(*found))?)))
                })
                .collect();
            // One suffices, by its best-known name, else the first; but not if another has the same header.
            all.sort_by_key(|(at, _)| (rank_of_header(&headers[*at].written), *at));
            if let Some((first, _)) = all.first().copied() {
                all.retain(|(at, _)| headers[*at].written == headers[first].written);
            }
            return all;
        }
        let of_header = |wanted: &str| -> Vec<_> {
            free()
                .filter(|at| headers[*at].without_zero == wanted || headers[*at].plain == wanted)
                .collect()
        };
        let mut found =
            column.headers.split_whitespace().map(of_header).filter(|found| !found.is_empty());
        let all: Vec<usize> = if column.is_many {
            found.flatten().collect()
        } else {
            found.next().unwrap_or_default()
        };
        all.into_iter().map(|at| (at, None)).collect()
    }

    /// The positions of the columns in the table whose header is the current row of `rows`.
    ///
    /// # Errors
    /// Required columns that are missing or repeated.
    pub(super) fn find(&self, rows: &Rows<&[u8]>) -> Result<Found<N>, Vec<Diagnostic>> {
        let headers = Self::headers(rows);
        let written: Vec<String> = headers.iter().map(|header| header.written.clone()).collect();
        let mut taken = vec![false; headers.len()];
        let mut found = Found {
            places: [const { Vec::new() }; N],
            quantities: [None; N],
            read: Vec::new(),
            unread: Vec::new(),
            missing: Vec::new(),
            headers: Vec::new(),
        };
        let mut wrong = Vec::new();
        for (place, column) in self.columns.iter().enumerate() {
            let fitting = self.fitting(column, &headers, &taken);
            let is_given = self.is_given(column);
            match fitting.as_slice() {
                [] if column.required || is_given => wrong.push(self.lacks(column, &written, rows)),
                [] if column.is_silent => {}
                [] => found.missing.push(column.name),
                [_, (second, _), ..] if !column.is_many => {
                    wrong.push(repeated(rows, *second, &headers[*second].written));
                }
                all => {
                    for (at, quantity) in all {
                        taken[*at] = true;
                        found.places[place].push(*at);
                        found.quantities[place] = *quantity;
                        found.read.push((column.name, headers[*at].written.clone()));
                    }
                }
            }
        }
        let unread = headers
            .iter()
            .zip(&taken)
            .filter(|(header, taken)| !**taken && !header.written.is_empty());
        found.unread = unread.map(|(header, _)| header.written.clone()).collect();
        found.headers = written;
        if wrong.is_empty() { Ok(found) } else { Err(wrong) }
    }

    /// The message if none of the columns is present of which one is required.
    pub(super) fn unmet(&self, found: &Found<N>, rows: &Rows<&[u8]>) -> Option<Diagnostic> {
        let first = *self.one_of.first()?;
        let is_met = self.one_of.iter().any(|place| !found.places[*place].is_empty());
        (!is_met).then(|| self.lacks(&self.columns[first], &found.headers, rows))
    }

    fn is_given(&self, column: &Column) -> bool {
        let by_name = self.rules.columns.iter().any(|(name, _)| name == column.name);
        by_name || self.rules.attributes.iter().any(|rule| Some(rule.meaning) == column.quantity)
    }

    fn lacks(&self, column: &Column, headers: &[String], rows: &Rows<&[u8]>) -> Diagnostic {
        let by_name = self
            .rules
            .columns
            .iter()
            .find(|(name, _)| name == column.name)
            .map(|(_, header)| header);
        let by_rule =
            self.rules.attributes.iter().find(|rule| Some(rule.meaning) == column.quantity);
        let given = by_name.or(by_rule.map(|rule| &rule.attribute));
        let first = column.headers.split_whitespace().next().unwrap_or(column.name);
        let wanted = given.map_or(first, String::as_str);
        let message = match given {
            Some(given) => format!("there is no column `{given}`"),
            None => format!("no known column contains the {}", column.name),
        };
        let such: Vec<&str> = column.headers.split_whitespace().take(3).collect();
        let expected = format!("a header such as {}", such.join(", "));
        let help = nearest(wanted, headers.iter().map(String::as_str)).unwrap_or_else(|| {
            let there =
                listed(headers.iter().filter(|header| !header.is_empty()).map(String::as_str));
            format!("name it among {there}: --column {}=\"HEADER\"", column.name)
        });
        Diagnostic::new("missing-column", rows.span(usize::MAX), message, expected)
            .with_help(Some(help))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 2] = [
        Column {
            name: "name",
            required: true,
            is_many: false,
            is_silent: false,
            quantity: None,
            headers: "name host",
        },
        Column {
            name: "ip",
            required: true,
            is_many: true,
            is_silent: false,
            quantity: None,
            headers: "ip ipaddresses ipv6",
        },
    ];

    fn start(text: &str) -> (usize, char) {
        let rules = TableRules::default();
        let start = find_start(text, &Known { columns: &COLUMNS, one_of: &[], rules: &rules });
        (start.line, char::from(start.delimiter))
    }

    #[test]
    fn titles_and_comments_stand_above_the_header() {
        assert_eq!(start("Name,IP\n"), (1, ','));
        assert_eq!(start("#TYPE x\n\"Name\";\"IP\"\n"), (2, ';'));
        assert_eq!(start("sep=;\nName;IP\n"), (2, ';'));
        assert_eq!(start("Agents of ACME, Inc.\n\nGenerated: today\nName\tIP\n1\t2\n"), (4, '\t'));
        assert_eq!(start("Host|IPv6\n"), (1, '|'));
        assert_eq!(start("#,Name,IP\n1,a,10.0.0.1\n"), (1, ','));
        assert_eq!(start("# Exported, by name\n#;Name;IP\n"), (2, ';'));
        assert_eq!(start("# Name, IP\nName,IP\n"), (2, ','));
        assert_eq!(start("# of ACME, Inc.\na,b\n"), (2, ','));
        assert_eq!(start("a;b;\"c,d,e\"\n"), (1, ';'));
        assert_eq!(start(""), (1, ','));
    }

    #[test]
    fn columns_are_found_by_any_of_their_names() {
        let rules = TableRules::default();
        let known = Known { columns: &COLUMNS, one_of: &[], rules: &rules };
        let mut rows = Rows::new(&b"Name0,IPv6,IP_Addresses0,OS\n"[..], b',');
        assert!(rows.advance().expect("memory"));
        let found = known.find(&rows).expect("all are there");
        assert_eq!(found.places, [vec![0], vec![2, 1]]);
        assert_eq!(found.unread, ["OS"]);
        assert!(found.repeated(&rows).is_none());
        let mut rows = Rows::new(&b"Name,IP,,OS,,OS\n"[..], b',');
        assert!(rows.advance().expect("memory"));
        let found = known.find(&rows).expect("those that are read are there once");
        assert_eq!(found.repeated(&rows).expect("two").code, "duplicate");
        let mut rows = Rows::new(&b"Name,Name,IP\n"[..], b',');
        assert!(rows.advance().expect("memory"));
        assert_eq!(known.find(&rows).expect_err("two")[0].code, "duplicate");
    }
}
