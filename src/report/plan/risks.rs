//! What a plan says about its risks: missed days with their causes, the risk of each number, cost against time.

use super::planned::Planned;
use crate::answer::causes::phrase;
use crate::answer::quantities::mean_or_never;
use crate::experiment::plan::{PlanDay, Probe};
use crate::report::run::{MissedDay, RiskPoint, TradeOffPoint};

impl Planned<'_> {
    /// The days of the answer: the fresh days of the plan, or those of the closest candidate.
    pub(super) fn days(&self) -> &[PlanDay] {
        match (&self.plan.choice, &self.plan.closest) {
            (Some(choice), _) => &choice.days_in_order,
            (None, Some(closest)) => &closest.days_in_order,
            (None, None) => &[],
        }
    }

    /// The days on which the answer missed a target.
    pub(super) fn missed(&self) -> Vec<MissedDay> {
        let missed = self.days().iter().filter(|day| !day.is_met);
        let told = |day: &PlanDay| {
            let values = self.targets.iter().zip(&day.values);
            MissedDay {
                day: day.number,
                values: values
                    .map(|(target, value)| mean_or_never(target.metric.unit, *value))
                    .collect(),
                cause: cause(day),
            }
        };
        missed.map(told).collect()
    }

    /// The risk of each number of Update Agents.
    pub(super) fn risk(&self) -> Vec<RiskPoint> {
        let point = |probe: &Probe| RiskPoint {
            update_agents: probe.update_agents,
            days: probe.days,
            missed: probe.days - probe.met,
        };
        self.plan.risk.iter().map(point).collect()
    }

    /// The candidates with a cost on all days of the search, the cheapest first.
    pub(super) fn trade_off(&self) -> Vec<TradeOffPoint> {
        let days = self.plan.risk.iter().map(|probe| probe.days).max().unwrap_or_default();
        let all = self.plan.probes.iter().filter(|probe| !probe.fresh && probe.days == days);
        let mut points: Vec<TradeOffPoint> = all.filter_map(|probe| self.point(probe)).collect();
        points.sort_by(|a, b| {
            let time = |at: &TradeOffPoint| at.protected_s.unwrap_or(f64::INFINITY);
            a.cost.total_cmp(&b.cost).then(time(a).total_cmp(&time(b)))
        });
        points.dedup();
        let mut least = f64::INFINITY;
        for point in &mut points {
            if let Some(time) = point.protected_s.filter(|time| *time < least) {
                (least, point.is_on_front) = (time, true);
            }
        }
        points
    }

    fn point(&self, probe: &Probe) -> Option<TradeOffPoint> {
        let setting = &self.settings[probe.setting];
        let has_levers = self.settings.len() > 1;
        Some(TradeOffPoint {
            update_agents: probe.update_agents,
            option: setting.scenario.option.name().into(),
            levers: if has_levers { self.setting(probe.setting) } else { String::new() },
            cost: probe.cost?,
            protected_s: probe.protected,
            days: probe.days,
            met: probe.met,
            is_on_front: false,
        })
    }
}

/// What agents waited for longest on a day, and what was off.
fn cause(day: &PlanDay) -> String {
    let off = day.outage.iter().map(|part| format!("{part} is off"));
    let wait = day
        .cause
        .iter()
        .map(|wait| format!("agents wait longest {}", phrase(wait.reason, &wait.place)));
    off.chain(wait).collect::<Vec<_>>().join("; ")
}
