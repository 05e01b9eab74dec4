//! Timelines as JSON: times in seconds from the start of the scenario, the unit in each key.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::words::kind;
use crate::experiment::{AgentTrace, Answer};
use crate::measure::timeline::{Event, Hop, RuledOut, Step, Timeline, Waited, Way};

/// The timelines of `answer` as JSON.
pub fn timelines_as_json(trace: &AgentTrace<'_>, answer: &Answer) -> String {
    let all = json!({
        "scenario": trace.scenario.name,
        "option": trace.option.name(),
        "replication": trace.replication,
        "seed": trace.seed,
        "agents": answer.timelines.iter().map(timeline).collect::<Vec<_>>(),
    });
    format!("{all:#}\n")
}

/// The events of the timelines of `answer` as JSON lines: an object for each event, by agent and time.
pub fn timelines_as_lines(trace: &AgentTrace<'_>, answer: &Answer) -> String {
    let mut out = String::new();
    for timeline in &answer.timelines {
        for happened in &timeline.steps {
            let mut event = step(happened);
            event["agent"] = json!(timeline.row.agent);
            event["option"] = json!(trace.option.name());
            event["replication"] = json!(trace.replication);
            let _ = writeln!(out, "{event}");
        }
    }
    out
}

fn timeline(timeline: &Timeline) -> Value {
    let row = &timeline.row;
    json!({
        "agent": row.agent,
        "update_agent": timeline.serves_as,
        "segment": row.segment,
        "scan": timeline.scan.to_string(),
        "releases_behind": timeline.behind,
        "released_at_s": timeline.released_at.as_secs_f64(),
        "updated_at_s": row.updated_at.map(crate::units::SimTime::as_secs_f64),
        "outcome": row.outcome.name(),
        "source": row.source,
        "attempts": row.attempts,
        "bytes": row.bytes.count(),
        "outdated_s": timeline.outdated.as_secs_f64(),
        "waits": waits(&timeline.waits),
        "steps": timeline.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn waits(waits: &[Waited]) -> Value {
    let waits = waits.iter().map(|waited| {
        json!({
            "for": waited.reason.name(),
            "at": waited.place,
            "waited_s": waited.span.as_secs_f64(),
            "rule": waited.rule,
        })
    });
    waits.collect()
}

fn step(step: &Step) -> Value {
    let mut all = Map::new();
    all.insert("time_s".into(), json!(step.at.as_secs_f64()));
    all.insert("event".into(), json!(step.event.name()));
    if let Value::Object(details) = details(&step.event) {
        all.extend(details);
    }
    all.insert("rules".into(), json!(step.rules));
    all.insert("waits".into(), waits(&step.waits));
    Value::Object(all)
}

/// The values that only this type of event has.
fn details(event: &Event) -> Value {
    match event {
        Event::Released { release, contents } => {
            json!({ "release": release, "contents": contents })
        }
        Event::Recalled { release, .. } | Event::TookRecalled { release } => {
            json!({ "release": release })
        }
        Event::Changed { what, taken, .. } => json!({ "what": what, "taken": taken }),
        Event::WaveBegan { release, wave } | Event::AwaitsWave { release, wave } => {
            json!({ "release": release, "wave": wave })
        }
        Event::CameUpAt { site } => json!({ "site": site }),
        Event::Stocked { source } | Event::WaitsAt { source } => json!({ "source": source }),
        Event::NotTold(why) | Event::SkippedByOrder(why) => json!({ "why": why.name() }),
        Event::Queued { notifier, attempt } => json!({ "notifier": notifier, "attempt": attempt }),
        Event::Called { attempt, .. } => json!({ "attempt": attempt }),
        Event::Began { trigger, wanted, sources, ruled_out } => json!({
            "trigger": trigger.name(),
            "wanted": wanted.in_order().map(kind).collect::<Vec<_>>(),
            "sources": sources,
            "ruled_out": barred(ruled_out),
        }),
        Event::Asked { source, fallback, remaining } => {
            json!({ "source": source, "fallback": fallback, "remaining": remaining })
        }
        Event::Failed { source, failure, remaining } => {
            json!({ "source": source, "failure": failure, "remaining": remaining })
        }
        Event::Index { source, bytes, way }
        | Event::Mirrored { source, bytes, way }
        | Event::Interrupted { source, bytes, way } => {
            json!({ "source": source, "bytes": bytes.count(), "way": hops(way) })
        }
        Event::Received { source, kind: of, bytes, full, incremental, way } => json!({
            "source": source,
            "kind": kind(*of),
            "bytes": bytes.count(),
            "full": full,
            "incremental": incremental,
            "way": hops(way),
        }),
        Event::Quit { ruled_out } => json!({ "ruled_out": barred(ruled_out) }),
        Event::Reported { found_full, done } => {
            json!({ "found_full": found_full, "processed_at_s": done.as_secs_f64() })
        }
        Event::SwitchedOn
        | Event::SwitchedOff
        | Event::GivenUp
        | Event::Expired
        | Event::ReportLost
        | Event::NotToldAgain
        | Event::NotifierIsOff
        | Event::NoLongerUpdates
        | Event::Cleaned
        | Event::SlotTimedOut
        | Event::AwaitsSlot
        | Event::AwaitsDesktops
        | Event::NothingNew
        | Event::UpToDate
        | Event::SwitchedScan
        | Event::TookSettings
        | Event::ChangedScope
        | Event::ScheduleSwitched { .. }
        | Event::RolledBack
        | Event::ReturnedToImage
        | Event::Scans
        | Event::End => json!({}),
    }
}

fn hops(way: &Way) -> Vec<String> {
    way.hops.iter().map(Hop::to_string).collect()
}

fn barred(ruled_out: &[RuledOut]) -> Value {
    ruled_out.iter().map(|out| json!({ "source": out.source, "rule": out.rule })).collect()
}
