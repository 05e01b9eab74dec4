//! `updraft run`: simulates one topology option.

use clap::Args;

use crate::cli::shared::exit::Exit;
use crate::cli::shared::live_page::LivePage;
use crate::cli::shared::logs::Logs;
use crate::cli::shared::open_report::OpenReport;
use crate::cli::shared::replications::PrecisionArguments;
use crate::cli::shared::request::{Request, SimulationArguments};
use crate::cli::shared::resume::Resume;
use crate::cli::shared::simulate::simulate;
use crate::cli::shared::table_formats::Tables;
use crate::cli::shared::values::option_named;
use crate::model::settings::TopologyOption;

/// The arguments of `run`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft run scenarios/branch-offices.toml --option server-ua
  updraft run scenarios/campus.toml --replications 20 --agents -o results/monday
  updraft run scenarios/branch-offices.toml --log-as ptndp,iis,csv")]
pub(in crate::cli) struct Run {
    #[command(flatten)]
    common: SimulationArguments,
    /// The option; by default the scenario's own.
    #[arg(long, value_parser = option_named())]
    option: Option<TopologyOption>,
    #[command(flatten)]
    precise: PrecisionArguments,
    #[command(flatten)]
    tables: Tables,
    #[command(flatten)]
    logs: Logs,
    #[command(flatten)]
    resume: Resume,
    #[command(flatten)]
    live_page: LivePage,
    #[command(flatten)]
    open_report: OpenReport,
}

impl Run {
    /// The requested simulation.
    pub(in crate::cli) fn request(&self) -> Request {
        let request =
            Request::run(&self.common, self.option, &self.precise, &self.tables, &self.logs);
        request.with_page(self.live_page)
    }
}

/// Runs the command.
pub(in crate::cli) fn carry_out(asked: &Run) -> Result<Exit, Exit> {
    asked.common.adjustments.agree("option", asked.option.map(TopologyOption::name))?;
    simulate(&asked.request(), &asked.resume, asked.open_report)
}
