//! A table of transfers: a CSV file with a header, read row by row.

use std::io::{self, BufRead};

use super::collection::{Collection, Flow, Start, Wrong};
use super::flow_format::FlowFormat;
use super::transfers::LARGEST;
use crate::ids::NodeId;
use crate::import::{Moment, unclear_point};
use crate::scenario::{Diagnostic, Diagnostics, Rows, nearest};
use crate::units::decimal::{Scaled, parse_scaled};
use crate::units::{BitRate, Bytes, FineRate, SimDuration, SimTime};

/// The columns of a table of transfers; the last one may be missing.
pub const TRANSFER_COLUMNS: [&str; 6] = ["id", "start_s", "from", "to", "bytes", "cap_bps"];
const ID: usize = 0;
const START: usize = 1;
const FROM: usize = 2;
const TO: usize = 3;
const BYTES: usize = 4;
const CAP: usize = 5;
/// The headers by which nfdump names start, from, to and bytes: version 1.6 and 1.7.
///
/// Source: `nfdump -o csv`.
const NFDUMP_HEADERS: [[&str; 4]; 2] =
    [["ts", "sa", "da", "ibyt"], ["firstSeen", "srcAddr", "dstAddr", "bytes"]];
/// The first cell of the row at which the flows of nfdump end.
const NFDUMP_SUMMARY: &[u8] = b"Summary";
/// The latest start in seconds, 317 years.
const LATEST: u128 = 10_000_000_000;

/// The position of each of [`TRANSFER_COLUMNS`].
type Columns = [Option<usize>; 6];

/// Reads a table whose cells are separated by `delimiter`: one of transfers, or flows of nfdump, recognised by its header.
pub(super) fn read(
    input: impl BufRead,
    file: &str,
    delimiter: u8,
    into: &mut Collection<'_, '_>,
) -> io::Result<()> {
    let mut rows = Rows::new(input, delimiter);
    let _ = rows.advance()?;
    let width = rows.width();
    let nfdump = nfdump_columns(&rows);
    if let Some(problem) = rows.open_quote() {
        note(into, file, &rows, vec![problem]);
        return Ok(());
    }
    let found = match nfdump {
        Some(columns) => {
            into.account.format = FlowFormat::Nfdump;
            let is_read = |at: &usize| columns.contains(&Some(*at));
            Ok((columns, (0..width).filter(|at| !is_read(at)).map(|at| name(&rows, at)).collect()))
        }
        None => columns(&rows, into.rules.columns),
    };
    let columns = match found {
        Ok((columns, ignored)) => {
            into.account.ignored = ignored;
            columns
        }
        Err(problems) => {
            note(into, file, &rows, problems);
            return Ok(());
        }
    };
    while rows.advance()? {
        if nfdump.is_some() && rows.cell(0) == NFDUMP_SUMMARY {
            break;
        }
        read_row(&rows, file, (width, columns), into);
    }
    Ok(())
}

/// The header of a column.
fn name(rows: &Rows<impl BufRead>, column: usize) -> String {
    String::from_utf8_lossy(rows.cell(column)).trim().to_string()
}

/// The columns of flows of nfdump, if `rows` is at their header.
fn nfdump_columns(rows: &Rows<impl BufRead>) -> Option<Columns> {
    let place = |header: &str| (0..rows.width()).find(|at| name(rows, *at) == header);
    NFDUMP_HEADERS.iter().find_map(|headers| {
        let [Some(start), Some(from), Some(to), Some(bytes)] = headers.map(place) else {
            return None;
        };
        Some([None, Some(start), Some(from), Some(to), Some(bytes), None])
    })
}

/// The columns of a header and those that are not needed, or what is wrong with it. `named` has the headers of columns
/// that have other headers than their names.
fn columns(
    rows: &Rows<impl BufRead>,
    named: &[(String, String)],
) -> Result<(Columns, Vec<String>), Vec<Diagnostic>> {
    let mut columns: Columns = [None; 6];
    let (mut ignored, mut problems) = (Vec::new(), Vec::new());
    let headers: Vec<String> = (0..rows.width()).map(|at| name(rows, at)).collect();
    let header_of = |column: &str| named.iter().find(|(known, _)| known == column);
    let is_there = |column: &str| headers.iter().any(|header| header == column);
    let absent: Vec<&str> = TRANSFER_COLUMNS
        .into_iter()
        .filter(|column| !is_there(column) && header_of(column).is_none())
        .collect();
    let expected = || format!("the columns {}", TRANSFER_COLUMNS.join(","));
    for (number, name) in headers.into_iter().enumerate() {
        let mut wrong = |code, message, help| {
            let problem = Diagnostic::new(code, rows.span(number), message, expected());
            problems.push(problem.with_help(help));
        };
        let is_meant = |column: &&str| {
            header_of(column).map_or(**column == name, |(_, header)| *header == name)
        };
        match TRANSFER_COLUMNS.iter().position(is_meant) {
            // A misspelt column is not one that is not needed.
            None if nearest(&name, absent.iter().copied()).is_some() => {
                let help = nearest(&name, absent.iter().copied());
                wrong("unknown-column", format!("`{name}` is not a column"), help);
            }
            None => ignored.push(name),
            Some(column) if columns[column].is_some() => {
                wrong("duplicate", format!("there are two columns `{name}`"), None);
            }
            Some(column) => columns[column] = Some(number),
        }
    }
    for (name, column) in TRANSFER_COLUMNS.iter().zip(columns).take(CAP) {
        let header = header_of(name).map_or(*name, |(_, header)| header);
        if column.is_some() || header.is_empty() {
            continue;
        }
        let message = format!("the column `{header}` is missing");
        let mut help =
            format!("if another column has it, name that column: --column {name}=\"HEADER\"");
        if *name == TRANSFER_COLUMNS[ID] {
            help.push_str("; to number the rows: --column id=");
        }
        let problem = Diagnostic::new("missing-column", rows.span(usize::MAX), message, expected());
        problems.push(problem.with_help(Some(help)));
    }
    if problems.is_empty() { Ok((columns, ignored)) } else { Err(problems) }
}

/// Adds the transfer of a row, or notes what is wrong with it.
fn read_row(
    rows: &Rows<impl BufRead>,
    file: &str,
    (width, columns): (usize, Columns),
    into: &mut Collection<'_, '_>,
) {
    if let Some(problem) = rows.open_quote() {
        return note(into, file, rows, vec![problem]);
    }
    if rows.width() != width {
        let message = format!("a row with {} cells", rows.width());
        let expected = format!("{width} cells");
        let problem = Diagnostic::new("bad-row", rows.span(usize::MAX), message, expected);
        return note(into, file, rows, vec![problem]);
    }
    let row = Row { rows, columns, into, problems: Vec::new() };
    let added = row.read().and_then(|flow| {
        let added = match columns[ID] {
            Some(column) => into.add(flow, rows.cell(column)),
            None => into.add_numbered(flow),
        };
        // A duplicate is about the id, every other reason about the start.
        let column = |wrong: &Wrong| if wrong.code == "duplicate" { ID } else { START };
        added.map_err(|wrong| {
            let span = rows.span(columns[column(&wrong)].unwrap_or(usize::MAX));
            vec![wrong.at(span)]
        })
    });
    if let Err(problems) = added {
        note(into, file, rows, problems);
    }
}

fn note(
    into: &mut Collection<'_, '_>,
    file: &str,
    row: &Rows<impl BufRead>,
    problems: Vec<Diagnostic>,
) {
    into.note(|| Diagnostics::of_file(file, row.excerpt(), problems).from_line(row.line()));
}

/// A row on the way to a transfer.
struct Row<'r, 'c, 'n, R> {
    rows: &'r Rows<R>,
    columns: Columns,
    into: &'r Collection<'c, 'n>,
    problems: Vec<Diagnostic>,
}

impl<R: BufRead> Row<'_, '_, '_, R> {
    fn read(mut self) -> Result<Flow, Vec<Diagnostic>> {
        let start = self.start();
        let [from, to] = [FROM, TO].map(|column| self.node(column));
        let bytes = self.count(BYTES, 1, "a whole number of bytes");
        let cap = match self.cell(CAP).trim_ascii() {
            b"" => None,
            _ => self.count(CAP, FineRate::PER_BIT, "bits per second, or nothing"),
        };
        if bytes.is_some_and(|bytes| !bytes.is_whole) {
            self.wrong(BYTES, Wrong::value("a fraction of a byte", "a whole number of bytes"));
        } else if bytes.is_some_and(|bytes| bytes.nearest > LARGEST) {
            let expected = format!("at most {LARGEST} bytes");
            self.wrong(BYTES, Wrong::value("too large", expected));
        }
        if cap.is_some_and(|cap| cap.nearest == 0) {
            let expected = "more than zero, or nothing";
            self.wrong(CAP, Wrong::value("nothing can move at that rate", expected));
        }
        // Two addresses of a log may be of one node; who names a node twice is wrong.
        if from.is_some() && from == to && self.cell(FROM) == self.cell(TO) {
            self.wrong(TO, Wrong::value("a transfer from a node to itself", "another node"));
        }
        match (start, from, to, bytes) {
            (Some(start), Some(from), Some(to), Some(bytes)) if self.problems.is_empty() => {
                let rate_cap = cap.map(|cap| FineRate::from_grains(held(cap)));
                let rate_cap = rate_cap.map(|rate_cap| rate_cap.min(BitRate::MAX.into()));
                Ok(Flow { start, from, to, bytes: Bytes::new(held(bytes)), rate_cap })
            }
            _ => Err(self.problems),
        }
    }

    /// The start: seconds, or a time of the clock.
    fn start(&mut self) -> Option<Start> {
        const EXPECTED: &str =
            "seconds such as 340.938195, or a time such as 2026-11-02T09:00:00.250Z";
        let cell = self.cell(START).trim_ascii();
        if cell.contains(&b':') {
            let moment = Moment::iso(cell);
            if moment.is_none() {
                self.wrong(START, Wrong::value("not a time", EXPECTED));
            }
            return moment.map(|moment| Start::At(moment, SimDuration::ZERO));
        }
        let start = self.number(START, 1_000_000_000, EXPECTED)?;
        if start.nearest / 1_000_000_000 > LATEST {
            let expected = format!("at most {LATEST} seconds");
            self.wrong(START, Wrong::value("too late", expected));
        }
        Some(Start::After(SimTime::from_nanos(held(start))))
    }

    fn cell(&self, column: usize) -> &[u8] {
        self.columns[column].map_or(&[], |number| self.rows.cell(number))
    }

    /// A number of any size, so that the point of `100.000` may separate thousands.
    fn count(&mut self, column: usize, scale: u32, expected: &str) -> Option<Scaled> {
        if let Some(why) = unclear_point(&String::from_utf8_lossy(self.cell(column))) {
            self.wrong(column, Wrong::value(why, expected));
            return None;
        }
        self.number(column, scale, expected)
    }

    fn number(&mut self, column: usize, scale: u32, expected: &str) -> Option<Scaled> {
        let read = parse_scaled(&String::from_utf8_lossy(self.cell(column)), scale);
        read.map_err(|why| self.wrong(column, Wrong::value(why, expected))).ok()
    }

    fn node(&mut self, column: usize) -> Option<NodeId> {
        let node = self.into.node(&String::from_utf8_lossy(self.cell(column)));
        node.map_err(|wrong| self.wrong(column, wrong)).ok()
    }

    fn wrong(&mut self, column: usize, wrong: Wrong) {
        let span = self.rows.span(self.columns[column].unwrap_or(usize::MAX));
        self.problems.push(wrong.at(span));
    }
}

fn held(number: Scaled) -> u64 {
    u64::try_from(number.nearest).unwrap_or(u64::MAX)
}
