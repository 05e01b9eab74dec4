//! Means at a point.

use super::case::Summary;
use crate::experiment::Estimate;
use crate::experiment::estimates::{interval, mean, number};
use crate::measure::METRICS;
use crate::model::settings::TopologyOption;

/// The estimates of all metrics at one point under `option`, from its replications.
pub fn point_estimates(option: TopologyOption, replications: &[&Summary]) -> Vec<Estimate> {
    let of_metric = |(place, metric)| {
        let values: Vec<f64> =
            replications.iter().filter_map(|run| number(run.values[place])).collect();
        let is_complete = values.len() == replications.len();
        Estimate {
            option,
            metric,
            mean: mean(&values),
            ci95: interval(&values).filter(|_| is_complete),
            replications: u32::try_from(values.len()).unwrap_or(u32::MAX),
        }
    };
    METRICS.into_iter().enumerate().map(of_metric).collect()
}
