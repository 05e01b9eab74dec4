//! Tables as JSON Lines: one object for each row, keys in the order of the columns.

use std::io::Write;

use super::table::{Table, TableCell};

/// The table. Numbers have the same digits as in CSV, an empty cell is `null`.
pub(in crate::report) fn written(table: &Table<'_>) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let keys = table.columns.iter().map(|column| serde_json::to_string(&column.name));
    let keys: Vec<String> = keys.collect::<Result<_, _>>()?;
    let mut out = Vec::new();
    for row in 0..table.rows {
        for (place, (key, column)) in keys.iter().zip(&table.columns).enumerate() {
            let before = if place == 0 { '{' } else { ',' };
            write!(out, "{before}{key}:")?;
            match column.cells.at(row) {
                TableCell::Empty => out.extend(b"null"),
                TableCell::Integer(number) => write!(out, "{number}")?,
                TableCell::Number(number) => write!(out, "{number}")?,
                TableCell::Flag(flag) => write!(out, "{flag}")?,
                TableCell::Text(text) => serde_json::to_writer(&mut out, text)?,
            }
        }
        out.extend(b"}\n");
    }
    Ok(out)
}
