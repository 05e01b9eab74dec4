//! Estimates from sent files: their sizes, and how many releases agents were behind.

use std::collections::{BTreeMap, BTreeSet};

use super::estimate::{CONFIDENCE, Estimate};
use super::plausible::Plausible;
use crate::experiment::intervals::of_probability;
use crate::ids::AgentId;
use crate::model::component::Component;
use crate::model::observation::{Content, Event, Observation, Observations};
use crate::scenario::Scenario;
use crate::units::{Bytes, SimTime};

/// The vendor's file names, and their components.
const VENDOR_NAMES: [(&str, &str); 4] = [
    ("ioth", "Smart Scan Agent Pattern"),
    ("lpt$vpn", "Virus Pattern"),
    ("lpt", "Virus Pattern"),
    ("ssaptn", "Spyware Active-monitoring Pattern"),
];

/// The maximum number of releases that incrementals span (DUP-2).
const MOST_SPANNED: u64 = 14;

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

/// Full files, and incrementals by the releases that they span, with a least-squares line.
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
    for (name, sizes) in spans {
        let Some(component) = component(name, scenario).filter(|of| of.incremental.is_some())
        else {
            continue;
        };
        let Some((base, step)) = line(&sizes) else { continue };
        for (key, bytes) in [("incremental_base", base), ("incremental_step", step)] {
            let key = format!("component.{}.{key}", component.name);
            let evidence =
                format!("incrementals over {} different numbers of releases", sizes.len());
            all.push(
                Estimate::of(key, "bytes", "least squares", sizes.len())
                    .valued(real(bytes), None)
                    .from(evidence)
                    .given(Plausible::Amount(bytes)),
            );
        }
    }
    all
}

/// Base and step of a line through sizes by releases spanned; `None` for fewer than two.
fn line(sizes: &BTreeMap<u64, Bytes>) -> Option<(Bytes, Bytes)> {
    let points: Vec<(f64, f64)> =
        sizes.iter().map(|(spanned, bytes)| (real(Bytes::new(*spanned)), real(*bytes))).collect();
    let count = real(Bytes::new(points.len() as u64));
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let spread: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    let common: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let step = (points.len() > 1).then(|| common / spread)?.max(0.0);
    let base = (y - step * x).max(1.0);
    Some((rounded(base), rounded(step)))
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

    #[test]
    fn sizes_on_a_line_are_base_and_step() {
        // 500 + 100 k.
        let sizes = (1..=5).map(|k| (k, Bytes::new(500 + 100 * k))).collect();
        assert_eq!(line(&sizes), Some((Bytes::new(500), Bytes::new(100))));
        assert_eq!(line(&BTreeMap::from([(1, Bytes::new(600))])), None);
    }

    #[test]
    fn versions_rise_by_what_divides_all_differences() {
        assert_eq!(
            [(400, 600), (0, 7), (200, 3)].map(|(a, b)| greatest_common_divisor(a, b)),
            [200, 7, 1]
        );
    }
}
