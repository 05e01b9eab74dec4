//! Tables: each is defined once, by its columns, and written in every format that is asked for.

mod csv;
mod formats;
mod json_lines;
mod number;
#[cfg(feature = "parquet")]
mod parquet;
mod run;

use std::borrow::Cow;

pub(super) use self::csv::read_text;
pub use formats::{TableFormat, TableFormats};
pub(super) use number::Number;
pub use run::summary_csv;
pub(super) use run::{value, write};

use super::atomic_directory::{AtomicDirectory, ReportError};

/// A table: columns of equal length, each of one type, with its unit in its name.
#[derive(Debug)]
pub(super) struct Table<'a> {
    /// The name of its file, without the ending.
    name: String,
    columns: Vec<Column<'a>>,
    rows: usize,
}

#[derive(Debug)]
struct Column<'a> {
    name: String,
    cells: Cells<'a>,
}

/// The cells of a column, by their type.
#[derive(Debug)]
enum Cells<'a> {
    Integers(Vec<u64>),
    /// Empty where there is no number.
    Numbers(Vec<Option<Number>>),
    Flags(Vec<bool>),
    /// An empty text is an empty cell.
    Texts(Vec<Cow<'a, str>>),
}

/// A cell.
#[derive(Clone, Copy, Debug)]
enum Cell<'c> {
    Empty,
    Integer(u64),
    Number(&'c Number),
    Flag(bool),
    Text(&'c str),
}

impl Cells<'_> {
    fn at(&self, row: usize) -> Cell<'_> {
        match self {
            Self::Integers(cells) => Cell::Integer(cells[row]),
            Self::Numbers(cells) => cells[row].as_ref().map_or(Cell::Empty, Cell::Number),
            Self::Flags(cells) => Cell::Flag(cells[row]),
            Self::Texts(cells) if cells[row].is_empty() => Cell::Empty,
            Self::Texts(cells) => Cell::Text(&cells[row]),
        }
    }
}

/// A table that is being defined, column by column: each is a name and what it says of a row.
#[derive(Debug)]
pub(super) struct Definition<'a, R> {
    table: Table<'a>,
    rows: Vec<R>,
}

impl<'a> Table<'a> {
    /// Begins the definition of a table `name` with these rows.
    pub(super) fn of<R>(name: &str, rows: impl IntoIterator<Item = R>) -> Definition<'a, R> {
        let rows: Vec<R> = rows.into_iter().collect();
        let table = Self { name: name.into(), columns: Vec::new(), rows: rows.len() };
        Definition { table, rows }
    }

    /// The table in `format`.
    fn written(&self, format: TableFormat) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
        match format {
            TableFormat::Csv => csv::written(self),
            #[cfg(feature = "parquet")]
            TableFormat::Parquet => parquet::written(self),
            #[cfg(not(feature = "parquet"))]
            TableFormat::Parquet => Err(formats::WITHOUT_PARQUET.into()),
            TableFormat::JsonLines => json_lines::written(self),
        }
    }

    /// The table as CSV, for tests.
    #[cfg(test)]
    pub(super) fn as_csv(&self) -> String {
        String::from_utf8(csv::written(self).expect("in memory")).expect("texts")
    }
}

impl<'a, R: Copy> Definition<'a, R> {
    /// A column of whole numbers.
    pub(super) fn integer<I: Into<u64>>(self, name: &str, of: impl Fn(R) -> I) -> Self {
        let cells = self.rows.iter().map(|row| of(*row).into()).collect();
        self.with(name, Cells::Integers(cells))
    }

    /// A column of numbers, some of which may be missing.
    pub(super) fn number<N: Into<Option<Number>>>(self, name: &str, of: impl Fn(R) -> N) -> Self {
        let cells = self.rows.iter().map(|row| of(*row).into()).collect();
        self.with(name, Cells::Numbers(cells))
    }

    /// A column of what is true or false.
    pub(super) fn flag(self, name: &str, of: impl Fn(R) -> bool) -> Self {
        let cells = self.rows.iter().map(|row| of(*row)).collect();
        self.with(name, Cells::Flags(cells))
    }

    /// A column of texts, some of which may be missing: these are empty.
    pub(super) fn text<T: Into<Cow<'a, str>>>(self, name: &str, of: impl Fn(R) -> T) -> Self {
        let cells = self.rows.iter().map(|row| of(*row).into()).collect();
        self.with(name, Cells::Texts(cells))
    }

    fn with(mut self, name: &str, cells: Cells<'a>) -> Self {
        self.table.columns.push(Column { name: name.into(), cells });
        self
    }

    /// The table.
    pub(super) fn done(self) -> Table<'a> {
        self.table
    }
}

/// Writes `tables` into `folder`, a file for each of `formats`.
pub(super) fn write_all(
    tables: &[Table<'_>],
    formats: &TableFormats,
    folder: &AtomicDirectory,
) -> Result<(), ReportError> {
    for table in tables {
        for format in formats.iter() {
            let name = format!("{}.{}", table.name, format.ending());
            let fail = |cause| ReportError::at(&folder.target().join(&name), cause);
            folder.write(&name, &table.written(format).map_err(fail)?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
