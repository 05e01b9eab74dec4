//! The comparison as JSON.

use serde_json::{Value, json};

use super::differences::{Diff, Side};
use crate::experiment::ChangeOutcome;

fn side(side: &Side) -> Value {
    json!({
        "name": side.name,
        "replications": side.replications,
        "seed": side.seed,
        "version": side.version,
    })
}

/// The comparison as JSON.
pub fn diff_json(diff: &Diff) -> String {
    let changes: Vec<Value> = diff
        .changes()
        .map(|(option, at)| {
            json!({
                "option": option,
                "release": at.release.as_deref(),
                "metric": at.metric.name,
                "unit": at.metric.unit,
                "before": at.before.mean,
                "after": at.after.mean,
                "never_before": at.before.never,
                "never_after": at.after.never,
                "difference": at.difference,
                "ci95": at.ci95,
                "replications": [at.before.replications, at.after.replications],
                "verdict": at.outcome.name(),
            })
        })
        .collect();
    let all = json!({
        "before": side(&diff.before),
        "after": side(&diff.after),
        "scenario": diff.keys,
        "paired": diff.unpaired.is_none(),
        "not_paired_because": diff.unpaired,
        "left_out": diff.left_out,
        "worse": diff.count(ChangeOutcome::Worse),
        "better": diff.count(ChangeOutcome::Better),
        "changed": diff.count(ChangeOutcome::Changed),
        "no_difference_shown": diff.count(ChangeOutcome::NotShown),
        "changes": changes,
    });
    format!("{all}\n")
}
