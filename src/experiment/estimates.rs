//! Means over replications, with Student's t intervals.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::measure::run::{Metric, RunMeasurements, Value};
use crate::model::settings::TopologyOption;

/// The mean of a metric under an option.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The option.
    pub option: TopologyOption,
    /// The metric.
    pub metric: Metric,
    /// Its mean over the replications that have a value; `None` if none has.
    pub mean: Option<f64>,
    /// The 95 % confidence interval of the mean; `None` below two values, or where a replication has
    /// none: then the mean is no estimate of anything.
    pub ci95: Option<(f64, f64)>,
    /// How many replications have a value.
    pub replications: u32,
}

/// A value as a number.
#[expect(clippy::cast_precision_loss, reason = "statistics are floating-point")]
pub(super) fn number(value: Value) -> Option<f64> {
    match value {
        Value::Count(count) => Some(count as f64),
        Value::Seconds(span) => span.map(crate::units::SimDuration::as_secs_f64),
        Value::Real(real) => Some(real),
    }
}

/// The estimates of all metrics under all options of `runs`, in their order.
pub fn estimates(runs: &[RunMeasurements]) -> Vec<Estimate> {
    let mut all = Vec::new();
    for runs in runs.chunk_by(|a, b| a.option == b.option) {
        for (place, (metric, _)) in runs[0].metrics.iter().enumerate() {
            let values: Vec<f64> =
                runs.iter().filter_map(|run| number(run.metrics[place].1)).collect();
            let complete = values.len() == runs.len();
            all.push(Estimate {
                option: runs[0].option,
                metric: *metric,
                mean: mean(&values),
                ci95: interval(&values).filter(|_| complete),
                replications: u32::try_from(values.len()).unwrap_or(u32::MAX),
            });
        }
    }
    all
}

/// The mean of a difference between two options.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The mean.
    pub mean: f64,
    /// Its 95 % confidence interval.
    pub ci95: (f64, f64),
}

/// By how much `metric` is greater in `others` than in `runs`, replication by replication: both met
/// the same luck, so that it cancels out (Law, *Simulation Modeling and Analysis*, §10.2.1). `None`
/// below two replications, or where one has no value.
pub fn difference(
    runs: &[RunMeasurements],
    others: &[RunMeasurements],
    metric: &str,
) -> Option<Difference> {
    let of = |run: &RunMeasurements| {
        let found = run.metrics.iter().find(|(at, _)| at.name == metric)?;
        number(found.1)
    };
    let pairs = runs.iter().zip(others);
    let differences: Option<Vec<f64>> = pairs.map(|(a, b)| Some(of(b)? - of(a)?)).collect();
    let differences = differences.filter(|_| runs.len() == others.len())?;
    Some(Difference { mean: mean(&differences)?, ci95: interval(&differences)? })
}

#[expect(clippy::cast_precision_loss, reason = "counts of replications are small")]
pub(super) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// `mean ± t(n−1, 97.5 %) · s / √n` (Law, *Simulation Modeling and Analysis*, §4.5).
#[expect(clippy::cast_precision_loss, reason = "counts of replications are small")]
pub(super) fn interval(values: &[f64]) -> Option<(f64, f64)> {
    let count = values.len() as f64;
    if values.len() < 2 {
        return None;
    }
    let mean = mean(values)?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let t = StudentsT::new(0.0, 1.0, count - 1.0).ok()?.inverse_cdf(0.975);
    let half = t * (squares / (count - 1.0) / count).sqrt();
    Some((mean - half, mean + half))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_students() {
        let (low, high) = interval(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        // s = 1.5811, t(4) = 2.7764, half width 1.9632.
        assert!((low - 1.0368).abs() < 1e-4 && (high - 4.9632).abs() < 1e-4, "{low} {high}");
        assert_eq!(interval(&[7.0]), None);
    }
}
