//! `updraft schema`: the JSON Schema of scenarios.

use clap::Args;

use crate::cli::shared::exit::Exit;
use crate::cli::shared::output::print;
use crate::scenario::schema::schema;

/// The arguments of `schema`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft schema > updraft.schema.json

In an editor with Taplo or Tombi, the first line of a scenario names it:
  #:schema ./updraft.schema.json")]
pub(in crate::cli) struct Schema {}

/// Runs the command.
pub(in crate::cli) fn carry_out(_asked: &Schema) -> Exit {
    print(format!("{:#}\n", schema()).as_bytes())
}
