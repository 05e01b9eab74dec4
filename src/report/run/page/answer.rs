//! The question of the page, and the option that is shown first.

use crate::answer::recommend;
use crate::experiment::Estimate;
use crate::report::run::results::Results;

const PROTECTED: &str = "protected_p95_s";

/// The mean number of agents over all runs.
pub(in crate::report) fn agents(results: &Results<'_>) -> f64 {
    let all = of(results, "agents");
    all.first().and_then(|estimate| estimate.mean).unwrap_or_default()
}

/// The option that the page shows first: the recommended one, or else the fastest, or else the first.
pub(in crate::report) fn shown_first(results: &Results<'_>) -> usize {
    let soonest = reached(results).first().map(|at| at.1.to_string());
    let first = recommend(&results.outcome()).option.or(soonest);
    options(results).iter().position(|name| Some(*name) == first.as_deref()).unwrap_or(0)
}

/// The question.
pub(in crate::report) fn question(results: &Results<'_>) -> String {
    match options(results).as_slice() {
        [only] => format!("How soon are the agents protected under {only}, and at what load?"),
        _ => "Which option protects the agents soonest, and at what load?".into(),
    }
}

/// The times at which the options reach 95 % in all replications, the earliest first.
fn reached(results: &Results<'_>) -> Vec<(f64, &'static str)> {
    let mut reached: Vec<(f64, &'static str)> = of(results, PROTECTED)
        .into_iter()
        .filter_map(|estimate| Some((estimate.mean?, estimate.option.name())))
        .collect();
    reached.sort_by(|a, b| a.0.total_cmp(&b.0));
    reached
}

fn of<'a>(results: &Results<'a>, metric: &str) -> Vec<&'a Estimate> {
    results.estimates.iter().filter(|estimate| estimate.metric.name == metric).collect()
}

fn options(results: &Results<'_>) -> Vec<&'static str> {
    results.by_option().map(|runs| runs[0].option.name()).collect()
}
