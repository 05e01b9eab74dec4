//! Sites, links and Update Agents for the map: first replication of each option.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{Value, context};
use serde::Serialize;

use crate::answer::series::rounded;
use crate::answer::window::Window;
use crate::answer::{after_release, first_runs, protection_window};
use crate::measure::run::{LinkRow, RunMeasurements, SiteRow, SourceKind, SourceRow};
use crate::report::run::results::Results;
use crate::units::SimDuration;

/// The separator between the names of a link's ends.
const DASH: &str = " – ";
/// The maximum number of sites and links on a page; the tables of the folder have all.
const MOST: usize = 3000;
/// The number of positions of the slider.
const FRAMES: usize = 60;
/// Utilization is encoded in steps of 2 %, each a letter, in ASCII order.
const STEPS: u32 = 50;
const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno";

/// The data of the map and the tables.
#[derive(Debug, Serialize)]
pub(in crate::report) struct Network {
    /// The number of all, including omitted ones.
    #[serde(skip)]
    all_sites: usize,
    #[serde(skip)]
    all_links: usize,
    #[serde(skip)]
    all_update_agents: usize,
    /// The end of each frame, in seconds after the release.
    frames: Vec<f64>,
    sites: Vec<Site>,
    /// The names of routers; indices of places count them after the sites.
    routers: Vec<String>,
    links: Vec<Link>,
    update_agents: Vec<UpdateAgent>,
    /// By option, then as the above.
    outcomes: Vec<Outcomes>,
}

#[derive(Debug, Serialize)]
struct Site {
    name: String,
    /// The place above, by its index; none for headquarters.
    above: Option<usize>,
    agents: u64,
    /// Its link, by its index.
    link: Option<usize>,
}

#[derive(Debug, Serialize)]
struct Link {
    name: String,
    /// The places at its ends, by their indices.
    ends: Vec<usize>,
}

#[derive(Debug, Serialize)]
struct UpdateAgent {
    name: String,
    site: Option<usize>,
}

/// Outdated at the end, then seconds until 50, 95 and 100 % were up to date.
type SiteOutcome = (u64, Option<f64>, Option<f64>, Option<f64>);

/// The data of one option.
#[derive(Debug, Serialize)]
struct Outcomes {
    sites: Vec<SiteOutcome>,
    /// Capacity in bit/s of the busier direction; bytes of both; the greater mean and peak utilization in per cent, and
    /// seconds as a bottleneck.
    links: Vec<(u64, u64, f64, f64, f64)>,
    /// Served, refused, failed, bytes, maximum of concurrent requests, highest rate.
    update_agents: Vec<(u64, u64, u64, u64, u64, u64)>,
    /// For each link a letter for each frame, without trailing zeros.
    load: Vec<String>,
}

/// The two directions of a link.
type Pair<'a> = &'a [LinkRow];

/// The network of `results`.
pub(in crate::report) fn network(results: &Results<'_>) -> Network {
    let runs: Vec<&RunMeasurements> = first_runs(results.runs).collect();
    let first = &results.runs[0];
    let window = protection_window(results.runs);
    let frames = frames(first, window);
    let sites = chosen_sites(&runs);
    let site_places: BTreeMap<&str, usize> = sites
        .iter()
        .enumerate()
        .map(|(place, site)| (first.sites[*site].site.as_str(), place))
        .collect();
    let routers = routers(results);
    let mut places = site_places.clone();
    places.extend(routers.iter().zip(sites.len()..).map(|(name, place)| (name.as_str(), place)));
    let links = chosen_links(&runs);
    let pairs = pairs(first);
    let link_places: BTreeMap<&str, usize> = links
        .iter()
        .enumerate()
        .map(|(place, link)| (pairs[*link][0].link.as_str(), place))
        .collect();
    let site = |site: &usize| {
        let SiteRow { site, above, link, agents, .. } = &first.sites[*site];
        let above = places.get(above.as_str()).copied();
        let link = link_places.get(link.as_str()).copied();
        Site { name: site.clone(), above, agents: *agents, link }
    };
    let link = |link: &usize| Link {
        name: pairs[*link][0].link.clone(),
        ends: ends(&pairs[*link][0].link, &places),
    };
    // Options without Update Agents have no rows of them; the others have the same rows.
    let are =
        |run: &&&RunMeasurements| run.sources.iter().filter(|row| is_update_agent(row)).count();
    let has_most = runs.iter().max_by_key(are).unwrap_or(&first);
    let update_agents = update_agents(has_most, &site_places);
    Network {
        all_sites: first.sites.len(),
        all_links: pairs.len(),
        all_update_agents: has_most.sources.iter().filter(|row| is_update_agent(row)).count(),
        frames: frames.iter().map(|(_, end)| rounded(*end)).collect(),
        outcomes: runs.iter().map(|run| outcomes(run, &sites, &links, &frames)).collect(),
        sites: sites.iter().map(site).collect(),
        links: links.iter().map(link).collect(),
        routers: routers.clone(),
        update_agents,
    }
}

/// The names of the routers, as far as the map has room for them.
fn routers(results: &Results<'_>) -> Vec<String> {
    let all = results.record.scenario["graph"]["routers"].as_array();
    let names = all.into_iter().flatten().filter_map(|name| name.as_str());
    names.take(MOST).map(String::from).collect()
}

impl Network {
    /// The number of all, and the number shown.
    pub(in crate::report) fn counts(&self) -> Value {
        context! {
            sites => self.sites.len(),
            all_sites => self.all_sites,
            links => self.links.len(),
            all_links => self.all_links,
            routers => self.routers.len(),
            update_agents => self.update_agents.len(),
            all_update_agents => self.all_update_agents,
        }
    }
}

/// The places at the ends of a link, from its name `end – end`, or `end – end (2)` of a parallel one; an end may contain a
/// dash itself.
fn ends(link: &str, places: &BTreeMap<&str, usize>) -> Vec<usize> {
    let splits = link.match_indices(DASH).map(|(at, _)| [&link[..at], &link[at + DASH.len()..]]);
    let place = |end: &str| {
        let without_number = end.rsplit_once(" (").map_or(end, |(end, _)| end);
        places.get(end).or_else(|| places.get(without_number)).copied()
    };
    let mut ends: Vec<usize> = splits.flatten().filter_map(place).collect();
    ends.dedup();
    ends
}

/// The links of a run. Recorders write both directions of a link one after the other.
fn pairs(run: &RunMeasurements) -> Vec<Pair<'_>> {
    run.links.chunk_by(|a, b| a.link == b.link).collect()
}

/// All sites, or those above others followed by those that are protected last under any option.
fn chosen_sites(runs: &[&RunMeasurements]) -> Vec<usize> {
    let first = &runs[0].sites;
    let above: BTreeSet<&str> = first.iter().map(|site| site.above.as_str()).collect();
    // A time that was never reached is later than any.
    let late = |site: &SiteRow| site.protected[1].map_or(u64::MAX, SimDuration::as_nanos);
    let rank = |place: &usize| {
        let latest = runs.iter().filter_map(|run| run.sites.get(*place)).map(late).max();
        (!above.contains(first[*place].site.as_str()), std::cmp::Reverse(latest), *place)
    };
    most((0..first.len()).collect(), rank)
}

/// All links, or those that are bottlenecks longest under any option.
fn chosen_links(runs: &[&RunMeasurements]) -> Vec<usize> {
    let all: Vec<Vec<Pair<'_>>> = runs.iter().map(|run| pairs(run)).collect();
    let rank = |place: &usize| {
        let pairs = all.iter().filter_map(|pairs| pairs.get(*place));
        let longest =
            pairs.flat_map(|pair| pair.iter()).map(|row| (row.saturated, row.bytes)).max();
        (std::cmp::Reverse(longest), *place)
    };
    most((0..all[0].len()).collect(), rank)
}

/// The first [`MOST`] by rank, in their own order.
fn most<K: Ord>(mut all: Vec<usize>, rank: impl FnMut(&usize) -> K) -> Vec<usize> {
    if all.len() > MOST {
        all.sort_by_cached_key(rank);
        all.truncate(MOST);
        all.sort_unstable();
    }
    all
}

/// The Update Agents; each is at the site to which its link leads.
fn update_agents(run: &RunMeasurements, sites: &BTreeMap<&str, usize>) -> Vec<UpdateAgent> {
    let names = run.sources.iter().filter(|row| is_update_agent(row)).map(|row| row.source.clone());
    // By the first end of a link, the second; an end may contain a dash itself.
    let mut others: BTreeMap<&str, &str> = BTreeMap::new();
    for link in run.links.iter().map(|row| row.link.as_str()) {
        for (at, _) in link.match_indices(DASH) {
            others.entry(&link[..at]).or_insert(&link[at + DASH.len()..]);
        }
    }
    let site = |name: &str| others.get(name).and_then(|end| sites.get(end)).copied();
    names.take(MOST).map(|name| UpdateAgent { site: site(&name), name }).collect()
}

fn is_update_agent(row: &SourceRow) -> bool {
    row.kind == SourceKind::UpdateAgent
}

/// Samples of a run grouped in frames, each with its end.
fn frames(run: &RunMeasurements, window: Window) -> Vec<(Vec<usize>, f64)> {
    let end = |place: usize| after_release(run, run.protection[place].time);
    let places: Vec<usize> =
        (0..run.protection.len()).filter(|place| window.holds(end(*place))).collect();
    let size = places.len().div_ceil(FRAMES).max(1);
    places.chunks(size).map(|frame| (frame.to_vec(), end(frame[frame.len() - 1]))).collect()
}

fn outcomes(
    run: &RunMeasurements,
    sites: &[usize],
    links: &[usize],
    frames: &[(Vec<usize>, f64)],
) -> Outcomes {
    let pairs = pairs(run);
    let site = |site: &usize| {
        let site = &run.sites[*site];
        let [half, most, all] = site.protected.map(|after| Some(rounded(after?.as_secs_f64())));
        (site.agents - site.up_to_date, half, most, all)
    };
    let link = |link: &usize| {
        let pair = pairs[*link];
        let use_of = |row: &&LinkRow| row.mean_utilization;
        // The first of equal ones.
        let busier = pair.iter().rev().max_by(|a, b| use_of(a).total_cmp(&use_of(b)));
        let most = |of: fn(&LinkRow) -> f64| pair.iter().map(of).fold(0.0, f64::max);
        (
            busier.map_or(0, |row| row.capacity.bits_per_sec()),
            pair.iter().map(|row| row.bytes.count()).sum(),
            rounded(most(|row| row.mean_utilization * 100.0)),
            rounded(most(|row| row.peak_utilization * 100.0)),
            rounded(most(|row| row.saturated.as_secs_f64())),
        )
    };
    let served = run.sources.iter().filter(|row| is_update_agent(row)).take(MOST);
    Outcomes {
        sites: sites.iter().map(site).collect(),
        links: links.iter().map(link).collect(),
        update_agents: served
            .map(|row| {
                let rate = row.peak_egress.bits_per_sec();
                let bytes = row.bytes.count();
                (row.served, row.refused, row.failed, bytes, row.peak_active, rate)
            })
            .collect(),
        load: links.iter().map(|link| letters(pairs[*link], frames)).collect(),
    }
}

/// The mean utilization of the busier direction of a link in each frame.
fn letters(pair: Pair<'_>, frames: &[(Vec<usize>, f64)]) -> String {
    let letter = |frame: &[usize]| {
        let sum = |row: &LinkRow| -> u32 {
            let shares = frame.iter().filter_map(|place| row.utilization_per_mille.get(*place));
            shares.map(|share| u32::from(*share)).sum()
        };
        let busiest = pair.iter().map(sum).max().unwrap_or(0);
        let most = 1000 * u32::try_from(frame.len()).expect("a few samples");
        char::from(LETTERS[(busiest * STEPS).div_ceil(most).min(STEPS) as usize])
    };
    let letters: String = frames.iter().map(|(frame, _)| letter(frame)).collect();
    letters.trim_end_matches('0').into()
}
