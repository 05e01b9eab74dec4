//! Timelines in the Chrome trace event format, which `ui.perfetto.dev` and `chrome://tracing` open.
//!
//! Each agent has a track. Waits are slices (`X`) with their cause as name and category; events are instants (`i`). Times
//! are microseconds from the start of the scenario. Format: "Trace Event Format", Google 2016.

use serde_json::{Value, json};

use super::words;
use crate::experiment::{AgentTrace, Answer};
use crate::measure::timeline::{Spell, Step, Timeline};

/// All tracks belong to one process, the run.
const RUN: u32 = 1;

/// The timelines of `answer` as a trace.
pub fn timelines_as_trace(trace: &AgentTrace<'_>, answer: &Answer) -> String {
    let run = format!(
        "{}: option {}, replication {}, seed {}",
        trace.scenario.name,
        trace.option.name(),
        trace.replication,
        trace.seed
    );
    let mut events = vec![named("process_name", 0, &run)];
    for (track, timeline) in (1..).zip(&answer.timelines) {
        events.push(named("thread_name", track, &timeline.row.agent));
        events.push(json!({
            "ph": "M", "name": "thread_sort_index", "pid": RUN, "tid": track,
            "args": { "sort_index": track },
        }));
        events.extend(timeline_events(timeline, track));
    }
    let events: Vec<String> = events.iter().map(Value::to_string).collect();
    format!("{{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n{}\n]}}\n", events.join(",\n"))
}

/// The name of a process or a track.
fn named(what: &str, track: u64, name: &str) -> Value {
    json!({ "ph": "M", "name": what, "pid": RUN, "tid": track, "args": { "name": name } })
}

/// The events on one track, by time.
fn timeline_events(timeline: &Timeline, track: u64) -> Vec<Value> {
    let slices = timeline.spells.iter().map(|spell| (spell.from, slice(spell, track)));
    let instants = timeline.steps.iter().map(|step| (step.at, instant(step, track)));
    let mut all: Vec<_> = slices.chain(instants).collect();
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, event)| event).collect()
}

fn slice(spell: &Spell, track: u64) -> Value {
    let waited = &spell.waited;
    json!({
        "ph": "X",
        "name": words::wait(waited),
        "cat": waited.reason.name(),
        "pid": RUN,
        "tid": track,
        "ts": micros(spell.from.as_secs_f64()),
        "dur": micros(waited.span.as_secs_f64()),
        "args": { "at": waited.place, "rule": waited.rule },
    })
}

fn instant(step: &Step, track: u64) -> Value {
    json!({
        "ph": "i",
        "s": "t",
        "name": words::event(&step.event),
        "cat": step.event.name(),
        "pid": RUN,
        "tid": track,
        "ts": micros(step.at.as_secs_f64()),
        "args": { "rules": step.rules },
    })
}

/// Microseconds, to the nanosecond.
fn micros(seconds: f64) -> f64 {
    (seconds * 1e9).round() / 1e3
}
