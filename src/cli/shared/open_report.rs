//! `--open`: opens the page in the browser.

use std::path::Path;
use std::time::Duration;

use clap::Args;

use super::terminal::complain;
use crate::report::PAGE;

/// How long a launcher is watched for an error: one that is still running then has found a browser.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether to open the page.
#[derive(Clone, Copy, Debug, Args)]
pub(in crate::cli) struct OpenReport {
    /// Opens report.html in the browser at the end.
    #[arg(long)]
    open: bool,
}

impl OpenReport {
    /// Whether it was requested.
    pub(in crate::cli) fn is_asked(self) -> bool {
        self.open
    }

    /// Opens the page of the results in `folder`, if requested. A failure is only a note: the results exist.
    pub(in crate::cli) fn open(self, folder: &Path) {
        if !self.open {
            return;
        }
        let page = folder.join(PAGE);
        let place = std::path::absolute(&page).unwrap_or_else(|_| page.clone());
        if let Err(cause) = open::that_detached_with_timeout(place, PATIENCE) {
            complain(&format!("note: {} cannot be opened: {cause}\n", page.display()));
        }
    }
}
