//! What if: the levers of what agents wait for, each moved by one step alone, and what that changes.
//!
//! A step doubles or halves the value in force, whichever shortens the wait; an Update Agent is added where a site has
//! none. All levers meet the same random numbers, so that the differences of replications are compared.

use std::sync::atomic::AtomicBool;

use super::change::{Change, Comparison, Pairing, changes};
use super::replicate::{Experiment, Progress};
use super::threads::ThreadsError;
use crate::measure::run::{Metric, RunMeasurements, total_waits};
use crate::measure::waiting::Reason;
use crate::model::settings::TopologyOption;
use crate::scenario::{Overrides, Scenario, VariedKey};
use crate::units::SimDuration;
use crate::units::text::{parse_duration, print_duration};

/// Waits below this part of all waiting of agents that are on have no lever tried.
const LEAST_SHARE: f64 = 0.005;

/// So many levers are tried at most, those of the longest waits.
const MOST: usize = 8;

/// A key and its value one step further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lever {
    /// The key, as in `--set`.
    pub key: String,
    /// Its value in force.
    pub before: String,
    /// One step further.
    pub after: String,
}

/// What a lever brings.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The lever.
    pub lever: Lever,
    /// What changes, in every metric.
    pub changes: Vec<Change>,
}

impl Tried {
    /// What changes in a metric.
    pub fn change(&self, metric: &str) -> Option<&Change> {
        self.changes.iter().find(|at| at.release.is_none() && at.metric.name == metric)
    }
}

/// In which direction a wait becomes shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Double,
    Halve,
    /// Of a schedule: it comes twice as often.
    TwiceAsOften,
    /// One where there is none.
    One,
}

/// The levers of what agents wait for in `runs`, those of the longest waits first.
pub fn levers(scenario: &Scenario, runs: &[RunMeasurements]) -> Vec<Lever> {
    let Some(first) = runs.first() else { return Vec::new() };
    let mut waits = total_waits(runs);
    waits.retain(|(reason, _), _| *reason != Reason::Off);
    let all: u128 = waits.values().sum();
    // Places with one lever count together: the links of many branches are one key.
    let mut keys: Vec<(String, Step, u128)> = Vec::new();
    for ((reason, place), nanos) in waits {
        for (key, step) in keys_of(reason, place, scenario, first.option) {
            match keys.iter_mut().find(|at| at.0 == key) {
                Some(known) => known.2 += nanos,
                None => keys.push((key, step, nanos)),
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let counts = |nanos: u128| nanos > 0 && nanos as f64 >= LEAST_SHARE * all as f64;
    keys.retain(|at| counts(at.2));
    keys.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    let lever = |(key, step, _): (String, Step, u128)| {
        let before = scenario.value_of(&key)?;
        let after = stepped(&key, &before, step)?;
        Some(Lever { key, before: unquoted(&before), after: unquoted(&after) })
    };
    keys.into_iter().filter_map(lever).take(MOST).collect()
}

/// The keys that shorten a wait, and how.
fn keys_of(
    reason: Reason,
    place: &str,
    scenario: &Scenario,
    option: TopologyOption,
) -> Vec<(String, Step)> {
    let keys: &[(&str, Step)] = match reason {
        Reason::Look => &[("server.schedule", Step::TwiceAsOften)],
        Reason::Stock => &[("headquarters.internet_bandwidth", Step::Double)],
        Reason::Trigger => &[("agents.schedule", Step::TwiceAsOften)],
        Reason::Slot | Reason::NoSlots => &[("server.slots", Step::Double)],
        Reason::Desktops => &[("server.image_updates", Step::Double)],
        Reason::Thread => &[("notification.threads", Step::Double)],
        Reason::Batch => &[("notification.batch_interval", Step::Halve)],
        Reason::Order => &[("notification.ua_threshold", Step::Double)],
        Reason::Connect => {
            &[("notification.connect_time", Step::Halve), ("notification.threads", Step::Double)]
        }
        Reason::NoAnswer => &[("notification.connect_timeout", Step::Halve)],
        Reason::Repeat => &[("notification.interval", Step::Halve)],
        Reason::Place if place == "server" => &[("server.max_transfers", Step::Double)],
        Reason::Place => &[("update_agents.capacity", Step::Double)],
        Reason::RateCap => {
            &[("agents.nic", Step::Double), ("active_update.per_connection", Step::Double)]
        }
        Reason::Link => return keys_of_link(place, scenario, option),
        // A gap between waves is meant to hold agents back.
        Reason::Off
        | Reason::OutOfReach
        | Reason::Wave
        | Reason::Failure
        | Reason::SetUp
        | Reason::LinkDown => &[],
    };
    keys.iter().map(|(key, step)| ((*key).to_string(), *step)).collect()
}

/// The keys of the link of a direction such as `hq → branch-017`: its bandwidth, and an Update Agent behind it
/// where the option has any.
fn keys_of_link(
    direction: &str,
    scenario: &Scenario,
    option: TopologyOption,
) -> Vec<(String, Step)> {
    let Some((from, to)) = direction.split_once(" → ") else { return Vec::new() };
    let headquarters = scenario.groups.first().map_or("", |group| &group.name);
    if [from, to].iter().all(|end| ["internet", headquarters].contains(end)) {
        return vec![("headquarters.internet_bandwidth".into(), Step::Double)];
    }
    if from == "server" || to == "server" {
        return vec![("headquarters.server_nic".into(), Step::Double)];
    }
    // The link of a site hangs on the site at its lower end, which comes later in the scenario.
    let group =
        scenario.groups.iter().enumerate().skip(1).rev().find(|(_, group)| {
            [from, to].iter().any(|end| is_of_group(end, &group.name, group.count))
        });
    let Some((_, group)) = group else { return Vec::new() };
    let key = |name: &str| format!("site.{}.{name}", group.name);
    if from == "internet" || to == "internet" {
        return vec![(key("internet_bandwidth"), Step::Double)];
    }
    let mut all = vec![(key("bandwidth"), Step::Double)];
    if matches!(option, TopologyOption::ServerUa | TopologyOption::Ua) && group.update_agents == 0 {
        all.push((key("update_agents"), Step::One));
    }
    all
}

/// Whether a site is one of a group: it has the group's name, and a number where there are several.
fn is_of_group(site: &str, group: &str, count: u32) -> bool {
    let number = site.strip_prefix(group).and_then(|rest| rest.strip_prefix('-'));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|at| at.is_ascii_digit());
    if count == 1 { site == group } else { number.is_some_and(is_number) }
}

/// A value one step further; `None` where there is no further one.
fn stepped(key: &str, value: &str, step: Step) -> Option<String> {
    match step {
        Step::One => Some("1".into()),
        Step::TwiceAsOften => more_often(&unquoted(value)),
        Step::Double => scaled(key, value, (2, 1)),
        Step::Halve => scaled(key, value, (1, 2)),
    }
}

/// A number, or both ends of a range, multiplied by a ratio within the bounds of the key; `None` where that changes nothing.
pub fn scaled(key: &str, value: &str, (times, over): (u64, u64)) -> Option<String> {
    let known = VariedKey::find(key).ok()?;
    let (least, most) = known.limits();
    let one = |value: &str| {
        let number = known.quantity(value).ok()?;
        let next = number.saturating_mul(times) / over;
        let next = next.clamp(least.max(1), most);
        (next != number && number > 0).then(|| known.written(next))
    };
    let Some(parts) = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        return one(value);
    };
    let parts: Option<Vec<String>> =
        parts.split(',').map(|part| one(part.trim()).map(|next| format!("\"{next}\""))).collect();
    parts.map(|parts| format!("[{}]", parts.join(", ")))
}

/// A schedule that comes twice as often, or the next shorter one.
fn more_often(schedule: &str) -> Option<String> {
    let Some(every) = schedule.strip_prefix("every ") else {
        return Some(if schedule.starts_with("daily") { "every 12 h" } else { "every 1 d" }.into());
    };
    let (span, spread) = every.split_once(',').map_or((every, ""), |(span, _)| (span, ", spread"));
    let half = SimDuration::from_nanos(parse_duration(span.trim()).ok()?.as_nanos() / 2);
    Some(format!("every {}{spread}", print_duration(half)))
}

/// A value without the quotes of TOML, as in `--set`.
pub fn unquoted(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(value).to_string()
}

/// Tries each lever of what agents wait for in `runs`, which are those of `experiment` under one option, with the same
/// replications; `set` is what the command line changes in the scenario. Those that bring most come first: by the
/// time until 95 % are protected, then by the exposure. `None` if `stop` was raised.
///
/// # Errors
/// If the threads cannot be started.
pub fn what_if(
    experiment: &Experiment<'_>,
    set: &Overrides,
    runs: &[RunMeasurements],
    stop: &AtomicBool,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<Option<Vec<Tried>>, ThreadsError> {
    let Some(first) = runs.first() else { return Ok(Some(Vec::new())) };
    let by = Comparison { pairing: Pairing::Paired, tolerance: 0.0 };
    let mut all = Vec::new();
    for (nth, lever) in levers(experiment.scenario, runs).into_iter().enumerate() {
        let mut set = set.clone();
        set.0.retain(|(key, _)| *key != lever.key);
        set.0.push((lever.key.clone(), lever.after.clone()));
        let Ok(changed) = Scenario::parse(&experiment.scenario.toml, "what-if", &set) else {
            // A value that this scenario cannot have is no lever of it.
            continue;
        };
        let replications = u32::try_from(runs.len()).unwrap_or(u32::MAX);
        let options = vec![first.option];
        let tried =
            Experiment { scenario: &changed, ensemble: &[], options, replications, ..*experiment };
        let before = nth * runs.len();
        let tell = |at: Progress| tell(Progress { run: before + at.run, ..at });
        let Some(after) = tried.run(stop, &tell)? else { return Ok(None) };
        all.push(Tried { lever, changes: changes(runs, &after, by) });
    }
    all.sort_by(|a, b| gain(a).total_cmp(&gain(b)));
    Ok(Some(all))
}

/// What orders levers: the change of the time until 95 % are protected, or of the exposure where that is not
/// reached or does not change; the less the better.
fn gain(tried: &Tried) -> f64 {
    let of = |metric: Metric| tried.change(metric.name).and_then(|at| at.difference);
    let named = |name| Metric::named(name).and_then(of);
    let change = tried.change("protected_p95_s");
    let comes_about = change.is_some_and(|at| at.before.mean.is_none() && at.after.mean.is_some());
    if comes_about {
        return f64::NEG_INFINITY;
    }
    let seconds = named("protected_p95_s").unwrap_or(0.0);
    // A second more for 95 % weighs more than any exposure; agent-hours order what is alike.
    seconds * 1e9 + named("exposure_agent_hours").unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(key: &str, value: &str, step: Step) -> Option<String> {
        stepped(key, value, step)
    }

    #[test]
    fn a_step_doubles_or_halves_what_is_in_force_within_its_bounds() {
        let is = |key, value, step, after: &str| {
            assert_eq!(next(key, value, step).as_deref(), Some(after), "{key} {value}");
        };
        is("notification.threads", "20", Step::Double, "40");
        is("notification.interval", "\"15 min\"", Step::Halve, "7.5 min");
        is("site.branch.bandwidth", "\"4 Mbit/s\"", Step::Double, "8 Mbit/s");
        is(
            "site.branch.bandwidth",
            "[\"4 Mbit/s\", \"20 Mbit/s\"]",
            Step::Double,
            "[\"8 Mbit/s\", \"40 Mbit/s\"]",
        );
        is("server.schedule", "\"every 1 h\"", Step::TwiceAsOften, "every 30 min");
        is("server.schedule", "\"every 3 h, spread\"", Step::TwiceAsOften, "every 1.5 h, spread");
        is("server.schedule", "\"daily 12:00 for 2 h\"", Step::TwiceAsOften, "every 12 h");
        is("site.branch.update_agents", "0", Step::One, "1");
        // At most 10,000 threads; nothing doubled is nothing.
        assert_eq!(next("notification.threads", "10000", Step::Double), None);
        assert_eq!(next("server.max_transfers", "0", Step::Double), None);
    }

    #[test]
    fn a_link_has_the_key_of_its_group() {
        let text = "name = \"small\"\nduration = \"2 h\"\n[headquarters]\nagents = 10\n\
                    internet_bandwidth = \"1 Mbit/s\"\n[[site]]\nname = \"region\"\nagents = 2\n\
                    bandwidth = \"1 Mbit/s\"\n[[site]]\nname = \"branch\"\ncount = 12\nvia = \"region\"\n\
                    agents = 2\nbandwidth = \"1 Mbit/s\"\ninternet = \"own\"\n\
                    internet_bandwidth = \"1 Mbit/s\"\n[[release]]\nname = \"r\"\n\
                    at = \"2 min\"\ncomponents = [\"Virus Pattern\"]\n";
        let scenario = Scenario::parse(text, "small.toml", &Overrides::default()).expect("valid");
        let keys = |place, option| -> Vec<String> {
            keys_of_link(place, &scenario, option).into_iter().map(|at| at.0).collect()
        };
        assert_eq!(keys("region → branch-07", TopologyOption::Server), ["site.branch.bandwidth"]);
        assert_eq!(
            keys("hq → region", TopologyOption::ServerUa),
            ["site.region.bandwidth", "site.region.update_agents"]
        );
        assert_eq!(
            keys("internet → branch-07", TopologyOption::Direct),
            ["site.branch.internet_bandwidth"]
        );
        assert_eq!(
            keys("internet → hq", TopologyOption::Server),
            ["headquarters.internet_bandwidth"]
        );
        assert_eq!(keys("server → hq", TopologyOption::Server), ["headquarters.server_nic"]);
        assert!(keys("router → elsewhere", TopologyOption::Server).is_empty());
    }
}
