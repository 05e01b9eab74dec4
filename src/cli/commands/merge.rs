//! `updraft merge`: merges the shards of a sweep.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::answer::quantities::counted;
use crate::cli::shared::exit::{Exit, failed};
use crate::cli::shared::printing::Printing;
use crate::cli::shared::results_folder::{Authorship, Replacing, claim_results, results_folder};
use crate::cli::shared::table_formats::Tables;
use crate::cli::shared::terminal::Format;
use crate::report::{MergeError, merge, sweep_json, sweep_text, write_sweep};

/// The arguments of `merge`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  updraft merge shards -o results/study")]
pub(in crate::cli) struct Merge {
    /// Shard files, or folders of them.
    #[arg(required = true, value_name = "DIR")]
    shards: Vec<PathBuf>,
    /// The results folder; by default results/<scenario name>.
    #[arg(short, long, value_name = "DIR", value_parser = results_folder())]
    output: Option<PathBuf>,
    /// The formats of tables.
    #[command(flatten)]
    tables: Tables,
    /// Whether results of something else are replaced.
    #[command(flatten)]
    replacing: Replacing,
    /// The output format.
    #[command(flatten)]
    printing: Printing,
}

/// Runs the command.
pub(in crate::cli) fn carry_out(asked: &Merge) -> Result<Exit, Exit> {
    let mut merged = merge(&asked.shards).map_err(|error| {
        let _ = failed(&error);
        match error {
            MergeError::Unreadable(..) => Exit::Failed,
            MergeError::Invalid(..) => Exit::Invalid,
            MergeError::Incomplete { .. } => Exit::Incomplete,
        }
    })?;
    merged.results.tables = asked.tables.formats();
    merged.results.plots = asked.tables.plots();
    let runs = merged.results.runs.len();
    let name = &merged.results.cases[0].scenario.name;
    // A shard does not contain the file name of its scenario.
    let authorship = Authorship { command: "sweep", scenario: None, replacing: asked.replacing };
    let (target, folder) = claim_results(asked.output.as_deref(), name, authorship)?;
    write_sweep(&merged.results, folder).map_err(|error| failed(&error))?;
    let (files, duplicates) = (merged.files, merged.duplicates);
    let target = target.display();
    let text = match asked.printing.format {
        Format::Text | Format::Concise => {
            let again = match duplicates {
                0 => String::new(),
                count => format!(", {count} of them repeated with the same result"),
            };
            let (files, runs) = (counted(files, "shard"), counted(runs, "run"));
            let found = sweep_text(&merged.results);
            format!("{files}, {runs}{again}\n\n{found}\nResults: {target}\n")
        }
        Format::Json => format!(
            "{}\n",
            json!({
                "results": target.to_string(),
                "shards": files,
                "runs": runs,
                "duplicates": duplicates,
                "answers": sweep_json(&merged.results),
            })
        ),
    };
    Ok(asked.printing.print(&text))
}
