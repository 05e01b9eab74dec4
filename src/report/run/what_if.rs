//! What one step of each lever brings, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::page::shown_first;
use super::results::Results;
use crate::answer::quantities::{interval_of_difference, mean_or_never};
use crate::experiment::{Change, ChangeOutcome, Tried};
use crate::measure::run::RunMeasurements;

/// The measures that are told of a lever, and what is said of them.
const TOLD: [(&str, &str); 4] = [
    ("protected_p95_s", "95 % after"),
    ("exposure_agent_hours", "exposure (agent-hours)"),
    ("wan_bytes", "over WAN links"),
    ("server_egress_peak_bps", "at the server's peak"),
];

/// The runs of the option that matters most: the one that is recommended, or else protects soonest, or else comes first.
pub fn leading<'a>(results: &'a Results<'_>) -> &'a [RunMeasurements] {
    let place = shown_first(results);
    results.by_option().nth(place).unwrap_or_default()
}

/// The levers under an option of that `name`, those that bring most first, in lines of at most `width` columns.
pub fn what_if_text(name: &str, tried: &[Tried], width: usize) -> String {
    let indented = |text: &str, first, further| {
        let options =
            textwrap::Options::new(width).initial_indent(first).subsequent_indent(further);
        textwrap::fill(text, options)
    };
    if tried.is_empty() {
        return format!(
            "What if: no lever of what agents wait for under {name} can be moved by a step.\n"
        );
    }
    let mut out =
        format!("What if: each lever one step, alone, under {name}; what brings most first\n");
    for at in tried {
        let lever = format!("{} = {}, now {}", at.lever.key, at.lever.after, at.lever.before);
        let _ = writeln!(out, "{}", indented(&lever, "  ", "      "));
        let told: Vec<String> =
            TOLD.iter().filter_map(|(metric, what)| tell(at, metric, what)).collect();
        let told = if told.is_empty() { "no difference shown".into() } else { told.join("; ") };
        let _ = writeln!(out, "{}", indented(&told, "      ", "      "));
    }
    out
}

/// What a lever changes in a measure, if that is shown.
fn tell(tried: &Tried, metric: &str, what: &str) -> Option<String> {
    let change = tried.change(metric)?;
    let [before, after] =
        [&change.before, &change.after].map(|at| mean_or_never(change.metric.unit, at.mean));
    (change.outcome != ChangeOutcome::NotShown && before != after)
        .then(|| format!("{what} {after} instead of {before}{}", interval(change)))
}

/// The interval of the difference, of times alone: loads are told by their size.
fn interval(change: &Change) -> String {
    let of_time = change.ci95.filter(|_| change.metric.unit == "s");
    of_time.map_or_else(String::new, |ci95| interval_of_difference("s", ci95))
}

/// The same for programs.
pub fn what_if_json(name: &str, tried: &[Tried]) -> Value {
    let row = |at: &Tried| {
        let changes: serde_json::Map<String, Value> = TOLD
            .iter()
            .filter_map(|(metric, _)| Some((*metric, at.change(metric)?)))
            .map(|(metric, change)| {
                let row = json!({
                    "unit": change.metric.unit,
                    "before": change.before.mean,
                    "after": change.after.mean,
                    "difference": change.difference,
                    "ci95": change.ci95,
                    "outcome": change.outcome.name(),
                });
                (metric.to_string(), row)
            })
            .collect();
        json!({
            "key": at.lever.key,
            "before": at.lever.before,
            "after": at.lever.after,
            "changes": changes,
        })
    };
    json!({ "option": name, "levers": tried.iter().map(row).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Comparison, Lever, Pairing, changes};
    use crate::measure::run::Value as Measured;
    use crate::model::settings::TopologyOption;
    use crate::report::fixture::run;
    use crate::units::SimDuration;

    /// Two replications in which 95 % are protected after so many minutes.
    fn runs(minutes: [u64; 2]) -> Vec<RunMeasurements> {
        let replication = |(number, minutes): (u32, u64)| {
            let mut run = run(TopologyOption::Server, number, &[0, 10]);
            for (metric, value) in &mut run.metrics {
                if metric.name == "protected_p95_s" {
                    *value = Measured::Seconds(Some(SimDuration::from_mins(minutes)));
                }
            }
            run
        };
        (1..).zip(minutes).map(replication).collect()
    }

    #[test]
    fn what_a_lever_brings_is_told_with_its_interval_and_chance_is_not() {
        let by = Comparison { pairing: Pairing::Paired, tolerance: 0.0 };
        let lever = |key: &str, after: [u64; 2]| Tried {
            lever: Lever {
                key: key.into(),
                before: "every 1 h".into(),
                after: "every 30 min".into(),
            },
            changes: changes(&runs([46, 46]), &runs(after), by),
        };
        // The first differs by 15 min in both replications, the second by −1 and 1 min.
        let tried = [lever("server.schedule", [31, 31]), lever("smart.schedule", [45, 47])];
        assert_eq!(
            what_if_text("server", &tried, 79),
            "What if: each lever one step, alone, under server; what brings most first\n  \
             server.schedule = every 30 min, now every 1 h\n      \
             95 % after 31 min instead of 46 min (95 % interval of the difference −15\n      \
             min to −15 min)\n  \
             smart.schedule = every 30 min, now every 1 h\n      \
             no difference shown\n"
        );
        let told = what_if_json("server", &tried);
        assert_eq!(told["levers"][0]["changes"]["protected_p95_s"]["difference"], -900.0);
        assert_eq!(
            told["levers"][1]["changes"]["protected_p95_s"]["outcome"],
            "no difference shown"
        );
        assert!(what_if_text("ua", &[], 79).contains("no lever"));
    }
}
