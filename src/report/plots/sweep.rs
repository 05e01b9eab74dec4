//! The pictures of a sweep: a metric over one factor, over two, and two metrics against each other.

use super::axis::Axis;
use super::matrix::Matrix;
use super::scatter::{Scatter, Series};
use crate::experiment::Estimate;
use crate::measure::run::Metric;
use crate::model::settings::TopologyOption;
use crate::report::quantities::{BYTES, RATES, quantity};
use crate::report::sweep::{Column, Swept, columns};
use crate::report::window::Window;

/// A picture that is drawn.
pub(in crate::report) struct Picture {
    /// Its file's name, without the ending.
    pub(in crate::report) name: String,
    /// What it shows.
    pub(in crate::report) caption: String,
    pub(in crate::report) svg: String,
}

/// The means of a point under an option.
struct Means {
    point: usize,
    option: TopologyOption,
    estimates: Vec<Estimate>,
}

/// Factors beyond so many are not drawn one by one.
const MOST_FACTORS: usize = 6;
/// More levels than this do not make a legible heat map.
const MOST_LEVELS: usize = 24;

/// All pictures of a sweep.
///
/// # Errors
/// What the drawing library says.
pub(in crate::report) fn pictures(swept: &Swept) -> Result<Vec<Picture>, String> {
    let factors = columns(&swept.record.design);
    let means: Vec<Means> = swept
        .cells()
        .map(|cell| {
            let (point, option) = (cell.run.case, cell.run.option);
            Means { point, option, estimates: cell.estimates() }
        })
        .collect();
    let mut all = Vec::new();
    for metric in &swept.record.drawn {
        if let Some(matrix) = matrix(&factors, &means, *metric) {
            all.push(Picture {
                name: format!("heat-{}", metric.name),
                caption: format!("{} Over two factors.", metric.question),
                svg: matrix.draw()?,
            });
            continue;
        }
        let numbers: Vec<&Column> = factors.iter().filter(|factor| factor.is_number).collect();
        for factor in numbers.into_iter().take(MOST_FACTORS) {
            all.push(Picture {
                name: format!("response-{}-{}", metric.name, factor.key),
                caption: format!("{} Over {}.", metric.question, factor.key),
                svg: response(factor, &means, *metric, factors.len() == 1).draw()?,
            });
        }
    }
    if let [first, second, ..] = swept.record.drawn.as_slice() {
        let caption =
            "Two metrics of each point; the line joins those that no other beats in both.";
        let (name, caption) = ("trade-off".into(), caption.into());
        all.push(Picture { name, caption, svg: trade_off(&means, *first, *second).draw()? });
    }
    Ok(all)
}

impl Means {
    /// The estimate of a metric.
    fn of(&self, metric: Metric) -> &Estimate {
        let found = self.estimates.iter().find(|estimate| estimate.metric == metric);
        found.expect("all metrics are estimated")
    }

    /// Its mean, unless some replication never came to it.
    fn mean(&self, metric: Metric, replications: u32) -> Option<f64> {
        let of = self.of(metric);
        of.mean.filter(|_| of.replications == replications)
    }
}

/// How many replications the most complete metric has.
fn replications(means: &[Means]) -> u32 {
    let counts = means.iter().flat_map(|of| of.estimates.iter().map(|at| at.replications));
    counts.max().unwrap_or(0)
}

fn options(means: &[Means]) -> Vec<TopologyOption> {
    let mut options: Vec<TopologyOption> = means.iter().map(|of| of.option).collect();
    options.sort_unstable();
    options.dedup();
    options
}

/// An axis for numbers of a unit, from zero.
pub(super) fn axis(unit: &str, most: f64) -> Axis {
    match unit {
        "s" => Axis::time(Window { from: 0.0, to: if most > 0.0 { most * 1.08 } else { 60.0 } }, 7),
        "bytes" => Axis::upward(most, BYTES),
        "bit/s" => Axis::upward(most, RATES),
        "agent-hours" => Axis::upward(most, &[("agent-hours", 1.0)]),
        _ => Axis::upward(most, &[("count", 1.0)]),
    }
}

/// The unit that a column's name ends with.
fn unit_of(factor: &Column) -> &'static str {
    match factor.name.strip_prefix(&factor.key) {
        Some("_s") => "s",
        Some("_bytes") => "bytes",
        Some("_bps") => "bit/s",
        _ => "count",
    }
}

/// Says what is not shown because it never came about.
fn never(count: usize, metric: Metric) -> Option<String> {
    (count > 0).then(|| format!("Not shown: {count} where {} never came about.", metric.name))
}

fn response(factor: &Column, means: &[Means], metric: Metric, is_only: bool) -> Scatter {
    let complete = replications(means);
    let shown = |of: &&Means| of.mean(metric, complete).is_some();
    let number = |of: &Means| factor.number(of.point).unwrap_or_default();
    let series = options(means).into_iter().map(|option| {
        let mut own: Vec<&Means> =
            means.iter().filter(|of| of.option == option).filter(shown).collect();
        own.sort_by(|a, b| number(a).total_cmp(&number(b)));
        let bar =
            |of: &&Means| of.of(metric).ci95.map(|(low, high)| (number(of), low.max(0.0), high));
        let at = |of: &&Means| (number(of), of.mean(metric, complete).unwrap_or_default());
        Series {
            option,
            points: own.iter().map(|of| (at(of), None)).collect(),
            bars: own.iter().filter_map(bar).collect(),
            is_curve: is_only,
        }
    });
    let series: Vec<Series> = series.collect();
    let all = || series.iter().flat_map(|series| &series.points);
    let bars = series.iter().flat_map(|series| &series.bars).map(|bar| bar.2);
    let high = all().map(|(point, _)| point.1).chain(bars).fold(0.0, f64::max);
    let far = means.iter().map(number).fold(0.0, f64::max);
    Scatter {
        title: metric.name.into(),
        x_title: factor.key.clone(),
        x: match unit_of(factor) {
            "count" => Axis::upward(far, &[("", 1.0)]),
            unit => axis(unit, far),
        },
        y: axis(metric.unit, high),
        front: Vec::new(),
        notes: never(means.len() - all().count(), metric).into_iter().collect(),
        series,
    }
}

/// A heat map, if the points are a grid of two factors.
fn matrix(factors: &[Column], means: &[Means], metric: Metric) -> Option<Matrix> {
    let [across, up] = factors else { return None };
    let (columns, rows) = (levels(across), levels(up));
    let points: std::collections::BTreeSet<usize> = means.iter().map(|of| of.point).collect();
    let is_grid = points.len() == columns.len() * rows.len();
    if !is_grid || columns.len() > MOST_LEVELS || rows.len() > MOST_LEVELS {
        return None;
    }
    let complete = replications(means);
    let mean = |option, column: &str, row: &str| {
        let is_it = |of: &&Means| {
            of.option == option && across.cells[of.point] == column && up.cells[of.point] == row
        };
        means.iter().find(is_it)?.mean(metric, complete)
    };
    let cells = options(means).into_iter().map(|option| {
        let row = |row: &String| columns.iter().map(|column| mean(option, column, row)).collect();
        (option, rows.iter().map(row).collect())
    });
    let told = |factor: &Column, levels: &[String]| {
        let tell = |cell: &String| match (unit_of(factor), cell.parse::<f64>()) {
            ("count", _) | (_, Err(_)) => cell.clone(),
            (unit, Ok(number)) => quantity(unit, number),
        };
        (factor.key.clone(), levels.iter().map(tell).collect())
    };
    Some(Matrix {
        title: metric.name.into(),
        unit: metric.unit,
        across: told(across, &columns),
        up: told(up, &rows),
        cells: cells.collect(),
    })
}

/// The levels of a factor, each once: numbers by size, words as they come.
fn levels(factor: &Column) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for cell in &factor.cells {
        if !all.contains(cell) {
            all.push(cell.clone());
        }
    }
    if factor.is_number {
        let number = |cell: &String| cell.parse::<f64>().unwrap_or_default();
        all.sort_by(|a, b| number(a).total_cmp(&number(b)));
    }
    all
}

fn trade_off(means: &[Means], first: Metric, second: Metric) -> Scatter {
    let complete = replications(means);
    let of = |of: &Means| Some((of.mean(first, complete)?, of.mean(second, complete)?));
    let all: Vec<(&Means, (f64, f64))> =
        means.iter().filter_map(|at| Some((at, of(at)?))).collect();
    let points: Vec<(f64, f64)> = all.iter().map(|(_, point)| *point).collect();
    let front = front(&points);
    let series = options(means).into_iter().map(|option| {
        let own = all.iter().filter(|(of, _)| of.option == option);
        let named = |(of, point): &(&Means, (f64, f64))| {
            let word = front.contains(point).then(|| (of.point + 1).to_string());
            (*point, word)
        };
        Series { option, points: own.map(named).collect(), bars: Vec::new(), is_curve: false }
    });
    let most = |pick: fn(&(f64, f64)) -> f64| points.iter().map(pick).fold(0.0, f64::max);
    Scatter {
        title: second.name.into(),
        x_title: first.name.into(),
        x: axis(first.unit, most(|point| point.0)),
        y: axis(second.unit, most(|point| point.1)),
        series: series.collect(),
        front,
        notes: std::iter::once("Numbers name the points that no other beats in both.".into())
            .chain(never(means.len() - all.len(), first))
            .collect(),
    }
}

/// The points than which none is smaller in one coordinate and not larger in the other, by the first.
fn front(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut front: Vec<(f64, f64)> = Vec::new();
    for point in sorted {
        if front.last().is_none_or(|last| point.1 < last.1) {
            front.push(point);
        }
    }
    front
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_beats_a_point_of_the_front_in_both() {
        let points = [(1.0, 9.0), (2.0, 9.0), (3.0, 4.0), (3.0, 5.0), (9.0, 1.0), (8.0, 6.0)];
        assert_eq!(front(&points), [(1.0, 9.0), (3.0, 4.0), (9.0, 1.0)]);
        assert!(front(&[]).is_empty());
    }

    #[test]
    fn levels_of_numbers_are_sorted_and_words_are_not() {
        let column = |cells: &[&str], is_number| Column {
            name: "k".into(),
            key: "k".into(),
            cells: cells.iter().copied().map(String::from).collect(),
            is_number,
        };
        assert_eq!(levels(&column(&["10", "9", "10"], true)), ["9", "10"]);
        assert_eq!(levels(&column(&["tcp", "fluid", "tcp"], false)), ["tcp", "fluid"]);
    }
}
