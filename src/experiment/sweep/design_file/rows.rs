//! The points of a CSV file (RFC 4180), with the position of each cell.

use super::point::{Placed, Settings};
use crate::scenario::{Diagnostic, Rows};

/// The points of a CSV file.
pub(super) fn rows(text: &str, problems: &mut Vec<Diagnostic>) -> Vec<Settings> {
    let mut lines = lines(text, problems).into_iter();
    let Some(header) = lines.next() else { return Vec::new() };
    let settings = |cells: Vec<Placed>| {
        let span =
            cells.first().map_or(0, |(_, at)| at.start)..cells.last().map_or(0, |(_, at)| at.end);
        if cells.len() != header.len() {
            let message = format!("expected {} cells, found {}", header.len(), cells.len());
            problems.push(Diagnostic::new(
                "bad-row",
                span.clone(),
                message,
                "as many as in the header",
            ));
        }
        for (_, at) in cells.iter().filter(|(cell, _)| cell.trim().is_empty()) {
            problems.push(Diagnostic::new("bad-value", at.clone(), "no value", "a value"));
        }
        let trimmed = |(text, at): Placed| (without_apostrophe(text.trim()), at);
        let all = header.iter().cloned().map(trimmed).zip(cells.into_iter().map(trimmed));
        Settings { all: all.collect(), span }
    };
    lines.map(settings).collect()
}

/// Tables written by this program have an apostrophe before cells that a spreadsheet would run.
fn without_apostrophe(cell: &str) -> String {
    let rest = cell
        .strip_prefix('\'')
        .filter(|rest| rest.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r']));
    rest.unwrap_or(cell).into()
}

/// The cells of each row that is not blank.
fn lines(text: &str, problems: &mut Vec<Diagnostic>) -> Vec<Vec<Placed>> {
    let mut rows = Rows::new(text.as_bytes(), b',');
    let mut lines = Vec::new();
    while rows.advance().expect("memory can be read") {
        if let Some(problem) = rows.open_quote() {
            problems.push(problem.moved_by(rows.start()));
            continue;
        }
        let cell = |number: usize| {
            let (span, start) = (rows.span(number), rows.start());
            let words = String::from_utf8_lossy(rows.cell(number)).into_owned();
            (words, start + span.start..start + span.end)
        };
        lines.push((0..rows.width()).map(cell).collect());
    }
    lines
}
