//! Estimates from sent files: their sizes, and how many releases agents were behind.

use std::collections::{BTreeMap, BTreeSet};

use super::estimate::{CONFIDENCE, Estimate};
use super::plausible::Plausible;
use crate::experiment::intervals::of_probability;
use crate::ids::AgentId;
use crate::model::component::{Component, INCREMENTALS, IncrementalSize};
use crate::model::observation::{Content, Event, Observation, Observations};
use crate::scenario::Scenario;
use crate::units::text::counted;
use crate::units::{Bytes, SimTime};

/// The vendor's file names, and their components.
const VENDOR_NAMES: [(&str, &str); 4] = [
    ("ioth", "Smart Scan Agent Pattern"),
    ("lpt$vpn", "Virus Pattern"),
    ("lpt", "Virus Pattern"),
    ("ssaptn", "Spyware Active-monitoring Pattern"),
];

/// The maximum number of releases that incrementals span (DUP-2).
const MOST_SPANNED: u64 = INCREMENTALS as u64;

/// File sizes and releases behind.
pub(super) fn estimates(
    events: &[&Observation],
    observations: &Observations,
    scenario: &Scenario,
) -> Vec<Estimate> {
    let mut all = fixed_sizes(events, observations);
    all.extend(component_sizes(events, observations, scenario));
    all.extend(behind(events, observations, scenario));
    all
}

/// Files that are always sent whole and have a constant size.
fn fixed_sizes(events: &[&Observation], observations: &Observations) -> Vec<Estimate> {
    let kinds = [
        ("sizes.index", Content::Index),
        ("sizes.settings", Content::Settings),
        ("sizes.program", Content::Program),
    ];
    let of = |(key, content): (&str, Content)| {
        let is_it = |seen: &&&Observation| {
            seen.event == Event::Sent
                && observations.item(seen).is_some_and(|item| item.content == content)
        };
        let sizes = events.iter().filter(is_it).map(|seen| seen.bytes);
        size(key, sizes, "answers")
    };
    kinds.into_iter().filter_map(of).collect()
}

/// The most frequent size.
fn size(key: &str, sizes: impl Iterator<Item = Bytes>, of: &str) -> Option<Estimate> {
    let mut counts: BTreeMap<Bytes, usize> = BTreeMap::new();
    for bytes in sizes.filter(|bytes| *bytes > Bytes::ZERO) {
        *counts.entry(bytes).or_default() += 1;
    }
    let all: usize = counts.values().sum();
    let (bytes, same) = counts.into_iter().max_by_key(|(bytes, count)| (*count, *bytes))?;
    let number = real(bytes);
    Some(
        Estimate::of(key, "bytes", "mode", all)
            .valued(number, Some((number, number)))
            .from(format!("{same} of {all} {of} have that size"))
            .given(Plausible::Amount(bytes)),
    )
}

/// The component of a file.
fn component<'a>(name: &str, scenario: &'a Scenario) -> Option<&'a Component> {
    let plain = |name: &str| -> String {
        let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        name.to_lowercase().chars().map(letter).collect()
    };
    let vendor = VENDOR_NAMES.iter().find(|(file, _)| *file == name).map(|(_, own)| *own);
    scenario
        .catalogue
        .iter()
        .find(|component| Some(component.name.as_str()) == vendor || plain(&component.name) == name)
}

/// Full files, and incrementals by the releases that they span.
fn component_sizes(
    events: &[&Observation],
    observations: &Observations,
    scenario: &Scenario,
) -> Vec<Estimate> {
    let steps = Steps::of(events, observations);
    let mut fulls: BTreeMap<&str, Vec<Bytes>> = BTreeMap::new();
    let mut spans: BTreeMap<&str, BTreeMap<u64, Bytes>> = BTreeMap::new();
    for seen in events.iter().filter(|seen| seen.event == Event::Sent) {
        match observations.item(seen).map(|item| &item.content) {
            Some(Content::Full { name, .. }) => fulls.entry(name).or_default().push(seen.bytes),
            Some(Content::Incremental { name, from, to }) => {
                if let Some(spanned) = steps.spanned(name, *from, *to) {
                    spans.entry(name).or_default().insert(spanned, seen.bytes);
                }
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    for (name, sizes) in fulls {
        let Some(component) = component(name, scenario) else { continue };
        let key = format!("component.{}.full", component.name);
        all.extend(size(&key, sizes.into_iter(), "full files"));
    }
    // Components whose sizes are the scenario's, and the number of these sizes.
    let mut alike = (0, 0);
    for (name, seen) in spans {
        let component = component(name, scenario);
        let Some((component, own)) = component.and_then(|one| Some((one, one.incremental?))) else {
            continue;
        };
        match incrementals(component, own, &seen) {
            Some(estimate) => all.push(estimate),
            None => alike = (alike.0 + 1, alike.1 + seen.len()),
        }
    }
    if let (components @ 1.., sizes) = alike {
        let estimate = Estimate::of("component.incremental_sizes", "bytes", "comparison", sizes);
        let components = counted(components, "component", "components");
        all.push(estimate.without_key().from(format!(
            "those of {components} are the scenario's, as far as the logs have them ({sizes})"
        )));
    }
    all
}

/// The sizes of a component's incrementals, some of which were `seen`, by the releases that they span; `None` if these are
/// the scenario's. The others are those of the scenario in the ratio of the nearest that were seen.
fn incrementals(
    component: &Component,
    own: IncrementalSize,
    seen: &BTreeMap<u64, Bytes>,
) -> Option<Estimate> {
    let of_scenario = |span: u64| own.of(u16::try_from(span).unwrap_or(INCREMENTALS));
    if seen.iter().all(|(span, bytes)| of_scenario(*span).min(component.full) == *bytes) {
        return None;
    }
    let size = |span: u64| {
        let nearest = seen.iter().min_by_key(|(known, _)| known.abs_diff(span));
        let (known, bytes) = nearest.expect("some were seen");
        let base = of_scenario(*known).max(Bytes::new(1));
        rounded(real(of_scenario(span)) * real(*bytes) / real(base))
    };
    let sizes = (1..=MOST_SPANNED).map(size).collect();
    let key = format!("component.{}.incremental_sizes", component.name);
    let evidence = format!(
        "{} of {INCREMENTALS} are in the logs; the others are the scenario's in the ratio of the nearest",
        seen.len()
    );
    let estimate = Estimate::of(key, "bytes", "by releases spanned", seen.len());
    Some(estimate.from(evidence).given(Plausible::Sizes(sizes)))
}

/// The increase of a component's version number from release to release.
struct Steps<'a>(BTreeMap<&'a str, u64>);

impl<'a> Steps<'a> {
    /// Two per release, or two hundred if all differences are multiples of that (DUP-1).
    fn of(events: &[&Observation], observations: &'a Observations) -> Self {
        let mut divisors: BTreeMap<&str, u64> = BTreeMap::new();
        for seen in events {
            if let Some(Content::Incremental { name, from, to }) =
                observations.item(seen).map(|item| &item.content)
            {
                let divisor = divisors.entry(name).or_default();
                *divisor = greatest_common_divisor(*divisor, to.saturating_sub(*from));
            }
        }
        let known = |divisor: u64| {
            [200, 2]
                .into_iter()
                .find(|step| divisor > 0 && divisor.is_multiple_of(*step))
                .unwrap_or(1)
        };
        Self(divisors.into_iter().map(|(name, divisor)| (name, known(divisor))).collect())
    }

    /// The number of releases between two versions; `None` if an incremental cannot span it.
    fn spanned(&self, name: &str, from: u64, to: u64) -> Option<u64> {
        let spanned = to.checked_sub(from)? / self.0.get(name)?;
        (1..=MOST_SPANNED).contains(&spanned).then_some(spanned)
    }
}

fn greatest_common_divisor(one: u64, other: u64) -> u64 {
    if other == 0 { one } else { greatest_common_divisor(other, one % other) }
}

/// The number of releases that agents were behind at the start, from the first pattern file that each fetched.
fn behind(
    events: &[&Observation],
    observations: &Observations,
    scenario: &Scenario,
) -> Option<Estimate> {
    let steps = Steps::of(events, observations);
    let latest = latest(events, observations);
    let mut first: BTreeMap<(u16, AgentId), Option<u64>> = BTreeMap::new();
    let mut lines = 0;
    for seen in events.iter().filter(|seen| seen.event == Event::Sent) {
        let (name, version, from) = match observations.item(seen).map(|item| &item.content) {
            Some(Content::Incremental { name, from, to }) => (name, *to, Some(*from)),
            Some(Content::Full { name, version }) => (name, *version, None),
            _ => continue,
        };
        // Only patterns are released every day.
        let daily = component(name, scenario)
            .filter(|of| of.incremental.is_some() && of.releases_per_1000_days >= 1_000);
        let (Some(component), Some(step)) = (daily, steps.0.get(name.as_str())) else { continue };
        lines += 1;
        // The distance in releases from the latest version at the start.
        let newest = latest.get(&(seen.window, name.as_str()));
        let (newest, first_sent) = newest.copied().unwrap_or((version, seen.at));
        let older = newest.saturating_sub(version) / step;
        let since_start = released(component, scenario, first_sent).saturating_sub(older);
        first.entry((seen.window, seen.agent)).or_insert_with(|| {
            let spanned = from.and_then(|from| steps.spanned(name, from, version));
            spanned.map(|spanned| spanned.saturating_sub(since_start))
        });
    }
    if first.is_empty() {
        return None;
    }
    let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
    for behind in first.values() {
        // Agents that fetched a full file were farther behind than incrementals reach.
        *counts.entry(behind.unwrap_or(MOST_SPANNED + 1)).or_default() += 1;
    }
    let all: u32 = counts.values().sum();
    let none = counts.get(&0).copied().unwrap_or(0);
    let evidence = format!(
        "the first pattern of {all} agents: {none} were current, {} more than {MOST_SPANNED} behind",
        counts.get(&(MOST_SPANNED + 1)).copied().unwrap_or(0)
    );
    let parts = counts.iter().map(|(behind, count)| (behind.to_string(), *count)).collect();
    Some(
        Estimate::of("agents.releases_behind", "share of none", "multinomial; Wilson", lines)
            .valued(f64::from(none) / f64::from(all), of_probability(none, all, CONFIDENCE))
            .from(evidence)
            .given(Plausible::Mixture(parts)),
    )
}

/// The newest version of each file sent in each repetition of the span, and the time at which it was first sent.
fn latest<'a>(
    events: &[&Observation],
    observations: &'a Observations,
) -> BTreeMap<(u16, &'a str), (u64, SimTime)> {
    let mut latest: BTreeMap<(u16, &str), (u64, SimTime)> = BTreeMap::new();
    for seen in events {
        if let Some(
            Content::Incremental { name, to: version, .. } | Content::Full { name, version },
        ) = observations.item(seen).map(|item| &item.content)
        {
            let newest = latest.entry((seen.window, name)).or_default();
            if *version > newest.0 {
                *newest = (*version, seen.at);
            }
        }
    }
    latest
}

/// The number of releases of a component published at `at`, as far as the log shows.
fn released(component: &Component, scenario: &Scenario, at: SimTime) -> u64 {
    let known: BTreeSet<SimTime> = scenario
        .releases
        .iter()
        .filter(|release| {
            release.components.iter().any(|id| scenario.catalogue[*id].name == component.name)
        })
        .map(|release| release.at)
        .filter(|released| *released <= at)
        .collect();
    known.len() as u64
}

#[expect(clippy::cast_precision_loss, reason = "sizes of files")]
fn real(bytes: Bytes) -> f64 {
    bytes.count() as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative")]
fn rounded(number: f64) -> Bytes {
    Bytes::new(number.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Overrides;

    #[test]
    fn sizes_that_are_not_in_the_logs_follow_the_nearest_that_are() {
        let scenario = "name = \"x\"\nduration = \"1 h\"\n[headquarters]\nagents = 1\n\
                        internet_bandwidth = \"1 Mbit/s\"\n[[release]]\nname = \"r\"\nat = \"1 min\"\n\
                        components = [\"Virus Pattern\"]\n";
        let scenario =
            Scenario::parse(scenario, "x.toml", &Overrides::default()).expect("a scenario");
        let component = component("virus-pattern", &scenario).expect("a component");
        // 60 kB for each release spanned.
        let own = component.incremental.expect("incrementals");
        let found = |seen: &[(u64, u64)]| {
            let seen = seen.iter().map(|(span, kilobytes)| (*span, Bytes::new(1_000 * kilobytes)));
            incrementals(component, own, &seen.collect()).and_then(|estimate| estimate.plausible)
        };
        assert_eq!(found(&[(1, 60), (3, 180)]), None, "the scenario's");
        let Some(Plausible::Sizes(sizes)) = found(&[(1, 30), (4, 480)]) else {
            panic!("other sizes");
        };
        let kilobytes: Vec<u64> = sizes.iter().map(|size| size.count() / 1_000).collect();
        assert_eq!(kilobytes[..6], [30, 60, 360, 480, 600, 720]);
        assert_eq!(kilobytes.len(), 14);
    }

    #[test]
    fn versions_rise_by_what_divides_all_differences() {
        assert_eq!(
            [(400, 600), (0, 7), (200, 3)].map(|(a, b)| greatest_common_divisor(a, b)),
            [200, 7, 1]
        );
    }
}
