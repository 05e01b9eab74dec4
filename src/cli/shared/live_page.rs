//! `--live`: a page that simulates in the browser.

use clap::Args;

/// Whether the page simulates in the browser.
#[derive(Clone, Copy, Debug, Args)]
pub(in crate::cli) struct LivePage {
    /// The page also holds the engine and simulates again in the browser when a setting changes; needs a build with the
    /// feature live.
    #[arg(long)]
    pub(in crate::cli) live: bool,
}
