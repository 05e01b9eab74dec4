//! What can be asked.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

use crate::model::settings::TopologyOption;

/// Simulates how security updates travel through a company's network.
#[derive(Debug, Parser)]
#[command(name = "updraft", version, arg_required_else_help = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Simulate one topology option.
    #[command(after_help = "Example: updraft run scenarios/branch-offices.toml --option server-ua")]
    Run {
        #[command(flatten)]
        common: Common,
        /// The option; by default the scenario's own.
        #[arg(long, value_parser = option_named)]
        option: Option<TopologyOption>,
    },
    /// Simulate the four options side by side, with the same luck.
    #[command(
        after_help = "Example: updraft compare scenarios/branch-offices.toml --replications 10"
    )]
    Compare {
        #[command(flatten)]
        common: Common,
    },
    /// Validate a scenario and say what would be simulated.
    #[command(
        after_help = "Example: updraft check scenarios/campus.toml --set site.building.count=4"
    )]
    Check {
        #[command(flatten)]
        common: Common,
    },
    /// The story of one agent's update, or of a few: what happened, what it waited for, by which rule.
    #[command(
        after_help = "Example: updraft explain scenarios/branch-offices.toml --agent branch-017/pc-0005"
    )]
    Explain(Explain),
    /// What there is to be measured or drawn, with a line on each.
    #[command(after_help = "Example: updraft list metrics")]
    List(List),
    /// Only the network: given transfers, when does each finish.
    #[command(
        after_help = "Example: updraft replay network.toml transfers.csv -o finishes.csv --check"
    )]
    Replay(Replay),
    /// Simulate many points: every combination of some keys' values, or a sample of them.
    #[command(after_help = super::sweep::EXAMPLES)]
    Sweep(super::sweep::Sweep),
    /// Which keys an outcome depends on, and how much: ranked, with intervals.
    #[command(after_help = super::sensitivity::EXAMPLES)]
    Sensitivity(super::sensitivity::Sensitivity),
    /// Join the shards of a sweep.
    #[command(after_help = "Example: updraft merge shards -o results/study")]
    Merge(super::merge::Merge),
    /// Draw the pictures and the page of a results folder again.
    #[command(after_help = "Example: updraft report results/branch-offices")]
    Report(Report),
}

/// What `report` takes.
#[derive(Debug, Args)]
pub(super) struct Report {
    /// The results folder that `run` or `compare` wrote.
    pub(super) folder: PathBuf,
    /// Prints nothing but errors.
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// What `list` takes.
#[derive(Debug, Args)]
pub(super) struct List {
    /// What to list.
    #[arg(value_enum)]
    pub(super) what: Listed,
    /// What is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Listed {
    /// The metrics of summary.csv.
    Metrics,
    /// The pictures of a results folder.
    Plots,
}

/// What `explain` takes.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("whom").required(true).args(["agent", "segment", "slowest", "failed"])))]
pub(super) struct Explain {
    /// The scenario file.
    pub(super) scenario: PathBuf,
    /// This agent: a name of agents.csv, such as branch-017/pc-0005, or of an Update Agent.
    #[arg(long, value_name = "NAME")]
    pub(super) agent: Option<String>,
    /// All agents of this site, a line each.
    #[arg(long, value_name = "SITE")]
    pub(super) segment: Option<String>,
    /// The N agents that were updated last.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) slowest: Option<u32>,
    /// All agents that were not updated, a line each.
    #[arg(long)]
    pub(super) failed: bool,
    /// The option; by default the scenario's own.
    #[arg(long, value_parser = option_named)]
    pub(super) option: Option<TopologyOption>,
    /// Which replication.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(super) replication: u32,
    /// Seed of all randomness; by default the scenario's.
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Sets a scenario key, such as server.slots=100 or site.branch.count=10.
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    pub(super) set: Vec<(String, String)>,
    /// What is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// What the terminal shows.
    #[command(flatten)]
    pub(super) terminal: Terminal,
}

/// What `replay` takes.
#[derive(Debug, Args)]
pub(super) struct Replay {
    /// The network: a TOML file with [network], [[network.node]] and [[network.link]].
    pub(super) network: PathBuf,
    /// The transfers: a CSV file with the columns `id,start_s,from,to,bytes`, and `cap_bps` or not.
    pub(super) transfers: PathBuf,
    /// The CSV file to write: `id,start_s,finish_s,bytes,mean_bps`.
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: PathBuf,
    /// Runs the slow definition beside the fast solver and fails at the first difference.
    #[arg(long)]
    pub(super) check: bool,
    /// Seed of the random shares of the tcp model.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// What the terminal shows.
    #[command(flatten)]
    pub(super) terminal: Terminal,
}

/// What the commands that simulate a scenario take.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// The scenario file.
    pub(super) scenario: PathBuf,
    /// The results folder; by default results/<scenario name>.
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
    /// Seed of all randomness; by default the scenario's.
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Runs of each option with different luck; by default the scenario's.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(super) replications: Option<u32>,
    /// Threads; by default one for each core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(super) threads: Option<u32>,
    /// Sets a scenario key, such as server.slots=100 or site.branch.count=10.
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    pub(super) set: Vec<(String, String)>,
    /// Also writes agents.csv, a row for each agent.
    #[arg(long)]
    pub(super) agents: bool,
    /// What is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// What the terminal shows.
    #[command(flatten)]
    pub(super) terminal: Terminal,
}

/// What the terminal shows while a command is at work.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Terminal {
    /// Prints nothing but errors.
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Shows no progress bar.
    #[arg(long)]
    pub(super) no_progress: bool,
    /// Whether to use colours.
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
}

impl Terminal {
    /// Whether a progress bar is shown: only to people, who see it on stderr.
    pub(super) fn shows_progress(self) -> bool {
        !self.quiet && !self.no_progress && std::io::stderr().is_terminal()
    }
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A table for people.
    Text,
    /// JSON for programs.
    Json,
}

/// Whether to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// Where the terminal has them and `NO_COLOR` is not set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Whether to use colours on a stream that is a terminal or not.
    pub(super) fn is_on(self, is_terminal: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none(),
        }
    }
}

/// The option called `name`.
pub(super) fn option_named(name: &str) -> Result<TopologyOption, String> {
    TopologyOption::named(name).ok_or_else(|| "one of server, server-ua, ua, direct".to_string())
}

/// What stands before and behind the first `=`.
pub(super) fn key_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() && !value.trim().is_empty() => {
            Ok((key.trim().into(), value.trim().into()))
        }
        _ => Err("KEY=VALUE, such as server.slots=100".into()),
    }
}
