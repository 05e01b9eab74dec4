//! The arguments for the formats of tables and plots.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::report::{
    PlotFormat, PlotFormats, PrintedSize, TableFormat, TableFormats, parse_font, parse_width,
};

/// The arguments of commands that write tables and plots.
#[derive(Debug, Args)]
pub(in crate::cli) struct Tables {
    /// The formats of the tables, such as csv,jsonl; CSV is always written, parquet needs a build with that feature.
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', default_value = "csv", value_parser = format_named())]
    tables: Vec<TableFormat>,
    /// The plots.
    #[command(flatten)]
    plot_arguments: PlotArguments,
}

/// The arguments of commands that draw plots.
#[derive(Debug, Args)]
pub(in crate::cli) struct PlotArguments {
    /// The formats of the plots: svg, png, pdf.
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', default_value = "svg,png", value_parser = plot_format())]
    plots: Vec<PlotFormat>,
    /// The printed width of the plots, such as "85 mm" for a column of a paper.
    #[arg(long, value_name = "WIDTH", default_value = "90 mm", value_parser = parse_width)]
    plot_width: u32,
    /// The size of the letters in the plots at that width.
    #[arg(long, value_name = "SIZE", default_value = "7 pt", value_parser = parse_font)]
    plot_font: u32,
}

impl PlotArguments {
    /// The formats and the size.
    pub(in crate::cli) fn formats(&self) -> PlotFormats {
        let size = PrintedSize { millimetres: self.plot_width, tenths_of_point: self.plot_font };
        PlotFormats::new(self.plots.iter().copied(), size)
    }
}

impl Tables {
    /// The formats.
    pub(in crate::cli) fn formats(&self) -> TableFormats {
        self.tables.iter().copied().collect()
    }

    /// The formats and the size of plots.
    pub(in crate::cli) fn plots(&self) -> PlotFormats {
        self.plot_arguments.formats()
    }
}

/// Parses the name of a format of plots.
fn plot_format() -> impl TypedValueParser<Value = PlotFormat> {
    let names = PossibleValuesParser::new(PlotFormat::ALL.map(PlotFormat::ending));
    names.try_map(|name| PlotFormat::named(&name).ok_or("an unknown format"))
}

/// Parses the name of a format; help and shell completions know the names.
fn format_named() -> impl TypedValueParser<Value = TableFormat> {
    let names = PossibleValuesParser::new(TableFormat::ALL.map(TableFormat::ending));
    names.try_map(|name| {
        TableFormat::named(&name).ok_or("an unknown format").and_then(TableFormat::if_supported)
    })
}
