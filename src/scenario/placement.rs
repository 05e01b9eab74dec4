//! Update Agents where somebody else puts them: so many at each site, and the customized list that
//! follows from that.
//!
//! The list names for each site the nearest Update Agents on its way up: its own, or those of the
//! site above, and so on (SRC-2). Where a site has several, the address ranges that they serve are
//! dealt out so that each has about as many agents. Who is served by none is not listed, and updates
//! from the server.

use std::collections::BTreeMap;

use ipnet::{Ipv4Net, Ipv6Net};

use super::Scenario;
use super::groups::Group;
use super::named_source::NamedSource;
use super::served_ranges::OwnRanges;
use super::sources::{ExplicitUpdateAgent, ListedEntry};
use crate::model::address_range::AddressRange;
use crate::policy::source_order::MAX_LIST_ENTRIES;

/// A site at which Update Agents may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its name.
    pub site: String,
    /// The site above it, by its number; headquarters have none.
    pub above: Option<usize>,
    /// Its agents: the mean of what the scenario draws, rounded up.
    pub agents: u64,
    /// The most Update Agents that surely find an agent there to be.
    pub room: u32,
    /// Where its own agents' addresses lie.
    range: Ipv4Net,
    /// Its prefix, if its agents have no IPv4 address.
    prefix: Option<Ipv6Net>,
    /// The most agents that it may draw.
    most_agents: u64,
}

/// Why Update Agents cannot stand so: the list would be too long (SRC-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyEntries(pub usize);

/// Addresses, and about how many agents have them.
type Load = (Ipv4Net, u64);

impl Scenario {
    /// All sites, headquarters first, each after the one above it.
    pub fn places(&self) -> Vec<Place> {
        let own_ranges = OwnRanges::of(&self.groups);
        let mut first = Vec::new();
        let mut places: Vec<Place> = Vec::new();
        for (number, group) in self.groups.iter().enumerate() {
            first.push(places.len());
            for index in 0..group.count {
                let above = group.via.map(|via| {
                    let hubs = self.groups[via].count.max(1);
                    first[via] + (index % hubs) as usize
                });
                places.push(Place {
                    site: group.site_name(index),
                    above,
                    agents: group.mean_agents(),
                    room: u32::try_from(group.fewest_agents()).unwrap_or(u32::MAX),
                    range: own_ranges.within(number, group.subnets[index as usize]),
                    prefix: group.only_prefix(index as usize),
                    most_agents: group.most_agents(),
                });
            }
        }
        places
    }

    /// How many Update Agents the scenario has at each of its `places`.
    pub fn update_agents_at(&self, places: &[Place]) -> Vec<u32> {
        let of_group =
            |group: &Group| std::iter::repeat_n(group.update_agents, group.count as usize);
        let mut explicit: BTreeMap<&str, usize> = BTreeMap::new();
        for agent in &self.update_agents {
            *explicit.entry(&agent.site).or_default() += 1;
        }
        let named = |place: &Place| explicit.get(place.site.as_str()).copied().unwrap_or_default();
        let all = places.iter().zip(self.groups.iter().flat_map(of_group));
        all.map(|(place, own)| own + u32::try_from(named(place)).unwrap_or(u32::MAX)).collect()
    }

    /// The same scenario with `numbers[i]` Update Agents at `places[i]` and no others.
    ///
    /// # Errors
    /// If the list has more entries than the product takes.
    pub fn with_update_agents_at(
        &self,
        places: &[Place],
        numbers: &[u32],
    ) -> Result<Self, TooManyEntries> {
        let mut scenario = self.clone();
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
                hosts: self.settings.update_agent.hosts,
                source: None,
                presence: self.settings.update_agent.presence,
                independent: self.settings.update_agent.independent,
                scheduled: self.settings.update_agent.scheduled,
            })
            .collect();
        scenario.update_sources = list(places, numbers);
        match scenario.update_sources.len() {
            count if count > MAX_LIST_ENTRIES => Err(TooManyEntries(count)),
            _ => Ok(scenario),
        }
    }
}

impl Group {
    /// The mean number of agents that a site draws, rounded up.
    fn mean_agents(&self) -> u64 {
        let shares: u64 = self.agents.iter().map(|part| part.share).sum();
        let doubled: u64 = self.agents.iter().map(|part| part.share * (part.from + part.to)).sum();
        doubled.div_ceil(2 * shares.max(1))
    }
}

/// The nearest place on the way up from each, itself first, with an Update Agent there.
pub fn served_from(places: &[Place], numbers: &[u32]) -> Vec<Option<usize>> {
    let mut from: Vec<Option<usize>> = Vec::with_capacity(places.len());
    for (number, place) in places.iter().enumerate() {
        let above = place.above.and_then(|above| from[above]);
        from.push(if numbers[number] > 0 { Some(number) } else { above });
    }
    from
}

/// The customized list: sites in order, each with its Update Agents in order.
fn list(places: &[Place], numbers: &[u32]) -> Vec<ListedEntry> {
    let mut served: Vec<Vec<&Place>> = vec![Vec::new(); places.len()];
    for (place, from) in places.iter().zip(served_from(places, numbers)) {
        if let Some(from) = from {
            served[from].push(place);
        }
    }
    let mut entries = Vec::new();
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
            entries.extend(ranges.chain(prefixes).map(of));
        }
    }
    entries
}

/// The prefix that is the part `range` of a site's range, if it is one of those whose agents have no IPv4
/// address.
fn in_prefix(range: Ipv4Net, pure: &[(&Place, Ipv6Net)]) -> Option<Ipv6Net> {
    let (place, prefix) = pure.iter().find(|(place, _)| place.range.contains(&range))?;
    let from = u128::from(range.network().to_bits() - place.range.network().to_bits());
    let host = 32 - range.prefix_len();
    // The whole range of a site is its whole prefix.
    let length = if range == place.range { prefix.prefix_len() } else { 128 - host };
    Ipv6Net::new((prefix.network().to_bits() + from).into(), length).ok()
}

/// The address ranges of `served` for each of `number` Update Agents, with about as many agents each.
fn deal(served: &[&Place], number: u32) -> Vec<Vec<Ipv4Net>> {
    let loads: Vec<Load> = served.iter().flat_map(|place| pieces(place, number)).collect();
    let total: u64 = loads.iter().map(|(_, agents)| agents).sum();
    let mut dealt = vec![Vec::new(); number as usize];
    let mut before = 0;
    for (range, agents) in loads {
        // In order, so that neighbours stay together: by where the middle of the range falls.
        let middle = 2 * before + agents;
        let turn = middle * u64::from(number) / (2 * total).max(1);
        let turn = usize::try_from(turn).unwrap_or(usize::MAX).min(dealt.len() - 1);
        dealt[turn].push(range);
        before += agents;
    }
    dealt
}

/// The range of a place, in pieces small enough to be dealt out evenly, where it has several Update
/// Agents. Agents have the first addresses; what lies beyond them is doubled until the range ends.
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
