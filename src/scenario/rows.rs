//! Reads the rows of a CSV file (RFC 4180), one in memory at a time, with the position of each cell.

use std::io::{self, BufRead};
use std::ops::Range;

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

/// The rows of an input.
#[derive(Debug)]
pub struct Rows<R> {
    input: R,
    parser: Reader,
    /// The row as it is in the file.
    raw: Vec<u8>,
    /// Its unquoted cells, concatenated.
    text: Vec<u8>,
    cells: Vec<CellSpan>,
    /// Whether the row is UTF-8, so that positions in it and in its excerpt are equal.
    is_utf8: bool,
    /// Bytes read so far.
    bytes: usize,
    /// Where the row begins among them.
    start: usize,
    /// Lines read so far.
    lines: usize,
    first_line: usize,
}

#[derive(Clone, Debug)]
struct CellSpan {
    raw: Range<usize>,
    text: Range<usize>,
}

impl<R: BufRead> Rows<R> {
    /// The rows of `input`, their cells separated by `delimiter`.
    pub fn new(input: R, delimiter: u8) -> Self {
        Self {
            input,
            parser: ReaderBuilder::new().delimiter(delimiter).build(),
            raw: Vec::new(),
            text: vec![0; 1 << 10],
            cells: Vec::new(),
            is_utf8: true,
            bytes: 0,
            start: 0,
            lines: 0,
            first_line: 0,
        }
    }

    /// The same, with `line` as the number of the first line.
    #[must_use]
    pub fn from_line(self, line: usize) -> Self {
        Self { lines: line.saturating_sub(1), ..self }
    }

    /// Advances to the next row that is not empty, if there is one.
    ///
    /// # Errors
    /// If the input cannot be read.
    pub fn advance(&mut self) -> io::Result<bool> {
        loop {
            self.raw.clear();
            (self.start, self.first_line) = (self.bytes, self.lines + 1);
            if !self.read_line()? {
                return Ok(false);
            }
            if self.first_line == 1 && self.raw.starts_with(b"\xef\xbb\xbf") {
                let _ = self.raw.drain(..3);
                self.start += 3;
            }
            if !self.raw.trim_ascii().is_empty() {
                self.split()?;
                self.is_utf8 = std::str::from_utf8(&self.raw).is_ok();
                return Ok(true);
            }
        }
    }

    /// Reads to the end of a line: `\n`, `\r\n` or, as in files of old spreadsheets, `\r`.
    fn read_line(&mut self) -> io::Result<bool> {
        let before = self.raw.len();
        loop {
            let buffer = self.input.fill_buf()?;
            let end = buffer.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let count = end.map_or(buffer.len(), |end| end + 1);
            self.raw.extend_from_slice(&buffer[..count]);
            self.input.consume(count);
            if end.is_some() && self.raw.ends_with(b"\r") {
                let is_followed = self.input.fill_buf()?.first() == Some(&b'\n');
                self.raw.extend(is_followed.then_some(b'\n'));
                self.input.consume(usize::from(is_followed));
            }
            if end.is_some() || count == 0 {
                break;
            }
        }
        let count = self.raw.len() - before;
        self.bytes += count;
        self.lines += usize::from(count > 0);
        Ok(count > 0)
    }

    /// Splits the row into cells; if a quoted cell is open at the end of a line, it continues on the next line.
    fn split(&mut self) -> io::Result<()> {
        self.parser.reset();
        self.cells.clear();
        let (mut read, mut written) = (0, 0);
        let mut cell = CellSpan { raw: 0..0, text: 0..0 };
        loop {
            let (result, taken, put) =
                self.parser.read_field(&self.raw[read..], &mut self.text[written..]);
            (read, written) = (read + taken, written + put);
            match result {
                ReadFieldResult::InputEmpty => {
                    let _ = self.read_line()?;
                }
                ReadFieldResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadFieldResult::Field { record_end } => {
                    cell.raw.end = if record_end { end_of(&self.raw[..read]) } else { read - 1 };
                    cell.text.end = written;
                    let next = CellSpan { raw: read..read, text: written..written };
                    self.cells.push(std::mem::replace(&mut cell, next));
                    if record_end {
                        return Ok(());
                    }
                }
                ReadFieldResult::End => return Ok(()),
            }
        }
    }

    /// The number of cells of the row.
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    /// A cell of the row, counted from 0; empty if there is none.
    pub fn cell(&self, number: usize) -> &[u8] {
        self.cells.get(number).map_or(&[], |cell| &self.text[cell.text.clone()])
    }

    /// Where the row begins, in bytes from the start of the input.
    pub fn start(&self) -> usize {
        self.start
    }

    /// The number of the row's first line.
    pub fn line(&self) -> usize {
        self.first_line
    }

    /// The row as it is in the file.
    pub fn excerpt(&self) -> String {
        String::from_utf8_lossy(&self.raw[..end_of(&self.raw)]).into_owned()
    }

    /// The position of a cell in the excerpt; the whole row if there is no cell with that number.
    pub fn span(&self, number: usize) -> Range<usize> {
        let end = self.cells.last().map_or(0, |cell| cell.raw.end);
        let raw = self.cells.get(number).map_or(0..end, |cell| cell.raw.clone());
        if self.is_utf8 {
            return raw;
        }
        let length = |end: usize| String::from_utf8_lossy(&self.raw[..end]).len();
        length(raw.start)..length(raw.end)
    }
}

/// The end of a line, without its terminator.
fn end_of(line: &[u8]) -> usize {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_in_any_of_three_ways() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["\u{feff}a,b", "", "\"1\"\"\",", "2,3"].join(end);
            // A buffer of one byte divides `\r\n`.
            for capacity in [1, 64] {
                let input = io::BufReader::with_capacity(capacity, text.as_bytes());
                let mut rows = Rows::new(input, b',');
                let mut seen = Vec::new();
                while rows.advance().expect("memory") {
                    let cells = (0..rows.width()).map(|at| String::from_utf8_lossy(rows.cell(at)));
                    let cells: Vec<String> = cells.map(Into::into).collect();
                    let first = text[rows.start()..].lines().next().expect("a line");
                    assert!(first.starts_with(&rows.excerpt()), "{first}");
                    seen.push((rows.line(), cells.join("|")));
                }
                let expected = [(1, "a|b"), (3, "1\"|"), (4, "2|3")];
                assert_eq!(
                    seen,
                    expected.map(|(line, cells)| (line, cells.to_string())),
                    "{end:?}"
                );
            }
        }
    }
}
