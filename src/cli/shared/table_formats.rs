//! The argument for table formats.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::report::{TableFormat, TableFormats};

/// The arguments of commands that write tables.
#[derive(Debug, Args)]
pub(in crate::cli) struct Tables {
    /// The formats of the tables, such as csv,jsonl; CSV is always written, parquet needs a build with that feature.
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', default_value = "csv", value_parser = format_named())]
    tables: Vec<TableFormat>,
}

impl Tables {
    /// The formats.
    pub(in crate::cli) fn formats(&self) -> TableFormats {
        self.tables.iter().copied().collect()
    }
}

/// Parses the name of a format; help and shell completions know the names.
fn format_named() -> impl TypedValueParser<Value = TableFormat> {
    let names = PossibleValuesParser::new(TableFormat::ALL.map(TableFormat::ending));
    names.try_map(|name| {
        TableFormat::named(&name).ok_or("an unknown format").and_then(TableFormat::if_supported)
    })
}
