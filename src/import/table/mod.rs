//! Reads tables: CSV in its dialects, and sheets of Excel workbooks. A table begins with the first row that has known
//! headers; lines above it are titles or comments.

mod header;
mod rates;
mod rules;
mod workbook;

use std::path::Path;

use super::account::{counted, listed, named};
use super::quantity::formula_error;
use super::sniff::{Kind, kind_of};
use crate::scenario::{Diagnostic, Diagnostics, Rows, decode};
use header::Known;
pub(super) use header::{Column, Found};
pub use rules::TableRules;

/// The maximum number of invalid rows that are listed; the others are counted.
const SHOWN: usize = 20;

/// Invalid rows.
#[derive(Debug, Default)]
pub(super) struct WrongRows {
    /// The first of them.
    pub(super) shown: Vec<Diagnostics>,
    /// The number of all of them.
    pub(super) count: usize,
}

impl WrongRows {
    fn note(&mut self, problems: Diagnostics) {
        self.count += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(problems);
        }
    }

    /// These and those of another table.
    pub(super) fn extend(&mut self, others: Self) {
        self.count += others.count;
        self.shown.extend(others.shown);
        self.shown.truncate(SHOWN);
    }
}

/// A row, by the known columns.
#[derive(Debug)]
pub(super) struct Row<'r, const N: usize> {
    rows: &'r Rows<&'r [u8]>,
    found: &'r Found<N>,
}

impl<const N: usize> Row<'_, N> {
    /// The text of a column, without surrounding spaces; for several columns that are read as one, their texts
    /// separated by `;`; empty if there is no such column.
    pub(super) fn text(&self, column: usize) -> String {
        let cells =
            self.found.places[column].iter().map(|at| String::from_utf8_lossy(self.rows.cell(*at)));
        let mut all = String::new();
        for cell in cells {
            let cell = cell.trim();
            if !all.is_empty() && !cell.is_empty() {
                all.push(';');
            }
            all.push_str(cell);
        }
        all
    }

    /// The cells of a column by the number of the header.
    pub(super) fn cells(&self, column: usize) -> impl Iterator<Item = (usize, String)> {
        let places = self.found.places[column].iter();
        places.map(|at| (*at, String::from_utf8_lossy(self.rows.cell(*at)).trim().to_string()))
    }

    /// The other columns: header and cell.
    pub(super) fn others(&self) -> impl Iterator<Item = (String, String)> {
        let is_taken = |at: &usize| self.found.places.iter().any(|places| places.contains(at));
        let others = (0..self.found.headers.len()).filter(move |at| !is_taken(at));
        others.map(|at| {
            let cell = String::from_utf8_lossy(self.rows.cell(at)).trim().to_string();
            (self.found.headers[at].clone(), cell)
        })
    }

    /// The cells of known columns that are errors of formulas.
    fn errors(&self) -> Vec<Diagnostic> {
        let problem = |at: &usize| {
            let message = formula_error(str::from_utf8(self.rows.cell(*at)).ok()?)?;
            let expected = "a value; an empty cell or `#N/A` if there is none";
            Some(Diagnostic::new("bad-cell", self.rows.span(*at), message, expected))
        };
        self.found.places.iter().flatten().filter_map(problem).collect()
    }

    /// What was found about the columns.
    pub(super) fn found(&self) -> &Found<N> {
        self.found
    }

    /// A problem in a column.
    pub(super) fn problem(
        &self,
        column: usize,
        message: impl Into<String>,
        expected: impl Into<String>,
    ) -> Diagnostic {
        let at = self.found.places[column].first().copied().unwrap_or(usize::MAX);
        Diagnostic::new("bad-cell", self.rows.span(at), message, expected)
    }

    /// The line in which it begins.
    pub(super) fn line(&self) -> usize {
        self.rows.line()
    }
}

/// A table that has been read.
#[derive(Debug)]
pub(super) struct Read<const N: usize> {
    pub(super) wrong: WrongRows,
    pub(super) found: Found<N>,
    /// The report.
    pub(super) account: Vec<String>,
    /// The message if none of the columns is present of which one is required.
    pub(super) unmet: Option<Diagnostics>,
    /// The message if two columns have the same header.
    pub(super) repeated: Option<Diagnostics>,
}

/// A file as a CSV text.
struct Opened {
    text: String,
    /// Its name in messages.
    file: String,
    /// Its detected format.
    account: String,
}

/// Reads the table in `bytes` of the file named `file`: `take` receives each row, and returns its problems. `what`
/// describes the content, and `one_of` are columns of which one is required.
pub(super) fn read<const N: usize>(
    (bytes, file): (&[u8], &Path),
    what: &str,
    columns: &[Column; N],
    one_of: &[usize],
    rules: &TableRules,
    mut take: impl FnMut(&Row<'_, N>) -> Vec<Diagnostic>,
) -> Result<Read<N>, Diagnostics> {
    let known = Known { columns, one_of, rules };
    let opened = open(bytes, file, what, rules, |text| known.fits(text))?;
    let start = header::find_start(&opened.text, &known);
    let mut rows =
        Rows::new(&opened.text.as_bytes()[start.offset..], start.delimiter).from_line(start.line);
    let advance = |rows: &mut Rows<_>| rows.advance().expect("memory can be read");
    let _ = advance(&mut rows);
    let refuse = |rows: &Rows<&[u8]>, list| {
        Diagnostics::of_file(&opened.file, rows.excerpt(), list).from_line(rows.line())
    };
    if let Some(problem) = rows.open_quote() {
        return Err(refuse(&rows, vec![problem]));
    }
    let mut found = known.find(&rows).map_err(|list| refuse(&rows, list))?;
    if rules.default_link.is_none() {
        let mut below = Rows::new(&opened.text.as_bytes()[start.offset..], start.delimiter);
        let _ = advance(&mut below);
        rates::find(&mut found, columns, &rows, below)
            .map_err(|problem| refuse(&rows, vec![problem]))?;
    }
    let [unmet, alike] = [known.unmet(&found, &rows), found.repeated(&rows)]
        .map(|problem| problem.map(|problem| refuse(&rows, vec![problem])));
    let width = rows.width();
    let header: Vec<Vec<u8>> = (0..width).map(|at| rows.cell(at).to_vec()).collect();
    // Trailing cells may be missing, because spreadsheets omit empty ones.
    let is_needed = |place: usize| columns[place].required || one_of.contains(&place);
    let needed = (0..N).filter(|place| is_needed(*place)).flat_map(|place| &found.places[place]);
    let needed = needed.max().map_or(0, |last| last + 1);
    let (mut wrong, mut repeated, mut count) = (WrongRows::default(), 0, 0);
    while advance(&mut rows) {
        if let Some(problem) = rows.open_quote() {
            count += 1;
            wrong.note(refuse(&rows, vec![problem]));
            continue;
        }
        if is_ornament(&rows) {
            continue;
        }
        if rows.width() == width && (0..width).all(|at| rows.cell(at) == header[at]) {
            repeated += 1;
            continue;
        }
        count += 1;
        let is_empty_beyond = (width..rows.width()).all(|at| rows.cell(at).is_empty());
        let list = if rows.width() < needed || !is_empty_beyond {
            let message = format!("{} cells in a table of {width} columns", rows.width());
            let expected = format!("{width} cells");
            vec![Diagnostic::new("bad-row", rows.span(usize::MAX), message, expected)]
        } else {
            let row = Row { rows: &rows, found: &found };
            let errors = row.errors();
            if errors.is_empty() { take(&row) } else { errors }
        };
        if !list.is_empty() {
            wrong.note(refuse(&rows, list));
        }
    }
    let account = account(&opened, &start, &found, [count, repeated]);
    Ok(Read { wrong, found, account, unmet, repeated: alike })
}

/// The report, one line each.
fn account<const N: usize>(
    opened: &Opened,
    start: &header::Start,
    found: &Found<N>,
    [rows, repeated]: [usize; 2],
) -> Vec<String> {
    let file = &opened.file;
    let mut lines = vec![format!("{file}: {}, {}", opened.account, counted(rows, "row", "rows"))];
    if start.line > 1 {
        let above = counted(start.line - 1, "line", "lines");
        lines.push(format!("{file}: {above} above the header left out"));
    }
    if repeated > 0 {
        lines.push(format!(
            "{file}: {} left out",
            counted(repeated, "repeated header", "repeated headers")
        ));
    }
    let read = found.read.iter().map(|(name, header)| format!("{name} ({})", named(header)));
    lines.push(format!("{file}: read: {}", read.collect::<Vec<_>>().join(", ")));
    if !found.unread.is_empty() {
        lines
            .push(format!("{file}: not read: {}", listed(found.unread.iter().map(String::as_str))));
    }
    if !found.missing.is_empty() {
        lines.push(format!("{file}: not found: {}", found.missing.join(", ")));
    }
    lines
}

/// The file as a CSV text; for a workbook the requested sheet, or of those that are shown the first that `fits`, or the
/// first.
fn open(
    bytes: &[u8],
    path: &Path,
    what: &str,
    rules: &TableRules,
    fits: impl Fn(&str) -> bool,
) -> Result<Opened, Diagnostics> {
    let file = path.display().to_string();
    let refuse = |message: String, way: Option<String>| {
        let expected = format!("{what} as CSV or as an Excel workbook (.xlsx)");
        let problem = Diagnostic::new("unknown-format", 0..0, message, expected).with_help(way);
        Diagnostics::of_file(&file, "", vec![problem])
    };
    match kind_of(bytes) {
        Kind::Workbook => {
            let read =
                |name: Option<&str>| workbook::sheet(bytes, name).map_err(|why| refuse(why, None));
            let first = read(rules.sheet.as_deref())?;
            let is_first = rules.sheet.is_some() || fits(&first.text);
            let others = if is_first { &[][..] } else { first.others.as_slice() };
            let fitting = others
                .iter()
                .filter_map(|name| read(Some(name)).ok())
                .find(|sheet| fits(&sheet.text));
            let sheet = fitting.unwrap_or(first);
            let passed_over: Vec<String> = [("", &sheet.others), ("the hidden ", &sheet.hidden)]
                .into_iter()
                .filter(|(_, names)| !names.is_empty() && rules.sheet.is_none())
                .map(|(what, names)| format!("{what}{}", listed(names.iter().map(String::as_str))))
                .collect();
            let others = match passed_over.join(", ") {
                none if none.is_empty() => none,
                others => format!(" (not {others}: --sheet)"),
            };
            let account = format!("Excel workbook, sheet {}{others}", named(&sheet.name));
            Ok(Opened { text: sheet.text, file, account })
        }
        Kind::Table | Kind::Text => {
            let decoded = decode(bytes, &file, rules.encoding)?;
            let read_as = decoded.read_as.map_or(String::new(), |name| format!(" in {name}"));
            Ok(Opened { text: decoded.text, file, account: format!("CSV{read_as}") })
        }
        other => {
            let way = other.way_out().map(str::to_string);
            Err(refuse(format!("this is {}, not {what}", other.name()), way))
        }
    }
}

/// Whether a row only underlines the header, counts rows or is a comment.
fn is_ornament(rows: &Rows<&[u8]>) -> bool {
    let first = rows.cell(0).trim_ascii();
    let is_line = (0..rows.width()).all(|at| {
        let cell = rows.cell(at).trim_ascii();
        !cell.is_empty() && cell.iter().all(|byte| b"-=".contains(byte)) && cell.len() > 1
    });
    let is_count = rows.width() == 1
        && first.starts_with(b"(")
        && [&b"affected)"[..], b"rows)", b"row)"].iter().any(|end| first.ends_with(end));
    let is_empty = (0..rows.width()).all(|at| rows.cell(at).trim_ascii().is_empty());
    is_line || is_count || is_empty || (rows.width() == 1 && first.starts_with(b"#"))
}
