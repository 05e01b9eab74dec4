//! Tables as CSV: RFC 4180, LF, `.` as decimal point.

use csv::{Terminator, WriterBuilder};

use super::table::{Table, TableCell};

/// The table.
pub(in crate::report) fn written(table: &Table<'_>) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut out = WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(Vec::new());
    out.write_record(table.columns.iter().map(|column| &column.name))?;
    for row in 0..table.rows {
        for column in &table.columns {
            match column.cells.at(row) {
                TableCell::Empty => out.write_field([])?,
                TableCell::Integer(number) => out.write_field(number.to_string())?,
                TableCell::Number(number) => out.write_field(number)?,
                TableCell::Flag(flag) => out.write_field(flag.to_string())?,
                TableCell::Text(cell) => out.write_field(text(cell))?,
            }
        }
        out.write_record(None::<&[u8]>)?;
    }
    Ok(out.into_inner().map_err(csv::IntoInnerError::into_error)?)
}

/// A text that a spreadsheet treats as text, whatever it begins with; [`read_text`] reverses it.
fn text(cell: &str) -> String {
    if would_run(cell) { format!("'{cell}") } else { cell.into() }
}

/// The text from which [`text`] made `cell`.
pub(in crate::report) fn read_text(cell: &str) -> String {
    if would_run(cell) { cell[1..].into() } else { cell.into() }
}

/// The first characters of a formula, including the full-width forms, which some spreadsheets treat alike.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Whether a spreadsheet would run a cell, or would without its leading apostrophes.
fn would_run(cell: &str) -> bool {
    let cell = cell.trim_start_matches('\'');
    cell.starts_with(['\t', '\r', '\n']) || cell.trim_start().starts_with(SIGNS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_a_spreadsheet_would_execute_is_neutralised() {
        for start in ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\u{a0}+", "＝", "＋", "－", "＠"]
        {
            let hostile = format!("{start}cmd|' /C calc'!A0");
            assert_eq!(text(&hostile), format!("'{hostile}"));
        }
        assert_eq!(text("branch-001"), "branch-001");
        assert_eq!(text(""), "");
        for name in [
            "=1",
            "'=1",
            "''@x",
            " =1",
            "' =1",
            "\n=1",
            "'\nx",
            "＝1",
            " x",
            "a b",
            "'s-Hertogenbosch",
            "branch",
            "",
        ] {
            assert_eq!(read_text(&text(name)), name);
        }
    }

    #[test]
    fn names_with_commas_quotes_and_lines_are_one_cell() {
        let table = Table::of("t", [["a,b", "say \"x\"", "two\nlines"]])
            .text("a", |row| row[0])
            .text("b", |row| row[1])
            .text("c", |row| row[2])
            .done();
        assert_eq!(table.as_csv(), "a,b,c\n\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\n");
    }
}
