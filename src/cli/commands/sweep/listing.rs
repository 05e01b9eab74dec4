//! `--list`: the points of a sweep, without running them.

use std::fmt::Write as _;

use serde_json::json;

use super::arguments::Sweep;
use super::assembly::Assembled;
use super::estimate::Estimate;
use crate::answer::quantities::counted;
use crate::cli::shared::terminal::Format;
use crate::experiment::sweep::{Applied, Run, Shard};
use crate::report::{Side, aligned};

/// The points, the number of runs, and their cost.
pub(super) fn listing(
    asked: &Sweep,
    sweep: &Assembled,
    shard: Option<Shard>,
    estimate: &Estimate,
) -> String {
    let design = &sweep.plan.design;
    let hash = sweep.plan.hash(&sweep.cases);
    let all = sweep.plan.runs();
    let id = |run: Run| sweep.cases[run.case].run_id(run, sweep.plan.seed);
    let own = shard.map(|shard| (shard, shard.of(&all, id).len()));
    let names = |point: usize| {
        let options = design.points[point].options.iter().map(|option| option.name());
        options.collect::<Vec<_>>()
    };
    if asked.printing.format == Format::Json {
        let points: Vec<_> = (0..design.points.len())
            .map(|point| {
                let settings: serde_json::Map<_, _> = design
                    .settings(point)
                    .into_iter()
                    .map(|(key, value)| (key, value.into()))
                    .collect();
                json!({ "point": design.points[point].number, "options": names(point), "settings": settings })
            })
            .collect();
        let condition =
            |at: &Applied| json!({ "where": at.condition, "points_left_out": at.left_out });
        let listing = json!({
            "points": points,
            "conditions": design.conditions.iter().map(condition).collect::<Vec<_>>(),
            "replications": sweep.plan.replications,
            "runs": all.len(),
            "runs_of_the_shard": own.map(|(_, runs)| runs),
            "sweep_blake3": hash,
            "estimate": estimate.json(),
        });
        return format!("{listing:#}\n");
    }
    let mut rows = vec![vec!["point".to_string(), "option".into()]];
    rows[0].extend(design.keys.iter().cloned());
    for (place, point) in design.points.iter().enumerate() {
        let mut row = vec![point.number.to_string(), names(place).join(" ")];
        row.extend(point.values.iter().cloned());
        rows.push(row);
    }
    let mut text = aligned(&rows, Side::Left);
    let _ = writeln!(
        text,
        "\n{}, {} each: {}; sweep {}",
        counted(design.points.len(), "point"),
        counted(sweep.plan.replications as usize, "replication"),
        counted(all.len(), "run"),
        &hash[..16]
    );
    for at in &design.conditions {
        let _ = writeln!(text, "{} excluded by --where '{}'", at.left_out, at.condition);
    }
    if let Some((shard, runs)) = own {
        let _ = writeln!(text, "shard {shard}: {}", counted(runs, "run"));
    }
    text.push_str(&estimate.text());
    text
}
