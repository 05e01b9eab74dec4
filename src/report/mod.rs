//! Numbers in, files out: the results folder, its tables, pictures and page.

mod comparison;
mod file;
mod finishes;
mod folder;
mod kept;
mod manifest;
mod page;
mod plots;
mod quantities;
mod results;
mod stories;
mod table;
mod tables;
mod window;

pub use file::ClaimedFile;
pub use finishes::Finish;
pub use folder::{ClaimedFolder, ReportError};
pub use kept::{KeptError, KeptResults};
pub use page::PAGE;
pub use plots::PLOTS;
pub use results::{Assumed, Record, Results};
pub use stories::{stories_as_json, stories_as_text};
pub use table::table;

/// Writes everything about `results` into `folder` and puts it in its place.
///
/// # Errors
/// If a file cannot be written; then nothing has changed.
pub fn write(results: &Results<'_>, folder: ClaimedFolder) -> Result<(), ReportError> {
    tables::write(results, &folder)?;
    plots::write(results, &folder)?;
    page::write(results, &folder)?;
    manifest::write(results, &folder)?;
    folder.put_in_place()
}

#[cfg(test)]
mod fixture;
