//! Transfers that were read from a file, and the account of what was read.

use std::fmt::Write as _;

use super::flow_format::FlowFormat;
use super::node_table::NodeTable;
use crate::import::named;
use crate::model::calendar::Calendar;
use crate::network::replay::Plan;
use crate::scenario::Diagnostics;
use crate::units::{SimDuration, SimTime};

/// The maximum size of a transfer: more than 1 PB is treated as an error.
pub(super) const LARGEST: u128 = 1_000_000_000_000_000;

/// What a file of transfers does not state.
#[derive(Clone, Debug, Default)]
pub struct TransferRules<'a> {
    /// Columns of [`super::TRANSFER_COLUMNS`] and their headers in the file, if they have other headers. An `id` with an empty
    /// header numbers the rows.
    pub columns: &'a [(String, String)],
    /// The nodes of addresses.
    pub nodes: Option<&'a NodeTable>,
    /// The node that sends what an access log records, if the log does not record the server's address.
    pub server: Option<&'a str>,
    /// Whether wrong rows are left out.
    pub skips_bad_rows: bool,
}

/// Transfers, read and checked.
#[derive(Clone, Debug)]
pub struct TransferFile<'n> {
    /// The transfers as numbers.
    pub plan: Plan<'n>,
    /// Their ids.
    pub ids: Ids,
    /// What was read, and what was not.
    pub account: Account,
}

/// What was read of a file of transfers, and what was not.
#[derive(Clone, Debug)]
pub struct Account {
    /// The format of the file.
    pub format: FlowFormat,
    /// Columns or fields that were not read.
    pub ignored: Vec<String>,
    /// The first start, if starts are times of the clock: nanoseconds since 1970-01-01 00:00.
    pub origin: Option<SimTime>,
    /// Whether these times have a zone.
    pub is_zoned: bool,
    /// Rows of a log without bytes to transfer.
    pub without_bytes: usize,
    /// Rows of a log whose two addresses are of one node.
    pub within_node: usize,
    /// The first of the wrong rows that were left out.
    pub skipped: Vec<Diagnostics>,
    /// Their number.
    pub skipped_rows: usize,
}

/// The ids of all transfers, one behind the other.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Ids {
    /// The id of a row, byte for byte as it was written.
    pub fn get(&self, row: usize) -> &[u8] {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[row]]
    }

    pub(super) fn push(&mut self, id: &[u8]) {
        self.text.extend_from_slice(id);
        self.ends.push(self.text.len());
    }
}

impl Account {
    /// Nothing was read yet of a file of this format.
    pub(super) fn new(format: FlowFormat) -> Self {
        Self {
            format,
            ignored: Vec::new(),
            origin: None,
            is_zoned: false,
            without_bytes: 0,
            within_node: 0,
            skipped: Vec::new(),
            skipped_rows: 0,
        }
    }

    /// What a reader should know of the file, a line each; nothing of a table that was read whole.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !matches!(self.format, FlowFormat::Table(_)) {
            lines.push(format!("read as {}", self.format.name()));
        }
        if let Some(origin) = self.origin {
            let zone = if self.is_zoned { " UTC" } else { "" };
            lines.push(format!("0 s is {}{zone}, the first start", clock(origin)));
        }
        if !self.ignored.is_empty() {
            let names: Vec<String> = self.ignored.iter().map(|name| named(name)).collect();
            lines.push(format!("ignored columns: {}", names.join(", ")));
        }
        for (count, what) in
            [(self.without_bytes, "without bytes"), (self.within_node, "within one node")]
        {
            if count > 0 {
                lines.push(format!("left out: {count} {what}"));
            }
        }
        if self.skipped_rows > 0 {
            let mut line = format!("left out: {} wrong", self.skipped_rows);
            for problems in self.skipped.iter().take(5) {
                let _ = write!(line, "\n  {}", problems.to_string().trim_end());
            }
            lines.push(line);
        }
        lines
    }
}

/// `2026-11-02 09:00:00.250`.
fn clock(since_1970: SimTime) -> String {
    let epoch = Calendar::from_date(1970, 1, 1, SimDuration::ZERO);
    let time = epoch.expect("a date").date_time(since_1970);
    let nanos = time.clock.as_nanos();
    let (seconds, part) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    let part = format!(".{part:09}");
    let part = part.trim_end_matches('0').trim_end_matches('.');
    format!(
        "{}-{:02}-{:02} {:02}:{:02}:{:02}{part}",
        time.year,
        time.month,
        time.day,
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    )
}
