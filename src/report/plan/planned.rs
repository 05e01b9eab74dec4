//! A plan with its request, and derived values.

use crate::answer::quantities::{counted, quantity};
use crate::experiment::plan::{
    Choice, Goal, Numbers, Place, Plan, Setting, Survival, Target, update_agents_at,
};
use crate::report::run::{Effect, Purpose};

/// A site that a plan changes: its name, the scenario's number of Update Agents there, and the planned number.
pub(super) type Change<'a> = (&'a str, u32, u32);

/// A plan with its request.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    /// The result.
    pub plan: &'a Plan,
    /// The settings of the levers.
    pub settings: &'a [Setting],
    /// What is best among the plans that meet the targets.
    pub goal: Goal,
    /// The targets.
    pub targets: &'a [Target],
    /// The outages with each of which they must hold.
    pub survival: Survival,
    /// The required share of days, from 0 to 1.
    pub confidence: f64,
}

impl Planned<'_> {
    /// The question and its answer, for the page; `command` is what was asked, and `effects` what the plan changes.
    pub fn purpose(&self, command: Vec<String>, effects: Vec<Effect>) -> Purpose {
        let question = self.question();
        let under = |number: usize| {
            let Setting { scenario, levers, .. } = &self.settings[number];
            let levers: Vec<String> =
                levers.iter().map(|(key, value)| format!("`{key}={value}`")).collect();
            let with = if levers.is_empty() { "" } else { " with " };
            format!("{}{with}{}", scenario.option.name(), levers.join(", "))
        };
        let answer = match (&self.plan.choice, &self.plan.closest) {
            (Some(choice), _) => format!(
                "With {} under {}: all targets held on {} of {} days that the search had not seen. The sites \
                 are in plan.csv, the list for the console in update_sources.csv.",
                update_agents(&choice.numbers),
                under(choice.setting),
                choice.met,
                choice.days
            ),
            (None, Some(closest)) => format!(
                "No candidate meets the targets. The closest, {} under {}, met them on {} of {} days; \
                 probes.csv lists all candidates.",
                update_agents(&closest.numbers),
                under(closest.setting),
                closest.probe.met,
                closest.probe.days
            ),
            (None, None) => "No candidate meets the targets: probes.csv lists all.".into(),
        };
        let numbers = match (&self.plan.choice, &self.plan.closest) {
            (Some(choice), _) => choice.numbers.as_slice(),
            (None, closest) => {
                closest.as_ref().map_or(&[][..], |closest| closest.numbers.as_slice())
            }
        };
        let standing = self.plan.places.iter().zip(numbers).filter(|(_, number)| **number > 0);
        let site = |(place, number): (&Place, &u32)| match number {
            1 => place.site.clone(),
            more => format!("{} ({more})", place.site),
        };
        Purpose {
            question,
            answer: answer + &self.price(numbers),
            command,
            targets: self.targets.iter().map(ToString::to_string).collect(),
            sites: standing.map(site).collect(),
            effects,
            risk: self.risk(),
            trade_off: self.trade_off(),
            missed: self.missed(),
        }
    }

    /// The question.
    fn question(&self) -> String {
        let targets: Vec<String> = self.targets.iter().map(ToString::to_string).collect();
        let cheapest = self.goal == Goal::Cheapest;
        let mut question = String::from(match (cheapest, targets.is_empty()) {
            (true, true) => return "Which Update Agents make a year cost least?".into(),
            (true, false) => "Which Update Agents make a year cost least, so that ",
            (false, _) => "How many Update Agents, and where, does it take so that ",
        });
        question += &targets.join(" and ");
        let off = self.off().map_or(String::new(), |off| format!(", with {off} off"));
        let days = format!(" holds on {:.1} % of days{off}", 100.0 * self.confidence);
        question += &days;
        question + "?"
    }

    /// What the plan must survive, in words.
    pub(super) fn off(&self) -> Option<&'static str> {
        match (self.survival.of_update_agents, self.survival.of_links) {
            (false, false) => None,
            (true, false) => Some("any one Update Agent"),
            (false, true) => Some("any one link"),
            (true, true) => Some("any one Update Agent or link"),
        }
    }

    /// What these Update Agents cost in a year, if the scenario has prices.
    fn price(&self, numbers: &[u32]) -> String {
        let all = numbers.iter().sum();
        let of = |number| self.price_of(number).map(|cost| quantity("cost", cost));
        match (all, of(all), of(1)) {
            (2.., Some(sum), Some(one)) => {
                format!(" The Update Agents cost {sum} a year, {one} each.")
            }
            (1, Some(one), _) => format!(" The Update Agent costs {one} a year."),
            _ => String::new(),
        }
    }

    /// What so many Update Agents cost in a year, if the scenario has prices.
    #[expect(clippy::cast_precision_loss, reason = "a price")]
    pub(super) fn price_of(&self, number: u32) -> Option<f64> {
        let prices = self.settings[0].scenario.cost?;
        Some(prices.update_agent as f64 * f64::from(number) / 1000.0)
    }

    /// The levers of a setting, as text.
    pub(super) fn setting(&self, number: usize) -> String {
        let words: Vec<String> = self.settings[number]
            .levers
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        if words.is_empty() { "unchanged".into() } else { words.join(" ") }
    }

    /// The changes of `choice` to the scenario's Update Agents.
    pub(super) fn changes(&self, choice: &Choice) -> Vec<Change<'_>> {
        let before = self.before(choice.setting);
        let sites = self.plan.places.iter().map(|place| place.site.as_str());
        let all = sites.zip(before).zip(&choice.numbers);
        let changes = all.map(|((site, before), planned)| (site, before, *planned));
        changes.filter(|(_, before, planned)| before != planned).collect()
    }

    /// The scenario's own number of Update Agents at each place.
    pub(super) fn before(&self, setting: usize) -> Numbers {
        update_agents_at(&self.settings[setting].scenario, &self.plan.places)
    }

    /// The distance of the plan from the bound, if there is one.
    pub(super) fn gap(&self) -> Option<u32> {
        let choice = self.plan.choice.as_ref()?;
        Some(choice.numbers.iter().sum::<u32>().saturating_sub(self.plan.bound))
    }
}

/// Update Agents of these numbers at each place, in words: "3 Update Agents at 2 sites".
pub(super) fn update_agents(numbers: &[u32]) -> String {
    let sites = numbers.iter().filter(|number| **number > 0).count();
    let all = counted(numbers.iter().sum::<u32>() as usize, "Update Agent");
    if sites == 0 { all } else { format!("{all} at {}", counted(sites, "site")) }
}

/// The numbers of sites added, changed and removed.
pub(super) fn sums(changes: &[Change<'_>]) -> [usize; 3] {
    let count = |is: fn(&Change<'_>) -> bool| changes.iter().filter(|change| is(change)).count();
    let (add, remove) =
        (count(|(_, before, _)| *before == 0), count(|(.., planned)| *planned == 0));
    [add, changes.len() - add - remove, remove]
}
