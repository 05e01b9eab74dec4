//! The addresses that the Update Agents of each site serve if the scenario has no list: the agents of their site, and
//! with `serves = "downstream"` those of all sites below, whatever their addresses (SRC-2).

use std::cmp::Reverse;
use std::net::Ipv4Addr;

use ipnet::{Ipv4Net, Ipv6Net};

use super::groups::Group;

/// The address ranges that the Update Agents of a site serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServedRanges {
    /// The site, by its number among all sites.
    pub(super) site: usize,
    /// Its group, by its number.
    pub(super) group: usize,
    /// The ranges.
    pub(super) ranges: Vec<Ipv4Net>,
    /// The prefixes of those of the sites whose agents have no IPv4 address.
    pub(super) prefixes: Vec<Ipv6Net>,
    /// How many sites are above it.
    depth: usize,
}

/// The ranges of all sites, deepest sites first, so that the nearest Update Agents are an agent's first.
pub(super) fn served_ranges(groups: &[Group]) -> Vec<ServedRanges> {
    let own_ranges = OwnRanges::of(groups);
    let mut first = Vec::new();
    let mut all: Vec<ServedRanges> = Vec::new();
    let mut above: Vec<Option<usize>> = Vec::new();
    let mut below: Vec<Vec<Ipv4Net>> = Vec::new();
    for (number, group) in groups.iter().enumerate() {
        first.push(all.len());
        for (index, subnet) in group.subnets.iter().enumerate() {
            let hub = group.via.map(|via| first[via] + index % groups[via].subnets.len().max(1));
            let depth = hub.map_or(0, |hub| all[hub].depth + 1);
            let prefix = group.only_prefix(index);
            let ranges = match prefix {
                Some(_) => Vec::new(),
                None => vec![own_ranges.within(number, *subnet)],
            };
            let prefixes = prefix.into_iter().collect();
            all.push(ServedRanges { site: all.len(), group: number, ranges, prefixes, depth });
            above.push(hub);
            below.push(Vec::new());
            let mut at = hub;
            while let Some(hub) = at {
                if groups[all[hub].group].serves_downstream {
                    match prefix {
                        Some(prefix) => all[hub].prefixes.push(prefix),
                        None => below[hub].push(*subnet),
                    }
                }
                at = above[hub];
            }
        }
    }
    for (served, below) in all.iter_mut().zip(below) {
        let subnet = groups[served.group].subnets[served.site - first[served.group]];
        if !groups[served.group].serves_downstream {
            continue;
        }
        if !served.ranges.is_empty() && below.iter().all(|range| subnet.contains(range)) {
            served.ranges = vec![subnet];
        } else {
            served.ranges.extend(below);
            served.ranges = Ipv4Net::aggregate(&served.ranges);
        }
    }
    all.sort_by_key(|served| Reverse(served.depth));
    all
}

/// The part of its range that each site has for its own agents, which are first in it: the part that the sites below do
/// not have.
pub(crate) struct OwnRanges {
    /// The ranges of the sites below each group, ordered by address.
    below: Vec<Vec<Ipv4Net>>,
}

impl OwnRanges {
    /// Those of the sites of `groups`.
    pub(crate) fn of(groups: &[Group]) -> Self {
        let mut below = vec![Vec::new(); groups.len()];
        for group in groups {
            if let Some(via) = group.via {
                below[via].extend(&group.subnets);
            }
        }
        for ranges in &mut below {
            ranges.sort_unstable();
        }
        Self { below }
    }

    /// The part of the range `subnet` of a site of group `number`.
    pub(crate) fn within(&self, number: usize, subnet: Ipv4Net) -> Ipv4Net {
        let below = &self.below[number];
        let first = below.partition_point(|other| other.network() < subnet.network());
        let inside = below[first..].iter().take_while(|other| subnet.contains(&other.network()));
        let inside = inside.filter(|other| subnet.contains(*other));
        let longest = inside.map(Ipv4Net::prefix_len).max();
        longest.and_then(|prefix| Ipv4Net::new(subnet.network(), prefix).ok()).unwrap_or(subnet)
    }
}

/// The number of entries of the list that is derived from the groups' own Update Agents.
pub(super) fn derived_entries(groups: &[Group]) -> u64 {
    let update_agents = |group: &Group| u64::from(group.update_agents);
    if groups.iter().all(|group| !group.serves_downstream) {
        return groups.iter().map(|group| update_agents(group) * u64::from(group.count)).sum();
    }
    let entries = |served: &ServedRanges| {
        let ranges = served.ranges.len() + served.prefixes.len();
        update_agents(&groups[served.group]) * ranges as u64
    };
    served_ranges(groups).iter().map(entries).sum()
}

/// The address of agent number `place` of a site.
pub(super) fn first_address(subnet: Ipv4Net, place: usize) -> Ipv4Addr {
    let offset = u32::try_from(place).expect("bounded by the scenario") + 1;
    Ipv4Addr::from(u32::from(subnet.network()).wrapping_add(offset))
}
