//! A plan as JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::planned::{Planned, sums};
use crate::experiment::plan::{Goal, Halt};

impl Planned<'_> {
    /// The plan as JSON.
    pub fn as_json(&self) -> Value {
        let plan = self.plan;
        let choice = plan.choice.as_ref().map(|choice| {
            let standing = plan.places.iter().zip(&choice.numbers).filter(|(_, number)| **number > 0);
            json!({
                "update_agents": choice.numbers.iter().sum::<u32>(),
                "option": choice.scenario.option.name(),
                "levers": self.settings[choice.setting].levers.iter().cloned().collect::<BTreeMap<_, _>>(),
                "places": standing
                    .map(|(place, number)| json!({ "site": place.site, "update_agents": number }))
                    .collect::<Vec<_>>(),
                "fresh_days": choice.days,
                "fresh_days_met": choice.met,
                "share_of_days_at_least": choice.bound,
                "cost_per_year": choice.cost,
            })
        });
        let closest = plan.closest.as_ref().map(|closest| {
            json!({
                "update_agents": closest.numbers.iter().sum::<u32>(),
                "days": closest.probe.days,
                "days_missed": closest.probe.missed,
                "means": closest.probe.means,
            })
        });
        let changes = plan.choice.as_ref().map(|choice| {
            let [add, change, remove] = sums(&self.changes(choice));
            json!({ "add": add, "change": change, "remove": remove })
        });
        let missed = self
            .missed()
            .into_iter()
            .map(|day| json!({ "day": day.day, "values": day.values, "cause": day.cause }));
        json!({
            "goal": if self.goal == Goal::Cheapest { "cost" } else { "update-agents" },
            "survives": self.off(),
            "risk": self.risk(),
            "trade_off": self.trade_off(),
            "missed_days": missed.collect::<Vec<_>>(),
            "complete": (self.goal == Goal::Cheapest).then_some(plan.is_complete),
            "targets": self.targets.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "confidence": self.confidence,
            "plan": choice,
            "changes": changes,
            "closest": closest,
            "lower_bound": plan.bound,
            "gap": self.gap(),
            "runs": plan.runs,
            "budget_spent": plan.halt == Some(Halt::BudgetSpent),
        })
    }
}
