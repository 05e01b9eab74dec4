//! The output of a replay: one row for each transfer.

use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};

use super::tables::{Number, Table, TableFormat};
use crate::units::{Bytes, SimTime};

/// The columns.
const COLUMNS: [&str; 5] = ["id", "start_s", "finish_s", "bytes", "mean_bps"];

/// A replayed transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finish<'a> {
    /// Its id as given.
    pub id: &'a [u8],
    /// When it was requested.
    pub start: SimTime,
    /// When it finished; [`SimTime::NEVER`] if it never does.
    pub finish: SimTime,
    /// Its size.
    pub bytes: Bytes,
}

/// Writes a row for each of `finishes` to `out`. CSV, which may be long, is not held in memory.
///
/// # Errors
/// If it cannot be written.
pub fn write_finishes<'a>(
    mut out: impl Write,
    finishes: impl Iterator<Item = Finish<'a>>,
    format: TableFormat,
) -> io::Result<()> {
    if format == TableFormat::Csv {
        return write_csv(out, finishes);
    }
    let [id, start, finish, bytes, mean] = COLUMNS;
    let digits = |cell: &String| (!cell.is_empty()).then(|| Number::of_digits(cell));
    let table = Table::of("finishes", finishes)
        .text(id, |row| String::from_utf8_lossy(row.id))
        .number(start, |row| digits(&row.cells()[0]))
        .number(finish, |row| digits(&row.cells()[1]))
        .integer(bytes, |row| row.bytes.count())
        .number(mean, |row| digits(&row.cells()[3]))
        .done();
    let content = table.written(format).map_err(|cause| io::Error::other(cause.to_string()))?;
    out.write_all(&content)
}

fn write_csv<'a>(out: impl Write, finishes: impl Iterator<Item = Finish<'a>>) -> io::Result<()> {
    let mut out = WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(out);
    out.write_record(COLUMNS)?;
    for finish in finishes {
        out.write_field(finish.id)?;
        for cell in finish.cells() {
            out.write_field(cell)?;
        }
        out.write_record(None::<&[u8]>)?;
    }
    out.flush()
}

impl Finish<'_> {
    /// The columns after the id. The mean rate of an empty transfer is zero.
    fn cells(&self) -> [String; 4] {
        let Self { start, finish, bytes, .. } = *self;
        let (mut end, mut mean) = (String::new(), String::new());
        if finish != SimTime::NEVER {
            let nanos = u128::from(finish.since(start).as_nanos().max(1));
            let thousandths = u128::from(bytes.count()) * 8 * 1000 * u128::from(NANOS) / nanos;
            end = seconds(finish);
            mean = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
        }
        [seconds(start), end, bytes.count().to_string(), mean]
    }
}

/// Nanoseconds in a second.
const NANOS: u64 = 1_000_000_000;

/// Seconds with all nine decimals.
fn seconds(time: SimTime) -> String {
    format!("{}.{:09}", time.as_nanos() / NANOS, time.as_nanos() % NANOS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finish(start: u64, finish: u64, bytes: u64) -> Finish<'static> {
        let [start, finish] = [start, finish].map(SimTime::from_nanos);
        Finish { id: b"a", start, finish, bytes: Bytes::new(bytes) }
    }

    #[test]
    fn cells_have_all_their_digits() {
        let half = finish(1_500_000_000, 3_500_000_001, 1_000_000);
        assert_eq!(half.cells(), ["1.500000000", "3.500000001", "1000000", "3999999.998"]);
        assert_eq!(finish(7, u64::MAX, 5).cells(), ["0.000000007", "", "5", ""]);
        assert_eq!(finish(7, 7, 0).cells(), ["0.000000007", "0.000000007", "0", "0.000"]);
    }

    #[test]
    fn each_transfer_has_a_row() {
        let mut out = Vec::new();
        write_finishes(&mut out, std::iter::once(finish(0, 8, 1)), TableFormat::Csv).unwrap();
        assert_eq!(
            str::from_utf8(&out).unwrap(),
            "id,start_s,finish_s,bytes,mean_bps\na,0.000000000,0.000000008,1,1000000000.000\n"
        );
        out.clear();
        let rows = [finish(0, 8, 1), finish(7, u64::MAX, 5)].into_iter();
        write_finishes(&mut out, rows, TableFormat::JsonLines).unwrap();
        let lines = out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let lines: Vec<serde_json::Value> =
            lines.map(|line| serde_json::from_slice(line).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!((&lines[0]["id"], &lines[0]["bytes"]), (&"a".into(), &1.into()));
        assert_eq!(lines[0]["finish_s"].as_f64(), Some(8e-9));
        assert!(lines[1]["finish_s"].is_null() && lines[1]["mean_bps"].is_null());
    }
}
