//! The answer of a sweep: where each metric is best, what cannot be told apart from that, and how the metric responds to
//! each key.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::columns::columns;
use super::summary::{PointEstimates, SweepSummary};
use crate::answer::quantities::{counted, mean_or_never};
use crate::experiment::intervals::{self, CONFIDENCE};
use crate::measure::run::Metric;
use crate::model::metric::Better;
use crate::model::settings::TopologyOption;

/// Columns of what is printed for people.
const WIDTH: usize = 79;

/// So many points that cannot be told apart from the best are named.
const NAMED: usize = 6;

/// So many levels of a key are told.
const LEVELS: usize = 12;

/// A key, and the mean of a metric at each of its levels; `None`: it never occurred at some.
type Response = (String, Vec<(String, Option<f64>)>);

/// What was found of a metric.
#[derive(Debug, PartialEq)]
struct MetricAnswer {
    metric: Metric,
    /// The place of the best cell; `None`: the metric occurs at none in all replications.
    best: Option<usize>,
    /// The places of those that cannot be told apart from it.
    ties: Vec<usize>,
    /// By key the mean over all cells of each level; `None`: it never occurred at some.
    responses: Vec<Response>,
}

/// The place of the best mean of a metric, of those that all replications came to: the least, or the greatest
/// where more is better.
pub(super) fn best(all: &[PointEstimates<'_>], metric: Metric) -> Option<usize> {
    let sign = if metric.better == Better::More { -1.0 } else { 1.0 };
    let mean =
        |(place, cell): (usize, &PointEstimates<'_>)| Some((sign * cell.mean(metric)?, place));
    let means = all.iter().enumerate().filter_map(mean);
    means.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, place)| place)
}

/// What the best of a metric is called.
pub(super) fn superlative(metric: Metric) -> &'static str {
    if metric.better == Better::More { "Most" } else { "Least" }
}

/// The answers of all metrics that are drawn, for people.
pub(super) fn text(swept: &SweepSummary) -> String {
    let cells: Vec<PointEstimates<'_>> = swept.cells().collect();
    let mut out = String::new();
    for answer in answers(swept, &cells) {
        let MetricAnswer { metric, best, ties, responses } = answer;
        let Some(best) = best else {
            push(
                &mut out,
                &format!("{} occurred at no point in all replications.", metric.name),
                "",
            );
            continue;
        };
        let value = cells[best].shown(metric);
        let place = told_place(swept, cells[best]);
        push(&mut out, &format!("{} {}: {value} at {place}", superlative(metric), metric.name), "");
        if !ties.is_empty() {
            let named = ties.iter().take(NAMED).map(|place| told_place(swept, cells[*place]));
            let more = match ties.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!("; and {more} more"),
            };
            let named = named.collect::<Vec<_>>().join("; ");
            push(&mut out, &format!("not told apart from it: {named}{more}"), "  ");
        }
        for (key, levels) in responses {
            let told = levels
                .iter()
                .take(LEVELS)
                .map(|(level, mean)| format!("{level}: {}", shown(metric, *mean)));
            let more = match levels.len().saturating_sub(LEVELS) {
                0 => String::new(),
                more => format!(" · and {}", counted(more, "more level")),
            };
            let told = told.collect::<Vec<_>>().join(" · ");
            push(&mut out, &format!("by {key}  {told}{more}"), "  ");
        }
    }
    out
}

/// The same for programs.
pub(super) fn json(swept: &SweepSummary) -> Json {
    let cells: Vec<PointEstimates<'_>> = swept.cells().collect();
    let design = &swept.record.design;
    let place = |place: &usize| {
        let run = cells[*place].run;
        json!({ "point": design.number_of(run), "option": run.option.name() })
    };
    let told = answers(swept, &cells).into_iter().map(|answer| {
        let MetricAnswer { metric, best, ties, responses } = answer;
        let responses: serde_json::Map<String, Json> = responses
            .into_iter()
            .map(|(key, levels)| {
                let row = |(level, mean)| json!({ "level": level, "mean": mean });
                (key, levels.into_iter().map(row).collect())
            })
            .collect();
        json!({
            "metric": metric.name,
            "unit": metric.unit,
            "best": best.as_ref().map(place),
            "mean": best.and_then(|best| cells[best].mean(metric)),
            "not_told_apart": ties.iter().map(place).collect::<Vec<_>>(),
            "responses": responses,
        })
    });
    told.collect()
}

fn answers(swept: &SweepSummary, cells: &[PointEstimates<'_>]) -> Vec<MetricAnswer> {
    let of = |metric: &Metric| {
        let (metric, best) = (*metric, best(cells, *metric));
        let ties = best.map_or_else(Vec::new, |best| ties(swept, cells, metric, best));
        MetricAnswer { metric, best, ties, responses: responses(swept, cells, metric) }
    };
    swept.record.drawn.iter().map(of).collect()
}

/// The cells whose mean looks like that of the `best`, or is another by no more than chance explains: the interval of
/// the paired difference holds 0.
fn ties(
    swept: &SweepSummary,
    cells: &[PointEstimates<'_>],
    metric: Metric,
    best: usize,
) -> Vec<usize> {
    let least = cells[best].shown(metric);
    let values = |place: usize| swept.values_at(place, metric);
    let is_chance = |place: usize| {
        let pairs = values(place).into_iter().zip(values(best));
        let differences: Option<Vec<f64>> =
            pairs.map(|(other, best)| Some(other? - best?)).collect();
        let interval = differences.and_then(|all| intervals::of_mean(&all, CONFIDENCE));
        interval.is_some_and(|(low, high)| low <= 0.0 && high >= 0.0)
    };
    let is_tie = |place: &usize| {
        let cell = cells[*place];
        *place != best
            && cell.mean(metric).is_some()
            && (cell.shown(metric) == least || is_chance(*place))
    };
    (0..cells.len()).filter(is_tie).collect()
}

/// The mean of a metric at each level of each key, over all points and options that have it; without levels at which no
/// point measures the metric.
fn responses(swept: &SweepSummary, cells: &[PointEstimates<'_>], metric: Metric) -> Vec<Response> {
    let told = |level: &str, has_level: &dyn Fn(&PointEstimates<'_>) -> bool| {
        let own = cells.iter().filter(|cell| has_level(cell));
        let means: Vec<Option<f64>> = own.filter_map(|cell| Some(cell.of(metric)?.mean)).collect();
        let complete: Option<Vec<f64>> = means.iter().copied().collect();
        let mean = complete.and_then(|all| intervals::mean(&all));
        (!means.is_empty()).then(|| (level.to_string(), mean))
    };
    let mut all = Vec::new();
    let mut options: Vec<_> = cells.iter().map(|cell| cell.run.option).collect();
    options.sort_unstable();
    options.dedup();
    if options.len() > 1 {
        let level =
            |option: &TopologyOption| told(option.name(), &|cell| cell.run.option == *option);
        all.push(("option".into(), options.iter().filter_map(level).collect()));
    }
    for column in columns(&swept.record.design) {
        let level = |point: usize| {
            let has_level =
                |cell: &PointEstimates<'_>| column.cells[cell.run.case] == column.cells[point];
            told(&column.written[point], &has_level)
        };
        let levels: Vec<_> = column.levels().into_iter().filter_map(level).collect();
        if levels.len() > 1 {
            all.push((column.key.clone(), levels));
        }
    }
    all
}

/// A point by its number, option and levels.
fn told_place(swept: &SweepSummary, cell: PointEstimates<'_>) -> String {
    let design = &swept.record.design;
    let mut parts = vec![cell.run.option.name().to_string()];
    let settings = design.settings(cell.run.case);
    parts.extend(settings.iter().map(|(key, value)| format!("{key} = {value}")));
    format!("point {} ({})", design.number_of(cell.run), parts.join(", "))
}

fn shown(metric: Metric, mean: Option<f64>) -> String {
    mean_or_never(metric.unit, mean)
}

/// A line that is wrapped to the terminal.
fn push(out: &mut String, line: &str, indent: &str) {
    let further = format!("{indent}  ");
    let options = textwrap::Options::new(WIDTH).initial_indent(indent).subsequent_indent(&further);
    let _ = writeln!(out, "{}", textwrap::fill(line, options));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::sweep::Point;
    use crate::measure::METRICS;
    use crate::measure::run::Value;
    use crate::report::fixture::sweep_record;
    use crate::report::sweep::SweepRecord;
    use crate::units::SimDuration;

    /// Points of these levels of two keys, two replications each, in which 95 % are protected after so many minutes
    /// (0: never).
    fn swept(points: &[(&str, &str, [u64; 2])]) -> SweepSummary {
        let point = |(number, (slots, threads, _)): (usize, &(&str, &str, _))| Point {
            number,
            values: vec![(*slots).into(), (*threads).into()],
            options: vec![TopologyOption::Server],
        };
        let record = sweep_record(
            &["server.slots", "notification.threads"],
            (1..).zip(points).map(point).collect(),
        );
        let drawn = vec![Metric::named("protected_p95_s").expect("a metric")];
        let record = SweepRecord { drawn, ..record };
        let values = |minutes: u64| {
            let span = (minutes > 0).then(|| SimDuration::from_mins(minutes));
            let of = |metric: &Metric| match metric.unit {
                "s" => Some(Value::Seconds(span)),
                _ => Some(Value::Count(1)),
            };
            METRICS.iter().map(of).collect()
        };
        let all = points.iter().flat_map(|(_, _, minutes)| minutes.map(values)).collect();
        SweepSummary::new(record, all)
    }

    #[test]
    fn the_best_the_ties_and_the_response_are_told() {
        // Of 50 slots: 20 and 30 min. Of 100: 40 and 40 min. The points of 20 to 22 and of 18 to 24 minutes differ by 2
        // and −2 from replication to replication, which is chance; that of 30 differs by 10 and 8 … 12 of it.
        let swept = swept(&[
            ("50", "5", [20, 22]),
            ("50", "10", [22, 20]),
            ("100", "5", [40, 42]),
            ("100", "10", [41, 43]),
        ]);
        assert_eq!(
            text(&swept),
            "Least protected_p95_s: 21 min at point 1 (server, server.slots = 50,\n  \
             notification.threads = 5)\n  \
             not told apart from it: point 2 (server, server.slots = 50,\n    \
             notification.threads = 10)\n  \
             by server.slots  50: 21 min · 100: 42 min\n  \
             by notification.threads  5: 31 min · 10: 32 min\n"
        );
        let told = json(&swept);
        assert_eq!(told[0]["best"], json!({ "point": 1, "option": "server" }));
        assert_eq!(told[0]["mean"], 1260.0);
        assert_eq!(told[0]["not_told_apart"], json!([{ "point": 2, "option": "server" }]));
        assert_eq!(
            told[0]["responses"]["server.slots"][1],
            json!({ "level": "100", "mean": 2490.0 })
        );
    }

    #[test]
    fn a_value_never_reached_has_no_best_point_and_no_mean_of_a_level() {
        let one = swept(&[("50", "5", [20, 0]), ("100", "5", [40, 42])]);
        let told = text(&one);
        assert!(told.starts_with("Least protected_p95_s: 41 min at point 2 (server, "), "{told}");
        assert!(told.ends_with("\n  by server.slots  50: never · 100: 41 min\n"), "{told}");
        let none = swept(&[("50", "5", [20, 0]), ("100", "5", [0, 42])]);
        assert_eq!(text(&none), "protected_p95_s occurred at no point in all replications.\n");
    }

    #[test]
    fn a_point_that_does_not_measure_a_metric_has_no_part_in_its_answer() {
        let SweepSummary { record, mut values, .. } =
            swept(&[("50", "5", [20, 22]), ("100", "5", [40, 42]), ("200", "5", [60, 62])]);
        let place = METRICS.iter().position(|metric| *metric == record.drawn[0]).expect("a metric");
        values[..2].iter_mut().for_each(|run| run[place] = None);
        let swept = SweepSummary::new(record, values);
        assert_eq!(
            text(&swept),
            "Least protected_p95_s: 41 min at point 2 (server, server.slots = 100,\n  \
             notification.threads = 5)\n  \
             by server.slots  100: 41 min · 200: 1 h 1 min\n"
        );
        let first = swept.cells().next().expect("a point");
        assert_eq!(first.shown(swept.record.drawn[0]), "not measured");
    }
}
