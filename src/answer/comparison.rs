//! The comparison of options: which metrics, how they are formatted, and which option is best at each. Terminal and
//! page show the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::outcome::Outcome;
use crate::answer::quantities::{BYTES, RATES, decimal, quantity, unit_for};
use crate::experiment::{Estimate, release_estimates};
use crate::model::metric::Better;
use crate::model::wave::{is_wave, whole_name};

/// A row: the metric, and its label.
type MetricRow = (&'static str, &'static str);

/// The rows under their headings.
const ROWS: [(&str, &[MetricRow]); 3] = [
    (
        "Time from the release until protected",
        &[
            ("protected_p50_s", "half of all agents"),
            ("protected_p95_s", "95 %"),
            ("protected_p99_s", "99 %"),
            ("protected_all_s", "all"),
            ("exposure_agent_hours", "exposure (agent-hours)"),
            ("agents_outdated", "outdated at the end"),
        ],
    ),
    (
        "Load of the server",
        &[
            ("server_egress_peak_bps", "egress, peak"),
            ("server_egress_bytes", "egress, total"),
            ("server_active_transfers_peak", "served at once"),
            ("server_requests", "requests"),
            ("server_refused", "refused"),
        ],
    ),
    (
        "Elsewhere",
        &[
            ("wan_bytes", "over WAN links"),
            ("au_egress_bytes", "from ActiveUpdate"),
            ("ua_egress_bytes", "from Update Agents"),
            ("ua_refused", "refused by Update Agents"),
            ("notifications_retried", "notifications repeated"),
            ("full_downloads", "full files"),
            ("incremental_downloads", "incrementals"),
        ],
    ),
];

/// The maximum number of digits and commas of a number, so that a sign and its mark fit next to it.
const DIGITS: usize = 9;

/// The measures under a heading.
#[derive(Debug)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// The measures.
    pub lines: Vec<Line>,
}

/// A measure under all options.
#[derive(Debug)]
pub struct Line {
    /// The name of its metric.
    pub metric: &'static str,
    /// The release; `None`: the headline.
    pub release: Option<Arc<str>>,
    /// What it is called, with the unit that its values share.
    pub label: String,
    /// Its value under each option.
    pub cells: Vec<ComparisonCell>,
}

/// A measure under one option.
#[derive(Debug)]
pub struct ComparisonCell {
    /// The formatted mean.
    pub shown: String,
    /// The mean.
    pub mean: Option<f64>,
    /// Half the width of its interval, if it is relevant.
    pub half_width: Option<String>,
    /// Whether no option is better; if all are equal, none is best.
    pub is_best: bool,
}

/// The maximum number of releases with a row each, and one for each of their waves; of more, the slowest ones.
const RELEASES: usize = 12;

/// All measures; with several releases, also the time of each.
pub fn comparison(outcome: &Outcome<'_>) -> Vec<Section> {
    let of_releases = release_estimates(outcome.runs);
    let lines = |rows: &[MetricRow]| rows.iter().filter_map(|row| line(outcome, row)).collect();
    let section = |(heading, rows): (&'static str, &[MetricRow])| Section {
        heading: heading.into(),
        lines: lines(rows),
    };
    let mut all: Vec<Section> = ROWS.into_iter().map(section).collect();
    let first = outcome.runs.iter().take(1).flat_map(|run| &run.releases);
    let whole = first.clone().filter(|release| !is_wave(&release.name)).count();
    let recalled = first.filter(|release| release.is_recalled).map(|release| &*release.name);
    let releases = releases(&of_releases, &recalled.collect());
    if whole > 1 {
        all[0].heading.push_str(", the worst release");
    }
    if !releases.lines.is_empty() {
        all.insert(1, releases);
    }
    all
}

/// The time until 95 % have each release, some of which are `recalled`.
fn releases(of_releases: &[Estimate], recalled: &BTreeSet<&str>) -> Section {
    const METRIC: &str = "protected_p95_s";
    let timed: Vec<&Estimate> =
        of_releases.iter().filter(|estimate| estimate.metric.name == METRIC).collect();
    let mut names: Vec<Arc<str>> = Vec::new();
    for estimate in timed.iter().take_while(|at| at.option == timed[0].option) {
        names.extend(estimate.release.clone());
    }
    let several = names.len() > 1;
    let count = names.iter().filter(|name| !is_wave(name)).count();
    let mut of: BTreeMap<&str, Vec<&Estimate>> = BTreeMap::new();
    for estimate in &timed {
        if let Some(name) = &estimate.release {
            of.entry(name).or_default().push(estimate);
        }
    }
    if count > RELEASES {
        // A recalled release is not expected to reach all agents: it is not slow.
        let worst = |name: &Arc<str>| {
            let means = of[&**name].iter().map(|at| at.mean.unwrap_or(f64::INFINITY));
            if recalled.contains(&**name) { -1.0 } else { means.fold(0.0, f64::max) }
        };
        let whole = names.iter().filter(|name| !is_wave(name));
        let mut longest: Vec<(f64, &Arc<str>)> = whole.map(|name| (worst(name), name)).collect();
        longest.sort_by(|a, b| b.0.total_cmp(&a.0));
        longest.truncate(RELEASES);
        let longest: Vec<Arc<str>> = longest.into_iter().map(|(_, name)| name.clone()).collect();
        names.retain(|name| longest.iter().any(|whole| **whole == *whole_name(name)));
    }
    let lines = if several {
        let line = |name: &Arc<str>| line_of(METRIC, Some(name.clone()), name, &of[&**name]);
        names.iter().map(line).collect()
    } else {
        Vec::new()
    };
    let those = if count > RELEASES {
        format!(", the slowest {RELEASES} of {count} releases")
    } else {
        String::new()
    };
    Section { heading: format!("Time from each release until 95 % have it{those}"), lines }
}

fn line(outcome: &Outcome<'_>, (name, label): &MetricRow) -> Option<Line> {
    let of_metric = outcome.estimates.iter().filter(|estimate| estimate.metric.name == *name);
    let estimates: Vec<&Estimate> = of_metric.collect();
    let _ = estimates.first()?;
    Some(line_of(name, None, label, &estimates))
}

/// A row of these estimates, one for each option.
fn line_of(
    metric: &'static str,
    release: Option<Arc<str>>,
    label: &str,
    estimates: &[&Estimate],
) -> Line {
    let unit = estimates.first().map_or("count", |estimate| estimate.metric.unit);
    let better = estimates.first().map_or(Better::Neither, |estimate| estimate.metric.better);
    let measure = Measure::of(unit, estimates);
    let shown: Vec<String> = estimates.iter().map(|estimate| measure.mean(estimate)).collect();
    let best = best(estimates, &shown, better);
    let cell = |(estimate, shown): (&&Estimate, &String)| ComparisonCell {
        mean: estimate.mean,
        half_width: measure.half_width(estimate).filter(|_| better == Better::Less),
        // A value that looks the same as the best counts as best.
        is_best: best == Some(shown),
        shown: shown.clone(),
    };
    let cells = estimates.iter().zip(&shown).map(cell).collect();
    Line { metric, release, label: format!("{label}{}", measure.note()), cells }
}

/// The unit of a row.
enum Measure {
    /// The metric's unit, scaled for each number.
    Each(&'static str),
    /// One unit, shown in the label: its name, and its size in the metric's unit.
    Shared(&'static str, f64),
}

impl Measure {
    /// Data and rates use the unit of the smallest value, so that a row can be compared at a glance, or a larger one if
    /// the largest value would have too many digits.
    fn of(unit: &'static str, estimates: &[&Estimate]) -> Self {
        let units = match unit {
            "bytes" => BYTES,
            "bit/s" => RATES,
            _ => return Self::Each(unit),
        };
        let means = || estimates.iter().filter_map(|estimate| estimate.mean);
        let least = means().filter(|mean| *mean > 0.0).reduce(f64::min).unwrap_or(0.0);
        let most = means().fold(0.0, f64::max);
        let (_, smallest) = unit_for(least, units);
        let fits =
            |(_, scale): &&(&str, f64)| *scale >= smallest && decimal(most / scale).len() <= DIGITS;
        let (name, scale) = units.iter().rfind(fits).unwrap_or(&units[0]);
        Self::Shared(name, *scale)
    }

    /// The suffix of the label.
    fn note(&self) -> String {
        match self {
            Self::Each(_) => String::new(),
            Self::Shared(name, _) => format!(" ({name})"),
        }
    }

    fn number(&self, value: f64) -> String {
        match self {
            Self::Each(unit) => quantity(unit, value),
            Self::Shared(_, scale) => decimal(value / scale),
        }
    }

    fn mean(&self, estimate: &Estimate) -> String {
        match (estimate.mean, estimate.replications, estimate.never) {
            (Some(mean), ..) => self.number(mean),
            (None, 0, _) => "never".into(),
            (None, others, never) => format!("{never}/{} never", never + others),
        }
    }

    /// Half the width of an interval, if it is not zero.
    fn half_width(&self, estimate: &Estimate) -> Option<String> {
        let (low, high) = estimate.ci95?;
        (high > low).then(|| format!("± {}", self.number((high - low) / 2.0)))
    }
}

/// The text of the best of a row, if the options differ.
fn best<'a>(estimates: &[&Estimate], shown: &'a [String], better: Better) -> Option<&'a str> {
    let all = estimates.iter().zip(shown);
    let means = all.filter_map(|(estimate, shown)| Some((estimate.mean?, shown)));
    let (_, least) = means.min_by(|a, b| a.0.total_cmp(&b.0))?;
    let differ = shown.iter().any(|other| other != least);
    (better == Better::Less && differ).then_some(least)
}
