//! The time of an update from an agent's answer to its report: a quantity without a key.

use std::collections::BTreeMap;

use super::cells::day_of;
use super::estimate::{CONFIDENCE, Estimate};
use super::log_normal::LogNormalFit;
use super::shape::{LogDay, Shape};
use crate::ids::AgentId;
use crate::model::observation::{Event, Observation, Observations};
use crate::units::SimTime;

/// The time from answer to update for each group of sites; an agent that answered and had not updated by the last event
/// of its day counts as censored.
pub(super) fn estimates(
    events: &[&Observation],
    observations: &Observations,
    shape: &Shape,
) -> Vec<Estimate> {
    let mut open: BTreeMap<(LogDay, AgentId), SimTime> = BTreeMap::new();
    let mut last: BTreeMap<LogDay, SimTime> = BTreeMap::new();
    let mut times: BTreeMap<usize, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    let group = |agent: AgentId| observations.agents[agent].map(|site| shape.group(site));
    for seen in events {
        let day = day_of(seen, shape);
        last.insert(day, seen.at);
        match seen.event {
            Event::Answered => {
                open.entry((day, seen.agent)).or_insert(seen.at);
            }
            Event::Updated => {
                if let (Some(since), Some(group)) =
                    (open.remove(&(day, seen.agent)), group(seen.agent))
                {
                    times.entry(group).or_default().0.push(seen.at.since(since).as_secs_f64());
                }
            }
            _ => {}
        }
    }
    for ((day, agent), since) in open {
        if let Some(group) = group(agent) {
            times.entry(group).or_default().1.push(last[&day].since(since).as_secs_f64());
        }
    }
    let of = |(group, (seen, hidden)): (usize, (Vec<f64>, Vec<f64>))| {
        let fit = LogNormalFit::of(&seen, &hidden)?;
        let evidence = format!(
            "{} updates after an answer, {} answers without one; σ of the logarithm {:.3}",
            seen.len(),
            hidden.len(),
            fit.sigma
        );
        let key = format!("answer_to_update.{}", shape.groups[group]);
        let method = "log-normal, censored, maximum likelihood; the median";
        let estimate = Estimate::of(key, "s", method, seen.len() + hidden.len()).without_key();
        Some(estimate.valued(fit.median(), Some(fit.interval(CONFIDENCE))).from(evidence))
    };
    times.into_iter().filter_map(of).collect()
}
