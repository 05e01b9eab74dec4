//! Timelines as text: in full for one agent, one line each for many.

use std::fmt::Write as _;

use super::format::{clock, span};
use super::text::{self as lines, Page};
use super::words;
use crate::experiment::{AgentTrace, Answer, Whom};
use crate::measure::timeline::{Timeline, Waited};
use crate::model::calendar::Calendar;

/// The timelines of `answer` as tables that fit `columns`, or 100 of them: in full, or one line each if there are many.
pub fn timelines_as_text(
    trace: &AgentTrace<'_>,
    answer: &Answer,
    columns: Option<usize>,
) -> String {
    let page = Page::of(columns);
    let (name, option) = (&trace.scenario.name, trace.option.name());
    let (replication, seed) = (trace.replication, trace.seed);
    let mut out = format!("{name}: option {option}, replication {replication}, seed {seed}\n\n");
    let calendar = trace.scenario.calendar;
    match trace.whom {
        Whom::Agent(_) | Whom::Slowest(_) => {
            let told: Vec<String> = answer
                .timelines
                .iter()
                .map(|timeline| lines::timeline(page, timeline, calendar))
                .collect();
            out.push_str(&told.join("\n\n"));
        }
        Whom::Segment(_) | Whom::Failed => {
            out.push_str(&overview(page, &answer.timelines, calendar));
        }
    }
    if answer.timelines.is_empty() {
        out.push_str("nobody\n");
    }
    out
}

/// A line for each agent, and their waits in total.
fn overview(page: Page, timelines: &[Timeline], calendar: Calendar) -> String {
    let mut out =
        format!("{:24} {:11} {:12} {:>5}  longest wait\n", "agent", "outcome", "updated", "tries");
    for timeline in timelines {
        let row = &timeline.row;
        let updated = row.updated_at.map_or_else(String::new, |at| clock(calendar, at, 0));
        let longest = timeline.waits.first().map_or_else(String::new, |waited| {
            format!("{}: {}", span(waited.span), words::wait(waited))
        });
        let line = format!(
            "{:24} {:11} {updated:12} {:>5}  {longest}",
            row.agent,
            row.outcome.name(),
            row.attempts,
        );
        let _ = writeln!(out, "{}", page.cut(&line));
    }
    let _ = write!(out, "\n{}", lines::waits(page, "Waits in total", &together(timelines)));
    out
}

/// The waits of all `timelines`, by cause and rule, the longest first; with a place only if it is the same for all.
fn together(timelines: &[Timeline]) -> Vec<Waited> {
    let mut all: Vec<Waited> = Vec::new();
    for waited in timelines.iter().flat_map(|timeline| &timeline.waits) {
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
