//! What decided how many replications there are, in words.

use std::fmt::Write as _;

use super::quantities::quantity;
use super::results::Results;
use crate::experiment::selection::Fate;
use crate::experiment::{Decision, EndedBy, Estimate, SelectedOption, difference};
use crate::measure::METRICS;
use crate::measure::run::{Caution, RunMeasurements};

/// What was decided, a line or a few for the terminal; nothing where the number was fixed.
pub fn decision(results: &Results<'_>) -> String {
    match &results.record.decision {
        Decision::Fixed => String::new(),
        Decision::Precision { metric, percent, precise_from, .. } => {
            // Where it was not reached, a caution says so.
            precise_from.map_or_else(String::new, |from| {
                format!(
                    "precision: from {from} replications on, the mean of {metric} is within \
                     ±{percent} % under each option; {} were made\n",
                    results.replications()
                )
            })
        }
        Decision::Selection { metric, percent, indifference, best, leader, options, .. } => {
            let zone = amount(metric, indifference.parse().unwrap_or_default());
            let mut out = format!(
                "selection by {metric}, {percent} % sure where {zone} or more lie between:\n"
            );
            if best.is_none() {
                let leads =
                    leader.as_ref().map_or("none has a mean".into(), |at| format!("{at} leads"));
                let _ = writeln!(out, "  no option is known to be the best; {leads}");
            }
            for option in options {
                let became = became(results, metric, leader.as_deref(), option);
                let _ = writeln!(out, "  {:10} {became}", option.option);
            }
            out
        }
    }
}

/// What became of an option.
fn became(
    results: &Results<'_>,
    metric: &str,
    leader: Option<&str>,
    option: &SelectedOption,
) -> String {
    let SelectedOption { option: name, fate, replications, is_close } = option;
    if *fate == Fate::Never {
        let estimate = estimates(results, metric).find(|at| at.option.name() == name);
        let never = estimate.map_or(0, |estimate| estimate.never);
        return format!("out after {replications} replications: never in {never} of them");
    }
    if *fate == Fate::Best {
        return format!("best, after {replications} replications");
    }
    if leader == Some(name) {
        return format!("leads after {replications} replications");
    }
    let of = |name: &str| results.by_option().find(|runs| runs[0].option.name() == name);
    let behind = leader.and_then(of).zip(of(name));
    let behind = behind.map(|(best, runs)| lag(metric, best, runs)).unwrap_or_default();
    let out = if *fate == Fate::Worse { "out" } else { "left" };
    let close = if *is_close { ", practically equal" } else { "" };
    format!("{out} after {replications} replications: {behind}{close}")
}

/// By how much `runs` are worse than the best.
fn lag(metric: &str, best: &[RunMeasurements], runs: &[RunMeasurements]) -> String {
    let Some(found) = difference(best, runs, metric) else { return String::new() };
    let (low, high) = found.ci95;
    let told = |value| amount(metric, value);
    format!("{} from it ({} to {})", told(found.mean), told(low), told(high))
}

/// A difference of a metric with its sign.
fn amount(metric: &str, value: f64) -> String {
    let unit = METRICS.iter().find(|at| at.name == metric).map_or("", |at| at.unit);
    let sign = if value < 0.0 { "−" } else { "" };
    format!("{sign}{}", quantity(unit, value.abs()))
}

/// What to know where a rule did not come to its end.
pub(super) fn caution(results: &Results<'_>) -> Option<Caution> {
    let made = results.replications();
    match &results.record.decision {
        Decision::Precision { metric, percent, ended_by: EndedBy::Cap, .. } => Some(Caution {
            name: "precision-not-reached".into(),
            seen: format!(
                "after {made} replications, the most that were allowed, the mean of {metric} was not \
                 seen to stay within ±{percent} %{}",
                widest(results, metric)
            ),
            advice: "allow more with --max-replications, or live with the intervals shown".into(),
        }),
        Decision::Precision { metric, ended_by: EndedBy::Never, .. } => {
            let never = estimates(results, metric).filter(|at| at.never > 0);
            let never: Vec<String> = never
                .map(|at| {
                    let all = at.never + at.replications;
                    format!("{} of {all} under {}", at.never, at.option.name())
                })
                .collect();
            Some(Caution {
                name: "precision-of-never".into(),
                seen: format!(
                    "{metric} never came about in some replications ({}): there is no mean that \
                     could be precise, so no more were made",
                    never.join(", ")
                ),
                advice: "see quantiles.csv and probabilities.csv, or ask for the precision of \
                         another metric"
                    .into(),
            })
        }
        Decision::Selection { metric, best: None, at_most, .. } => Some(Caution {
            name: "selection-open".into(),
            seen: format!("no option is known to be the best by {metric} ({made} replications)"),
            advice: format!(
                "allow more than {at_most} with --max-replications, or let a larger difference not \
                 matter with --indifference"
            ),
        }),
        _ => None,
    }
}

fn estimates<'a>(results: &Results<'a>, metric: &str) -> impl Iterator<Item = &'a Estimate> {
    results.estimates.iter().filter(move |estimate| estimate.metric.name == metric)
}

/// The option whose mean is least precise.
fn widest(results: &Results<'_>, metric: &str) -> String {
    let share = |at: &Estimate| {
        let ((low, high), mean) = at.ci95.zip(at.mean)?;
        Some(((high - low) / 2.0 / mean.abs() * 100.0, at.option.name()))
    };
    let widest = estimates(results, metric).filter_map(share).max_by(|a, b| a.0.total_cmp(&b.0));
    widest.map_or_else(String::new, |(share, name)| format!(" (±{share:.1} % under {name})"))
}
