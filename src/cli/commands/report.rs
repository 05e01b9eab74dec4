//! `updraft report`: redraws plots and page from a results folder.

use std::path::PathBuf;

use clap::Args;

use crate::cli::shared::exit::{Exit, failed, usage};
use crate::cli::shared::live_page::LivePage;
use crate::cli::shared::open_report::OpenReport;
use crate::cli::shared::output::say;
use crate::cli::shared::results_folder::tell_unreadable;
use crate::report::{AtomicDirectory, LoadedFolder};

/// The arguments of `report`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft report results/branch-offices --open
  updraft report results/branch-offices --live")]
pub(in crate::cli) struct Report {
    /// The results folder of any command.
    pub(in crate::cli) folder: PathBuf,
    /// Whether the page simulates in the browser; a page that does stays so.
    #[command(flatten)]
    pub(in crate::cli) live_page: LivePage,
    /// Whether to open the page.
    #[command(flatten)]
    pub(in crate::cli) page: OpenReport,
    /// Prints only errors.
    #[arg(short, long)]
    pub(in crate::cli) quiet: bool,
}

/// Runs the command.
pub(in crate::cli) fn carry_out(asked: &Report) -> Result<Exit, Exit> {
    let mut loaded = LoadedFolder::read(&asked.folder).map_err(|error| tell_unreadable(&error))?;
    if asked.live_page.live {
        loaded.make_live().map_err(|cause| usage(&cause))?;
    }
    let folder = AtomicDirectory::claim(&asked.folder).map_err(|error| failed(&error))?;
    loaded.write(&asked.folder, folder).map_err(|error| failed(&error))?;
    if !asked.quiet {
        say(&format!("Results: {}\n", asked.folder.display()))?;
    }
    asked.page.open(&asked.folder);
    Ok(Exit::Done)
}
