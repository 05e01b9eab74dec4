//! The keys that a live page offers as sliders, with their steps.

use serde::Serialize;

use crate::experiment::{scaled, unquoted};
use crate::scenario::{Scenario, VariedKey};

/// So many groups of sites have sliders at most, those with the most sites.
const MOST_GROUPS: usize = 6;

/// The ratios of the steps of a number to its value in force.
const RATIOS: [(u64, u64); 7] = [(1, 8), (1, 4), (1, 2), (1, 1), (2, 1), (4, 1), (8, 1)];

/// The steps of counts that are zero.
const FROM_ZERO: [&str; 5] = ["0", "10", "50", "250", "1000"];

/// Schedules: how often, and windows of a day.
const SCHEDULES: [&str; 9] = [
    "every 15 min",
    "every 30 min",
    "every 1 h",
    "every 2 h",
    "every 4 h",
    "every 12 h",
    "daily 12:00 for 1 h",
    "daily 12:00 for 4 h",
    "daily 12:00",
];

/// A key and the values that a slider offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Slider {
    /// The key, as in `--set`.
    pub key: String,
    /// Its values, as in `--set`.
    pub steps: Vec<String>,
    /// The place of the value in force among them.
    pub at: usize,
}

/// The sliders for `scenario`: Update Agents and bandwidth of sites, then the limits and schedules of the server.
pub fn sliders(scenario: &Scenario) -> Vec<Slider> {
    let mut groups: Vec<_> = scenario.groups.iter().skip(1).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.count));
    groups.truncate(MOST_GROUPS);
    let of_groups = |key: &'static str| {
        groups.iter().map(move |group| format!("site.{}.{key}", group.name)).collect::<Vec<_>>()
    };
    let slider = |key: String, steps: fn(&str, &str) -> Vec<String>| {
        let value = unquoted(&scenario.value_of(&key)?);
        let steps = steps(&key, &value);
        let at = steps.iter().position(|step| *step == value)?;
        (steps.len() > 1).then_some(Slider { key, steps, at })
    };
    let agents = std::iter::once("headquarters.update_agents".to_string());
    let numbers = of_groups("bandwidth")
        .into_iter()
        .chain(["headquarters.internet_bandwidth".into()])
        .chain(["server.slots", "server.max_transfers", "notification.threads"].map(String::from));
    let schedules = ["server.schedule", "agents.schedule"].map(String::from);
    agents
        .chain(of_groups("update_agents"))
        .filter_map(|key| slider(key, |_, value| few(value)))
        .chain(numbers.filter_map(|key| slider(key, around)))
        .chain(
            schedules.into_iter().filter_map(|key| slider(key, |_, value| schedules_with(value))),
        )
        .collect()
}

/// None, and up to twice as many as there are, or four.
fn few(value: &str) -> Vec<String> {
    let now: u32 = value.parse().unwrap_or(0);
    let most = now.saturating_mul(2).clamp(4, 1024);
    let step = (most / 8).max(1);
    let mut all: Vec<u32> = (0..=most).step_by(step as usize).chain([now]).collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter().map(|count| count.to_string()).collect()
}

/// From an eighth to eight times a number, or both ends of a range.
fn around(key: &str, value: &str) -> Vec<String> {
    let is_zero = VariedKey::find(key).is_ok_and(|known| known.quantity(value) == Ok(0));
    if is_zero {
        return FROM_ZERO.map(String::from).to_vec();
    }
    let step = |ratio: (u64, u64)| {
        if ratio.0 == ratio.1 { Some(value.to_string()) } else { scaled(key, value, ratio) }
    };
    let mut all: Vec<String> = RATIOS.into_iter().filter_map(step).collect();
    all.dedup();
    all
}

/// The usual schedules, with the one in force.
fn schedules_with(value: &str) -> Vec<String> {
    let own = value.to_string();
    let usual = SCHEDULES.map(String::from);
    let has_own = usual.contains(&own);
    let own = (!has_own).then_some(own);
    own.into_iter().chain(usual).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Overrides;

    const TEXT: &str = "name = \"small\"\nduration = \"2 h\"\n[headquarters]\nagents = 10\n\
        internet_bandwidth = \"1 Mbit/s\"\n[[site]]\nname = \"branch\"\nagents = 9\n\
        bandwidth = [\"1 Mbit/s\", \"2 Mbit/s\"]\nupdate_agents = 3\n[server]\nmax_transfers = 100\n\
        schedule = \"every 7 min\"\n[[release]]\nname = \"r\"\nat = \"2 min\"\n\
        components = [\"Virus Pattern\"]\n";

    fn of(text: &str) -> Vec<Slider> {
        let scenario = Scenario::parse(text, "small.toml", &Overrides::default());
        sliders(&scenario.expect("valid"))
    }

    #[test]
    fn the_value_in_force_is_a_step_and_all_steps_are_valid() {
        let all = of(TEXT);
        let keys: Vec<&str> = all.iter().map(|slider| slider.key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "headquarters.update_agents",
                "site.branch.update_agents",
                "site.branch.bandwidth",
                "headquarters.internet_bandwidth",
                "server.slots",
                "server.max_transfers",
                "notification.threads",
                "server.schedule",
                "agents.schedule"
            ]
        );
        for Slider { key, steps, at } in all {
            for (place, step) in steps.iter().enumerate() {
                let set = Overrides(vec![(key.clone(), step.clone())]);
                let scenario = Scenario::parse(TEXT, "small.toml", &set).expect("valid");
                let value = unquoted(&scenario.value_of(&key).expect("a value"));
                assert_eq!(value, *step, "{key}");
                let before = Scenario::parse(TEXT, "small.toml", &Overrides::default());
                let is_in_force = before.expect("valid").value_of(&key).map(|at| unquoted(&at));
                assert_eq!(is_in_force.as_ref() == Some(step), place == at, "{key} = {step}");
            }
        }
    }

    #[test]
    fn numbers_go_from_an_eighth_to_eight_times_and_ranges_keep_their_form() {
        let all = of(TEXT);
        let steps = |key: &str| {
            all.iter().find(|slider| slider.key == key).expect("there").steps.join("; ")
        };
        assert_eq!(steps("site.branch.update_agents"), "0; 1; 2; 3; 4; 5; 6");
        assert_eq!(steps("headquarters.update_agents"), "0; 1; 2; 3; 4");
        assert!(steps("site.branch.bandwidth").starts_with("[\"125 kbit/s\", \"250 kbit/s\"]; "));
        assert_eq!(steps("server.max_transfers"), "12; 25; 50; 100; 200; 400; 800");
        assert!(steps("server.schedule").starts_with("every 7 min; every 15 min; "));
    }
}
