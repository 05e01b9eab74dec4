//! The full timeline of one agent as a table: time, event, rule, and the waits between events.

use std::fmt::Write as _;

use super::format::{clock, count, span};
use super::words;
use crate::measure::timeline::{Event, Step, Timeline, Waited};
use crate::model::calendar::Calendar;
use crate::model::presence::Presence;
use crate::units::{SimDuration, SimTime};

/// The columns of the time and of up to three rules, with the blanks between the parts.
const MOMENT: usize = 16;
const RULES: usize = 18;
const BLANKS: usize = 4;
/// All columns where the terminal does not say how many it has.
pub(in crate::report) const PAGE: usize = 100;

/// The width of a table.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct Page {
    width: usize,
}
/// The minimum duration of a wait with a line.
const SHORTEST: SimDuration = SimDuration::from_millis(50);

/// A line of the table.
#[derive(Debug)]
struct Line<'a> {
    at: SimTime,
    words: String,
    rules: Vec<&'static str>,
    waits: &'a [Waited],
    /// Whether it represents a whole round without anything new.
    is_quiet: bool,
}

/// The timeline of one agent.
pub(in crate::report) fn timeline(page: Page, timeline: &Timeline, calendar: Calendar) -> String {
    let row = |moment: &str, words: &str, rules: &str| page.row(moment, words, rules);
    let mut out = head(page, timeline, calendar);
    let heading = row("time", "event, and the waits before it", "rules");
    let _ = write!(out, "\n{heading}");
    let lines = lines(&timeline.steps);
    let mut next = 0;
    while let Some(line) = lines.get(next) {
        for waited in line.waits.iter().filter(|waited| waited.span >= SHORTEST) {
            let said = format!("  ({}: {})", span(waited.span), words::wait(waited));
            out.push_str(&row("", &said, waited.rule.unwrap_or_default()));
        }
        out.push_str(&row(&clock(calendar, line.at, 3), &line.words, &line.rules.join(" ")));
        let alike =
            |other: &&Line<'_>| other.is_quiet && line.is_quiet && other.words == line.words;
        let more = lines[next + 1..].iter().take_while(alike).count();
        next += 1 + more;
        if more > 0 {
            let until = clock(calendar, lines[next - 1].at, 3);
            out.push_str(&row(
                "",
                &format!("  … and {} more, until {until}", count(more as u64, "time")),
                "",
            ));
        }
    }
    let title = format!("Waits, {} in total", span(timeline.outdated));
    if !timeline.waits.is_empty() {
        let _ = write!(out, "\n{}", waits(page, &title, &timeline.waits));
    }
    out
}

/// The agent, and its outcome.
fn head(page: Page, timeline: &Timeline, calendar: Calendar) -> String {
    let row = &timeline.row;
    let also = timeline.serves_as.as_ref().map(|name| format!(", Update Agent {name}"));
    let presence = match timeline.presence {
        Presence::AlwaysOn => "always on",
        Presence::OfficeHours => "office hours",
        Presence::Laptop => "laptop",
    };
    let behind = match timeline.behind {
        0 => "current at the start".into(),
        behind => format!("{} behind at the start", count(behind.into(), "daily release")),
    };
    let outcome = match row.updated_at {
        Some(at) => {
            let after = at.as_nanos().checked_sub(timeline.released_at.as_nanos());
            let after = after.map(|nanos| span(SimDuration::from_nanos(nanos)));
            let after =
                after.map_or_else(String::new, |span| format!(", {span} after the release"));
            format!("up to date since {}{after}", clock(calendar, at, 3))
        }
        None => format!("not up to date ({})", row.outcome.name()),
    };
    let source = if row.source.is_empty() { "no source" } else { &row.source };
    let first = format!(
        "{}{}: {} scan, {presence}, {behind}",
        row.agent,
        also.unwrap_or_default(),
        timeline.scan
    );
    let (attempts, bytes) = (count(row.attempts.into(), "attempt"), words::amount(row.bytes));
    let second = format!("{outcome}; {source}, {attempts}, {bytes}");
    let wrapped = [first, second].map(|line| textwrap::fill(&line, wrapping(page.width)));
    format!("{}\n", wrapped.join("\n"))
}

/// Steps as lines; a round without anything new is one line.
fn lines(steps: &[Step]) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut rest = steps;
    while let Some((step, after)) = rest.split_first() {
        if let Some((line, length)) = quiet_round(rest) {
            lines.push(line);
            rest = &rest[length..];
            continue;
        }
        lines.push(Line {
            at: step.at,
            words: words::event(&step.event),
            rules: step.rules.clone(),
            waits: &step.waits,
            is_quiet: false,
        });
        rest = after;
    }
    lines
}

/// The line of the round at the beginning of `steps` and its number of steps, if it found nothing new.
fn quiet_round(steps: &[Step]) -> Option<(Line<'_>, usize)> {
    let [began, asked, index, nothing, ..] = steps else { return None };
    let Event::Began { trigger, .. } = &began.event else { return None };
    let Event::Index { source, way, .. } = &index.event else { return None };
    if !matches!((&asked.event, &nothing.event), (Event::Asked { .. }, Event::NothingNew)) {
        return None;
    }
    let reported = steps.get(4).is_some_and(|step| matches!(step.event, Event::Reported { .. }));
    let line = Line {
        at: began.at,
        words: format!("Checks by {} at {source}: nothing new{}", trigger.name(), words::over(way)),
        rules: began.rules.iter().chain(&nothing.rules).copied().collect(),
        waits: &began.waits,
        is_quiet: true,
    };
    Some((line, if reported { 5 } else { 4 }))
}

/// The waits under `title`, with their shares.
pub(in crate::report) fn waits(page: Page, title: &str, waits: &[Waited]) -> String {
    let mut out = format!("{title}\n");
    let all: u128 = waits.iter().map(|waited| u128::from(waited.span.as_nanos())).sum();
    for waited in waits.iter().filter(|waited| waited.span >= SHORTEST) {
        let tenths = (u128::from(waited.span.as_nanos()) * 1000 + all / 2) / all.max(1);
        let share = format!("{}.{} %", tenths / 10, tenths % 10);
        let said = format!("{share:>7}  {}", words::wait(waited));
        out.push_str(&page.row(
            &format!("  {:>12}", span(waited.span)),
            &said,
            waited.rule.unwrap_or_default(),
        ));
    }
    out
}

impl Page {
    /// A page of `columns`, or of [`PAGE`], within what a table needs.
    pub(in crate::report) fn of(columns: Option<usize>) -> Self {
        Self { width: columns.unwrap_or(PAGE).clamp(72, PAGE) }
    }

    /// A row of the table, over several lines if necessary.
    fn row(self, moment: &str, words: &str, rules: &str) -> String {
        let width = self.width - MOMENT - RULES - BLANKS;
        let indent = &words[..words.len() - words.trim_start().len()];
        let indent = if indent.is_empty() { "  " } else { "   " };
        let options = textwrap::Options::new(width).subsequent_indent(indent);
        let mut out = String::new();
        for (number, part) in textwrap::wrap(words, options).iter().enumerate() {
            let (moment, rules) = if number == 0 { (moment, rules) } else { ("", "") };
            let line = format!("{moment:MOMENT$}  {part:width$}  {rules}");
            let _ = writeln!(out, "{}", line.trim_end());
        }
        out
    }

    /// The part of `line` that fits the width.
    pub(in crate::report) fn cut(self, line: &str) -> String {
        let line = line.trim_end();
        if line.chars().count() <= self.width {
            return line.into();
        }
        line.chars().take(self.width - 1).chain(['…']).collect()
    }
}

/// Names are not broken at their hyphens.
fn wrapping(width: usize) -> textwrap::Options<'static> {
    textwrap::Options::new(width)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
}
