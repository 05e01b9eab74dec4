//! `updraft merge`: the shards of a sweep, joined.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::args::Format;
use super::commands::{complain, ignore_closed_pipe};
use super::exit::Exit;
use super::input::results_folder;
use super::tables::Tables;
use crate::report::{AtomicDirectory, MergeError, counted, merge, write_sweep};

/// What `merge` takes.
#[derive(Debug, Args)]
pub(super) struct Merge {
    /// Folders with shards, or shards themselves.
    #[arg(required = true, value_name = "DIR")]
    shards: Vec<PathBuf>,
    /// The results folder; by default results/<scenario name>.
    #[arg(short, long, value_name = "DIR", value_parser = results_folder())]
    output: Option<PathBuf>,
    /// In which formats tables are written.
    #[command(flatten)]
    tables: Tables,
    /// What is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Prints nothing but errors.
    #[arg(short, long)]
    quiet: bool,
}

/// Carries out what was asked.
pub(super) fn carry_out(asked: &Merge) -> Exit {
    try_to(asked).unwrap_or_else(|(message, exit)| {
        complain(&format!("error: {message}\n"));
        exit
    })
}

fn try_to(asked: &Merge) -> Result<Exit, (String, Exit)> {
    let failed = |error: &dyn std::fmt::Display| (error.to_string(), Exit::Failed);
    let mut merged = merge(&asked.shards).map_err(|error| match error {
        MergeError::Unreadable(..) => (error.to_string(), Exit::Failed),
        MergeError::Invalid(..) => (error.to_string(), Exit::Invalid),
        MergeError::Incomplete { .. } => (error.to_string(), Exit::Incomplete),
    })?;
    merged.results.tables = asked.tables.formats();
    let runs = merged.results.runs.len();
    let name = &merged.results.cases[0].scenario.name;
    let target = asked.output.clone().unwrap_or_else(|| Path::new("results").join(name));
    let folder = AtomicDirectory::claim(&target).map_err(|error| failed(&error))?;
    write_sweep(&merged.results, folder).map_err(|error| failed(&error))?;
    if asked.quiet {
        return Ok(Exit::Done);
    }
    let (files, duplicates) = (merged.files, merged.duplicates);
    let target = target.display();
    let text = match asked.format {
        Format::Text | Format::Concise => {
            let again = match duplicates {
                0 => String::new(),
                count => format!(", {count} of them more than once and alike"),
            };
            let (files, runs) = (counted(files, "shard"), counted(runs, "run"));
            format!("{files}, {runs}{again}\n\nResults: {target}\n")
        }
        Format::Json => format!(
            "{}\n",
            json!({
                "results": target.to_string(),
                "shards": files,
                "runs": runs,
                "duplicates": duplicates,
            })
        ),
    };
    let written = io::stdout().lock().write_all(text.as_bytes());
    ignore_closed_pipe(written).map_err(|error| failed(&error))?;
    Ok(Exit::Done)
}
