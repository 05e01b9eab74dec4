//! The data of the explorer on the page: stored estimates by point.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::experiment::Estimate;
use crate::measure::run::Metric;
use crate::model::settings::TopologyOption;
use crate::report::sweep::columns::{Column, columns};
use crate::report::sweep::summary::{PointEstimates, SweepSummary};

/// The maximum number of embedded estimates: those of two metrics in a sweep of 1,000 points under four options.
const MOST_ESTIMATES: usize = 10_000;

/// The data for the scripts.
#[derive(Debug, Serialize)]
pub(super) struct Explorer {
    factors: Vec<Factor>,
    pub(super) options: Vec<&'static str>,
    metrics: Vec<MetricRow>,
    /// The number of each point, and the index of its level of each factor.
    points: Vec<(usize, Vec<usize>)>,
    pub(super) cells: Vec<PointRow>,
    /// The index of the best cell of each metric.
    bests: Vec<Option<usize>>,
    /// Whether every combination of levels exists.
    pub(super) is_grid: bool,
}

/// A factor with its levels, numbers in ascending order.
#[derive(Debug, Serialize)]
struct Factor {
    key: String,
    /// `s`, `bytes`, `bit/s` or `count`.
    unit: &'static str,
    /// As written.
    levels: Vec<String>,
    /// In base units, if they are numbers.
    numbers: Option<Vec<f64>>,
}

#[derive(Debug, Serialize)]
struct MetricRow {
    name: &'static str,
    unit: &'static str,
}

/// The index of a point, that of an option, and for each metric the mean with its interval: `None` if it is not measured,
/// empty if it was never reached, without an interval if there is none.
type PointRow = (usize, usize, Vec<Option<Vec<f64>>>);

impl Explorer {
    /// The data of all cells, of which `bests` (indices, by metric) are always included.
    pub(super) fn new(
        swept: &SweepSummary,
        all: &[PointEstimates<'_>],
        bests: &[Option<usize>],
    ) -> Self {
        let (design, drawn) = (&swept.record.design, &swept.record.drawn);
        let columns = columns(design);
        let most = MOST_ESTIMATES / drawn.len().max(1);
        let is_kept = |place: &usize| *place < most || bests.contains(&Some(*place));
        let kept: Vec<usize> = (0..all.len()).filter(is_kept).collect();
        let mut options: Vec<TopologyOption> = all.iter().map(|cell| cell.run.option).collect();
        options.sort_unstable();
        options.dedup();
        let levels: Vec<Vec<usize>> = columns.iter().map(Column::levels).collect();
        let mut places = BTreeMap::new();
        let mut points = Vec::new();
        let cell = |place: &usize| {
            let cell = all[*place];
            let point = cell.run.case;
            let at = *places.entry(point).or_insert_with(|| {
                let level = |(column, levels): (&Column, &Vec<usize>)| {
                    let same = |first: &usize| column.cells[*first] == column.cells[point];
                    levels.iter().position(same).expect("each value is a level")
                };
                points.push((
                    design.number_of(cell.run),
                    columns.iter().zip(&levels).map(level).collect(),
                ));
                points.len() - 1
            });
            let option = options.iter().position(|option| *option == cell.run.option);
            let of = |metric: &Metric| cell.of(*metric).map(numbers);
            (at, option.expect("all are listed"), drawn.iter().map(of).collect())
        };
        let cells: Vec<PointRow> = kept.iter().map(cell).collect();
        let combinations: usize = levels.iter().map(Vec::len).product();
        let distinct: std::collections::BTreeSet<&Vec<usize>> =
            points.iter().map(|(_, levels)| levels).collect();
        let factor = |(column, levels): (&Column, &Vec<usize>)| Factor {
            key: column.key.clone(),
            unit: column.unit(),
            levels: levels.iter().map(|point| column.written[*point].clone()).collect(),
            numbers: levels.iter().map(|point| column.number(*point)).collect(),
        };
        Self {
            factors: columns.iter().zip(&levels).map(factor).collect(),
            is_grid: distinct.len() == combinations && points.len() == combinations,
            options: options.iter().map(|option| option.name()).collect(),
            metrics: drawn.iter().map(|at| MetricRow { name: at.name, unit: at.unit }).collect(),
            points,
            cells,
            bests: bests.iter().map(|best| kept.iter().position(|at| Some(*at) == *best)).collect(),
        }
    }
}

/// The mean and the ends of its interval.
fn numbers(estimate: &Estimate) -> Vec<f64> {
    let ends = estimate.ci95.map(|(low, high)| [low, high]);
    estimate.mean.into_iter().chain(ends.into_iter().flatten()).collect()
}
