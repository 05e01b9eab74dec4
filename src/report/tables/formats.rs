//! The formats of tables.

use std::collections::BTreeSet;

/// The message of a build without the cargo feature `parquet`.
pub(in crate::report) const WITHOUT_PARQUET: &str = "this build cannot write Parquet: it was built without the \
     cargo feature `parquet` (cargo install --features parquet; prebuilt binaries have it)";

/// A format of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableFormat {
    /// RFC 4180, the stable interface for programs.
    Csv,
    /// Apache Parquet: typed columns, for data frames.
    Parquet,
    /// One JSON object for each row.
    JsonLines,
}

/// The formats in which tables are written: always CSV, and optionally others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableFormats(BTreeSet<TableFormat>);

impl TableFormat {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Parquet, Self::JsonLines];

    /// The extension of its files, which is also its name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::JsonLines => "jsonl",
        }
    }

    /// The format with that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.ending() == name)
    }

    /// The format, if this build supports it.
    ///
    /// # Errors
    /// How to get a build that supports it.
    pub fn if_supported(self) -> Result<Self, &'static str> {
        match self {
            Self::Parquet if !cfg!(feature = "parquet") => Err(WITHOUT_PARQUET),
            format => Ok(format),
        }
    }
}

impl Default for TableFormats {
    /// CSV only.
    fn default() -> Self {
        Self(BTreeSet::from([TableFormat::Csv]))
    }
}

impl FromIterator<TableFormat> for TableFormats {
    /// CSV and these.
    fn from_iter<I: IntoIterator<Item = TableFormat>>(formats: I) -> Self {
        let Self(mut all) = Self::default();
        all.extend(formats);
        Self(all)
    }
}

impl TableFormats {
    /// The formats of a folder in which `is_there` says whether a file exists.
    pub(in crate::report) fn of_table(name: &str, is_there: impl Fn(&str) -> bool) -> Self {
        let written = |format: &TableFormat| is_there(&format!("{name}.{}", format.ending()));
        TableFormat::ALL.into_iter().filter(written).collect()
    }

    /// The formats in order, CSV first.
    pub(in crate::report) fn iter(&self) -> impl Iterator<Item = TableFormat> {
        self.0.iter().copied()
    }

    /// The argument for these formats; empty for CSV only.
    pub fn words(&self) -> Vec<String> {
        if *self == Self::default() {
            return Vec::new();
        }
        let names: Vec<&str> = self.iter().map(TableFormat::ending).collect();
        vec!["--tables".into(), names.join(",")]
    }
}
