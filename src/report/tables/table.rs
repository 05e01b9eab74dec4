//! The definition of a table by its columns.

use std::borrow::Cow;

use super::number::Number;

/// A table: columns of equal length, each of one type, with its unit in its name.
#[derive(Debug)]
pub(in crate::report) struct Table<'a> {
    /// The name of its file, without the extension.
    pub(super) name: String,
    pub(super) columns: Vec<Column<'a>>,
    pub(super) rows: usize,
}

#[derive(Debug)]
pub(super) struct Column<'a> {
    pub(super) name: String,
    pub(super) cells: Cells<'a>,
}

/// The cells of a column, by their type.
#[derive(Debug)]
pub(super) enum Cells<'a> {
    Integers(Vec<u64>),
    /// Empty if there is no number.
    Numbers(Vec<Option<Number>>),
    Flags(Vec<bool>),
    /// An empty text is an empty cell.
    Texts(Vec<Cow<'a, str>>),
}

/// A cell.
#[derive(Clone, Copy, Debug)]
pub(super) enum TableCell<'c> {
    Empty,
    Integer(u64),
    Number(&'c Number),
    Flag(bool),
    Text(&'c str),
}

impl Cells<'_> {
    pub(super) fn at(&self, row: usize) -> TableCell<'_> {
        match self {
            Self::Integers(cells) => TableCell::Integer(cells[row]),
            Self::Numbers(cells) => cells[row].as_ref().map_or(TableCell::Empty, TableCell::Number),
            Self::Flags(cells) => TableCell::Flag(cells[row]),
            Self::Texts(cells) if cells[row].is_empty() => TableCell::Empty,
            Self::Texts(cells) => TableCell::Text(&cells[row]),
        }
    }
}

/// A table that is being defined, column by column: each is a name and a function of a row.
#[derive(Debug)]
pub(in crate::report) struct Definition<'a, R> {
    table: Table<'a>,
    rows: Vec<R>,
}

impl<'a> Table<'a> {
    /// Begins the definition of a table `name` with these rows.
    pub(in crate::report) fn of<R>(
        name: &str,
        rows: impl IntoIterator<Item = R>,
    ) -> Definition<'a, R> {
        let rows: Vec<R> = rows.into_iter().collect();
        let table = Self { name: name.into(), columns: Vec::new(), rows: rows.len() };
        Definition { table, rows }
    }
}

impl<'a, R: Copy> Definition<'a, R> {
    /// A column of whole numbers.
    pub(in crate::report) fn integer<I: Into<u64>>(self, name: &str, of: impl Fn(R) -> I) -> Self {
        let cells = self.rows.iter().map(|row| of(*row).into()).collect();
        self.with(name, Cells::Integers(cells))
    }

    /// A column of numbers, some of which may be missing.
    pub(in crate::report) fn number<N: Into<Option<Number>>>(
        self,
        name: &str,
        of: impl Fn(R) -> N,
    ) -> Self {
        let cells = self.rows.iter().map(|row| of(*row).into()).collect();
        self.with(name, Cells::Numbers(cells))
    }

    /// A column of booleans.
    pub(in crate::report) fn flag(self, name: &str, of: impl Fn(R) -> bool) -> Self {
        let cells = self.rows.iter().map(|row| of(*row)).collect();
        self.with(name, Cells::Flags(cells))
    }

    /// A column of texts, some of which may be missing: these are empty.
    pub(in crate::report) fn text<T: Into<Cow<'a, str>>>(
        self,
        name: &str,
        of: impl Fn(R) -> T,
    ) -> Self {
        let cells = self.rows.iter().map(|row| of(*row).into()).collect();
        self.with(name, Cells::Texts(cells))
    }

    fn with(mut self, name: &str, cells: Cells<'a>) -> Self {
        self.table.columns.push(Column { name: name.into(), cells });
        self
    }

    /// The table.
    pub(in crate::report) fn done(self) -> Table<'a> {
        self.table
    }
}
