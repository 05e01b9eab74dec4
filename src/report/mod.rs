//! Numbers in, files out: the results folder, its tables and pictures.

mod finishes;
mod folder;
mod manifest;
mod plots;
mod quantities;
mod results;
mod stories;
mod table;
mod tables;

pub use finishes::{ClaimedFile, Finish};
pub use folder::{ClaimedFolder, ReportError};
pub use plots::PLOTS;
pub use results::Results;
pub use stories::{stories_as_json, stories_as_text};
pub use table::table;

/// Writes everything about `results` into `folder` and puts it in its place.
///
/// # Errors
/// If a file cannot be written; then nothing has changed.
pub fn write(results: &Results<'_>, folder: ClaimedFolder) -> Result<(), ReportError> {
    tables::write(results, &folder)?;
    plots::write(results, &folder)?;
    manifest::write(results, &folder)?;
    folder.put_in_place()
}

#[cfg(test)]
mod fixture;
