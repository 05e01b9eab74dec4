//! Metrics by their names.

use crate::measure::METRICS;
use crate::measure::run::Metric;
use crate::scenario::nearest;

/// The metric named `name`.
///
/// # Errors
/// That there is none, with the nearest name.
pub fn metric_named(name: &str) -> Result<Metric, String> {
    Metric::named(name).ok_or_else(|| {
        let near = nearest(name, METRICS.iter().map(|metric| metric.name));
        let near = near.unwrap_or_else(|| "`updraft list metrics` lists all".into());
        format!("there is no metric `{name}`; {near}")
    })
}
