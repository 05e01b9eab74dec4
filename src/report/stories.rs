//! Timelines of agents (REP-3), for people and for programs.

mod json;
mod lines;
mod trace;
mod words;

use std::fmt::Write as _;

use super::quantities::quantity;
use crate::experiment::{AgentTrace, Answer, Whom};
use crate::measure::timeline::{Timeline, Waited};
use crate::model::calendar::Calendar;
use crate::units::{SimDuration, SimTime};

pub use json::{stories_as_json, stories_as_lines};
pub use trace::stories_as_trace;

/// The stories of `answer` as tables of at most 100 columns: whole, or a line each where many are
/// asked for.
pub fn stories_as_text(inquiry: &AgentTrace<'_>, answer: &Answer) -> String {
    let (name, option) = (&inquiry.scenario.name, inquiry.option.name());
    let (replication, seed) = (inquiry.replication, inquiry.seed);
    let mut out = format!("{name}: option {option}, replication {replication}, seed {seed}\n\n");
    let calendar = inquiry.scenario.calendar;
    match inquiry.whom {
        Whom::Agent(_) | Whom::Slowest(_) => {
            let told: Vec<String> =
                answer.stories.iter().map(|story| lines::story(story, calendar)).collect();
            out.push_str(&told.join("\n\n"));
        }
        Whom::Segment(_) | Whom::Failed => out.push_str(&overview(&answer.stories, calendar)),
    }
    if answer.stories.is_empty() {
        out.push_str("nobody\n");
    }
    out
}

/// A line for each agent, and what they waited for together.
fn overview(stories: &[Timeline], calendar: Calendar) -> String {
    let mut out =
        format!("{:24} {:11} {:12} {:>5}  longest wait\n", "agent", "outcome", "updated", "tries");
    for story in stories {
        let row = &story.row;
        let updated = row.updated_at.map_or_else(String::new, |at| clock(calendar, at, 0));
        let longest = story.waits.first().map_or_else(String::new, |waited| {
            format!("{}: {}", span(waited.span), words::wait(waited))
        });
        let line = format!(
            "{:24} {:11} {updated:12} {:>5}  {longest}",
            row.agent,
            row.outcome.name(),
            row.attempts,
        );
        let _ = writeln!(out, "{}", lines::cut(&line));
    }
    let _ = write!(out, "\n{}", lines::waits("What they waited for together", &together(stories)));
    out
}

/// What all of `stories` waited for, by reason and rule, the longest first; a place only where it is
/// everybody's.
fn together(stories: &[Timeline]) -> Vec<Waited> {
    let mut all: Vec<Waited> = Vec::new();
    for waited in stories.iter().flat_map(|story| &story.waits) {
        let is_same =
            |known: &&mut Waited| known.reason == waited.reason && known.rule == waited.rule;
        match all.iter_mut().find(is_same) {
            Some(known) => {
                known.span += waited.span;
                known.place.take_if(|place| Some(&*place) != waited.place.as_ref());
            }
            None => all.push(waited.clone()),
        }
    }
    all.sort_by_key(|waited| std::cmp::Reverse(waited.span));
    all
}

/// So many of something.
fn count(number: u64, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

/// A moment of the week, with so many decimals of a second.
fn clock(calendar: Calendar, at: SimTime, decimals: usize) -> String {
    const SECOND: u64 = 1_000_000_000;
    let nanos = calendar.clock(at).as_nanos();
    let (secs, part) = (nanos / SECOND, nanos % SECOND);
    let day = calendar.weekday(calendar.day(at)).name();
    let (hours, minutes) = (secs / 3600, secs / 60 % 60);
    let whole = format!("{day} {hours:02}:{minutes:02}:{:02}", secs % 60);
    match decimals {
        0 => whole,
        _ => format!("{whole}.{}", &format!("{part:09}")[..decimals]),
    }
}

/// A span as a person would say it.
fn span(span: SimDuration) -> String {
    quantity("s", span.as_secs_f64())
}
