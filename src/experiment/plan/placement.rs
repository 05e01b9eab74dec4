//! Update Agents placed by a plan: a number for each site, and the customized list that follows.
//!
//! For each site, the list names the nearest Update Agents on the path up: its own, or those of the site above, and so
//! on (SRC-2). If a site has several, the address ranges that they serve are divided so that each has about as many
//! agents. Sites without such an Update Agent are not listed, and update from the server.

use std::collections::BTreeMap;

use ipnet::{Ipv4Net, Ipv6Net};

use crate::model::address_range::AddressRange;
use crate::policy::source_order::MAX_LIST_ENTRIES;
use crate::scenario::{
    ExplicitUpdateAgent, Group, ListedEntry, NamedSource, OwnRanges, Scenario, WrittenChange,
};

/// A site at which Update Agents may be placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its name.
    pub site: String,
    /// The site above it, by its number; headquarters has none.
    pub above: Option<usize>,
    /// The number of its agents: the mean of the scenario's distribution, rounded up.
    pub agents: u64,
    /// Whether it has a link to the place above.
    pub has_link: bool,
    /// The maximum number of Update Agents for which there are certainly agents.
    pub room: u32,
    /// The address range of its own agents.
    range: Ipv4Net,
    /// Its prefix, if its agents have no IPv4 address.
    prefix: Option<Ipv6Net>,
    /// The maximum number of agents that may be drawn.
    most_agents: u64,
}

/// The placement is impossible: the list would be too long (SRC-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyEntries(pub usize);

/// Addresses, and the approximate number of agents in them.
type Load = (Ipv4Net, u64);

/// All sites of `scenario`, headquarters first, each after the one above it.
pub fn places(scenario: &Scenario) -> Vec<Place> {
    let own_ranges = OwnRanges::of(&scenario.groups);
    let mut first = Vec::new();
    let mut places: Vec<Place> = Vec::new();
    for (number, group) in scenario.groups.iter().enumerate() {
        first.push(places.len());
        for index in 0..group.count {
            let above = group.via.map(|via| {
                let hubs = scenario.groups[via].count.max(1);
                first[via] + (index % hubs) as usize
            });
            places.push(Place {
                site: group.site_name(index),
                above,
                agents: mean_agents(group),
                has_link: group.via.is_some() && group.has_link,
                room: u32::try_from(group.fewest_agents()).unwrap_or(u32::MAX),
                range: own_ranges.within(number, group.subnets[index as usize]),
                prefix: group.only_prefix(index as usize),
                most_agents: group.most_agents(),
            });
        }
    }
    places
}

/// The number of Update Agents that `scenario` has at each of its `places`.
pub fn update_agents_at(scenario: &Scenario, places: &[Place]) -> Vec<u32> {
    let of_group = |group: &Group| std::iter::repeat_n(group.update_agents, group.count as usize);
    let mut explicit: BTreeMap<&str, usize> = BTreeMap::new();
    for agent in &scenario.update_agents {
        *explicit.entry(&agent.site).or_default() += 1;
    }
    let named = |place: &Place| explicit.get(place.site.as_str()).copied().unwrap_or_default();
    let all = places.iter().zip(scenario.groups.iter().flat_map(of_group));
    all.map(|(place, own)| own + u32::try_from(named(place)).unwrap_or(u32::MAX)).collect()
}

/// `scenario` with `numbers[i]` Update Agents at `places[i]` and no others, and their list for the whole scenario: lists
/// that changes bring are left out.
///
/// # Errors
/// If the list would exceed the product's maximum number of entries.
pub fn with_update_agents_at(
    scenario: &Scenario,
    places: &[Place],
    numbers: &[u32],
) -> Result<Scenario, TooManyEntries> {
    placed(scenario, (places, numbers), list(places, numbers, false))
}

/// The same with a second entry for each range, which agents use when the first is off (SRC-3): the next Update Agent
/// of the site, or one at the nearest site above that has any.
///
/// # Errors
/// If the list would exceed the product's maximum number of entries.
pub fn with_backups_at(
    scenario: &Scenario,
    places: &[Place],
    numbers: &[u32],
) -> Result<Scenario, TooManyEntries> {
    placed(scenario, (places, numbers), list(places, numbers, true))
}

fn placed(
    scenario: &Scenario,
    (places, numbers): (&[Place], &[u32]),
    list: Vec<ListedEntry>,
) -> Result<Scenario, TooManyEntries> {
    let settings = scenario.settings.update_agent;
    let mut scenario = scenario.clone();
    let changes = scenario.changes.into_iter();
    scenario.changes = changes.filter_map(WrittenChange::without_list).collect();
    for group in &mut scenario.groups {
        (group.update_agents, group.serves_downstream) = (0, false);
    }
    let standing = places.iter().zip(numbers);
    scenario.update_agents = standing
        .flat_map(|(place, number)| {
            (1..=*number).map(|n| name(place, n)).zip(std::iter::repeat(place))
        })
        .map(|(name, place)| ExplicitUpdateAgent {
            name,
            site: place.site.clone(),
            hosts: None,
            capacity: None,
            free_disk: None,
            uplink: None,
            source: None,
            presence: settings.presence,
            independent: settings.independent,
            scheduled: None,
        })
        .collect();
    scenario.update_sources = list;
    match scenario.update_sources.len() {
        count if count > MAX_LIST_ENTRIES => Err(TooManyEntries(count)),
        _ => Ok(scenario),
    }
}

/// The mean number of agents of a site of `group`, rounded up.
fn mean_agents(group: &Group) -> u64 {
    let shares: u64 = group.agents.iter().map(|part| part.share).sum();
    let doubled: u64 = group.agents.iter().map(|part| part.share * (part.from + part.to)).sum();
    doubled.div_ceil(2 * shares.max(1))
}

/// For each place, the nearest place on the path up, itself included, with an Update Agent.
pub fn served_from(places: &[Place], numbers: &[u32]) -> Vec<Option<usize>> {
    let mut from: Vec<Option<usize>> = Vec::with_capacity(places.len());
    for (number, place) in places.iter().enumerate() {
        let above = place.above.and_then(|above| from[above]);
        from.push(if numbers[number] > 0 { Some(number) } else { above });
    }
    from
}

/// The customized list: sites in order, each with its Update Agents in order; then, in the same order, the backups.
fn list(places: &[Place], numbers: &[u32], has_backups: bool) -> Vec<ListedEntry> {
    let from = served_from(places, numbers);
    let mut served: Vec<Vec<&Place>> = vec![Vec::new(); places.len()];
    for (place, from) in places.iter().zip(&from) {
        if let Some(from) = from {
            served[*from].push(place);
        }
    }
    let (mut entries, mut backups) = (Vec::new(), Vec::new());
    for ((place, &number), served) in places.iter().zip(numbers).zip(served) {
        let pure: Vec<(&Place, Ipv6Net)> =
            served.iter().filter_map(|place| Some((*place, place.prefix?))).collect();
        for (ranges, n) in deal(&served, number).into_iter().zip(1..) {
            let source = NamedSource::UpdateAgent(name(place, n));
            let of = |range| ListedEntry { range, source: source.clone() };
            let mut prefixes: Vec<Ipv6Net> = Vec::new();
            let (mut ranges, all) = (Vec::new(), ranges);
            for range in all {
                match in_prefix(range, &pure) {
                    Some(prefix) => prefixes.push(prefix),
                    None => ranges.push(range),
                }
            }
            let ranges = Ipv4Net::aggregate(&ranges).into_iter().map(AddressRange::from);
            let prefixes = Ipv6Net::aggregate(&prefixes).into_iter().map(AddressRange::from);
            let first: Vec<ListedEntry> = ranges.chain(prefixes).map(of).collect();
            let second = if number > 1 {
                Some(name(place, n % number + 1))
            } else {
                let above = place.above.and_then(|above| from[above]);
                above.map(|above| name(&places[above], 1))
            };
            if let Some(second) = second.filter(|_| has_backups) {
                let source = NamedSource::UpdateAgent(second);
                let of = |entry: &ListedEntry| ListedEntry {
                    range: entry.range,
                    source: source.clone(),
                };
                backups.extend(first.iter().map(of));
            }
            entries.extend(first);
        }
    }
    entries.extend(backups);
    entries
}

/// The prefix that is the part `range` of a site's range, if the agents of that site have no IPv4 address.
fn in_prefix(range: Ipv4Net, pure: &[(&Place, Ipv6Net)]) -> Option<Ipv6Net> {
    let (place, prefix) = pure.iter().find(|(place, _)| place.range.contains(&range))?;
    let from = u128::from(range.network().to_bits() - place.range.network().to_bits());
    let host = 32 - range.prefix_len();
    // The whole range of a site is its whole prefix.
    let length = if range == place.range { prefix.prefix_len() } else { 128 - host };
    Ipv6Net::new((prefix.network().to_bits() + from).into(), length).ok()
}

/// The address ranges of `served`, divided among `number` Update Agents, with about as many agents each.
fn deal(served: &[&Place], number: u32) -> Vec<Vec<Ipv4Net>> {
    let loads: Vec<Load> = served.iter().flat_map(|place| pieces(place, number)).collect();
    let total: u64 = loads.iter().map(|(_, agents)| agents).sum();
    let mut dealt = vec![Vec::new(); number as usize];
    let mut before = 0;
    for (range, agents) in loads {
        // In order, so that neighbours stay together: by the Update Agent at the middle of the range.
        let middle = 2 * before + agents;
        let turn = middle * u64::from(number) / (2 * total).max(1);
        let turn = usize::try_from(turn).unwrap_or(usize::MAX).min(dealt.len() - 1);
        dealt[turn].push(range);
        before += agents;
    }
    dealt
}

/// The range of a place, in pieces small enough to be divided evenly, if it has several Update Agents. Agents have the
/// first addresses; the rest of the range is covered by pieces of doubling size.
fn pieces(place: &Place, number: u32) -> Vec<Load> {
    let bits = |count: u64| count.max(1).next_power_of_two().ilog2();
    let whole = 32 - u32::from(place.range.prefix_len());
    let taken = bits(place.most_agents + 1).min(whole);
    let small = bits(place.most_agents / (8 * u64::from(number.max(1)))).min(taken);
    if number < 2 || small == taken {
        return vec![(place.range, place.agents)];
    }
    let first = u64::from(u32::from(place.range.network()));
    let piece = |at: u64, bits: u32| {
        let address = u32::try_from(first + at).expect("within the range");
        let prefix = u8::try_from(32 - bits).expect("at most 32");
        Ipv4Net::new(address.into(), prefix).expect("a valid prefix")
    };
    let size = 1_u64 << small;
    let within = |at: u64| (place.most_agents + 1).saturating_sub(at.max(1)).min(size);
    let dense = (0..1 << (taken - small)).map(|turn| turn * size);
    let beyond = (taken..whole).map(|bits| (piece(1 << bits, bits), 0));
    dense.map(|at| (piece(at, small), within(at))).chain(beyond).collect()
}

fn name(place: &Place, number: u32) -> String {
    format!("{}/ua-{number}", place.site)
}
