//! Tables: a table is defined once by its columns and written in every requested format.

mod csv;
mod formats;
mod json_lines;
mod number;
#[cfg(feature = "parquet")]
mod parquet;
mod table;

pub(super) use self::csv::read_text;
pub use formats::{TableFormat, TableFormats};
pub(super) use number::{Number, value};
pub(super) use table::{Definition, Table};

use super::atomic_directory::{AtomicDirectory, ReportError};

impl Table<'_> {
    /// The table in `format`.
    pub(super) fn written(
        &self,
        format: TableFormat,
    ) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
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

/// Writes `tables` into `folder`, one file for each of `formats`.
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
