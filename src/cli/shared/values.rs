//! Parsers of values that several flags use.

use std::path::Path;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::model::settings::TopologyOption;

/// Parses the name of an option; help and shell completions know the names.
pub(in crate::cli) fn option_named() -> impl TypedValueParser<Value = TopologyOption> {
    let names = PossibleValuesParser::new(TopologyOption::ALL.map(TopologyOption::name));
    names.try_map(|name| TopologyOption::named(&name).ok_or("an unknown option"))
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

/// The name of standard input and standard output on a command line.
pub(in crate::cli) const DASH: &str = "-";

/// Whether `file` means standard input or output.
pub(in crate::cli) fn is_dash(file: &Path) -> bool {
    file == Path::new(DASH)
}
