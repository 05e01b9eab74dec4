//! The plots of a sweep: a metric over one factor or two, and the trade-off of two metrics.

use super::columns::{Column, columns};
use super::summary::{PointEstimates, SweepSummary};
use crate::answer::quantities::quantity;
use crate::experiment::sweep::Design;
use crate::measure::run::Metric;
use crate::model::settings::TopologyOption;
use crate::report::draw::{Axis, HeatMap, Picture, Scatter, Series};

/// The maximum number of factors that are drawn individually.
const MOST_FACTORS: usize = 6;
/// The maximum number of levels of a legible heat map.
const MOST_LEVELS: usize = 24;

/// All pictures of a sweep.
///
/// # Errors
/// The error of the drawing library.
pub(in crate::report) fn pictures(swept: &SweepSummary) -> Result<Vec<Picture>, String> {
    let paper = swept.record.record.plots.paper();
    let factors = columns(&swept.record.design);
    let cells: Vec<PointEstimates<'_>> = swept.cells().collect();
    let mut all = Vec::new();
    for metric in &swept.record.drawn {
        if let Some(matrix) = matrix(&factors, &cells, *metric) {
            let caption = format!("{} Over two factors.", metric.question);
            all.push(Picture::new(format!("heat-{}", metric.name), caption, matrix.draw(paper)?));
            continue;
        }
        let numbers: Vec<&Column> = factors.iter().filter(|factor| factor.is_number()).collect();
        for factor in numbers.into_iter().take(MOST_FACTORS) {
            let name = format!("response-{}-{}", metric.name, factor.key);
            let caption = format!("{} Over {}.", metric.question, factor.key);
            let drawing = response(factor, &cells, *metric, factors.len() == 1).draw(paper)?;
            all.push(Picture { is_interactive: true, ..Picture::new(name, caption, drawing) });
        }
    }
    if let [first, second, ..] = swept.record.drawn.as_slice() {
        let caption = "Two metrics of each point; the line connects the Pareto front.";
        let drawing = trade_off(&swept.record.design, &cells, *first, *second).draw(paper)?;
        all.push(Picture::new("trade-off".into(), caption.into(), drawing));
    }
    Ok(all)
}

fn options(cells: &[PointEstimates<'_>]) -> Vec<TopologyOption> {
    let mut options: Vec<TopologyOption> = cells.iter().map(|cell| cell.run.option).collect();
    options.sort_unstable();
    options.dedup();
    options
}

/// The distinct levels of a factor.
fn levels(factor: &Column) -> Vec<String> {
    factor.levels().into_iter().map(|point| factor.cells[point].clone()).collect()
}

/// A note on points that are not shown because the metric was never reached.
fn never(cells: &[PointEstimates<'_>], metric: Metric) -> Option<String> {
    let count = cells.iter().filter(|cell| cell.is_never(metric)).count();
    (count > 0)
        .then(|| format!("Not shown: {count} points at which {} was never reached.", metric.name))
}

fn response(
    factor: &Column,
    cells: &[PointEstimates<'_>],
    metric: Metric,
    is_only: bool,
) -> Scatter {
    let shown = |cell: &&PointEstimates<'_>| cell.mean(metric).is_some();
    let number = |cell: &PointEstimates<'_>| factor.number(cell.run.case).unwrap_or_default();
    let series = options(cells).into_iter().map(|option| {
        let mut own: Vec<&PointEstimates<'_>> =
            cells.iter().filter(|cell| cell.run.option == option).filter(shown).collect();
        own.sort_by(|a, b| number(a).total_cmp(&number(b)));
        let bar = |cell: &&PointEstimates<'_>| {
            let (low, high) = cell.of(metric)?.ci95?;
            Some((number(cell), low.max(0.0), high))
        };
        let at = |cell: &&PointEstimates<'_>| (number(cell), cell.mean(metric).unwrap_or_default());
        Series {
            option,
            points: own.iter().map(|cell| (at(cell), None)).collect(),
            bars: own.iter().filter_map(bar).collect(),
            is_curve: is_only,
        }
    });
    let series: Vec<Series> = series.collect();
    let all = || series.iter().flat_map(|series| &series.points);
    let bars = series.iter().flat_map(|series| &series.bars).map(|bar| bar.2);
    let high = all().map(|(point, _)| point.1).chain(bars).fold(0.0, f64::max);
    let far = cells.iter().map(number).fold(0.0, f64::max);
    Scatter {
        title: metric.name.into(),
        x_title: factor.key.clone(),
        x: match factor.unit() {
            "count" => Axis::upward(far, &[("", 1.0)]),
            unit => Axis::of_unit(unit, far),
        },
        y: Axis::of_unit(metric.unit, high),
        has_bars_across: false,
        front: Vec::new(),
        notes: never(cells, metric).into_iter().collect(),
        series,
    }
}

/// A heat map, if the points are a grid of two factors.
fn matrix(factors: &[Column], cells: &[PointEstimates<'_>], metric: Metric) -> Option<HeatMap> {
    let [across, up] = factors else { return None };
    let (columns, rows) = (levels(across), levels(up));
    let points: std::collections::BTreeSet<usize> =
        cells.iter().map(|cell| cell.run.case).collect();
    let is_grid = points.len() == columns.len() * rows.len();
    if !is_grid || columns.len() > MOST_LEVELS || rows.len() > MOST_LEVELS {
        return None;
    }
    let mean = |option, column: &str, row: &str| {
        let is_it = |cell: &&PointEstimates<'_>| {
            cell.run.option == option
                && across.cells[cell.run.case] == column
                && up.cells[cell.run.case] == row
        };
        cells.iter().find(is_it)?.mean(metric)
    };
    let cells = options(cells).into_iter().map(|option| {
        let row = |row: &String| columns.iter().map(|column| mean(option, column, row)).collect();
        (option, rows.iter().map(row).collect())
    });
    let told = |factor: &Column, levels: &[String]| {
        let tell = |cell: &String| match (factor.unit(), cell.parse::<f64>()) {
            ("count", _) | (_, Err(_)) => cell.clone(),
            (unit, Ok(number)) => quantity(unit, number),
        };
        (factor.key.clone(), levels.iter().map(tell).collect())
    };
    Some(HeatMap {
        title: metric.name.into(),
        unit: metric.unit,
        across: told(across, &columns),
        up: told(up, &rows),
        cells: cells.collect(),
    })
}

fn trade_off(
    design: &Design,
    cells: &[PointEstimates<'_>],
    first: Metric,
    second: Metric,
) -> Scatter {
    let both = |cell: &PointEstimates<'_>| Some((cell.mean(first)?, cell.mean(second)?));
    let all: Vec<(&PointEstimates<'_>, (f64, f64))> =
        cells.iter().filter_map(|cell| Some((cell, both(cell)?))).collect();
    let points: Vec<(f64, f64)> = all.iter().map(|(_, point)| *point).collect();
    let front = front(&points);
    let series = options(cells).into_iter().map(|option| {
        let own = all.iter().filter(|(cell, _)| cell.run.option == option);
        let named = |(cell, point): &(&PointEstimates<'_>, (f64, f64))| {
            let word = front.contains(point).then(|| design.number_of(cell.run).to_string());
            (*point, word)
        };
        Series { option, points: own.map(named).collect(), bars: Vec::new(), is_curve: false }
    });
    Scatter {
        title: second.name.into(),
        x_title: first.name.into(),
        x: Axis::around(first.unit, points.iter().map(|point| point.0)),
        y: Axis::around(second.unit, points.iter().map(|point| point.1)),
        series: series.collect(),
        has_bars_across: false,
        front,
        notes: std::iter::once("Numbers are the points of the Pareto front.".into())
            .chain([first, second].into_iter().filter_map(|metric| never(cells, metric)))
            .collect(),
    }
}

/// The Pareto front: points for which no other is at most as large in both coordinates and smaller in one; ordered by
/// the first.
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
    fn no_candidate_dominates_a_point_of_the_front() {
        let points = [(1.0, 9.0), (2.0, 9.0), (3.0, 4.0), (3.0, 5.0), (9.0, 1.0), (8.0, 6.0)];
        assert_eq!(front(&points), [(1.0, 9.0), (3.0, 4.0), (9.0, 1.0)]);
        assert!(front(&[]).is_empty());
    }
}
