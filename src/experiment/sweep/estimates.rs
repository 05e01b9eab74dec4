//! Means of metrics at a point.

use super::resolved_scenario::Summary;
use crate::experiment::Estimate;
use crate::experiment::intervals::{self, CONFIDENCE};
use crate::measure::METRICS;
use crate::measure::run::{Metric, Value};
use crate::model::settings::TopologyOption;

/// The estimates of the metrics that are measured at one point under `option`, from the values of its replications.
pub fn point_estimates(
    option: TopologyOption,
    replications: &[Vec<Option<Value>>],
) -> Vec<Estimate> {
    let of_metric = |(place, metric): (usize, Metric)| {
        let measured: Vec<Value> = replications.iter().filter_map(|values| values[place]).collect();
        let values: Vec<f64> = measured.iter().filter_map(|value| value.as_f64()).collect();
        let is_complete = values.len() == measured.len();
        (!measured.is_empty()).then(|| Estimate {
            option,
            release: None,
            metric,
            mean: intervals::mean(&values).filter(|_| is_complete),
            ci95: intervals::of_mean(&values, CONFIDENCE).filter(|_| is_complete),
            replications: count(values.len()),
            never: count(measured.len() - values.len()),
        })
    };
    METRICS.into_iter().enumerate().filter_map(of_metric).collect()
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

/// The mean of a metric at one point; `None` if it is not measured, or was never reached in some replication.
pub fn complete_mean(metric: Metric, replications: &[&Summary]) -> Option<f64> {
    let place = METRICS.iter().position(|known| *known == metric)?;
    let values: Option<Vec<f64>> =
        replications.iter().map(|run| run.values[place]?.as_f64()).collect();
    intervals::mean(&values?)
}
