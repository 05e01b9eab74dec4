//! Means at a point.

use super::case::Summary;
use crate::experiment::Estimate;
use crate::experiment::estimates::{interval, mean, number};
use crate::measure::METRICS;
use crate::measure::run::Metric;
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

/// The mean of a metric at one point; `None` if it never came about in some replication.
pub fn complete_mean(metric: Metric, replications: &[&Summary]) -> Option<f64> {
    let place = METRICS.iter().position(|known| *known == metric)?;
    let values: Option<Vec<f64>> =
        replications.iter().map(|run| number(run.values[place])).collect();
    mean(&values?)
}
