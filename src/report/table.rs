//! The table that the terminal shows: one column an option, the best of each row marked.

use std::fmt::Write as _;

use super::quantities::quantity;
use super::results::Results;
use crate::experiment::Estimate;

/// A row: the metric, how it is called, and whether less is better, more is better, or neither.
type Row = (&'static str, &'static str, Better);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Better {
    Less,
    Neither,
}

/// The rows under their headings.
const ROWS: [(&str, &[Row]); 3] = [
    (
        "Time from the release until protected",
        &[
            ("protected_p50_s", "half of all agents", Better::Less),
            ("protected_p95_s", "95 %", Better::Less),
            ("protected_p99_s", "99 %", Better::Less),
            ("protected_all_s", "all", Better::Less),
            ("exposure_agent_hours", "exposure (agent-hours)", Better::Less),
            ("agents_outdated", "outdated at the end", Better::Less),
        ],
    ),
    (
        "Load of the server",
        &[
            ("server_egress_peak_bps", "egress, peak", Better::Less),
            ("server_egress_bytes", "egress, total", Better::Less),
            ("server_active_transfers_peak", "requests at once", Better::Less),
            ("server_requests", "requests", Better::Less),
            ("server_refused", "refused", Better::Neither),
        ],
    ),
    (
        "Elsewhere",
        &[
            ("wan_bytes", "over WAN links", Better::Less),
            ("au_egress_bytes", "from ActiveUpdate", Better::Less),
            ("ua_egress_bytes", "from Update Agents", Better::Neither),
            ("ua_refused", "refused by Update Agents", Better::Neither),
            ("notifications_retried", "notifications repeated", Better::Neither),
            ("full_downloads", "full files", Better::Neither),
            ("incremental_downloads", "incrementals", Better::Neither),
        ],
    ),
];

const LABEL: usize = 26;
const COLUMN: usize = 13;

/// The table of `results`, at most 80 columns wide; the best of a row has a `*`, and is bold where
/// `color` is on. With several replications the means are shown.
pub fn table(results: &Results<'_>, color: bool) -> String {
    let options: Vec<_> = results.by_option().map(|runs| runs[0].option).collect();
    let mut out = String::new();
    let _ = write!(out, "{:LABEL$}", "");
    for option in &options {
        let _ = write!(out, "{:>COLUMN$}", option.name());
    }
    out.push('\n');
    for (heading, rows) in ROWS {
        let _ = writeln!(out, "{heading}");
        for (name, label, better) in rows {
            let estimates: Vec<&Estimate> =
                results.estimates.iter().filter(|estimate| estimate.metric.name == *name).collect();
            let _ = write!(out, "  {label:<width$}", width = LABEL - 2);
            let best = best(&estimates, *better);
            for estimate in estimates {
                let is_best = estimate.mean.is_some() && estimate.mean == best;
                out.push_str(&cell(estimate, is_best, color));
            }
            out.push('\n');
        }
    }
    let shown = if results.replications > 1 { "means of " } else { "" };
    let runs = results.replications;
    let _ = writeln!(out, "* best of the row; {shown}{runs} replication(s), seed {}", results.seed);
    out.push_str(&cautions(results));
    out
}

/// The best value of a row in which the options differ.
fn best(estimates: &[&Estimate], better: Better) -> Option<f64> {
    let values: Vec<f64> = estimates.iter().filter_map(|estimate| estimate.mean).collect();
    let least = values.iter().copied().min_by(f64::total_cmp)?;
    let differ = estimates.iter().any(|estimate| estimate.mean != Some(least));
    (better == Better::Less && differ && estimates.len() > 1).then_some(least)
}

fn cell(estimate: &Estimate, is_best: bool, color: bool) -> String {
    let shown = estimate.mean.map_or("never".into(), |mean| quantity(estimate.metric.unit, mean));
    let mark = if is_best { "*" } else { " " };
    let plain = format!("{:>width$}{mark}", shown, width = COLUMN - 1);
    if is_best && color { format!("\x1b[1m{plain}\x1b[0m") } else { plain }
}

fn cautions(results: &Results<'_>) -> String {
    let all: std::collections::BTreeSet<_> =
        results.runs.iter().flat_map(|run| &run.cautions).collect();
    let mut out = String::new();
    for caution in all {
        let _ = writeln!(out, "caution: {}\n         {}", caution.seen, caution.advice);
    }
    out
}
