//! The reason for the number of replications, as text.

use std::fmt::Write as _;

use super::results::Results;
use crate::answer::quantities::{quantity, thousands};
use crate::experiment::ranking_and_selection::Fate;
use crate::experiment::{Decision, EndedBy, Estimate, SelectedOption, difference};
use crate::measure::METRICS;
use crate::measure::run::{Caution, RunMeasurements};

/// The decision, in one or a few lines for the terminal, and what an ensemble means; empty for a fixed number without one.
pub fn decision(results: &Results<'_>) -> String {
    let rule = rule(results);
    let rule = match &results.record.decision {
        Decision::Precision { at_most_events: Some(_), .. } => textwrap::fill(&rule, wrapping()),
        _ => rule,
    };
    textwrap::fill(&ensemble(results), wrapping()) + &rule
}

/// The same in lines of any length.
pub(super) fn lines(results: &Results<'_>) -> String {
    ensemble(results) + &rule(results)
}

/// What the ensemble means for the intervals; empty without one.
fn ensemble(results: &Results<'_>) -> String {
    let overlays = results.record.ensemble.len();
    let most = results.by_option().map(<[_]>::len).max().unwrap_or_default();
    let used = match overlays {
        0 => return String::new(),
        1 => "the only overlay".to_string(),
        all if most < all => {
            format!("another of {all} plausible overlays, of which {most} are used")
        }
        all if most == all => format!("another of {all} plausible overlays"),
        all => format!("one of {all} plausible overlays in turn"),
    };
    format!(
        "ensemble: each replication uses {used}; the intervals hold chance and what is not known\n"
    )
}

/// The rule for the number of replications.
fn rule(results: &Results<'_>) -> String {
    match &results.record.decision {
        Decision::Fixed => String::new(),
        Decision::Precision { at_most_events: Some(events), .. } => automatic(results, *events),
        Decision::Precision { metric, percent, precise_from, .. } => {
            // If the precision was not reached, a caution says so.
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
                "selection by {metric}, {percent} % confidence for differences of {zone} or more:\n"
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

/// The outcome of the default rule: it explains the number of replications and causes no caution.
fn automatic(results: &Results<'_>, events: u64) -> String {
    let Decision::Precision { metric, percent, ended_by, precise_from, .. } =
        &results.record.decision
    else {
        return String::new();
    };
    #[expect(clippy::cast_precision_loss, reason = "a round number")]
    let events = thousands(events as f64);
    let reason = match (ended_by, precise_from) {
        (_, Some(from)) => {
            format!("from {from} on, the mean of {metric} is within ±{percent} % under each option")
        }
        (EndedBy::Never, _) => format!("{metric} never occurred in some, so there is no mean"),
        _ => format!(
            "more would exceed {events} events or --max-replications; the mean of {metric} is not \
             yet within ±{percent} %{}",
            widest(results, metric)
        ),
    };
    let made = match results.replications().as_str() {
        "1" => "1 replication".into(),
        made => format!("{made} replications"),
    };
    format!("{made} (--precision auto): {reason}\n")
}

/// Lines of the terminal; a flag is not broken at its hyphens.
fn wrapping() -> textwrap::Options<'static> {
    textwrap::Options::new(79)
        .subsequent_indent("  ")
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
}

/// The outcome of an option.
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
        return format!("eliminated after {replications} replications: never in {never} of them");
    }
    if *fate == Fate::Best {
        return format!("best, after {replications} replications");
    }
    if leader == Some(name) {
        return format!("leads after {replications} replications");
    }
    let of = |name: &str| results.by_option().find(|runs| runs[0].option.name() == name);
    let behind = leader.and_then(of).zip(of(name));
    let behind = behind.map(|(leader, runs)| lag(metric, leader, runs)).unwrap_or_default();
    let out = if *fate == Fate::Worse { "eliminated" } else { "left" };
    let close = if *is_close { ", practically equal" } else { "" };
    format!("{out} after {replications} replications: {behind}{close}")
}

/// The difference between the means of `runs` and the leader.
fn lag(metric: &str, leader: &[RunMeasurements], runs: &[RunMeasurements]) -> String {
    let Some(found) = difference(leader, runs, metric) else { return String::new() };
    let (low, high) = found.ci95;
    let than = if found.mean < 0.0 { "less than" } else { "more than" };
    format!(
        "{} {than} {} ({} to {})",
        amount(metric, found.mean.abs()),
        leader[0].option.name(),
        amount(metric, low),
        amount(metric, high)
    )
}

/// A difference of a metric with its sign.
fn amount(metric: &str, value: f64) -> String {
    let unit = METRICS.iter().find(|at| at.name == metric).map_or("", |at| at.unit);
    let sign = if value < 0.0 { "−" } else { "" };
    format!("{sign}{}", quantity(unit, value.abs()))
}

/// The advice about a metric without a mean.
const WITHOUT_MEAN: &str = "see quantiles.csv and probabilities.csv, or name a metric that is always reached, such \
                            as exposure_agent_hours";

/// The caution if a rule did not reach its goal.
pub(in crate::report) fn caution(results: &Results<'_>) -> Option<Caution> {
    let made = results.replications();
    match &results.record.decision {
        Decision::Precision { at_most_events: Some(_), .. } => None,
        Decision::Precision { metric, percent, ended_by: EndedBy::Cap, .. } => Some(Caution {
            name: "precision-not-reached".into(),
            seen: format!(
                "after {made} replications, the maximum, the mean of {metric} did not \
                 stay within ±{percent} %{}",
                widest(results, metric)
            ),
            advice: "allow more with --max-replications, or accept the intervals shown".into(),
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
                    "{metric} was never reached in some replications ({}): its mean is undefined, \
                     so no more were made",
                    never.join(", ")
                ),
                advice: WITHOUT_MEAN.into(),
            })
        }
        Decision::Selection { metric, best: None, options, .. }
            if options.iter().all(|option| option.fate == Fate::Never) =>
        {
            Some(Caution {
                name: "selection-of-never".into(),
                seen: format!(
                    "under each option {metric} was never reached in some replications, so that \
                     none is the best by it ({made} replications)"
                ),
                advice: WITHOUT_MEAN.into(),
            })
        }
        Decision::Selection { metric, best: None, at_most, .. } => Some(Caution {
            name: "selection-open".into(),
            seen: format!("no option is known to be the best by {metric} ({made} replications)"),
            advice: format!(
                "allow more than {at_most} with --max-replications, or ignore larger differences \
                 with --indifference"
            ),
        }),
        _ => None,
    }
}

fn estimates<'a>(results: &Results<'a>, metric: &str) -> impl Iterator<Item = &'a Estimate> {
    results.estimates.iter().filter(move |estimate| estimate.metric.name == metric)
}

/// The option with the least precise mean.
fn widest(results: &Results<'_>, metric: &str) -> String {
    let share = |at: &Estimate| {
        let ((low, high), mean) = at.ci95.zip(at.mean)?;
        Some(((high - low) / 2.0 / mean.abs() * 100.0, at.option.name()))
    };
    let widest = estimates(results, metric).filter_map(share).max_by(|a, b| a.0.total_cmp(&b.0));
    widest.map_or_else(String::new, |(share, name)| format!(" (±{share:.1} % under {name})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::run::Value;
    use crate::model::settings::TopologyOption::{Direct, Server, ServerUa};
    use crate::report::fixture::{OwnedResults, owned, run};
    use crate::units::SimDuration;

    /// Five replications of three options, which reach 95 % after these minutes; 0: never.
    fn three(minutes: [[u64; 5]; 3]) -> OwnedResults {
        let mut runs = Vec::new();
        for (option, minutes) in [Server, ServerUa, Direct].into_iter().zip(minutes) {
            for (replication, minutes) in (1..).zip(minutes) {
                let mut run = run(option, replication, &[0, 10]);
                let p95 = run.metrics.iter_mut().find(|(metric, _)| metric.name == P95);
                let after = (minutes > 0).then(|| SimDuration::from_mins(minutes));
                p95.expect("a metric").1 = Value::Seconds(after);
                runs.push(run);
            }
        }
        owned(runs)
    }

    const P95: &str = "protected_p95_s";

    fn precision(ended_by: EndedBy, precise_from: Option<u32>) -> Decision {
        let (metric, percent) = (P95.into(), "5".into());
        let (at_least, look_ahead, at_most) = (3, 5, 10);
        Decision::Precision {
            metric,
            percent,
            at_least,
            look_ahead,
            at_most,
            at_most_events: None,
            ended_by,
            precise_from,
        }
    }

    fn selection(fates: [(Fate, bool); 3], best: Option<&str>) -> Decision {
        let named = ["server", "server-ua", "direct"].into_iter().zip(fates);
        let option = |(name, (fate, is_close)): (&str, (Fate, bool))| SelectedOption {
            option: name.into(),
            fate,
            replications: 5,
            is_close,
        };
        Decision::Selection {
            metric: P95.into(),
            percent: "95".into(),
            indifference: "300".into(),
            first_stage: 10,
            step: 4,
            at_most: 200,
            best: best.map(String::from),
            leader: Some("server-ua".into()),
            options: named.map(option).collect(),
        }
    }

    #[test]
    fn precision_is_told_and_where_it_was_not_reached_a_caution_says_how_far_it_is() {
        let mut owned = three([[60, 61, 60, 61, 60], [60; 5], [30, 90, 60, 60, 60]]);
        owned.record.decision = precision(EndedBy::Precision, Some(4));
        let told = decision(&owned.results());
        assert!(told.starts_with("precision: from 4 replications on, the mean of protected_p95_s"));
        assert!(told.ends_with("±5 % under each option; 5 were made\n"), "{told}");
        assert_eq!(caution(&owned.results()), None);
        owned.record.decision = precision(EndedBy::Cap, None);
        assert_eq!(decision(&owned.results()), "");
        let seen = caution(&owned.results()).expect("a caution").seen;
        // t(4) · s / √n = 2.776 · 21.2 / 2.236 = 26.3 of 60 minutes.
        assert!(seen.ends_with("stay within ±5 % (±43.9 % under direct)"), "{seen}");
    }

    #[test]
    fn what_the_automatic_rule_made_is_told_and_is_no_caution() {
        let mut owned = three([[60, 61, 60, 61, 60], [60; 5], [30, 90, 60, 60, 60]]);
        let told = |owned: &mut OwnedResults, ended_by, from| {
            owned.record.decision = Decision::Precision {
                metric: P95.into(),
                percent: "5".into(),
                at_least: 3,
                look_ahead: 5,
                at_most: 5,
                at_most_events: Some(1_500_000),
                ended_by,
                precise_from: from,
            };
            assert_eq!(caution(&owned.results()), None);
            decision(&owned.results()).split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            told(&mut owned, EndedBy::Precision, Some(3)),
            "5 replications (--precision auto): from 3 on, the mean of protected_p95_s is within ±5 % under \
             each option"
        );
        // The interval of `direct` as in the caution.
        assert_eq!(
            told(&mut owned, EndedBy::Cap, None),
            "5 replications (--precision auto): more would exceed 1,500,000 events or --max-replications; the \
             mean of protected_p95_s is not yet within ±5 % (±43.9 % under direct)"
        );
        assert_eq!(
            told(&mut owned, EndedBy::Never, None),
            "5 replications (--precision auto): protected_p95_s never occurred in some, so there is no mean"
        );
    }

    #[test]
    fn values_never_reached_are_counted_under_a_precision_rule() {
        let mut owned = three([[60, 0, 60, 0, 60], [60; 5], [0; 5]]);
        owned.record.decision = precision(EndedBy::Never, None);
        let seen = caution(&owned.results()).expect("a caution").seen;
        assert!(seen.contains("(2 of 5 under server, 5 of 5 under direct)"), "{seen}");
    }

    #[test]
    fn a_selection_tells_who_is_the_best_and_what_became_of_the_others() {
        let mut owned = three([[64; 5], [60; 5], [60, 0, 60, 60, 60]]);
        let fates = [(Fate::Worse, true), (Fate::Best, true), (Fate::Never, false)];
        owned.record.decision = selection(fates, Some("server-ua"));
        assert_eq!(
            decision(&owned.results()),
            "selection by protected_p95_s, 95 % confidence for differences of 5 min or more:\n  \
             server     eliminated after 5 replications: 4 min more than server-ua (4 min to 4 min), practically equal\n  \
             server-ua  best, after 5 replications\n  \
             direct     eliminated after 5 replications: never in 1 of them\n"
        );
        assert_eq!(caution(&owned.results()), None);
    }

    #[test]
    fn a_selection_that_stays_open_says_who_leads() {
        let mut owned = three([[64; 5], [60; 5], [99; 5]]);
        let fates = [(Fate::Undecided, true), (Fate::Undecided, true), (Fate::Worse, false)];
        owned.record.decision = selection(fates, None);
        let told = decision(&owned.results());
        assert!(
            told.contains("\n  no option is known to be the best; server-ua leads\n"),
            "{told}"
        );
        assert!(told.contains("\n  server-ua  leads after 5 replications\n"), "{told}");
        assert!(told.contains("\n  server     left after 5 replications: 4 min more"), "{told}");
        assert!(caution(&owned.results()).expect("a caution").advice.contains("more than 200"));
    }

    #[test]
    fn where_no_option_has_a_mean_more_replications_are_not_advised() {
        let mut owned = three([[0; 5], [60, 0, 60, 60, 60], [0; 5]]);
        owned.record.decision = selection([(Fate::Never, false); 3], None);
        let caution = caution(&owned.results()).expect("a caution");
        assert_eq!(caution.name, "selection-of-never");
        assert!(!caution.advice.contains("--max-replications"), "{}", caution.advice);
    }
}
