//! `updraft explain`: timelines of agents, or the meaning of a term.

mod subject;

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use crate::cli::shared::diagnostics::Emitter;
use crate::cli::shared::exit::{Exit, usage};
use crate::cli::shared::input::{Adjustments, load};
use crate::cli::shared::interruption::Interruption;
use crate::cli::shared::output::print;
use crate::cli::shared::progress::RunProgress;
use crate::cli::shared::terminal::{Format, Terminal, columns, complain};
use crate::cli::shared::values::{is_dash, option_named};
use crate::experiment::{AgentTrace, Whom};
use crate::model::settings::TopologyOption;
use crate::report::{timelines_as_json, timelines_as_lines, timelines_as_text, timelines_as_trace};

/// The arguments of `explain`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft explain scenarios/branch-offices.toml --agent branch-017/pc-0005
  updraft explain scenarios/branch-offices.toml --slowest 3 --option server
  updraft explain scenarios/branch-offices.toml --segment branch-017 --format perfetto
  updraft explain SRC-9
  updraft explain server.slots --format json")]
#[command(group(ArgGroup::new("whom").args(["agent", "segment", "slowest", "failed"])))]
pub(in crate::cli) struct Explain {
    /// The scenario file (`-` is standard input). Without --agent, --segment, --slowest and --failed, the subject to
    /// explain: a rule (SRC-9), a diagnostic (unknown-key), a key or table of scenarios (server.slots), a metric
    /// (`protected_p95_s`).
    #[arg(value_name = "SCENARIO|SUBJECT")]
    pub(in crate::cli) scenario: PathBuf,
    /// One agent by its name in agents.csv, such as branch-017/pc-0005, or an Update Agent.
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) agent: Option<String>,
    /// All agents of this site, one line each.
    #[arg(long, value_name = "SITE")]
    pub(in crate::cli) segment: Option<String>,
    /// The N agents that were updated last.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(in crate::cli) slowest: Option<u32>,
    /// All agents that were not updated, one line each.
    #[arg(long)]
    pub(in crate::cli) failed: bool,
    /// The option; by default the scenario's own.
    #[arg(long, value_parser = option_named())]
    pub(in crate::cli) option: Option<TopologyOption>,
    /// The replication.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(in crate::cli) replication: u32,
    /// Changes to the scenario.
    #[command(flatten)]
    pub(in crate::cli) adjustments: Adjustments,
    /// The output format.
    #[arg(long, value_enum, default_value_t = TimelineFormat::Text)]
    pub(in crate::cli) format: TimelineFormat,
    /// The terminal settings.
    #[command(flatten)]
    pub(in crate::cli) terminal: Terminal,
}

/// The formats of timelines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TimelineFormat {
    /// Text.
    Text,
    /// Text, with each problem of an input on one line, position first.
    Concise,
    /// JSON, including the problems of an input.
    Json,
    /// JSON lines: an object for each event.
    Jsonl,
    /// A trace for `ui.perfetto.dev` and `chrome://tracing`: one track for each agent, waits as slices.
    Perfetto,
}

impl TimelineFormat {
    /// The format for the problems of an input.
    fn of_problems(self) -> Format {
        match self {
            Self::Concise => Format::Concise,
            Self::Json => Format::Json,
            Self::Text | Self::Jsonl | Self::Perfetto => Format::Text,
        }
    }
}

/// Runs the command.
pub(in crate::cli) fn carry_out(asked: &Explain) -> Result<Exit, Exit> {
    let Some(whom) = whom(asked) else { return explain_subject(asked) };
    let emitter = Emitter { format: asked.format.of_problems(), color: asked.terminal.color };
    asked.adjustments.agree("option", asked.option.map(TopologyOption::name))?;
    let scenario = load(&asked.scenario, &asked.adjustments, emitter)?;
    let trace = AgentTrace {
        scenario: &scenario,
        option: asked.option.unwrap_or(scenario.option),
        replication: asked.replication,
        seed: asked.adjustments.seed_of(&scenario),
        whom,
    };
    let progress = RunProgress::new(trace.count(), asked.terminal.shown_progress());
    let interruption = Interruption::watch();
    let answer = trace.answer(interruption.flag(), &|at| progress.show(at));
    progress.finish();
    let answer = answer.map_err(|error| {
        complain(&format!("error: {error}\n"));
        Exit::Invalid
    })?;
    let Some(answer) = answer else {
        complain("interrupted\n");
        return Ok(interruption.exit());
    };
    let text = match asked.format {
        _ if asked.terminal.quiet => return Ok(Exit::Done),
        TimelineFormat::Text | TimelineFormat::Concise => {
            timelines_as_text(&trace, &answer, columns())
        }
        TimelineFormat::Json => timelines_as_json(&trace, &answer),
        TimelineFormat::Jsonl => timelines_as_lines(&trace, &answer),
        TimelineFormat::Perfetto => timelines_as_trace(&trace, &answer),
    };
    Ok(print(text.as_bytes()))
}

/// The selected agents, if any.
fn whom(asked: &Explain) -> Option<Whom> {
    let by_name = asked.agent.clone().map(Whom::Agent);
    by_name
        .or_else(|| asked.segment.clone().map(Whom::Segment))
        .or_else(|| asked.slowest.map(|count| Whom::Slowest(count as usize)))
        .or_else(|| asked.failed.then_some(Whom::Failed))
}

/// Without a selection the argument names a subject, not a scenario.
fn explain_subject(asked: &Explain) -> Result<Exit, Exit> {
    if is_dash(&asked.scenario) || asked.scenario.exists() {
        let cause =
            "an agent of this scenario is needed: add --agent, --segment, --slowest or --failed";
        return Err(usage(&cause));
    }
    let is_of_scenarios = asked.option.is_some() || asked.adjustments != Adjustments::default();
    let subject = asked.scenario.display().to_string();
    let found = subject::explain(&subject).map_err(|cause| usage(&cause))?;
    if is_of_scenarios {
        let cause = "--option, --seed, --set and --overlay apply only to timelines of agents";
        return Err(usage(&cause));
    }
    let text = match asked.format {
        TimelineFormat::Jsonl | TimelineFormat::Perfetto => {
            return Err(usage(&"--format jsonl and perfetto apply only to timelines of agents"));
        }
        _ if asked.terminal.quiet => return Ok(Exit::Done),
        TimelineFormat::Text | TimelineFormat::Concise => subject::as_text(&found),
        TimelineFormat::Json => subject::as_json(&found),
    };
    Ok(print(text.as_bytes()))
}
