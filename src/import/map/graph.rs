//! A map as nodes with names and positions, and links with bandwidths and latencies.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::attributes::{Attributes, Written, of_distance, to_float, whole};
use super::raw::{RawEdge, RawGraph, RawNode};
use super::rules::TopologyRules;
use crate::import::account::counted;
use crate::scenario::{Diagnostic, nearest};
use crate::units::{BitRate, SimDuration};

/// Mean radius of the Earth in km (IUGG).
const EARTH_RADIUS: f64 = 6371.0088;

/// A map.
#[derive(Debug)]
pub(super) struct Graph {
    /// Its name.
    pub(super) title: Option<String>,
    /// The nodes' names, without duplicates.
    pub(super) names: Vec<String>,
    /// Whether a node is only a bend of a cable.
    pub(super) is_waypoint: Vec<bool>,
    positions: Vec<Option<Position>>,
    /// The links in the order of the file, at most one between two nodes.
    pub(super) links: Vec<MapLink>,
    /// The changes made.
    pub(super) notes: Vec<String>,
    /// The sources of the values.
    pub(super) account: Vec<String>,
    /// Whether a latency was read, not computed from positions.
    pub(super) has_latencies: bool,
}

/// A link.
#[derive(Clone, Copy, Debug)]
pub(super) struct MapLink {
    pub(super) ends: [usize; 2],
    rates: LinkRates,
    pub(super) latency: SimDuration,
}

/// The rates of a link in bit/s.
#[derive(Clone, Copy, Debug, Default)]
struct LinkRates {
    /// From its first end to its second, and back, as far as the map has one for each direction.
    along: [f64; 2],
    /// Towards the site at its lower end and away from it, from pairs such as `20/1 Mbit/s` of edges in each direction.
    of_site: [[f64; 2]; 2],
}

impl LinkRates {
    /// Adds the rates of an edge in the directions `ways`. Returns whether it has another edge beside it.
    fn add(&mut self, ways: &[usize], [down, up]: [f64; 2]) -> bool {
        let is_parallel = ways.iter().any(|way| self.has(*way));
        for way in ways {
            if down.to_bits() == up.to_bits() {
                self.along[*way] += down;
            } else {
                self.of_site[*way][0] += down;
                self.of_site[*way][1] += up;
            }
        }
        is_parallel
    }

    /// Whether there is an edge in a direction.
    fn has(&self, way: usize) -> bool {
        self.along[way] > 0.0 || self.of_site[way][0] > 0.0
    }
}

impl MapLink {
    /// The bandwidth towards the end `site`, and the one away from it. A link with a rate in one direction only has it
    /// in both.
    pub(super) fn bandwidths(&self, site: usize) -> [BitRate; 2] {
        let [forward, backward] = self.rates.along;
        let along = match (forward > 0.0, backward > 0.0, site == self.ends[1]) {
            (true, true, true) => [forward, backward],
            (true, true, false) => [backward, forward],
            _ => [forward.max(backward); 2],
        };
        [0, 1].map(|way| {
            // A pair is both directions of a link, which may be listed from both ends.
            let [one, other] = self.rates.of_site.map(|pair| pair[way]);
            let sum = along[way] + one.max(other);
            BitRate::from_bits_per_sec(whole(sum).max(1)).min(BitRate::MAX)
        })
    }
}

/// A position on Earth, in radians.
#[derive(Clone, Copy, Debug)]
struct Position {
    latitude: f64,
    longitude: f64,
}

impl Position {
    /// The great-circle distance to `other` in km (haversine formula).
    fn distance(self, other: Self) -> f64 {
        let half = |a: f64, b: f64| ((a - b) / 2.0).sin().powi(2);
        let chord = half(self.latitude, other.latitude)
            + self.latitude.cos() * other.latitude.cos() * half(self.longitude, other.longitude);
        2.0 * EARTH_RADIUS * chord.clamp(0.0, 1.0).sqrt().asin()
    }
}

impl Graph {
    /// The map for `raw` under `rules`.
    pub(super) fn new(raw: &RawGraph, rules: &TopologyRules) -> Result<Self, Vec<Diagnostic>> {
        let mut problems = Vec::new();
        let mut attributes = Attributes::new(raw, rules)?;
        let numbers = number_nodes(&raw.nodes, &mut problems);
        let mut notes = raw.notes.clone();
        let groups = groups(&raw.nodes, &numbers, &mut notes);
        let is_group = |at: usize| groups[at] == at;
        let mut is_kept = kept(&raw.nodes, rules, &mut notes);
        for (at, kept) in is_kept.iter_mut().enumerate() {
            *kept = *kept && is_group(at);
        }
        let mut own = vec![None; raw.nodes.len()];
        for (next, at) in (0..raw.nodes.len()).filter(|at| is_kept[*at]).enumerate() {
            own[at] = Some(next);
        }
        let place: Vec<Option<usize>> = groups.iter().map(|group| own[*group]).collect();
        let nodes: Vec<&RawNode> = raw
            .nodes
            .iter()
            .zip(&is_kept)
            .filter(|(_, kept)| **kept)
            .map(|(node, _)| node)
            .collect();
        let positions = positions(&nodes, &mut attributes, &mut notes, &mut problems);
        let names = names(&nodes, &mut attributes, &mut notes);
        let is_waypoint = nodes.iter().map(|node| attributes.is_waypoint(node)).collect();
        let says = |key: &&str| raw.attributes.get(*key).filter(|title| !title.trim().is_empty());
        let title = ["Network", "label", "name", "title"].iter().find_map(says);
        let mut graph = Self {
            title: title.cloned(),
            names,
            is_waypoint,
            positions,
            links: Vec::new(),
            notes,
            account: Vec::new(),
            has_latencies: false,
        };
        let edges = Edges { raw, numbers: &numbers, place: &place, rules };
        graph.add_links(&edges, &mut attributes, &mut problems);
        graph.account = attributes.account();
        if problems.is_empty() { Ok(graph) } else { Err(problems) }
    }

    /// The number of links of each node.
    pub(super) fn degrees(&self) -> Vec<usize> {
        let mut degrees = vec![0; self.names.len()];
        for end in self.links.iter().flat_map(|link| link.ends) {
            degrees[end] += 1;
        }
        degrees
    }

    /// A link with the default bandwidth.
    pub(super) fn link_between(&self, ends: [usize; 2], rules: &TopologyRules) -> MapLink {
        let latency = self.latency(ends).unwrap_or(rules.default_latency);
        let rates = LinkRates { along: [to_float(rules.default_link); 2], ..LinkRates::default() };
        MapLink { ends, rates, latency }
    }

    fn latency(&self, [from, to]: [usize; 2]) -> Option<SimDuration> {
        Some(of_distance(self.positions[from]?.distance(self.positions[to]?)))
    }

    fn add_links(
        &mut self,
        edges: &Edges<'_>,
        attributes: &mut Attributes<'_>,
        problems: &mut Vec<Diagnostic>,
    ) {
        let Edges { raw, place, rules, .. } = *edges;
        let mut between: BTreeMap<[usize; 2], usize> = BTreeMap::new();
        let (mut loops, mut within, mut parallel, mut far, mut unused) = (0, 0, 0, 0, 0);
        let mut without_speed: Vec<(usize, &[usize])> = Vec::new();
        for edge in &raw.edges {
            let ends = [&edge.source, &edge.target].map(|id| edges.end(id, edge, problems));
            let [Some(first), Some(second)] = ends else { continue };
            let [Some(from), Some(to)] = [first, second].map(|node| place[node]) else { continue };
            if from == to {
                *(if first == second { &mut loops } else { &mut within }) += 1;
                continue;
            }
            if attributes.is_out_of_service(edge) {
                unused += 1;
                continue;
            }
            let ends = [from.min(to), from.max(to)];
            let known = attributes.bandwidth(edge).unwrap_or_else(|problem| {
                problems.push(problem);
                None
            });
            let known = known.or_else(|| {
                let [first, second] =
                    [first, second].map(|node| attributes.host_bandwidth(&raw.nodes[node]));
                Some([first?.min(second?); 2])
            });
            let latency = attributes.latency(edge).unwrap_or_else(|problem| {
                problems.push(problem);
                None
            });
            self.has_latencies |= latency.is_some();
            let number = *between.entry(ends).or_insert_with(|| {
                far += usize::from(latency.is_none() && self.latency(ends).is_none());
                let link = self.link_between(ends, rules);
                let rates = LinkRates::default();
                self.links.push(MapLink {
                    latency: latency.unwrap_or(link.latency),
                    rates,
                    ..link
                });
                self.links.len() - 1
            });
            if let Some(latency) = latency {
                self.links[number].latency = self.links[number].latency.min(latency);
            }
            let ways: &[usize] = match (edge.is_directed, from < to) {
                (false, _) => &[0, 1],
                (true, true) => &[0],
                (true, false) => &[1],
            };
            match known {
                Some(known) => parallel += usize::from(self.links[number].rates.add(ways, known)),
                None => without_speed.push((number, ways)),
            }
        }
        let without_speed = self.assume_speeds(&without_speed, rules, &mut parallel);
        let mut note = |count, one, many, what: &str| {
            if count > 0 {
                self.notes.push(format!("{} {what}", counted(count, one, many)));
            }
        };
        note(loops, "link", "links", "from a node to itself: left out");
        note(within, "link", "links", "inside a group: left out");
        note(unused, "link", "links", "not in service: left out");
        note(parallel, "link", "links", "parallel to another: bandwidths added");
        let [unknown, one_way] = without_speed;
        note(unknown, "link", "links", "without a speed: --default-link");
        note(one_way, "link", "links", "without a speed: that of the other direction");
        note(far, "link", "links", "without the position of an end: --default-latency");
    }

    /// Adds edges without a speed, each as a link and its directions: one whose opposite direction alone has a speed has that,
    /// any other one the default. Returns the numbers of these and of those.
    fn assume_speeds(
        &mut self,
        edges: &[(usize, &[usize])],
        rules: &TopologyRules,
        parallel: &mut usize,
    ) -> [usize; 2] {
        let known: Vec<[bool; 2]> =
            self.links.iter().map(|link| [0, 1].map(|way| link.rates.has(way))).collect();
        let (mut unknown, mut one_way) = (0, 0);
        for (link, ways) in edges {
            match (*ways, known[*link]) {
                ([0], [false, true]) | ([1], [true, false]) => one_way += 1,
                _ => {
                    let default = [to_float(rules.default_link); 2];
                    *parallel += usize::from(self.links[*link].rates.add(ways, default));
                    unknown += 1;
                }
            }
        }
        [unknown, one_way]
    }
}

/// The edges of a map, with their ends.
#[derive(Clone, Copy)]
struct Edges<'r> {
    raw: &'r RawGraph,
    numbers: &'r BTreeMap<&'r str, usize>,
    place: &'r [Option<usize>],
    rules: &'r TopologyRules,
}

impl Edges<'_> {
    /// The number of the node at an end of `edge`.
    fn end(&self, id: &str, edge: &RawEdge, problems: &mut Vec<Diagnostic>) -> Option<usize> {
        let found = self.numbers.get(id).copied();
        if found.is_none() {
            let message = format!("there is no node `{id}`");
            // With very many nodes, the search for a similar name is skipped.
            let near = self.numbers.keys().copied().take(10_000);
            let span: Range<usize> = edge.span.clone();
            let problem = Diagnostic::new("unknown-name", span, message, "the id of a node");
            let help = if problems.len() < 20 { nearest(id, near) } else { None };
            problems.push(problem.with_help(help));
        }
        found
    }
}

/// The nodes' numbers by their ids.
fn number_nodes<'r>(
    nodes: &'r [RawNode],
    problems: &mut Vec<Diagnostic>,
) -> BTreeMap<&'r str, usize> {
    let mut numbers = BTreeMap::new();
    for (number, node) in nodes.iter().enumerate() {
        if numbers.insert(node.id.as_str(), number).is_some() {
            let message = format!("there are two nodes with the id `{}`", node.id);
            let span = node.span.clone();
            problems.push(Diagnostic::new("duplicate", span, message, "a unique id"));
        }
    }
    numbers
}

/// The outermost group that contains each node, or the node itself: a group is one site.
fn groups(
    nodes: &[RawNode],
    numbers: &BTreeMap<&str, usize>,
    notes: &mut Vec<String>,
) -> Vec<usize> {
    let above =
        |at: usize| numbers.get(nodes[at].group.as_deref()?).copied().filter(|group| *group != at);
    let mut outermost: Vec<usize> = (0..nodes.len()).collect();
    let (mut within, mut sites) = (0, BTreeSet::new());
    for (at, outer) in outermost.iter_mut().enumerate() {
        // Readers limit the nesting to this depth; a cycle ends here, too.
        for _ in 0..64 {
            let Some(group) = above(*outer) else { break };
            *outer = group;
        }
        if *outer != at {
            within += 1;
            let _ = sites.insert(*outer);
        }
    }
    if within > 0 {
        let groups = counted(sites.len(), "group is one site", "groups are one site each");
        let nodes = counted(within, "node", "nodes");
        notes.push(format!("{groups}, of {nodes} in all"));
    }
    outermost
}

/// The nodes that become sites: those of other networks only on request, or if there are no others.
fn kept(nodes: &[RawNode], rules: &TopologyRules, notes: &mut Vec<String>) -> Vec<bool> {
    let is_own =
        |node: &RawNode| node.attributes.get("Internal").is_none_or(|text| text.trim() != "0");
    let own = nodes.iter().filter(|node| is_own(node)).count();
    let others = nodes.len() - own;
    if rules.keeps_external || own == 0 || others == 0 {
        return vec![true; nodes.len()];
    }
    let nodes_of = counted(others, "node", "nodes");
    let what = "of other networks (Internal 0): left out with their links; --keep-external";
    notes.push(format!("{nodes_of} {what} keeps them"));
    nodes.iter().map(is_own).collect()
}

/// Each node's label, made unique; `node-ID` if there is none.
fn names(
    nodes: &[&RawNode],
    attributes: &mut Attributes<'_>,
    notes: &mut Vec<String>,
) -> Vec<String> {
    // Links of a scenario name the Internet by this word.
    let mut taken = BTreeSet::from([String::from("internet")]);
    let mut next: BTreeMap<String, u64> = BTreeMap::new();
    let (mut nameless, mut repeated) = (0, 0);
    let names = nodes
        .iter()
        .map(|node| {
            let label = attributes.name(node);
            nameless += usize::from(label.is_none());
            let name = label.unwrap_or_else(|| format!("node-{}", node.id));
            let number = next.entry(name.clone()).or_insert(1);
            let mut unique = name.clone();
            while !taken.insert(unique.clone()) {
                *number += 1;
                unique = format!("{name}-{number}");
            }
            repeated += usize::from(unique != name);
            unique
        })
        .collect();
    if nameless > 0 {
        let what = counted(nameless, "node", "nodes");
        notes.push(format!("{what} without a label: named `node-` and their id"));
    }
    if repeated > 0 {
        let what = counted(repeated, "node", "nodes");
        notes.push(format!("{what} with a repeated label: `-2` and so on appended"));
    }
    names
}

/// The position of each node. If one is off the globe, all are drawing coordinates.
fn positions(
    nodes: &[&RawNode],
    attributes: &mut Attributes<'_>,
    notes: &mut Vec<String>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Option<Position>> {
    let written: Vec<Option<Written>> = nodes
        .iter()
        .map(|node| {
            attributes.position(node).unwrap_or_else(|wrong| {
                problems.extend(wrong);
                None
            })
        })
        .collect();
    let is_off =
        |place: &Written| !(place.latitude.abs() <= 90.0 && place.longitude.abs() <= 180.0);
    let off = written.iter().flatten().filter(|place| is_off(place)).count();
    if off > 0 && problems.is_empty() {
        attributes.forget_positions();
        let nodes = counted(off, "node is", "nodes are");
        notes.push(format!(
            "{nodes} beyond 90 and 180 degrees, so positions are drawing coordinates: not read"
        ));
        return vec![None; written.len()];
    }
    let radians = |place: Written| Position {
        latitude: place.latitude.to_radians(),
        longitude: place.longitude.to_radians(),
    };
    written.into_iter().map(|place| place.map(radians)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(latitude: f64, longitude: f64) -> Position {
        Position { latitude: latitude.to_radians(), longitude: longitude.to_radians() }
    }

    #[test]
    fn distances_are_those_of_the_great_circle() {
        // A quarter of a meridian, and London Heathrow to New York JFK, 5,540 km by air.
        assert!((at(0.0, 0.0).distance(at(90.0, 7.0)) - 10_007.557).abs() < 0.01);
        let flight = at(51.4706, -0.4619).distance(at(40.6398, -73.7789));
        assert!((flight - 5_540.0).abs() < 10.0, "{flight}");
        assert!(at(10.0, 180.0).distance(at(10.0, -180.0)) < 1e-6);
        assert!((at(0.0, 0.0).distance(at(0.0, 180.0)) - 20_015.115).abs() < 0.01);
    }
}
