//! The comparison table for the terminal: one column for each option, the best of each row marked.

use std::fmt::Write as _;

use super::cautions;
use super::results::Results;
use crate::answer::comparison::{ComparisonCell, comparison};
use crate::answer::{Recommendation, recommend};

const LABEL: usize = 26;
const COLUMN: usize = 13;

/// The table of `results`, at most 80 columns wide; the best of a row has a `*`, and is bold if `color` is on. With
/// several replications the means are shown, and below compared ones half the width of their 95 % intervals.
pub fn table(results: &Results<'_>, color: bool) -> String {
    let mut out = line("", results.by_option().map(|runs| format!("{} ", runs[0].option.name())));
    let mut has_best = false;
    for section in comparison(&results.outcome()) {
        let heading = section.heading;
        let _ = writeln!(out, "{}", if color { bold(&heading) } else { heading });
        for measure in section.lines {
            has_best |= measure.cells.iter().any(|cell| cell.is_best);
            let label = format!("  {}", shortened(&measure.label, LABEL - 3));
            out.push_str(&line(&label, measure.cells.iter().map(|cell| shown(cell, color))));
            let halves = measure.cells.iter().map(|cell| cell.half_width.as_ref());
            if halves.clone().any(|half| half.is_some()) {
                let half =
                    |half: Option<&String>| half.map_or_else(String::new, |at| format!("{at} "));
                out.push_str(&line("", halves.map(half)));
            }
        }
    }
    out.push_str(&legend(results, has_best));
    out.push_str(&cautions(results));
    out
}

/// The recommendation for `results`, with the reason, in lines of at most `width` columns.
pub fn recommendation_text(results: &Results<'_>, width: usize) -> String {
    let Recommendation { text, cause, .. } = recommend(&results.outcome());
    let mut out = String::new();
    for sentence in std::iter::once(text).chain(cause) {
        out.push_str(&textwrap::fill(&sentence, width));
        out.push('\n');
    }
    out
}

/// A label of at most `most` characters, shortened with an ellipsis if necessary.
fn shortened(label: &str, most: usize) -> String {
    if label.chars().count() <= most {
        return label.into();
    }
    label.chars().take(most - 1).chain(['…']).collect()
}

/// A label and cells, without trailing spaces.
fn line(label: &str, cells: impl Iterator<Item = String>) -> String {
    let mut line = format!("{label:LABEL$}");
    for cell in cells {
        // Colour codes take no room.
        let signs = if cell.contains('\x1b') { BOLD.len() + PLAIN.len() } else { 0 };
        let _ = write!(line, "{cell:>width$}", width = COLUMN + signs);
    }
    format!("{}\n", line.trim_end())
}

/// A number of a row, the best marked.
fn shown(cell: &ComparisonCell, color: bool) -> String {
    match cell.is_best {
        true if color => bold(&format!("{}*", cell.shown)),
        true => format!("{}*", cell.shown),
        false => format!("{} ", cell.shown),
    }
}

const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

fn bold(text: &str) -> String {
    format!("{BOLD}{text}{PLAIN}")
}

/// The legend, and what was run.
fn legend(results: &Results<'_>, has_best: bool) -> String {
    let best = if has_best { "* best of the row; " } else { "" };
    let runs = match results.replications().as_str() {
        "1" => "1 replication".into(),
        runs => format!("means of {runs} replications ± half their 95 % interval"),
    };
    format!("{best}{runs}, seed {}\n", results.record.seed)
}

fn cautions(results: &Results<'_>) -> String {
    let mut out = String::new();
    for caution in cautions::cautions(results) {
        for (text, begin) in [(caution.seen, "caution: "), (caution.advice, "         ")] {
            let indented =
                textwrap::Options::new(79).initial_indent(begin).subsequent_indent("         ");
            let _ = writeln!(out, "{}", textwrap::fill(&text, indented));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::run::{Caution, RunMeasurements, Value};
    use crate::model::settings::TopologyOption;
    use crate::report::fixture::{owned, run};
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

    /// The line that begins with `label`, and the next one.
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
        let owned = owned(runs);
        let table = table(&owned.results(), false);
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
        let owned = owned(runs);
        let (means, halves) = {
            let table = table(&owned.results(), false);
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
                    ("agent-hours" | "cost", _) => Value::Real(99_999_999.0),
                    ("count", _) => Value::Count(99_999_999),
                    (_, 0) => Value::Count(999_999_999_999_999),
                    _ => Value::Count(1),
                };
            }
        }
        let owned = owned(runs);
        for line in table(&owned.results(), false).lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }

    #[test]
    fn colours_change_no_column() {
        let mut runs = four(1);
        set(&mut runs[2], "server_requests", Value::Count(0));
        let owned = owned(runs);
        let plain = table(&owned.results(), false);
        let colored = table(&owned.results(), true);
        assert!(colored.contains("\x1b[1m0*\x1b[0m"), "{colored}");
        assert_eq!(colored.replace(BOLD, "").replace(PLAIN, ""), plain);
    }

    #[test]
    fn one_option_alone_has_no_best_and_each_caution_is_said_once() {
        let mut only = run(TopologyOption::Ua, 1, &[0, 10]);
        only.cautions =
            vec![Caution { name: "x".into(), seen: "seen".into(), advice: "do".into() }; 2];
        let owned = owned(vec![only]);
        let table = table(&owned.results(), false);
        assert!(!table.contains('*'), "{table}");
        assert!(
            table.ends_with("\n1 replication, seed 1\ncaution: seen\n         do\n"),
            "{table}"
        );
    }
}
