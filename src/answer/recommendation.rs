//! The recommendation: an option, the option that it is compared with, the difference, its certainty, and the reason.
//!
//! An option is recommended on evidence alone. First come the options whose time until 95 % have the worst release cannot
//! be told from the least: the 95 % interval of the paired difference contains 0, or the difference is small. Each of these
//! measures in turn leaves those that take clearly more than the least of them out, until one option is left: bytes over WAN
//! links, bytes from `ActiveUpdate`, the server's peak, failed attempts. The server's peak counts only where it strains
//! the server's link. Where several options are left, none is recommended.

use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

use super::causes;
use super::outcome::Outcome;
use crate::answer::quantities::{interval_of_difference, quantity, thousands};
use crate::experiment::{Difference, WorstRelease, difference, worst_release};
use crate::measure::run::RunMeasurements;

const PROTECTED: &str = "protected_p95_s";

/// The measures that decide between options that protect equally soon: the metric, its unit, what is said of
/// less of it.
const TIES: [(&str, &str, &str); 4] = [
    ("wan_bytes", "bytes", "over WAN links"),
    ("au_egress_bytes", "bytes", "from ActiveUpdate"),
    (PEAK, "bit/s", "at the server's peak"),
    ("attempts_failed", "count", "failed attempts"),
];

/// Times that differ by no more count as equal: this share of the lesser, or this many seconds.
const SAME_SHARE: f64 = 0.05;
const SAME_SECONDS: f64 = 60.0;

const PEAK: &str = "server_egress_peak_bps";

/// A peak below this share of what the server's link can carry burdens nobody.
const STRAIN: f64 = 0.1;

/// Loads that exceed the least by less than this share of it count as equal.
const ALIKE: f64 = 0.1;

/// A recommendation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    /// The option; `None` if there is no reason to prefer one.
    pub option: Option<String>,
    /// The next best option, if there is one.
    pub against: Option<String>,
    /// One or two sentences with the relevant differences.
    pub text: String,
    /// The causes of waiting under the option, if agents wait.
    pub cause: Option<String>,
}

/// An option with the values that decide.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    name: &'static str,
    runs: &'a [RunMeasurements],
    /// Mean time until 95 % have the worst release.
    time: f64,
}

/// The recommendation for `outcome`.
pub fn recommend(outcome: &Outcome<'_>) -> Recommendation {
    let all: Vec<&[RunMeasurements]> = outcome.by_option().collect();
    let mut candidates: Vec<Candidate<'_>> = all
        .iter()
        .filter_map(|runs| {
            let time = mean(outcome, runs, PROTECTED)?;
            Some(Candidate { name: runs[0].option.name(), runs, time })
        })
        .collect();
    // Of equal ones the first in the order of options.
    candidates.sort_by(|a, b| a.time.total_cmp(&b.time));
    match (candidates.as_slice(), all.as_slice()) {
        ([], _) => none_reaches(outcome, &all),
        ([only], [_]) => Recommendation {
            option: None,
            against: None,
            text: format!(
                "Under {} {} {} after {}.",
                only.name,
                Agents::of(outcome).have(),
                release(*only),
                time(only.time)
            ),
            cause: causes::sentence(outcome.scenario, only.runs),
        },
        _ => choice(outcome, &candidates, all.len()),
    }
}

/// The choice among options that reach 95 %, the fastest first.
fn choice(outcome: &Outcome<'_>, candidates: &[Candidate<'_>], options: usize) -> Recommendation {
    let soonest = candidates[0];
    let (equal, later): (Vec<Candidate<'_>>, Vec<Candidate<'_>>) =
        candidates.iter().partition(|at| is_equal(soonest, **at));
    let agents = Agents::of(outcome);
    let (best, reason) = match best_of(outcome, &equal) {
        Ok(best) => best,
        Err(alike) => return no_difference(outcome, &alike, &later),
    };
    let others: Vec<Candidate<'_>> =
        equal.iter().copied().filter(|at| at.name != best.name).collect();
    let next = others.first().or(later.first()).copied();
    let mut text =
        format!("Use {}: {} {} after {}", best.name, agents.have(), release(best), time(best.time));
    match (next, reason) {
        (Some(next), Some(reason)) => {
            write!(
                text,
                ", which is {} {}{}, and it {reason}",
                lateness(best, next),
                next.name,
                interval(best, next)
            )
            .expect("a text grows");
        }
        (Some(next), None) => write!(
            text,
            ", {} sooner than under {}, the next{}{}",
            time(next.time - best.time),
            next.name,
            interval(best, next),
            trade(outcome, best, next)
        )
        .expect("a text grows"),
        (None, _) if options > 1 => {
            write!(text, "; under no other option {}{}", agents.do_they(), every_time(outcome))
                .expect("a text grows");
        }
        (None, _) => {}
    }
    text.push('.');
    text.push_str(&caveat(outcome));
    Recommendation {
        option: Some(best.name.into()),
        against: next.map(|at| at.name.into()),
        text,
        cause: causes::sentence(outcome.scenario, best.runs),
    }
}

/// Several options that are left of those that protect equally soon, and what is said of each of the others.
struct Alike<'a> {
    left: Vec<Candidate<'a>>,
    others: Vec<String>,
}

/// The one that is left of options that protect equally soon once each measure has left out those that take
/// clearly more than the least, and the measure that left it alone; the only one for no further reason.
///
/// # Errors
/// If several are left.
fn best_of<'a>(
    outcome: &Outcome<'_>,
    equal: &[Candidate<'a>],
) -> Result<(Candidate<'a>, Option<String>), Alike<'a>> {
    if let [only] = equal {
        return Ok((*only, None));
    }
    let (mut left, mut others) = (equal.to_vec(), Vec::new());
    for tie in TIES {
        let (metric, _, what) = tie;
        if metric == PEAK && !left.iter().any(strains_server) {
            continue;
        }
        let loads: Option<Vec<f64>> =
            left.iter().map(|at| mean(outcome, at.runs, metric)).collect();
        let Some(loads) = loads else { continue };
        let Some(least) = (0..left.len()).min_by(|a, b| loads[*a].total_cmp(&loads[*b])) else {
            break;
        };
        let (best, fewest) = (left[least], loads[least]);
        let is_alike = |place: usize| {
            loads[place] - fewest < ALIKE * fewest
                || loads[place] <= 0.0
                || !is_shown(best.runs, left[place].runs, metric)
        };
        let (stay, out): (Vec<usize>, Vec<usize>) =
            (0..left.len()).partition(|place| *place == least || is_alike(*place));
        if let ([only], Some(next)) =
            (stay.as_slice(), out.iter().min_by(|a, b| loads[**a].total_cmp(&loads[**b])))
        {
            let is_least = others.is_empty() && out.len() > 1;
            let reason = reason(tie, (left[*next].name, is_least), (loads[*only], loads[*next]));
            return Ok((left[*only], Some(reason)));
        }
        let more = |place: usize| format!("{} {} more {what}", left[place].name, verb(metric));
        others.extend(out.into_iter().map(more));
        left = stay.into_iter().map(|place| left[place]).collect();
    }
    Err(Alike { left, others })
}

/// What an option does to an amount of a metric.
fn verb(metric: &str) -> &'static str {
    if metric == "attempts_failed" { "has" } else { "takes" }
}

/// In what the best differs from the `other`, of which it is told whether it is the least of all others that are as
/// fast: `loads` are those of the two, in this order.
fn reason(
    tie: (&str, &str, &str),
    (other, is_least): (&str, bool),
    (least, next): (f64, f64),
) -> String {
    let (metric, unit, what) = tie;
    let (least_told, next_told) = (quantity(unit, least), quantity(unit, next));
    let verb = verb(metric);
    if least <= 0.0 {
        return format!("{verb} {least_told} {what} instead of {next_told} under {other}");
    }
    let less = causes::percent((next - least) / next);
    let which = if is_least { ", the least of the others that are as fast" } else { "" };
    format!("{verb} {less} less {what} than {other}{which} ({least_told} instead of {next_told})")
}

/// Whether the server sends so much under an option that its link feels it; where nothing is known of the
/// link, whether it sends.
fn strains_server(candidate: &Candidate<'_>) -> bool {
    candidate.runs.iter().any(|run| {
        let mut own = run.links.iter().filter(|link| link.direction.starts_with("server →"));
        own.next().is_none_or(|link| link.peak_utilization >= STRAIN)
    })
}

/// The runs do not show that any of the options that are `left` is better than another.
fn no_difference(
    outcome: &Outcome<'_>,
    Alike { left, others }: &Alike<'_>,
    later: &[Candidate<'_>],
) -> Recommendation {
    let names: Vec<&str> = left.iter().map(|at| at.name).collect();
    let shown = if outcome.replications > 1 {
        format!("{} replications show", outcome.replication_counts())
    } else {
        "one replication could show".into()
    };
    let mut text = format!(
        "There is no difference between {} that {shown}: {} {} after {}.",
        listed(&names),
        Agents::of(outcome).have(),
        release(left[0]),
        time(left[0].time)
    );
    if !others.is_empty() {
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        write!(text, " Of the options that are as fast, {}.", listed(&others))
            .expect("a text grows");
    }
    if let Some(next) = later.first() {
        write!(text, " Under {} it takes {}.", next.name, time(next.time)).expect("a text grows");
    }
    text.push_str(&caveat(outcome));
    let cause = causes::sentence(outcome.scenario, left[0].runs);
    Recommendation { option: None, against: None, text, cause }
}

/// Under no option do all replications reach 95 %.
fn none_reaches(outcome: &Outcome<'_>, all: &[&[RunMeasurements]]) -> Recommendation {
    let up_to_date =
        |runs: &[RunMeasurements]| mean(outcome, runs, "agents_up_to_date").unwrap_or(0.0);
    let Some(most) = all.iter().map(|runs| up_to_date(runs)).reduce(f64::max) else {
        return Recommendation { option: None, against: None, text: String::new(), cause: None };
    };
    let count = thousands(most);
    let best: Vec<&[RunMeasurements]> =
        all.iter().copied().filter(|runs| thousands(up_to_date(runs)) == count).collect();
    let names: Vec<&str> = best.iter().map(|runs| runs[0].option.name()).collect();
    let (agents, every_time) = (Agents::of(outcome), every_time(outcome));
    let (subject, within) = (&agents.subject, "have every release within the scenario");
    let text = if let [only] = all {
        let (name, do_not) = (only[0].option.name(), agents.do_not());
        format!(
            "Under {name} {subject} {do_not} {within}{every_time}; {count} are up to date at the end."
        )
    } else {
        let end = if best.len() == all.len() {
            format!("under each, {count} are up to date at the end")
        } else {
            format!("the most agents are up to date at the end under {}: {count}", listed(&names))
        };
        format!("Under no option {} {subject} {within}{every_time}; {end}.", agents.do_())
    };
    // Of several equal options, none has a cause that the others lack.
    let only = if let [only] = best.as_slice() { Some(only) } else { None };
    let cause = only.and_then(|only| causes::sentence(outcome.scenario, only));
    Recommendation { option: None, against: None, text, cause }
}

/// Whether an option is as fast as the fastest, as far as the runs show.
fn is_equal(soonest: Candidate<'_>, other: Candidate<'_>) -> bool {
    let small = (soonest.time * SAME_SHARE).max(SAME_SECONDS);
    other.time - soonest.time <= small || !is_shown(soonest.runs, other.runs, PROTECTED)
}

/// How the time of the best compares with the time under another option that counts as equally fast.
fn lateness(best: Candidate<'_>, other: Candidate<'_>) -> &'static str {
    match best.time - other.time {
        later if later <= 0.0 => "no later than under",
        later if later <= other.time * SAME_SHARE => "within 5 % of the time under",
        later if later <= SAME_SECONDS => "within a minute of the time under",
        _ => "not shown to be later than under",
    }
}

/// Whether `metric` is less in `runs` than in `others` beyond chance. One replication has no interval: a difference
/// that is not small counts.
fn is_shown(runs: &[RunMeasurements], others: &[RunMeasurements], metric: &str) -> bool {
    paired(runs, others, metric).is_none_or(|difference| difference.ci95.0 > 0.0)
}

fn paired(
    runs: &[RunMeasurements],
    others: &[RunMeasurements],
    metric: &str,
) -> Option<Difference> {
    difference(runs, others, metric).filter(|_| runs.len().min(others.len()) > 1)
}

/// The 95 % interval of the time by which the other is later.
fn interval(best: Candidate<'_>, other: Candidate<'_>) -> String {
    paired(best.runs, other.runs, PROTECTED)
        .map_or_else(String::new, |found| interval_of_difference("s", found.ci95))
}

/// What the soonest option takes clearly less than the next, and what it takes more.
fn trade(outcome: &Outcome<'_>, best: Candidate<'_>, next: Candidate<'_>) -> String {
    let (mut gains, mut prices) = (Vec::new(), Vec::new());
    for (metric, unit, what) in TIES {
        let loads = mean(outcome, best.runs, metric).zip(mean(outcome, next.runs, metric));
        let Some((own, other)) = loads else { continue };
        let is_felt = metric != PEAK || strains_server(&best) || strains_server(&next);
        if is_felt && (own - other).abs() >= ALIKE * own.min(other) && own.max(other) > 0.0 {
            let told =
                format!("{} instead of {} {what}", quantity(unit, own), quantity(unit, other));
            if own < other { gains.push(told) } else { prices.push(told) }
        }
    }
    let listed = |begin: &str, all: Vec<String>| match all.as_slice() {
        [] => String::new(),
        all => format!(", {begin} {}", all.join(", ")),
    };
    listed("with", gains) + &listed("at the price of", prices)
}

/// The note if one replication decides.
fn caveat(outcome: &Outcome<'_>) -> String {
    if outcome.replications > 1 {
        String::new()
    } else {
        " This is one replication; `--replications 10` adds intervals.".into()
    }
}

/// The qualification of a statement about several replications.
fn every_time(outcome: &Outcome<'_>) -> &'static str {
    if outcome.replications > 1 { " in every replication" } else { "" }
}

/// The agents, in words, with verbs in their number.
struct Agents {
    subject: String,
    is_one: bool,
}

impl Agents {
    fn of(outcome: &Outcome<'_>) -> Self {
        let agents = outcome.by_option().next().and_then(|runs| mean(outcome, runs, "agents"));
        let agents = agents.unwrap_or_default();
        let is_one = agents <= 1.0;
        let subject = if is_one {
            "the only agent".into()
        } else {
            format!("95 % of the {} agents", thousands(agents))
        };
        Self { subject, is_one }
    }

    fn have(&self) -> String {
        format!("{} {}", self.subject, if self.is_one { "has" } else { "have" })
    }

    fn do_(&self) -> &'static str {
        if self.is_one { "does" } else { "do" }
    }

    fn do_not(&self) -> &'static str {
        if self.is_one { "does not" } else { "do not" }
    }

    fn do_they(&self) -> &'static str {
        if self.is_one { "does it" } else { "do they" }
    }
}

/// The release that decides, by name if there are several and it is the same in each replication.
fn release(candidate: Candidate<'_>) -> String {
    match worst_release(candidate.runs, PROTECTED) {
        WorstRelease::Only => "the release".into(),
        WorstRelease::Always(name) => format!("the slowest release ({name})"),
        WorstRelease::Varies => "the slowest release of each replication".into(),
    }
}

/// The mean of a metric under the option of `runs`; `None` if it was never reached in some replication.
fn mean(outcome: &Outcome<'_>, runs: &[RunMeasurements], metric: &str) -> Option<f64> {
    let option = runs[0].option;
    let is_it = |at: &&crate::experiment::Estimate| at.option == option && at.metric.name == metric;
    outcome.estimates.iter().find(is_it)?.mean
}

fn time(seconds: f64) -> String {
    quantity("s", seconds)
}

/// "a", "a and b", "a, b and c".
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).into(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

#[cfg(test)]
mod tests;
