//! Reads Excel workbooks (`.xlsx`): a sheet as a CSV text, with one line for each row, so that positions are those of
//! the rows.

use std::io::Cursor;

use calamine::{
    DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, open_workbook_from_rs,
};

use crate::import::quantity::UNCOMPUTED;

/// The maximum unpacked size of a workbook.
const MOST_BYTES: u64 = 1 << 30;
/// The last column of Excel, XFD.
const MOST_COLUMNS: u32 = 16_384;

/// A sheet of a workbook.
#[derive(Debug)]
pub(super) struct Sheet {
    /// Its rows as CSV.
    pub(super) text: String,
    pub(super) name: String,
    /// The other sheets that are shown.
    pub(super) others: Vec<String>,
    /// The other sheets that are hidden.
    pub(super) hidden: Vec<String>,
}

/// The sheet named `wanted` of the workbook in `bytes`, by default the first visible one.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn sheet(bytes: &[u8], wanted: Option<&str>) -> Result<Sheet, String> {
    let size = unpacked_size(bytes).ok_or("the workbook is truncated or damaged")?;
    if size > MOST_BYTES {
        return Err(format!("the workbook unpacks to {} MiB: save the sheet as CSV", size >> 20));
    }
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes))
        .map_err(|error: calamine::XlsxError| format!("the workbook cannot be read: {error}"))?;
    let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let (shown, hidden): (Vec<_>, Vec<_>) =
        sheets.partition(|sheet| sheet.visible == SheetVisible::Visible);
    let [shown, hidden] = [shown, hidden]
        .map(|sheets| sheets.into_iter().map(|sheet| sheet.name.clone()).collect::<Vec<_>>());
    let names = book.sheet_names();
    let name = match wanted {
        Some(wanted) => {
            names.iter().find(|name| name.eq_ignore_ascii_case(wanted)).cloned().ok_or_else(
                || format!("there is no sheet `{wanted}`: the workbook has {}", names.join(", ")),
            )?
        }
        None => shown.first().cloned().ok_or("the workbook has no sheet that is shown")?,
    };
    let mut text = String::new();
    let mut cells =
        book.worksheet_cells_reader(&name).map_err(|error| format!("the sheet {name}: {error}"))?;
    // The position of the next cell.
    let (mut row, mut column) = (0, 0);
    while let Some(cell) = cells
        .next_cell_with_formula_metadata()
        .map_err(|error| format!("the sheet {name}: {error}"))?
    {
        let (at_row, at_column) = cell.pos;
        let value = match (&cell.value, &cell.formula) {
            (DataRef::Empty, Some(_)) => UNCOMPUTED.into(),
            (value, _) => written(value),
        };
        if value.is_empty() || at_column >= MOST_COLUMNS {
            continue;
        }
        if (at_row, at_column) < (row, column) {
            return Err(format!("the sheet {name}: its cells are out of order"));
        }
        if at_row > row {
            text.extend(std::iter::repeat_n('\n', (at_row - row) as usize));
            (row, column) = (at_row, 0);
        }
        text.extend(std::iter::repeat_n(',', (at_column - column) as usize));
        column = at_column;
        push_cell(&mut text, &value);
    }
    text.push('\n');
    let [others, hidden] =
        [shown, hidden].map(|sheets| sheets.into_iter().filter(|other| *other != name).collect());
    Ok(Sheet { text, name, others, hidden })
}

fn written(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::SharedString(text) => (*text).to_string(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(time) => date(*time),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A date, a time of day or a duration in a form that is no number.
fn date(time: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    // Days count from 1; a number below is a time alone.
    match time.as_f64() {
        days if (0.0..1.0).contains(&days) => clock,
        days if days.fract() == 0.0 => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02}T{clock}"),
    }
}

/// Adds a cell on the same line, with any content.
fn push_cell(text: &mut String, value: &str) {
    let value = value.replace(['\n', '\r'], " ");
    if value.contains([',', '"']) {
        text.push('"');
        text.push_str(&value.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(&value);
    }
}

/// The unpacked sizes in the directory of a zip archive, in bytes; `None` if it has no directory.
fn unpacked_size(bytes: &[u8]) -> Option<u64> {
    let number = |at: usize, length: usize| {
        let part = bytes.get(at..at.checked_add(length)?)?;
        Some(part.iter().rev().fold(0_u64, |all, byte| all << 8 | u64::from(*byte)))
    };
    let from = bytes.len().saturating_sub(66_000);
    let end = from + bytes[from..].windows(4).rposition(|part| part == b"PK\x05\x06")?;
    let count = number(end + 10, 2)?;
    let mut at = usize::try_from(number(end + 16, 4)?).ok()?;
    let mut size = 0_u64;
    for _ in 0..count {
        if bytes.get(at..at + 4)? != b"PK\x01\x02" {
            return None;
        }
        size = size.saturating_add(number(at + 24, 4)?);
        let lengths = [28, 30, 32].map(|field| number(at + field, 2));
        for length in lengths {
            at += usize::try_from(length?).ok()?;
        }
        at += 46;
    }
    Some(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_workbook_is_refused() {
        for bytes in
            [&b"PK\x03\x04"[..], b"", b"PK\x05\x06\0\0\0\0\x01\0\x01\0\0\0\0\0\0\0\0\0\0\0"]
        {
            assert!(sheet(bytes, None).is_err());
        }
    }

    #[test]
    fn dates_are_no_numbers() {
        for (days, expected) in [
            (46_024.0, "2026-01-02"),
            (46_024.5, "2026-01-02T12:00:00"),
            (5.0 / 86_400.0, "00:00:05"),
            (0.0, "00:00:00"),
        ] {
            let time = ExcelDateTime::new(days, calamine::ExcelDateTimeType::DateTime, false);
            assert_eq!(written(&DataRef::DateTime(time)), expected);
        }
    }

    #[test]
    fn cells_stay_on_their_line() {
        let mut text = String::new();
        push_cell(&mut text, "a\nb, \"c\"");
        assert_eq!(text, "\"a b, \"\"c\"\"\"");
    }
}
