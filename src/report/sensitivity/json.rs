//! A sensitivity analysis as JSON.

use serde_json::{Value, json};

use super::results::SensitivityResults;
use crate::experiment::sensitivity::{Analysis, Finding, LeftOut};

impl SensitivityResults {
    /// The rankings as JSON.
    pub fn json(&self) -> Value {
        let (method, names) = (self.method, self.method.indices());
        let finding = |finding: &Finding| {
            let numbers = names.iter().zip(&finding.index.numbers).map(|(name, number)| {
                let told = number.map(|at| json!({ "value": at.value, "ci95": at.ci95 }));
                ((*name).to_string(), told.unwrap_or(Value::Null))
            });
            json!({
                "key": self.key(finding.factor),
                "never": finding.index.never,
                "never_by_key": finding.index.never_by_key,
                "indices": numbers.collect::<serde_json::Map<_, _>>(),
            })
        };
        let analysis = |of: &Analysis| {
            json!({
                "option": of.option.name(),
                "metric": of.metric.name,
                "unit": of.metric.unit,
                "points": of.points,
                "points_never": of.never,
                "keys": of.findings.iter().map(finding).collect::<Vec<_>>(),
            })
        };
        let left_out = |left: &LeftOut| json!({ "about": left.about, "why": left.why });
        json!({
            "method": method.name(),
            "comparisons": method.comparisons().0,
            "analyses": self.analyses.iter().map(analysis).collect::<Vec<_>>(),
            "left_out": self.left_out.iter().map(left_out).collect::<Vec<_>>(),
        })
    }
}
