//! What can be asked.

use std::io::IsTerminal;
use std::path::PathBuf;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

use super::check::Check;
use super::completions::Completions;
use super::explain::StoryFormat;
use super::finishing::Finishing;
use super::init::Init;
use super::input::Overlays;
use super::man::Man;
use super::opening::Opening;
use super::plan::PlanArguments;
use super::sampling::{Precise, Select};
use super::schema::Schema;
use super::tables::Tables;
use super::verify::Verify;
use crate::model::settings::TopologyOption;

/// Simulates how security updates travel through a company's network.
#[derive(Debug, Parser)]
#[command(name = "updraft", version, arg_required_else_help = true)]
#[command(after_help = "Start with:
  updraft check scenarios/branch-offices.toml
  updraft compare scenarios/branch-offices.toml")]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Simulate one topology option.
    #[command(after_help = "Examples:
  updraft run scenarios/branch-offices.toml --option server-ua
  updraft run scenarios/campus.toml --replications 20 --agents -o results/monday")]
    Run {
        #[command(flatten)]
        common: Common,
        /// The option; by default the scenario's own.
        #[arg(long, value_parser = option_named())]
        option: Option<TopologyOption>,
        #[command(flatten)]
        precise: Precise,
        #[command(flatten)]
        tables: Tables,
        #[command(flatten)]
        finishing: Finishing,
        #[command(flatten)]
        opening: Opening,
    },
    /// Simulate the four options side by side, with the same luck.
    #[command(after_help = "Examples:
  updraft compare scenarios/branch-offices.toml --replications 10
  updraft compare scenarios/branch-offices.toml --set server.slots=100 --format json
  updraft compare scenarios/branch-offices.toml --overlay more.toml --open
  updraft compare mine.toml -o - > summary.csv")]
    Compare {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        precise: Precise,
        #[command(flatten)]
        select: Select,
        #[command(flatten)]
        tables: Tables,
        #[command(flatten)]
        finishing: Finishing,
        #[command(flatten)]
        opening: Opening,
    },
    /// Validate a scenario and say what would be simulated.
    #[command(after_help = "Examples:
  updraft check scenarios/campus.toml --set site.building.count=4
  updraft check mine.toml -v                  where each value comes from
  updraft check mine.toml --overlay more.toml -v
  updraft check mine.toml --watch             again at each save
  updraft check mine.toml --format concise    one line a problem, for editors
  updraft check mine.toml --format json       all problems, for programs")]
    Check(Check),
    /// The story of one agent's update, or of a few: what happened, what it waited for, by which rule. Or
    /// what a rule, a key, a metric or a kind of problem is.
    #[command(after_help = "Examples:
  updraft explain scenarios/branch-offices.toml --agent branch-017/pc-0005
  updraft explain scenarios/branch-offices.toml --slowest 3 --option server
  updraft explain scenarios/branch-offices.toml --segment branch-017 --format perfetto
  updraft explain SRC-9
  updraft explain server.slots --format json")]
    Explain(Explain),
    /// Write a scenario to start from: a template, or what an inventory or a map of a network tells.
    #[command(after_help = "Examples:
  updraft init branch-offices -o mine.toml
  updraft init --from-inventory agents.csv --subnets subnets.csv -o mine.toml
  updraft init --from-topology Geant2012.gml -o mine.toml")]
    Init(Init),
    /// The fewest Update Agents that meet a target, and where they go.
    #[command(after_help = "Examples:
  updraft plan scenarios/branch-offices.toml --target 'protected_p95_s <= 7200'
  updraft plan mine.toml --target 'protected_p95_s <= 7200' \\
      --target 'server_egress_peak_bps <= 300e6' --lever option=server-ua,ua")]
    Plan(PlanArguments),
    /// What there is to be measured, drawn or begun with, with a line on each.
    #[command(after_help = "Examples:
  updraft list metrics
  updraft list rules --format json")]
    List(List),
    /// Only the network: given transfers, when does each finish.
    #[command(after_help = "Examples:
  updraft replay network.toml transfers.csv -o finishes.csv
  updraft replay network.toml transfers.csv -o finishes.csv --check --format json")]
    Replay(Replay),
    /// Simulate many points: every combination of some keys' values, or a sample of them.
    #[command(after_help = super::sweep::EXAMPLES)]
    Sweep(super::sweep::Sweep),
    /// Which keys an outcome depends on, and how much: ranked, with intervals.
    #[command(after_help = super::sensitivity::EXAMPLES)]
    Sensitivity(super::sensitivity::Sensitivity),
    /// Join the shards of a sweep.
    #[command(after_help = "Example:
  updraft merge shards -o results/study")]
    Merge(super::merge::Merge),
    /// Draw the pictures and the page of a results folder again.
    #[command(after_help = "Example:
  updraft report results/branch-offices --open")]
    Report(Report),
    /// The JSON Schema (draft 7) of the scenario format, for editors.
    Schema(Schema),
    /// What a shell needs to complete commands, flags and their values.
    Completions(Completions),
    /// The manual pages of all commands.
    Man(Man),
    /// Run what a results folder says again, and compare every file.
    #[command(after_help = "Example:
  updraft verify results/branch-offices --sample 3")]
    Verify(Verify),
}

/// What `report` takes.
#[derive(Debug, Args)]
pub(super) struct Report {
    /// The results folder, of whichever command.
    pub(super) folder: PathBuf,
    /// Whether the page is opened.
    #[command(flatten)]
    pub(super) opening: Opening,
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
    /// The templates of `init`.
    Templates,
    /// The product's rules, and the scenario keys that switch or feed them.
    Rules,
    /// What is assumed where the vendor's documents are silent, and the key that changes it.
    Assumptions,
    /// The component catalogue: sizes, cadence, and where they are from.
    Components,
}

/// What `explain` takes.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("whom").args(["agent", "segment", "slowest", "failed"])))]
pub(super) struct Explain {
    /// The scenario file, `-` being standard input; or, without --agent, --segment, --slowest and --failed,
    /// what is to be explained: a rule (SRC-9), a kind of problem (unknown-key), a key or table of scenarios
    /// (server.slots), a metric (`protected_p95_s`).
    #[arg(value_name = "SCENARIO|SUBJECT")]
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
    #[arg(long, value_parser = option_named())]
    pub(super) option: Option<TopologyOption>,
    /// Which replication.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(super) replication: u32,
    /// Seed of all randomness; by default the scenario's.
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// What is laid over the scenario.
    #[command(flatten)]
    pub(super) overlays: Overlays,
    /// Sets a scenario key, such as server.slots=100 or site.branch.count=10.
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    pub(super) set: Vec<(String, String)>,
    /// What is printed.
    #[arg(long, value_enum, default_value_t = StoryFormat::Text)]
    pub(super) format: StoryFormat,
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
    /// What is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
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
    /// The scenario file; `-` is standard input.
    pub(super) scenario: PathBuf,
    /// The results folder; by default results/<scenario name>. `-` prints summary.csv instead.
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
    /// What is laid over the scenario.
    #[command(flatten)]
    pub(super) overlays: Overlays,
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
    /// Shows no progress.
    #[arg(long)]
    pub(super) no_progress: bool,
    /// How progress is shown on stderr.
    #[arg(long, value_enum, default_value_t = ProgressForm::Auto, conflicts_with = "no_progress")]
    pub(super) progress: ProgressForm,
    /// Whether to use colours.
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
}

impl Terminal {
    /// What is shown of the progress. Bars are for people, who see them on a terminal.
    pub(super) fn shown_progress(self) -> ShownProgress {
        match self.progress {
            _ if self.quiet || self.no_progress => ShownProgress::Nothing,
            ProgressForm::Json => ShownProgress::Lines,
            ProgressForm::Auto if std::io::stderr().is_terminal() => ShownProgress::Bars,
            ProgressForm::Auto => ShownProgress::Nothing,
        }
    }
}

/// How progress is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ProgressForm {
    /// Bars on a terminal, nothing elsewhere.
    Auto,
    /// A line of JSON at each per cent of a run (docs/long-work.md).
    Json,
}

/// What is shown of the progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShownProgress {
    /// Nothing.
    Nothing,
    /// Bars for people.
    Bars,
    /// Lines of JSON for programs.
    Lines,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Text for people.
    Text,
    /// The same, but each problem of an input in one line, its place first.
    Concise,
    /// JSON for programs, the problems of an input included.
    Json,
}

/// Whether to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal that has them, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Whether to use colours on `stream`; where nothing was said, as `NO_COLOR`, `CLICOLOR_FORCE`,
    /// `CLICOLOR` and `TERM` ask, in this order, and only on a terminal.
    pub(super) fn is_on(self, stream: &impl RawStream) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => AutoStream::choice(stream) != ColorChoice::Never,
        }
    }
}

/// Reads the name of an option; the names are known to the help and to shells.
pub(super) fn option_named() -> impl TypedValueParser<Value = TopologyOption> {
    let names = PossibleValuesParser::new(TopologyOption::ALL.map(TopologyOption::name));
    names.try_map(|name| TopologyOption::named(&name).ok_or("an option of no name"))
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
