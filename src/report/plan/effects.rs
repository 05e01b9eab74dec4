//! What a plan changes: each main metric before and after.

use crate::answer::quantities::mean_or_never;
use crate::experiment::{Change, ChangeOutcome, Comparison, Pairing, changes};
use crate::measure::run::RunMeasurements;
use crate::report::aligned::{Side, aligned};
use crate::report::run::Effect;

/// The metrics that are told, and what they are called.
const MAIN: [(&str, &str); 14] = [
    ("protected_p50_s", "half of all agents protected"),
    ("protected_p95_s", "95 % protected"),
    ("protected_all_s", "all protected"),
    ("exposure_agent_hours", "exposure (agent-hours)"),
    ("agents_outdated", "outdated at the end"),
    ("wan_bytes", "over WAN links"),
    ("au_egress_bytes", "from ActiveUpdate"),
    ("server_egress_peak_bps", "server's peak"),
    ("server_egress_bytes", "from the server"),
    ("cost_per_year", "cost of a year"),
    ("cost_per_year_update_agents", "of it Update Agents"),
    ("cost_per_year_bandwidth", "of it bandwidth"),
    ("cost_per_year_traffic", "of it traffic"),
    ("cost_per_year_exposure", "of it exposure"),
];

/// What differs between the runs of a scenario as it is and those of what is planned for it, with the same random
/// numbers: of one option each, in the order of replications.
pub fn effects(before: &[RunMeasurements], after: &[RunMeasurements]) -> Vec<Effect> {
    let by = Comparison { pairing: Pairing::Paired, tolerance: 0.0 };
    let all = changes(before, after, by);
    let headline =
        |metric: &str| all.iter().find(|at| at.release.is_none() && at.metric.name == metric);
    let told = MAIN.iter().filter_map(|(metric, label)| Some((label, headline(metric)?)));
    told.map(|(label, change)| effect(label, change)).collect()
}

fn effect(label: &str, change: &Change) -> Effect {
    let [before, after] =
        [&change.before, &change.after].map(|at| mean_or_never(change.metric.unit, at.mean));
    // A difference that nobody sees in the numbers is none.
    let outcome = match change.outcome {
        ChangeOutcome::NotShown => "",
        _ if before == after => "",
        outcome => outcome.name(),
    };
    Effect {
        metric: change.metric.name.into(),
        label: label.into(),
        before,
        after,
        outcome: outcome.into(),
    }
}

/// The effects for the terminal.
pub fn effects_text(effects: &[Effect]) -> String {
    if effects.is_empty() {
        return String::new();
    }
    let row = |at: &Effect| {
        let label = format!("  {:28}", at.label);
        vec![label, at.before.clone(), format!("→ {}", at.after), at.outcome.clone()]
    };
    let rows: Vec<Vec<String>> = effects.iter().map(row).collect();
    format!("Before → after, in a run with the same random numbers\n{}", aligned(&rows, Side::Left))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::run::Value;
    use crate::model::settings::TopologyOption;
    use crate::report::fixture::run;
    use crate::units::SimDuration;

    #[test]
    fn what_improves_and_what_worsens_is_told() {
        let with = |minutes: Option<u64>, wan: u64| {
            let mut run = run(TopologyOption::ServerUa, 1, &[0, 10]);
            for (metric, value) in &mut run.metrics {
                match metric.name {
                    "protected_p95_s" => {
                        *value = Value::Seconds(minutes.map(SimDuration::from_mins));
                    }
                    "wan_bytes" => *value = Value::Count(wan),
                    _ => {}
                }
            }
            vec![run]
        };
        let found = effects(&with(None, 1_200_000_000), &with(Some(46), 10_100_000_000));
        let of = |metric: &str| {
            let found = found.iter().find(|at| at.metric == metric).expect("told");
            (found.before.as_str(), found.after.as_str(), found.outcome.as_str())
        };
        assert_eq!(of("protected_p95_s"), ("never", "46 min", "better"));
        assert_eq!(of("wan_bytes"), ("1.2 GB", "10.1 GB", "worse"));
        assert_eq!(of("protected_p50_s"), ("1 h 23 min", "1 h 23 min", ""));
        let text = effects_text(&found);
        let line = "  95 % protected                never       → 46 min      better\n";
        assert!(text.contains(line), "{text}");
        assert_eq!(effects_text(&[]), "");
    }
}
