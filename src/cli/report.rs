//! `updraft report`: pictures and page again, from what a results folder holds.

use std::io::{self, Write};

use super::args::Report;
use super::commands::{complain, ignore_closed_pipe};
use super::exit::Exit;
use crate::report::{AtomicDirectory, LoadedFolder, ResultsLoadError};

/// Carries out what was asked.
pub(super) fn carry_out(asked: &Report) -> Exit {
    try_to(asked).unwrap_or_else(|(message, exit)| {
        complain(&format!("error: {message}\n"));
        exit
    })
}

fn try_to(asked: &Report) -> Result<Exit, (String, Exit)> {
    let kept = LoadedFolder::read(&asked.folder).map_err(|error| match error {
        ResultsLoadError::Unreadable(..) => (error.to_string(), Exit::Failed),
        ResultsLoadError::Invalid(..) => (error.to_string(), Exit::Invalid),
    })?;
    let failed = |error: &dyn std::fmt::Display| (error.to_string(), Exit::Failed);
    let folder = AtomicDirectory::claim(&asked.folder).map_err(|error| failed(&error))?;
    kept.write(&asked.folder, folder).map_err(|error| failed(&error))?;
    if !asked.quiet {
        let written = writeln!(io::stdout().lock(), "Results: {}", asked.folder.display());
        ignore_closed_pipe(written).map_err(|error| failed(&error))?;
    }
    asked.opening.open(&asked.folder);
    Ok(Exit::Done)
}
