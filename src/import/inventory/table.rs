//! A table of an export, row by row: its header, its delimiter, and what is wrong with it.

use std::path::Path;

use super::columns::{Column, find};
use super::{InventoryError, InventoryRules};
use crate::import::encoding::text_of;
use crate::scenario::{Diagnostic, Diagnostics, Rows};

/// So many wrong rows are shown; the others are counted.
const SHOWN: usize = 20;

/// Wrong rows.
#[derive(Debug, Default)]
pub(super) struct WrongRows {
    /// The first of them.
    pub(super) shown: Vec<Diagnostics>,
    /// All of them.
    pub(super) count: usize,
}

impl WrongRows {
    fn note(&mut self, problems: Diagnostics) {
        self.count += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(problems);
        }
    }
}

/// A row, by the columns that were looked for.
#[derive(Debug)]
pub(super) struct Row<'r, const N: usize> {
    rows: &'r Rows<&'r [u8]>,
    columns: [Option<usize>; N],
}

impl<const N: usize> Row<'_, N> {
    /// The text of a column, without the space around it; empty if there is no such column.
    pub(super) fn text(&self, column: usize) -> String {
        let bytes = self.columns[column].map_or(&[][..], |at| self.rows.cell(at));
        String::from_utf8_lossy(bytes).trim().to_string()
    }

    /// A problem with what stands in a column.
    pub(super) fn problem(
        &self,
        column: usize,
        message: impl Into<String>,
        expected: impl Into<String>,
    ) -> Diagnostic {
        let span = self.rows.span(self.columns[column].unwrap_or(usize::MAX));
        Diagnostic::new("bad-cell", span, message, expected)
    }

    /// The line in which it begins.
    pub(super) fn line(&self) -> usize {
        self.rows.line()
    }
}

/// Reads the table in `bytes` of the file called `file`: `take` has each row, and says what is wrong
/// with it.
pub(super) fn read<const N: usize>(
    (bytes, file): (&[u8], &Path),
    columns: &[Column; N],
    rules: &InventoryRules,
    mut take: impl FnMut(&Row<'_, N>) -> Vec<Diagnostic>,
) -> Result<WrongRows, InventoryError> {
    let file = file.display().to_string();
    let alone = |problems| InventoryError { shown: vec![problems], rows: 1 };
    let text = text_of(bytes, &file).map_err(alone)?;
    let mut rows = Rows::new(text.as_bytes(), delimiter(&text));
    let advance = |rows: &mut Rows<_>| rows.advance().expect("memory can be read");
    let _ = advance(&mut rows);
    let columns = find(columns, &rows, &rules.columns, &file).map_err(alone)?;
    let width = rows.width();
    let mut wrong = WrongRows::default();
    while advance(&mut rows) {
        let is_empty_beyond = (width..rows.width()).all(|at| rows.cell(at).is_empty());
        let list = if rows.width() < width || !is_empty_beyond {
            let message = format!("{} cells in a table of {width} columns", rows.width());
            let expected = format!("{width} cells");
            vec![Diagnostic::new("bad-row", rows.span(usize::MAX), message, expected)]
        } else {
            take(&Row { rows: &rows, columns })
        };
        if !list.is_empty() {
            let row = Diagnostics::of_file(&file, rows.excerpt(), list);
            wrong.note(row.from_line(rows.line()));
        }
    }
    Ok(wrong)
}

/// What separates cells: whichever of comma, semicolon and tab the header has most of, outside
/// quotes.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let outside: String = header.split('"').step_by(2).collect();
    let count = |delimiter: u8| outside.bytes().filter(|byte| *byte == delimiter).count();
    // Of equals the last is taken: the comma.
    [b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_says_what_separates_cells() {
        assert_eq!(delimiter("\nName;IP;\"a,b,c,d\"\n1,2,3,4,5"), b';');
        assert_eq!(delimiter("Name\tIP"), b'\t');
        assert_eq!(delimiter("Name,IP"), b',');
        assert_eq!(delimiter("Name"), b',');
    }
}
