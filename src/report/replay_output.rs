//! The CSV output of a replay: one row for each transfer.

use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};

use crate::units::{Bytes, SimTime};

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

/// Writes a row for each of `finishes` to `out`.
///
/// # Errors
/// If it cannot be written.
pub fn write_finishes<'a>(
    out: impl Write,
    finishes: impl Iterator<Item = Finish<'a>>,
) -> io::Result<()> {
    let mut out = WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(out);
    out.write_record(["id", "start_s", "finish_s", "bytes", "mean_bps"])?;
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
        write_finishes(&mut out, std::iter::once(finish(0, 8, 1))).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "id,start_s,finish_s,bytes,mean_bps\na,0.000000000,0.000000008,1,1000000000.000\n"
        );
    }
}
