//! `updraft report`: redraws plots and page from a results folder.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::cli::shared::exit::{Exit, failed, usage};
use crate::cli::shared::live_page::LivePage;
use crate::cli::shared::open_report::OpenReport;
use crate::cli::shared::output::say;
use crate::cli::shared::printing::Printing;
use crate::cli::shared::results_folder::tell_unreadable;
use crate::cli::shared::terminal::Format;
use crate::report::{AtomicDirectory, LoadedFolder};

/// The arguments of `report`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft report results/branch-offices --open
  updraft report results/branch-offices --live")]
pub(in crate::cli) struct Report {
    /// The results folder of any command except `calibrate`.
    pub(in crate::cli) folder: PathBuf,
    /// Whether the page simulates in the browser; a page that does stays so.
    #[command(flatten)]
    pub(in crate::cli) live_page: LivePage,
    /// Whether to open the page.
    #[command(flatten)]
    pub(in crate::cli) page: OpenReport,
    /// The output format.
    #[command(flatten)]
    pub(in crate::cli) printing: Printing,
}

/// Runs the command.
pub(in crate::cli) fn carry_out(asked: &Report) -> Result<Exit, Exit> {
    let mut loaded = LoadedFolder::read(&asked.folder).map_err(|error| tell_unreadable(&error))?;
    if asked.live_page.live {
        loaded.make_live().map_err(|cause| usage(&cause))?;
    }
    let folder = AtomicDirectory::claim(&asked.folder).map_err(|error| failed(&error))?;
    loaded.write(&asked.folder, folder).map_err(|error| failed(&error))?;
    if !asked.printing.terminal.quiet {
        let folder = asked.folder.display().to_string();
        say(&match asked.printing.format {
            Format::Text | Format::Concise => format!("Results: {folder}\n"),
            Format::Json => format!("{}\n", json!({ "results": folder })),
        })?;
    }
    asked.page.open(&asked.folder);
    Ok(Exit::Done)
}
