//! Reads the rows of a CSV file (RFC 4180), one in memory at a time, with the position of each cell.

use std::io::{self, BufRead};
use std::ops::Range;

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

use super::Diagnostic;

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
    /// The cell whose quote is not closed; it is the last one then.
    open_cell: Option<usize>,
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
            open_cell: None,
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
        self.open_cell = None;
        let mut continues = false;
        let (mut read, mut written) = (0, 0);
        let mut cell = CellSpan { raw: 0..0, text: 0..0 };
        loop {
            let (result, taken, put) =
                self.parser.read_field(&self.raw[read..], &mut self.text[written..]);
            (read, written) = (read + taken, written + put);
            match result {
                ReadFieldResult::InputEmpty => {
                    continues = true;
                    // A last line without an end gets one, which a cell that is still open keeps.
                    if !self.read_line()? && !self.raw.ends_with(b"\n") {
                        self.raw.push(b'\n');
                    }
                }
                ReadFieldResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadFieldResult::Field { record_end } => {
                    cell.raw.end = if record_end { end_of(&self.raw[..read]) } else { read - 1 };
                    cell.text.end = written;
                    let next = CellSpan { raw: read..read, text: written..written };
                    self.cells.push(std::mem::replace(&mut cell, next));
                    if record_end {
                        break;
                    }
                }
                ReadFieldResult::End => break,
            }
        }
        if continues {
            self.find_open_cell();
        }
        Ok(())
    }

    /// Finds a cell over several lines that is no quoted cell (RFC 4180), and ends the row on the line on which it begins,
    /// so that a position in the row is not followed by the rest of the file.
    fn find_open_cell(&mut self) {
        let is_open = |cell: &CellSpan| {
            let is_over_lines =
                self.text[cell.text.clone()].iter().any(|byte| b"\r\n".contains(byte));
            is_over_lines && !is_quoted(&self.raw[cell.raw.clone()])
        };
        self.open_cell = self.cells.iter().position(is_open);
        let Some(open) = self.open_cell else { return };
        let start = self.cells[open].raw.start;
        let rest = &self.raw[start..];
        let end = start + rest.iter().position(|byte| b"\r\n".contains(byte)).unwrap_or(rest.len());
        self.raw.truncate(end);
        self.cells.truncate(open + 1);
        self.cells[open].raw.end = end;
    }

    /// The problem of a row with a quote that is not closed, at its place in the excerpt: rows below may belong to it.
    pub fn open_quote(&self) -> Option<Diagnostic> {
        let span = self.span(self.open_cell?);
        let message = match self.lines + 1 - self.first_line - line_count(&self.raw) {
            0 => "this quote is not closed".to_string(),
            1 => "this quote is not closed: the line below belongs to its cell".to_string(),
            lines => format!("this quote is not closed: {lines} lines below belong to its cell"),
        };
        let expected = "`\"` also at the end of the cell; inside it, `\"\"` is a quote";
        Some(Diagnostic::new("bad-row", span, message, expected))
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

/// Whether a cell is within quotes, and has none inside but doubled ones.
fn is_quoted(cell: &[u8]) -> bool {
    let inside =
        cell.trim_ascii_end().strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    let is_pairs = |quotes: &[u8]| quotes.len().is_multiple_of(2);
    inside.is_some_and(|inside| inside.split(|byte| *byte != b'"').all(is_pairs))
}

/// The number of lines in `text`, of which the last has no terminator.
fn line_count(text: &[u8]) -> usize {
    let is_end =
        |at: usize| text[at] == b'\n' || text[at] == b'\r' && text.get(at + 1) != Some(&b'\n');
    1 + (0..text.len()).filter(|at| is_end(*at)).count()
}

/// The end of a line, without its terminator.
fn end_of(line: &[u8]) -> usize {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line).len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Diagnostics;

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

    /// The positions of quotes that are not closed, with the messages, and the rows.
    fn rows_of(text: &str) -> Vec<String> {
        let mut rows = Rows::new(text.as_bytes(), b',');
        let mut seen = Vec::new();
        while rows.advance().expect("memory") {
            seen.push(rows.open_quote().map_or_else(
                || format!("{} cells", rows.width()),
                |problem| {
                    let lines = Diagnostics::of_file("t", rows.excerpt(), vec![problem]);
                    let lines = lines.from_line(rows.line());
                    let (line, column) = lines.position(&lines.list[0]);
                    format!("{line}:{column}: {}", lines.list[0].message)
                },
            ));
        }
        seen
    }

    #[test]
    fn a_quote_that_is_not_closed_is_told_with_its_place() {
        for (text, expected) in [
            (
                "a,b\n1,\"x\n2,y\n3,z\n",
                &["2 cells", "2:3: this quote is not closed: 2 lines below belong to its cell"][..],
            ),
            (
                "a,b\r1,\"x\r2,y",
                &["2 cells", "2:3: this quote is not closed: the line below belongs to its cell"],
            ),
            (
                "\"a\r\nb\",\"x\r\n1,2\r\n",
                &["2:4: this quote is not closed: the line below belongs to its cell"],
            ),
            ("1,\"x\n", &["1:3: this quote is not closed"]),
            ("1,\"x", &["1:3: this quote is not closed"]),
            ("1,\"x\"\"", &["1:3: this quote is not closed"]),
            // The next quoted cell closes the quote.
            (
                "1,\"x\n2,\"Lyon, Rhône\"\n3,y\n",
                &["1:3: this quote is not closed: the line below belongs to its cell", "2 cells"],
            ),
            // Nothing is wrong.
            ("1,\"x\ny\" \n2,\"\"\"\n\"\"\"", &["2 cells", "2 cells"]),
            ("1,\"x\"", &["2 cells"]),
            ("1,\"x\" y\n2,1\" disk", &["2 cells", "2 cells"]),
        ] {
            assert_eq!(rows_of(text), expected, "{text:?}");
        }
    }
}
