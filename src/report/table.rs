//! The table that the terminal shows: one column an option, the best of each row marked.

use std::fmt::Write as _;

use super::quantities::{BYTES, RATES, decimal, quantity, unit_for};
use super::results::Results;
use crate::experiment::Estimate;

/// A row: the metric, how it is called, and whether less is better, more is better, or neither.
type Row = (&'static str, &'static str, Better);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Better {
    Less,
    Neither,
}

/// The rows under their headings.
const ROWS: [(&str, &[Row]); 3] = [
    (
        "Time from the release until protected",
        &[
            ("protected_p50_s", "half of all agents", Better::Less),
            ("protected_p95_s", "95 %", Better::Less),
            ("protected_p99_s", "99 %", Better::Less),
            ("protected_all_s", "all", Better::Less),
            ("exposure_agent_hours", "exposure (agent-hours)", Better::Less),
            ("agents_outdated", "outdated at the end", Better::Less),
        ],
    ),
    (
        "Load of the server",
        &[
            ("server_egress_peak_bps", "egress, peak", Better::Less),
            ("server_egress_bytes", "egress, total", Better::Less),
            ("server_active_transfers_peak", "requests at once", Better::Less),
            ("server_requests", "requests", Better::Less),
            ("server_refused", "refused", Better::Neither),
        ],
    ),
    (
        "Elsewhere",
        &[
            ("wan_bytes", "over WAN links", Better::Less),
            ("au_egress_bytes", "from ActiveUpdate", Better::Less),
            ("ua_egress_bytes", "from Update Agents", Better::Neither),
            ("ua_refused", "refused by Update Agents", Better::Neither),
            ("notifications_retried", "notifications repeated", Better::Neither),
            ("full_downloads", "full files", Better::Neither),
            ("incremental_downloads", "incrementals", Better::Neither),
        ],
    ),
];

const LABEL: usize = 26;
const COLUMN: usize = 13;
/// Most digits and commas of a number, so that a sign and its mark fit beside it.
const DIGITS: usize = 9;

/// The table of `results`, at most 80 columns wide; the best of a row has a `*`, and is bold where
/// `color` is on. With several replications the means are shown, and below those that are
/// compared half the width of their 95 % intervals.
pub fn table(results: &Results<'_>, color: bool) -> String {
    let mut out = line("", results.by_option().map(|runs| format!("{} ", runs[0].option.name())));
    let mut has_best = false;
    for (heading, rows) in ROWS {
        let _ = writeln!(out, "{}", if color { bold(heading) } else { heading.into() });
        for (name, label, better) in rows {
            let estimates: Vec<&Estimate> =
                results.estimates.iter().filter(|estimate| estimate.metric.name == *name).collect();
            let Some(first) = estimates.first() else { continue };
            let measure = Measure::of(first.metric.unit, &estimates);
            let shown: Vec<String> =
                estimates.iter().map(|estimate| measure.mean(estimate, results)).collect();
            let best = best(&estimates, &shown, *better, results.replications);
            has_best |= best.is_some();
            let label = format!("  {label}{}", measure.note());
            out.push_str(&line(&label, shown.iter().map(|shown| cell(shown, best, color))));
            if *better == Better::Less {
                out.push_str(&measure.half_widths(&estimates));
            }
        }
    }
    out.push_str(&legend(results, has_best));
    out.push_str(&cautions(results));
    out
}

/// A label and cells, without blanks at the end.
fn line(label: &str, cells: impl Iterator<Item = String>) -> String {
    let mut line = format!("{label:LABEL$}");
    for cell in cells {
        // Signs that switch colours take no room.
        let signs = if cell.contains('\x1b') { BOLD.len() + PLAIN.len() } else { 0 };
        let _ = write!(line, "{cell:>width$}", width = COLUMN + signs);
    }
    format!("{}\n", line.trim_end())
}

/// In what a row is told.
enum Measure {
    /// In what its metric counts, each number with the unit that suits it.
    Each(&'static str),
    /// In one unit, which stands at the label: the name, and what it holds of the metric's.
    Shared(&'static str, f64),
}

impl Measure {
    /// Data and rates are told in the unit of the smallest, so that a row can be compared at sight,
    /// or in a larger one where the largest would have too many digits.
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

    /// What is said at the label.
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

    fn mean(&self, estimate: &Estimate, results: &Results<'_>) -> String {
        let never = results.replications - estimate.replications;
        match estimate.mean {
            // A mean over those that came to it would praise who seldom does.
            Some(_) if never > 0 => format!("{never}/{} never", results.replications),
            Some(mean) => self.number(mean),
            None => "never".into(),
        }
    }

    /// The line below a row, if its intervals have a width.
    fn half_widths(&self, estimates: &[&Estimate]) -> String {
        let half = |estimate: &&Estimate| {
            let (low, high) = estimate.ci95?;
            (high > low).then(|| format!("± {} ", self.number((high - low) / 2.0)))
        };
        let all: Vec<Option<String>> = estimates.iter().map(half).collect();
        if all.iter().all(Option::is_none) {
            return String::new();
        }
        line("", all.into_iter().map(Option::unwrap_or_default))
    }
}

/// How the best of a row is shown, if the options differ.
fn best<'a>(
    estimates: &[&Estimate],
    shown: &'a [String],
    better: Better,
    replications: u32,
) -> Option<&'a str> {
    let complete = estimates.iter().zip(shown).filter(|(at, _)| at.replications == replications);
    let means = complete.filter_map(|(estimate, shown)| Some((estimate.mean?, shown)));
    let (_, least) = means.min_by(|a, b| a.0.total_cmp(&b.0))?;
    let differ = shown.iter().any(|other| other != least);
    (better == Better::Less && differ).then_some(least)
}

/// A number of a row; what looks the same as the best is as good.
fn cell(shown: &str, best: Option<&str>, color: bool) -> String {
    match best {
        Some(best) if best == shown && color => bold(&format!("{shown}*")),
        Some(best) if best == shown => format!("{shown}*"),
        _ => format!("{shown} "),
    }
}

const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

fn bold(text: &str) -> String {
    format!("{BOLD}{text}{PLAIN}")
}

/// What the signs mean, and what was run.
fn legend(results: &Results<'_>, has_best: bool) -> String {
    let best = if has_best { "* best of the row; " } else { "" };
    let runs = match results.replications {
        1 => "1 replication".into(),
        runs => format!("means of {runs} replications ± half their 95 % interval"),
    };
    format!("{best}{runs}, seed {}\n", results.seed)
}

fn cautions(results: &Results<'_>) -> String {
    let all: std::collections::BTreeSet<_> =
        results.runs.iter().flat_map(|run| &run.cautions).collect();
    let mut out = String::new();
    for caution in all {
        let _ = writeln!(out, "caution: {}\n         {}", caution.seen, caution.advice);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::run::{Caution, RunMeasurements, Value};
    use crate::model::settings::TopologyOption;
    use crate::report::fixture::{kept, run};
    use crate::units::SimDuration;

    /// Sets a metric of a run.
    fn set(run: &mut RunMeasurements, name: &str, value: Value) {
        let found = run.metrics.iter_mut().find(|(metric, _)| metric.name == name);
        found.expect("a metric").1 = value;
    }

    fn four(replication: u32) -> Vec<RunMeasurements> {
        let make = |option| run(option, replication, &[0, 10]);
        TopologyOption::ALL.into_iter().map(make).collect()
    }

    /// The line that begins with `label`, and the one below it.
    fn row(table: &str, label: &str) -> (String, String) {
        let mut lines = table.lines().skip_while(|line| !line.trim_start().starts_with(label));
        let mut next = || lines.next().unwrap_or_default().to_string();
        (next(), next())
    }

    #[test]
    fn units_are_said_once_and_the_best_is_marked() {
        let mut runs = four(1);
        for (run, bytes) in runs.iter_mut().zip([12_400_000_000, 53_100_000, 0, 0]) {
            set(run, "server_egress_bytes", Value::Count(bytes));
        }
        let kept = kept(runs);
        let table = table(&kept.results(), false);
        assert_eq!(
            row(&table, "egress, total").0,
            "  egress, total (MB)            12,400         53.1            0*           0*"
        );
        assert_eq!(
            row(&table, "95 %").0,
            "  95 %                      1 h 23 min   1 h 23 min   1 h 23 min   1 h 23 min"
        );
        assert_eq!(
            row(&table, "all").0,
            "  all                            never        never        never        never"
        );
        assert!(table.ends_with("* best of the row; 1 replication, seed 1\n"), "{table}");
    }

    #[test]
    fn replications_show_how_sure_the_means_are() {
        let mut runs = [four(1), four(2)].concat();
        runs.sort_by_key(|run| TopologyOption::ALL.iter().position(|at| *at == run.option));
        set(&mut runs[0], "protected_p95_s", Value::Seconds(Some(SimDuration::from_mins(10))));
        set(&mut runs[1], "protected_p95_s", Value::Seconds(Some(SimDuration::from_mins(12))));
        set(&mut runs[2], "protected_p95_s", Value::Seconds(None));
        let kept = kept(runs);
        let (means, halves) = {
            let table = table(&kept.results(), false);
            assert!(table.contains("means of 2 replications ± half their 95 % interval, seed 1"));
            row(&table, "95 %")
        };
        // t(1) · s / √n = 12.706 min.
        assert_eq!(
            means,
            "  95 %                          11 min*   1/2 never   1 h 23 min   1 h 23 min"
        );
        assert_eq!(halves, "                              ± 13 min");
    }

    #[test]
    fn a_table_is_at_most_80_columns_wide_also_with_the_largest_numbers() {
        let mut runs = [four(1), four(2)].concat();
        runs.sort_by_key(|run| TopologyOption::ALL.iter().position(|at| *at == run.option));
        for (place, run) in runs.iter_mut().enumerate() {
            for (metric, value) in &mut run.metrics {
                *value = match (metric.unit, place % 3) {
                    ("s", _) => Value::Seconds(Some(SimDuration::from_hours(24 * 3652 + 23))),
                    ("agent-hours", _) => Value::Real(99_999_999.0),
                    ("count", _) => Value::Count(99_999_999),
                    (_, 0) => Value::Count(999_999_999_999_999),
                    _ => Value::Count(1),
                };
            }
        }
        let kept = kept(runs);
        for line in table(&kept.results(), false).lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }

    #[test]
    fn colours_change_no_column() {
        let mut runs = four(1);
        set(&mut runs[2], "server_requests", Value::Count(0));
        let kept = kept(runs);
        let plain = table(&kept.results(), false);
        let colored = table(&kept.results(), true);
        assert!(colored.contains("\x1b[1m0*\x1b[0m"), "{colored}");
        assert_eq!(colored.replace(BOLD, "").replace(PLAIN, ""), plain);
    }

    #[test]
    fn one_option_alone_has_no_best_and_each_caution_is_said_once() {
        let mut only = run(TopologyOption::Ua, 1, &[0, 10]);
        only.cautions = vec![Caution { name: "x", seen: "seen".into(), advice: "do".into() }; 2];
        let kept = kept(vec![only]);
        let table = table(&kept.results(), false);
        assert!(!table.contains('*'), "{table}");
        assert!(
            table.ends_with("\n1 replication, seed 1\ncaution: seen\n         do\n"),
            "{table}"
        );
    }
}
