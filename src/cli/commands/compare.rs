//! `updraft compare`: simulates the four topology options side by side.

use clap::Args;

use crate::cli::shared::exit::{Exit, usage};
use crate::cli::shared::live_page::LivePage;
use crate::cli::shared::open_report::OpenReport;
use crate::cli::shared::replications::{PrecisionArguments, SelectionArguments};
use crate::cli::shared::request::{Request, SimulationArguments};
use crate::cli::shared::resume::Resume;
use crate::cli::shared::simulate::simulate;
use crate::cli::shared::table_formats::Tables;

/// The arguments of `compare`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft compare scenarios/branch-offices.toml --replications 10
  updraft compare scenarios/branch-offices.toml --set server.slots=100 --format json
  updraft compare scenarios/branch-offices.toml --overlay more.toml --open
  updraft compare mine.toml -o - > summary.csv")]
pub(in crate::cli) struct Compare {
    #[command(flatten)]
    common: SimulationArguments,
    #[command(flatten)]
    precise: PrecisionArguments,
    #[command(flatten)]
    select: SelectionArguments,
    #[command(flatten)]
    tables: Tables,
    #[command(flatten)]
    resume: Resume,
    #[command(flatten)]
    live_page: LivePage,
    #[command(flatten)]
    open_report: OpenReport,
}

impl Compare {
    /// The requested simulation.
    ///
    /// # Errors
    /// If the arguments of `--select` contradict each other.
    pub(in crate::cli) fn request(&self) -> Result<Request, String> {
        let request = Request::compare(&self.common, &self.precise, &self.select, &self.tables)?;
        Ok(request.with_page(self.live_page))
    }
}

/// Runs the command.
pub(in crate::cli) fn carry_out(asked: &Compare) -> Result<Exit, Exit> {
    let request = asked.request().map_err(|message| usage(&message))?;
    simulate(&request, &asked.resume, asked.open_report)
}
