//! `updraft explain`: the story of a few agents, or what a word means.

mod subject;

use clap::ValueEnum;

use super::args::{Explain, Format};
use super::commands::{complain, print};
use super::exit::Exit;
use super::input::{Overlays, is_dash, load};
use super::interruption::Interruption;
use super::problems::Emitter;
use super::progress::RunProgress;
use super::varied::usage;
use crate::experiment::{AgentTrace, Whom};
use crate::report::{stories_as_json, stories_as_lines, stories_as_text, stories_as_trace};

/// How stories are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum StoryFormat {
    /// Text for people.
    Text,
    /// The same, but each problem of an input in one line, its place first.
    Concise,
    /// JSON for programs, the problems of an input included.
    Json,
    /// JSON lines: an object for each event.
    Jsonl,
    /// A trace for `ui.perfetto.dev` and `chrome://tracing`: a track an agent, what it waits for as slices.
    Perfetto,
}

impl StoryFormat {
    /// How the problems of an input are told.
    fn of_problems(self) -> Format {
        match self {
            Self::Concise => Format::Concise,
            Self::Json => Format::Json,
            Self::Text | Self::Jsonl | Self::Perfetto => Format::Text,
        }
    }
}

/// Carries out what was asked.
pub(super) fn carry_out(asked: &Explain) -> Exit {
    try_to(asked).unwrap_or_else(|exit| exit)
}

fn try_to(asked: &Explain) -> Result<Exit, Exit> {
    let Some(whom) = whom(asked) else { return explain_subject(asked) };
    let emitter = Emitter { format: asked.format.of_problems(), color: asked.terminal.color };
    let scenario = load(&asked.scenario, &asked.overlays, &asked.set, emitter)?;
    let inquiry = AgentTrace {
        scenario: &scenario,
        option: asked.option.unwrap_or(scenario.option),
        replication: asked.replication,
        seed: asked.seed.unwrap_or(scenario.seed),
        whom,
    };
    let progress = RunProgress::new(inquiry.count(), asked.terminal.shown_progress());
    let interruption = Interruption::watch();
    let answer = inquiry.answer(interruption.flag(), &|at| progress.show(at));
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
        StoryFormat::Text | StoryFormat::Concise => stories_as_text(&inquiry, &answer),
        StoryFormat::Json => stories_as_json(&inquiry, &answer),
        StoryFormat::Jsonl => stories_as_lines(&inquiry, &answer),
        StoryFormat::Perfetto => stories_as_trace(&inquiry, &answer),
    };
    Ok(print(text.as_bytes()))
}

/// Who is asked for, if somebody is.
fn whom(asked: &Explain) -> Option<Whom> {
    let by_name = asked.agent.clone().map(Whom::Agent);
    by_name
        .or_else(|| asked.segment.clone().map(Whom::Segment))
        .or_else(|| asked.slowest.map(|count| Whom::Slowest(count as usize)))
        .or_else(|| asked.failed.then_some(Whom::Failed))
}

/// Where nobody is asked for it is no scenario that is named, but a subject.
fn explain_subject(asked: &Explain) -> Result<Exit, Exit> {
    if is_dash(&asked.scenario) || asked.scenario.exists() {
        let cause = "which agent of this scenario? add --agent, --segment, --slowest or --failed";
        return Err(usage(&cause));
    }
    let is_of_scenarios = asked.option.is_some()
        || asked.seed.is_some()
        || !asked.set.is_empty()
        || asked.overlays != Overlays::default();
    let subject = asked.scenario.display().to_string();
    let found = subject::explain(&subject).map_err(|cause| usage(&cause))?;
    if is_of_scenarios {
        let cause =
            "--option, --seed, --set and --overlay are for the story of a scenario's agents";
        return Err(usage(&cause));
    }
    let text = match asked.format {
        StoryFormat::Jsonl | StoryFormat::Perfetto => {
            return Err(usage(
                &"--format jsonl and perfetto are for the story of a scenario's agents",
            ));
        }
        _ if asked.terminal.quiet => return Ok(Exit::Done),
        StoryFormat::Text | StoryFormat::Concise => subject::as_text(&found),
        StoryFormat::Json => subject::as_json(&found),
    };
    Ok(print(text.as_bytes()))
}
