//! Lists of transfers: CSV files, read row by row into numbers.

use std::collections::BTreeMap;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::{fmt, io};

use super::network_file::NetworkFile;
use crate::ids::NodeId;
use crate::network::replay::{Plan, Transfer};
use crate::scenario::{Diagnostic, Diagnostics, Rows, nearest};
use crate::units::decimal::{Scaled, parse_scaled};
use crate::units::{BitRate, Bytes, FineRate, SimTime};

/// The columns of a list of transfers; the last one is optional.
pub const TRANSFER_COLUMNS: [&str; 6] = ["id", "start_s", "from", "to", "bytes", "cap_bps"];
const ID: usize = 0;
const START: usize = 1;
const FROM: usize = 2;
const TO: usize = 3;
const BYTES: usize = 4;
const CAP: usize = 5;
/// The maximum number of invalid rows that are listed; the others are counted.
const SHOWN: usize = 20;
/// The largest transfer, 1 PB; more is treated as a typing error.
const LARGEST: u128 = 1_000_000_000_000_000;
/// The latest start in seconds, 317 years.
const LATEST: u128 = 10_000_000_000;

/// A list of transfers, read and checked.
#[derive(Clone, Debug)]
pub struct TransferFile<'n> {
    /// The transfers as numbers.
    pub plan: Plan<'n>,
    /// Their ids.
    pub ids: Ids,
    /// The columns that were ignored.
    pub left_out: Vec<String>,
}

/// The ids of all transfers, concatenated.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// Why a list of transfers could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum TransferError {
    /// The file could not be read.
    Unreadable(PathBuf, io::Error),
    /// The file is invalid.
    Invalid {
        /// The first invalid rows, each with its line.
        shown: Vec<Diagnostics>,
        /// The number of invalid rows.
        rows: usize,
    },
}

impl fmt::Display for TransferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, cause) => write!(f, "cannot read {}: {cause}", path.display()),
            Self::Invalid { shown, .. } => shown.iter().try_for_each(|row| write!(f, "{row}")),
        }
    }
}

impl std::error::Error for TransferError {}

impl Ids {
    /// The id of a row, byte for byte as written.
    pub fn get(&self, row: usize) -> &[u8] {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[row]]
    }

    fn push(&mut self, id: &[u8]) {
        self.text.extend_from_slice(id);
        self.ends.push(self.text.len());
    }
}

impl<'n> TransferFile<'n> {
    /// Reads the transfers in `path` over `network`. `named` gives the header of a column, if it differs from the
    /// column's name; other columns are ignored.
    ///
    /// Times are rounded to the nearest nanosecond. An invalid row does not prevent the others from being checked.
    ///
    /// # Errors
    /// If the file cannot be read, or if rows are invalid.
    pub fn load(
        path: &Path,
        network: &'n NetworkFile,
        named: &[(String, String)],
    ) -> Result<Self, TransferError> {
        let unreadable = |cause| TransferError::Unreadable(path.to_path_buf(), cause);
        let input = File::open(path).map_err(unreadable)?;
        let mut rows = Rows::new(BufReader::with_capacity(1 << 16, input), b',');
        let mut reading = Reading::new(path, network);
        let _ = rows.advance().map_err(unreadable)?;
        let Some(columns) = reading.header(&rows, named) else { return Err(reading.wrong) };
        while rows.advance().map_err(unreadable)? {
            reading.row(&rows, columns);
        }
        match reading.wrong {
            TransferError::Invalid { rows: 0, .. } => Ok(reading.transfers),
            wrong => Err(wrong),
        }
    }
}

/// The index of each of [`TRANSFER_COLUMNS`].
type Columns = [Option<usize>; 6];

/// A partially read file.
struct Reading<'p, 'n> {
    path: &'p Path,
    network: &'n NetworkFile,
    /// The number of columns of the file.
    width: usize,
    transfers: TransferFile<'n>,
    /// The row of each id, by its hash; the next free number after it if another id has that hash.
    seen: BTreeMap<u64, u32>,
    wrong: TransferError,
}

impl<'p, 'n> Reading<'p, 'n> {
    fn new(path: &'p Path, network: &'n NetworkFile) -> Self {
        let plan = Plan::new(&network.topology);
        Self {
            path,
            network,
            width: 0,
            transfers: TransferFile { plan, ids: Ids::default(), left_out: Vec::new() },
            seen: BTreeMap::new(),
            wrong: TransferError::Invalid { shown: Vec::new(), rows: 0 },
        }
    }

    /// Finds the columns, or reports what is wrong with them.
    fn header(&mut self, rows: &Rows<impl BufRead>, named: &[(String, String)]) -> Option<Columns> {
        let mut columns: Columns = [None; 6];
        let mut problems = Vec::new();
        self.width = rows.width();
        let headers: Vec<String> =
            (0..rows.width()).map(|at| String::from_utf8_lossy(rows.cell(at)).into()).collect();
        let is_there = |column: &str| headers.iter().any(|header| header == column);
        let is_named = |column: &str| named.iter().any(|(known, _)| known == column);
        let slips: Vec<&str> = TRANSFER_COLUMNS
            .into_iter()
            .filter(|column| !is_there(column) && !is_named(column))
            .collect();
        for number in 0..rows.width() {
            let name = String::from_utf8_lossy(rows.cell(number));
            let mut wrong = |code, message, help| {
                let expected = format!("the columns {}", TRANSFER_COLUMNS.join(","));
                let problem = Diagnostic::new(code, rows.span(number), message, expected);
                problems.push(problem.with_help(help));
            };
            let is_meant = |column: &&str| match named.iter().find(|(known, _)| known == column) {
                Some((_, header)) => *header == name.trim(),
                None => **column == name,
            };
            match TRANSFER_COLUMNS.iter().position(is_meant) {
                // A misspelt column name is not an ignored column.
                None if nearest(&name, slips.iter().copied()).is_some() => {
                    let help = nearest(&name, slips.iter().copied());
                    wrong("unknown-column", format!("`{name}` is not a column"), help);
                }
                None => self.transfers.left_out.push(name.into_owned()),
                Some(column) if columns[column].is_some() => {
                    wrong("duplicate", format!("there are two columns `{name}`"), None);
                }
                Some(column) => columns[column] = Some(number),
            }
        }
        for (name, column) in TRANSFER_COLUMNS.iter().zip(columns).take(CAP) {
            if column.is_none() {
                let header = named
                    .iter()
                    .find(|(known, _)| known == name)
                    .map_or(*name, |(_, header)| header);
                let message = format!("the column `{header}` is missing");
                let expected = format!("the columns {}", TRANSFER_COLUMNS.join(","));
                let span = rows.span(usize::MAX);
                let help = format!(
                    "if another column has it, name that column: --column {name}=\"HEADER\""
                );
                let problem = Diagnostic::new("missing-column", span, message, expected);
                problems.push(problem.with_help(Some(help)));
            }
        }
        if problems.is_empty() {
            return Some(columns);
        }
        self.note(rows, problems);
        None
    }

    /// Adds the transfer of a row, or reports what is wrong with it.
    fn row(&mut self, rows: &Rows<impl BufRead>, columns: Columns) {
        let width = self.width;
        if rows.width() != width {
            let message = format!("a row with {} cells", rows.width());
            let problem = Diagnostic::new(
                "bad-row",
                rows.span(usize::MAX),
                message,
                format!("{width} cells"),
            );
            return self.note(rows, vec![problem]);
        }
        let row = TransferLine { rows, columns, network: self.network, problems: Vec::new() };
        match row.read() {
            Ok(transfer) => {
                if let Some(problem) = self.remember(rows, columns) {
                    return self.note(rows, vec![problem]);
                }
                self.transfers.plan.add(transfer);
            }
            Err(problems) => self.note(rows, problems),
        }
    }

    /// Records the id of a row, if it is new.
    fn remember(&mut self, rows: &Rows<impl BufRead>, columns: Columns) -> Option<Diagnostic> {
        let column = columns[ID]?;
        let id = rows.cell(column);
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let mut key = hasher.finish();
        let ids = &mut self.transfers.ids;
        while let Some(&row) = self.seen.get(&key) {
            if ids.get(row as usize) == id {
                let message = format!("transfer {} has the same id", row + 1);
                let expected = "a unique id";
                return Some(Diagnostic::new("duplicate", rows.span(column), message, expected));
            }
            key = key.wrapping_add(1);
        }
        let row = u32::try_from(ids.ends.len()).expect("fewer than 2³² transfers");
        let _ = self.seen.insert(key, row);
        ids.push(id);
        None
    }

    fn note(&mut self, row: &Rows<impl BufRead>, list: Vec<Diagnostic>) {
        let TransferError::Invalid { shown, rows } = &mut self.wrong else { return };
        *rows += 1;
        if shown.len() < SHOWN {
            let file = self.path.display().to_string();
            shown.push(Diagnostics::of_file(&file, row.excerpt(), list).from_line(row.line()));
        }
    }
}

/// A row that is being converted to a transfer.
struct TransferLine<'r, R> {
    rows: &'r Rows<R>,
    columns: Columns,
    network: &'r NetworkFile,
    problems: Vec<Diagnostic>,
}

impl<R: BufRead> TransferLine<'_, R> {
    fn read(mut self) -> Result<Transfer, Vec<Diagnostic>> {
        let start = self.number(START, 1_000_000_000, "seconds such as 340.938195");
        let [from, to] = [FROM, TO].map(|column| self.node(column));
        let bytes = self.number(BYTES, 1, "a whole number of bytes");
        let cap = match self.cell(CAP).trim_ascii() {
            b"" => None,
            _ => self.number(CAP, FineRate::PER_BIT, "bits per second, or nothing"),
        };
        if start.is_some_and(|start| start.nearest / 1_000_000_000 > LATEST) {
            self.wrong(START, "too late", format!("at most {LATEST} seconds"));
        }
        if bytes.is_some_and(|bytes| !bytes.is_whole) {
            self.wrong(BYTES, "a fraction of a byte", "a whole number of bytes");
        } else if bytes.is_some_and(|bytes| bytes.nearest > LARGEST) {
            self.wrong(BYTES, "too large", format!("at most {LARGEST} bytes"));
        }
        if cap.is_some_and(|cap| cap.nearest == 0) {
            self.wrong(CAP, "nothing can move at that rate", "more than zero, or nothing");
        }
        if from.is_some() && from == to {
            self.wrong(TO, "a transfer from a node to itself", "another node");
        }
        match (start, from, to, bytes) {
            (Some(start), Some(from), Some(to), Some(bytes)) if self.problems.is_empty() => {
                let held = |number: Scaled| u64::try_from(number.nearest).unwrap_or(u64::MAX);
                let rate_cap = cap.map(|cap| FineRate::from_grains(held(cap)));
                Ok(Transfer {
                    start: SimTime::from_nanos(held(start)),
                    from,
                    to,
                    bytes: Bytes::new(held(bytes)),
                    rate_cap: rate_cap.map(|rate_cap| rate_cap.min(BitRate::MAX.into())),
                })
            }
            _ => Err(self.problems),
        }
    }

    fn cell(&self, column: usize) -> &[u8] {
        self.columns[column].map_or(&[], |number| self.rows.cell(number))
    }

    fn number(&mut self, column: usize, scale: u32, expected: &str) -> Option<Scaled> {
        let read = parse_scaled(&String::from_utf8_lossy(self.cell(column)), scale);
        read.map_err(|why| self.wrong(column, why, expected)).ok()
    }

    fn node(&mut self, column: usize) -> Option<NodeId> {
        let name = String::from_utf8_lossy(self.cell(column)).into_owned();
        let node = self.network.node(&name);
        if node.is_none() {
            let message = format!("there is no node `{name}`");
            let problem =
                Diagnostic::new("unknown-name", self.span(column), message, "the name of a node");
            self.problems.push(problem.with_help(self.network.nearest(&name)));
        }
        node
    }

    fn wrong(&mut self, column: usize, message: impl Into<String>, expected: impl Into<String>) {
        self.problems.push(Diagnostic::new("bad-value", self.span(column), message, expected));
    }

    fn span(&self, column: usize) -> Range<usize> {
        self.rows.span(self.columns[column].unwrap_or(usize::MAX))
    }
}
