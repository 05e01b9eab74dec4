//! The question and its answer in one sentence.

use crate::experiment::{Estimate, difference};
use crate::report::quantities::{quantity, thousands};
use crate::report::results::Results;

const PROTECTED: &str = "protected_p95_s";
const PEAK: &str = "server_egress_peak_bps";

/// How many agents there are, on the mean of all runs.
pub(super) fn agents(results: &Results<'_>) -> f64 {
    let all = of(results, "agents");
    all.first().and_then(|estimate| estimate.mean).unwrap_or_default()
}

/// The option that the page shows first: the one that the answer names, or else the first.
pub(super) fn shown_first(results: &Results<'_>) -> usize {
    let first = reached(results).first().map(|at| at.1);
    options(results).iter().position(|name| Some(*name) == first).unwrap_or(0)
}

/// What the reader wants to know.
pub(super) fn question(results: &Results<'_>) -> String {
    match options(results).as_slice() {
        [only] => format!("How soon are the agents protected under {only}, and at what load?"),
        _ => "Which way of updating protects the agents first, and at what load?".into(),
    }
}

/// The answer.
pub(super) fn answer(results: &Results<'_>) -> String {
    let share = share(results);
    let reached = reached(results);
    let all = options(results);
    let Some((first, _)) = reached.first() else {
        let many = match all.len() {
            1 if agents(results) <= 1.0 => {
                return "The only agent is not protected in the time simulated.".into();
            }
            1 => "Not",
            _ => "Under no option",
        };
        return format!("{many} {share} protected in the time simulated.");
    };
    let time = |seconds: f64| quantity("s", seconds);
    let alike = |at: &&(f64, &str)| time(at.0) == time(*first);
    let best: Vec<&str> = reached.iter().filter(alike).map(|at| at.1).collect();
    let after = time(*first);
    if let [only] = all.as_slice() {
        let peak = peak(results, &[only]);
        return format!(
            "Under {only} {share} protected {after} after the release, and the server sends at most \
             {peak}."
        );
    }
    let next = reached.iter().find(|at| !alike(at));
    let next = next.map(|(seconds, name)| format!(" (next is {name}: {})", time(*seconds)));
    format!(
        "{} protected first under {}, {after} after the release{}; the server then sends at most \
         {}{}.",
        capitalised(&share),
        listed(&best),
        next.unwrap_or_default(),
        peak(results, &best),
        least(results, &best),
    )
}

/// Who is to be protected, and that they are.
fn share(results: &Results<'_>) -> String {
    let agents = agents(results);
    if agents <= 1.0 {
        "the only agent is".into()
    } else {
        format!("95 % of the {} agents are", thousands(agents))
    }
}

fn capitalised(text: &str) -> String {
    let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
    format!("{}{rest}", first.to_uppercase())
}

/// How sure it is that the first is the first, if there are replications to tell by.
pub(super) fn lead(results: &Results<'_>) -> Option<String> {
    let reached = reached(results);
    let [(_, first), (_, next), ..] = reached.as_slice() else { return None };
    let of = |name: &str| results.by_option().find(|runs| runs[0].option.name() == name);
    let lead = difference(of(first)?, of(next)?, PROTECTED)?;
    let time = |seconds: f64| {
        let sign = if seconds < 0.0 { "−" } else { "" };
        format!("{sign}{}", quantity("s", seconds.abs()))
    };
    let (low, high) = lead.ci95;
    let verdict = if low > 0.0 { "more than chance" } else { "which may be chance" };
    Some(format!(
        "Replication by replication, with the same luck, {first} reaches 95 % {} before {next} on the \
         mean (95 % interval {} to {}): {verdict}.",
        time(lead.mean),
        time(low),
        time(high),
    ))
}

/// When the options reach 95 % in all replications, the first of them first.
fn reached(results: &Results<'_>) -> Vec<(f64, &'static str)> {
    let mut reached: Vec<(f64, &'static str)> = of(results, PROTECTED)
        .into_iter()
        .filter_map(|estimate| Some((estimate.mean?, estimate.option.name())))
        .collect();
    reached.sort_by(|a, b| a.0.total_cmp(&b.0));
    reached
}

/// The highest rate at which the server sends under `options`.
fn peak(results: &Results<'_>, options: &[&str]) -> String {
    let of_options = of(results, PEAK).into_iter().filter(|at| options.contains(&at.option.name()));
    let most = of_options.filter_map(|estimate| estimate.mean).fold(0.0, f64::max);
    quantity("bit/s", most)
}

/// Where it sends least, if that is elsewhere.
fn least(results: &Results<'_>, best: &[&str]) -> String {
    let peaks: Vec<(f64, &str)> = of(results, PEAK)
        .into_iter()
        .filter_map(|estimate| Some((estimate.mean?, estimate.option.name())))
        .collect();
    let least = peaks.iter().map(|at| at.0).fold(f64::INFINITY, f64::min);
    let shown = quantity("bit/s", least);
    let names: Vec<&str> =
        peaks.iter().filter(|at| quantity("bit/s", at.0) == shown).map(|at| at.1).collect();
    if best.iter().all(|name| names.contains(name)) {
        ", which no option undercuts".into()
    } else {
        format!(", and least under {} ({shown})", listed(&names))
    }
}

fn of<'a>(results: &Results<'a>, metric: &str) -> Vec<&'a Estimate> {
    results.estimates.iter().filter(|estimate| estimate.metric.name == metric).collect()
}

fn options(results: &Results<'_>) -> Vec<&'static str> {
    results.by_option().map(|runs| runs[0].option.name()).collect()
}

/// "a", "a and b", "a, b and c".
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).into(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}
