//! `updraft explain`: the story of a few agents.

use std::io::{self, Write};

use super::args::{Explain, Format};
use super::commands::{complain, ignore_closed_pipe};
use super::exit::Exit;
use super::input::load;
use super::interruption::Interruption;
use super::problems::Emitter;
use super::progress::RunProgress;
use crate::experiment::{Inquiry, Whom};
use crate::report::{stories_as_json, stories_as_text};

/// Carries out what was asked.
pub(super) fn carry_out(asked: &Explain) -> Exit {
    try_to(asked).unwrap_or_else(|exit| exit)
}

fn try_to(asked: &Explain) -> Result<Exit, Exit> {
    let emitter = Emitter { format: asked.format, color: asked.terminal.color };
    let scenario = load(&asked.scenario, &asked.overlays, &asked.set, emitter)?;
    let inquiry = Inquiry {
        scenario: &scenario,
        option: asked.option.unwrap_or(scenario.option),
        replication: asked.replication,
        seed: asked.seed.unwrap_or(scenario.seed),
        whom: whom(asked),
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
        Format::Text | Format::Concise => stories_as_text(&inquiry, &answer),
        Format::Json => stories_as_json(&inquiry, &answer),
    };
    let written = io::stdout().lock().write_all(text.as_bytes());
    ignore_closed_pipe(written).map_err(|error| {
        complain(&format!("error: {error}\n"));
        Exit::Failed
    })?;
    Ok(Exit::Done)
}

fn whom(asked: &Explain) -> Whom {
    let by_name = asked.agent.clone().map(Whom::Agent);
    by_name
        .or_else(|| asked.segment.clone().map(Whom::Segment))
        .or_else(|| asked.slowest.map(|count| Whom::Slowest(count as usize)))
        .unwrap_or(Whom::Failed)
}
