//! Parsers of values that several flags take.

use std::path::Path;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::model::settings::TopologyOption;

/// Reads the name of an option; the names are known to the help and to shells.
pub(in crate::cli) fn option_named() -> impl TypedValueParser<Value = TopologyOption> {
    let names = PossibleValuesParser::new(TopologyOption::ALL.map(TopologyOption::name));
    names.try_map(|name| TopologyOption::named(&name).ok_or("an option of no name"))
}

/// Splits `KEY=VALUE` at its first `=`.
pub(in crate::cli) fn key_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() && !value.trim().is_empty() => {
            Ok((key.trim().into(), value.trim().into()))
        }
        _ => Err("KEY=VALUE, such as server.slots=100".into()),
    }
}

/// How a command line names standard input, and standard output.
pub(in crate::cli) const DASH: &str = "-";

/// Whether `file` stands for standard input or output.
pub(in crate::cli) fn is_dash(file: &Path) -> bool {
    file == Path::new(DASH)
}
