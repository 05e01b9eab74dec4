//! The sources of Update Agents that use the customized list as agents do (UAG-4): a loop of them would wait for
//! itself.

use std::collections::BTreeMap;

use super::diagnostic::Diagnostic;
use super::document::Document;
use super::groups::Group;
use super::keys;
use super::named_source::NamedSource;
use super::served_ranges::{first_address, served_ranges};
use super::sources::{ExplicitUpdateAgent, ListedEntry, site_names};
use crate::model::address_range::{AddressRange, Addresses};

/// The properties of an Update Agent that determine its source.
struct Node<'a> {
    name: String,
    addresses: Addresses,
    /// Its source, if the scenario names one.
    source: Option<&'a NamedSource>,
}

/// Reports an Update Agent that updates from itself through others.
pub(super) fn check_paths(
    document: &Document<'_>,
    groups: &[Group],
    (explicit, entries): (&[ExplicitUpdateAgent], &[ListedEntry]),
    problems: &mut Vec<Diagnostic>,
) {
    let (nodes, at_site) = nodes(groups, explicit);
    let numbers: BTreeMap<&str, usize> =
        nodes.iter().enumerate().map(|(number, node)| (node.name.as_str(), number)).collect();
    let next: Vec<Option<usize>> = if entries.is_empty() {
        by_derived_list(groups, &nodes, &at_site, &numbers)
    } else {
        nodes.iter().map(|node| by_written_list(node, entries, &numbers)).collect()
    };
    let Some(name) = loop_of(&next).map(|number| &nodes[number].name) else { return };
    let fields = document.section(&keys::UPDATE_AGENTS);
    let message = format!("by the update source list, `{name}` updates from itself through others");
    let expected = "`only_from_server = true`, or a `source` that ends the loop (UAG-4)";
    let span = fields.span_of("only_from_server");
    problems.push(Diagnostic::new("loop", span, message, expected));
}

/// All Update Agents in the order of sites, and those of each site.
fn nodes<'a>(
    groups: &[Group],
    explicit: &'a [ExplicitUpdateAgent],
) -> (Vec<Node<'a>>, Vec<Vec<usize>>) {
    let names = site_names(groups);
    let sites: Vec<_> = groups
        .iter()
        .flat_map(|group| (0..group.subnets.len()).map(move |index| (group, index)))
        .collect();
    let mut nodes = Vec::new();
    let mut at_site: Vec<Vec<usize>> = vec![Vec::new(); names.len()];
    let of_group = groups.iter().flat_map(|group| {
        std::iter::repeat_n(group.update_agents, usize::try_from(group.count).unwrap_or(0))
    });
    let mut add = |site: usize, name, source| {
        let (group, index) = sites[site];
        let (range, prefix) = (group.subnets[index], group.prefix(index));
        let own = first_address(range, at_site[site].len());
        let addresses = Addresses::of(own, range, prefix, group.family);
        at_site[site].push(nodes.len());
        nodes.push(Node { name, addresses, source });
    };
    for (site, own) in of_group.enumerate() {
        for number in 1..=own {
            add(site, format!("{}/ua-{number}", names[site]), None);
        }
    }
    let places: BTreeMap<&str, usize> =
        names.iter().enumerate().map(|(site, name)| (name.as_str(), site)).collect();
    for written in explicit {
        if let Some(site) = places.get(written.site.as_str()) {
            add(*site, written.name.clone(), written.source.as_ref());
        }
    }
    (nodes, at_site)
}

/// The Update Agent that `node` updates from, by its own source or the explicit list.
fn by_written_list(
    node: &Node<'_>,
    entries: &[ListedEntry],
    numbers: &BTreeMap<&str, usize>,
) -> Option<usize> {
    let listed = || {
        let mut matching = entries.iter().filter(|entry| node.addresses.are_in(entry.range));
        matching.find(|entry| entry.source.name() != node.name).map(|entry| &entry.source)
    };
    match node.source.or_else(listed)? {
        NamedSource::UpdateAgent(name) => numbers.get(name.as_str()).copied(),
        _ => None,
    }
}

/// The same for all, by the list that is derived from the Update Agents.
fn by_derived_list(
    groups: &[Group],
    nodes: &[Node<'_>],
    at_site: &[Vec<usize>],
    numbers: &BTreeMap<&str, usize>,
) -> Vec<Option<usize>> {
    let mut next: Vec<Option<usize>> = vec![None; nodes.len()];
    let served = served_ranges(groups);
    let with: Vec<_> = served.iter().filter(|served| !at_site[served.site].is_empty()).collect();
    for (number, node) in nodes.iter().enumerate() {
        next[number] = match node.source {
            Some(NamedSource::UpdateAgent(name)) => numbers.get(name.as_str()).copied(),
            Some(_) => None,
            None => {
                let is_in = |range: AddressRange| node.addresses.are_in(range);
                let matching = with.iter().filter(|served| {
                    served.ranges.iter().any(|range| is_in((*range).into()))
                        || served.prefixes.iter().any(|prefix| is_in((*prefix).into()))
                });
                let mut all = matching.flat_map(|served| &at_site[served.site]);
                all.find(|other| **other != number).copied()
            }
        };
    }
    next
}

/// A number from which following `next` leads back to itself.
fn loop_of(next: &[Option<usize>]) -> Option<usize> {
    let mut seen_from: Vec<Option<usize>> = vec![None; next.len()];
    for start in 0..next.len() {
        let mut at = start;
        while seen_from[at].is_none() {
            seen_from[at] = Some(start);
            let Some(following) = next[at] else { break };
            at = following;
            if seen_from[at] == Some(start) {
                return Some(at);
            }
        }
    }
    None
}
