//! `updraft schema`: the scenario format, for editors.

use clap::Args;

use super::commands::print;
use super::exit::Exit;
use crate::scenario::schema::schema;

/// What `schema` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft schema > updraft.schema.json

In an editor with Taplo or Tombi, the first line of a scenario names it:
  #:schema ./updraft.schema.json")]
pub(super) struct Schema {}

/// Carries out what was asked.
pub(super) fn carry_out(_asked: &Schema) -> Exit {
    print(format!("{:#}\n", schema()).as_bytes())
}
