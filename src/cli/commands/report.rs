//! `updraft report`: redraws plots and page from a results folder.

use std::path::PathBuf;

use clap::Args;

use crate::cli::shared::exit::{Exit, failed};
use crate::cli::shared::open_report::OpenReport;
use crate::cli::shared::output::say;
use crate::cli::shared::results_folder::tell_unreadable;
use crate::report::{AtomicDirectory, LoadedFolder};

/// The arguments of `report`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  updraft report results/branch-offices --open")]
pub(in crate::cli) struct Report {
    /// The results folder of any command.
    pub(in crate::cli) folder: PathBuf,
    /// Whether to open the page.
    #[command(flatten)]
    pub(in crate::cli) page: OpenReport,
    /// Prints only errors.
    #[arg(short, long)]
    pub(in crate::cli) quiet: bool,
}

/// Runs the command.
pub(in crate::cli) fn carry_out(asked: &Report) -> Result<Exit, Exit> {
    let loaded = LoadedFolder::read(&asked.folder).map_err(|error| tell_unreadable(&error))?;
    let folder = AtomicDirectory::claim(&asked.folder).map_err(|error| failed(&error))?;
    loaded.write(&asked.folder, folder).map_err(|error| failed(&error))?;
    if !asked.quiet {
        say(&format!("Results: {}\n", asked.folder.display()))?;
    }
    asked.page.open(&asked.folder);
    Ok(Exit::Done)
}
