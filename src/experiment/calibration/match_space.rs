//! The keys that logs do not identify, and the values among which history matching looks for plausible ones.

use crate::experiment::sweep::{Factor, FactorError, Levels, SOBOL_DIMENSIONS, Spacing};
use crate::model::settings::TopologyOption;
use crate::scenario::{Scenario, VariedKey};

/// A default range begins at the scenario's value divided by this.
const DOWN: u32 = 50;
/// It ends at the scenario's value multiplied by this.
const UP: u32 = 4;
/// Limits of concurrent transfers for a server that has none in the scenario; 0: unlimited.
const LIMITS: &str = "0,1024,512,256,128,64,32,16,8";
/// The shares of bandwidth that background traffic may take.
const SHARES: &str = "0 %..90 %";
/// A list of at most this many values narrows only if no point with the value is left.
const FEW: usize = 3;

/// The keys that are matched if none is named, except those that are `fixed`: slots of the server and its limit of
/// transfers; the capacity of Update Agents, if there are any; what happens beyond these limits; and the share of each
/// `[[background]]`, as far as a Sobol' sequence has dimensions.
pub fn default_space(
    scenario: &Scenario,
    option: TopologyOption,
    fixed: impl Fn(&str) -> bool,
) -> Vec<Factor> {
    let (server, update_agent) = (&scenario.settings.server, &scenario.settings.update_agent);
    let around =
        |value: u32| format!("{}..{} log", (value / DOWN).max(1), value.saturating_mul(UP));
    let overflow = |key: &str| {
        let words = VariedKey::find(key).ok().and_then(VariedKey::words).unwrap_or_default();
        (key.to_string(), words.join(","))
    };
    let mut all: Vec<(String, String)> = Vec::new();
    if matches!(option, TopologyOption::Server | TopologyOption::ServerUa) {
        if server.slots.normal > 0 {
            all.push(("server.slots".into(), around(server.slots.normal)));
        }
        let limits = server.max_transfers.map_or_else(|| LIMITS.into(), around);
        all.push(("server.max_transfers".into(), limits));
        all.push(overflow("server.overflow"));
    }
    let groups = &scenario.groups;
    let has_update_agents = !scenario.update_agents.is_empty()
        || groups.iter().any(|group| group.update_agents > 0 && group.count > 0);
    if has_update_agents && matches!(option, TopologyOption::ServerUa | TopologyOption::Ua) {
        all.push(("update_agents.capacity".into(), around(update_agent.capacity)));
        all.push(overflow("update_agents.overflow"));
    }
    let shares = 0..scenario.background.len();
    all.extend(shares.map(|row| (format!("background.{row}.share"), SHARES.into())));
    all.retain(|(key, _)| !fixed(key));
    all.truncate(SOBOL_DIMENSIONS);
    all.iter().map(|(key, levels)| known(&format!("{key}={levels}"))).collect()
}

/// A factor of the table above.
fn known(text: &str) -> Factor {
    Factor::parse(text).expect("a key of the table of keys with valid values")
}

/// A key to be matched, and its values: `KEY=LOW..HIGH`, `KEY=LOW..HIGH log` or `KEY=V1,V2,…`.
///
/// # Errors
/// A description of the error.
pub fn matched_key(text: &str) -> Result<Factor, FactorError> {
    let factor = Factor::parse(text)?;
    match &factor.levels {
        Levels::Listed(values) if values.len() < 2 => {
            Err(FactorError::Malformed(format!("`{text}`: one value leaves nothing to match")))
        }
        _ => Ok(factor),
    }
}

/// `factor` without the values beyond those in `kept`. A range keeps the distance to the next value in `dropped`, and a
/// long list one value more, because nothing is known of the values between.
pub fn narrowed(factor: &Factor, kept: &[&str], dropped: &[&str]) -> Factor {
    let levels = match &factor.levels {
        Levels::Listed(values) => {
            let place = |value: &&str| values.iter().position(|own| own == value);
            let places = || kept.iter().filter_map(place);
            let (Some(first), Some(last)) = (places().min(), places().max()) else {
                return factor.clone();
            };
            let more = usize::from(values.len() > FEW);
            let (first, end) = (first.saturating_sub(more), (last + 1 + more).min(values.len()));
            Levels::Listed(values[first..end].to_vec())
        }
        Levels::Range { key, from, to, spacing } => {
            let numbers = |all: &[&str]| -> Vec<u64> {
                all.iter().filter_map(|value| key.quantity(value).ok()).collect()
            };
            let (kept, dropped) = (numbers(kept), numbers(dropped));
            let (Some(low), Some(high)) = (kept.iter().min(), kept.iter().max()) else {
                return factor.clone();
            };
            let below = dropped.iter().copied().filter(|value| value < low).max();
            let above = dropped.iter().copied().filter(|value| value > high).min();
            Levels::Range {
                key: *key,
                from: below.unwrap_or(*from).max(*from),
                to: above.unwrap_or(*to).min(*to),
                spacing: *spacing,
            }
        }
    };
    Factor { key: factor.key.clone(), levels }
}

/// Whether `value` is one of the factor's.
pub fn has(factor: &Factor, value: &str) -> bool {
    match &factor.levels {
        Levels::Listed(values) => values.iter().any(|own| own == value),
        Levels::Range { key, from, to, .. } => {
            key.quantity(value).is_ok_and(|number| (*from..=*to).contains(&number))
        }
    }
}

/// The share of the values `whole` that are among `left`, on the scale of the range.
#[expect(clippy::cast_precision_loss, reason = "a share")]
pub fn share_left(left: &Levels, whole: &Levels) -> f64 {
    match (left, whole) {
        (Levels::Listed(left), Levels::Listed(whole)) => left.len() as f64 / whole.len() as f64,
        (Levels::Range { from, to, .. }, Levels::Range { from: least, to: most, spacing, .. })
            if least < most =>
        {
            let [from, to, least, most] = [from, to, least, most].map(|number| *number as f64);
            match spacing {
                Spacing::Linear => (to - from) / (most - least),
                Spacing::Logarithmic => (to / from).ln() / (most / least).ln(),
            }
        }
        _ => 1.0,
    }
}

/// The value of a key in TOML.
pub fn in_toml(key: &str, value: &str) -> String {
    let is_bare = VariedKey::find(key).is_ok_and(VariedKey::is_count);
    let is_toml = value.starts_with(['"', '[', '{']) || ["true", "false"].contains(&value);
    if is_bare || is_toml { value.into() } else { format!("{value:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Overrides;

    const COMPANY: &str = "name = \"x\"\nduration = \"2 h\"\n[headquarters]\nagents = 10\n\
        internet_bandwidth = \"1 Mbit/s\"\n[[site]]\nname = \"branch\"\nagents = 2\n\
        update_agents = 1\nbandwidth = \"1 Mbit/s\"\n[[background]]\nsites = \"branch\"\n\
        hours = [9, 10]\nshare = \"10 %\"\n";

    fn keys(option: TopologyOption, fixed: &str) -> Vec<String> {
        let scenario = Scenario::parse(COMPANY, "x.toml", &Overrides::default()).expect("valid");
        let all = default_space(&scenario, option, |key| key.starts_with(fixed));
        all.iter().map(|factor| format!("{}={}", factor.key, factor.levels)).collect()
    }

    #[test]
    fn what_the_option_does_not_have_is_not_matched() {
        let all = keys(TopologyOption::ServerUa, "none");
        assert_eq!(
            all,
            [
                "server.slots=5..1000 log",
                "server.max_transfers=0,1024,512,256,128,64,32,16,8",
                "server.overflow=refuse,queue",
                "update_agents.capacity=5..1000 log",
                "update_agents.overflow=refuse,queue",
                "background.0.share=0 %..90 %",
            ]
        );
        assert_eq!(keys(TopologyOption::Server, "none"), [&all[..3], &all[5..]].concat());
        assert_eq!(keys(TopologyOption::Direct, "background"), [""; 0]);
    }

    #[test]
    fn a_range_narrows_to_the_next_value_that_was_dropped() {
        let slots = known("server.slots=10..1000 log");
        let left = narrowed(&slots, &["40", "90"], &["12", "30", "200", "700"]);
        assert_eq!(left.levels.to_string(), "30..200 log");
        let share = share_left(&left.levels, &slots.levels);
        assert!((share - (200.0_f64 / 30.0).ln() / 100.0_f64.ln()).abs() < 1e-12);
        assert_eq!(narrowed(&slots, &["12"], &["90"]).levels.to_string(), "10..90 log");
        assert!(has(&left, "30") && has(&left, "200") && !has(&left, "201"));
        assert_eq!(narrowed(&slots, &[], &["90"]).levels.to_string(), "10..1000 log");
        let limits = known("server.max_transfers=0,64,32,16,8");
        assert_eq!(narrowed(&limits, &["32"], &["0"]).levels.to_string(), "64,32,16");
        let overflow = known("server.overflow=refuse,queue");
        let left = narrowed(&overflow, &["queue"], &["refuse"]);
        assert_eq!(
            (left.levels.to_string(), share_left(&left.levels, &overflow.levels)),
            ("queue".into(), 0.5)
        );
    }

    #[test]
    fn values_are_written_in_toml() {
        for (key, value, written) in [
            ("server.slots", "40", "40"),
            ("background.0.share", "12.5 %", "\"12.5 %\""),
            ("server.overflow", "queue", "\"queue\""),
            ("sources.resumes", "true", "true"),
            ("site.b.bandwidth", "[\"1 Mbit/s\", \"2 Mbit/s\"]", "[\"1 Mbit/s\", \"2 Mbit/s\"]"),
        ] {
            assert_eq!(in_toml(key, value), written);
        }
    }

    #[test]
    fn one_value_is_nothing_to_match() {
        assert!(matched_key("server.slots=4").is_err() && matched_key("server.slotz=4,5").is_err());
        assert!(matched_key("server.slots=4,5").is_ok());
    }
}
