//! A map as nodes that have names and positions, and links that have bandwidths and latencies.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::raw::{RawEdge, RawGraph, RawNode};
use super::{TopologyRules, speed};
use crate::import::counted;
use crate::scenario::{Diagnostic, nearest};
use crate::units::{BitRate, SimDuration};

/// Light in glass, 200,000 km/s.
pub(super) const MICROSECONDS_PER_KM: u32 = 5;
/// Mean radius of the Earth in km (IUGG).
const EARTH_RADIUS: f64 = 6371.0088;

/// A map.
#[derive(Debug)]
pub(super) struct Graph {
    /// What the map is called.
    pub(super) title: Option<String>,
    /// The nodes' names, each once.
    pub(super) names: Vec<String>,
    positions: Vec<Option<Position>>,
    /// The links in the order of the file, one at most between two nodes.
    pub(super) links: Vec<MapLink>,
    /// What was changed on the way.
    pub(super) notes: Vec<String>,
}

/// A link.
#[derive(Clone, Copy, Debug)]
pub(super) struct MapLink {
    pub(super) ends: [usize; 2],
    pub(super) bandwidth: BitRate,
    pub(super) latency: SimDuration,
}

/// A place on Earth, in radians.
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
    /// The map that `raw` is by `rules`.
    pub(super) fn new(raw: &RawGraph, rules: &TopologyRules) -> Result<Self, Vec<Diagnostic>> {
        let mut problems = Vec::new();
        let numbers = number_nodes(&raw.nodes, &mut problems);
        let mut notes = Vec::new();
        let is_kept = kept(&raw.nodes, rules, &mut notes);
        let place: Vec<Option<usize>> = is_kept
            .iter()
            .scan(0, |next, kept| {
                *next += usize::from(*kept);
                Some(kept.then(|| *next - 1))
            })
            .collect();
        let nodes: Vec<&RawNode> = raw
            .nodes
            .iter()
            .zip(&is_kept)
            .filter(|(_, kept)| **kept)
            .map(|(node, _)| node)
            .collect();
        let positions = nodes.iter().map(|node| position(node, &mut problems)).collect();
        let names = names(&nodes, &mut notes);
        let title = ["Network", "label"].iter().find_map(|key| raw.attributes.get(*key));
        let title = title.filter(|title| !title.trim().is_empty()).cloned();
        let mut graph = Self { title, names, positions, links: Vec::new(), notes };
        graph.add_links(raw, &numbers, &place, rules, &mut problems);
        if problems.is_empty() { Ok(graph) } else { Err(problems) }
    }

    /// How many links each node has.
    pub(super) fn degrees(&self) -> Vec<usize> {
        let mut degrees = vec![0; self.names.len()];
        for end in self.links.iter().flat_map(|link| link.ends) {
            degrees[end] += 1;
        }
        degrees
    }

    /// A link of the default bandwidth.
    pub(super) fn link_between(&self, ends: [usize; 2], rules: &TopologyRules) -> MapLink {
        let latency = self.latency(ends).unwrap_or(rules.default_latency);
        MapLink { ends, bandwidth: rules.default_link, latency }
    }

    fn latency(&self, [from, to]: [usize; 2]) -> Option<SimDuration> {
        let km = self.positions[from]?.distance(self.positions[to]?);
        Some(SimDuration::from_nanos(1000 * whole(km * f64::from(MICROSECONDS_PER_KM))))
    }

    fn add_links(
        &mut self,
        raw: &RawGraph,
        numbers: &BTreeMap<&str, usize>,
        place: &[Option<usize>],
        rules: &TopologyRules,
        problems: &mut Vec<Diagnostic>,
    ) {
        let mut between: BTreeMap<[usize; 2], usize> = BTreeMap::new();
        // In each direction, in bit/s.
        let mut sums: Vec<[f64; 2]> = Vec::new();
        let (mut loops, mut parallel, mut unknown, mut far) = (0, 0, 0, 0);
        for edge in &raw.edges {
            let ends = [&edge.source, &edge.target].map(|id| end(id, edge, numbers, problems));
            let [Some(from), Some(to)] = ends else { continue };
            let [Some(from), Some(to)] = [from, to].map(|node| place[node]) else { continue };
            if from == to {
                loops += 1;
                continue;
            }
            let ends = [from.min(to), from.max(to)];
            let known = bandwidth(edge);
            unknown += usize::from(known.is_none());
            let number = *between.entry(ends).or_insert_with(|| {
                far += usize::from(self.latency(ends).is_none());
                self.links.push(self.link_between(ends, rules));
                sums.push([0.0; 2]);
                self.links.len() - 1
            });
            let sum = &mut sums[number][usize::from(raw.directed && from > to)];
            parallel += usize::from(*sum > 0.0);
            *sum += known.unwrap_or_else(|| to_float(rules.default_link.bits_per_sec()));
        }
        for (link, [forward, backward]) in self.links.iter_mut().zip(sums) {
            let sum = BitRate::from_bits_per_sec(whole(forward.max(backward)).max(1));
            link.bandwidth = sum.min(BitRate::MAX);
        }
        let mut note = |count, one, many, what: &str| {
            if count > 0 {
                self.notes.push(format!("{} {what}", counted(count, one, many)));
            }
        };
        note(loops, "link", "links", "from a node to itself: left out");
        note(parallel, "link", "links", "beside another between the same nodes: bandwidths added");
        note(unknown, "link", "links", "without a speed: --default-link");
        note(far, "link", "links", "without the position of an end: --default-latency");
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
            problems.push(Diagnostic::new("duplicate", span, message, "an id of its own"));
        }
    }
    numbers
}

/// Which nodes become sites: those of other networks only if that is asked for, or if there are no
/// others.
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

/// Each node's label, made unique; `node-ID` where there is none.
fn names(nodes: &[&RawNode], notes: &mut Vec<String>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut next: BTreeMap<String, u64> = BTreeMap::new();
    let (mut nameless, mut repeated) = (0, 0);
    let names = nodes
        .iter()
        .map(|node| {
            let label = node.attributes.get("label").filter(|label| {
                let label = label.trim();
                !label.is_empty() && label != "None"
            });
            nameless += usize::from(label.is_none());
            let name = label.cloned().unwrap_or_else(|| format!("node-{}", node.id));
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
        notes.push(format!("{what} without a label: called `node-` and their id"));
    }
    if repeated > 0 {
        let what = counted(repeated, "node", "nodes");
        notes.push(format!("{what} with a label that another has: `-2` and so on behind it"));
    }
    names
}

/// Where a node is, if the map says so.
fn position(node: &RawNode, problems: &mut Vec<Diagnostic>) -> Option<Position> {
    let mut degrees = |key: &str, most: f64| {
        let text = node.attributes.get(key)?.trim();
        let number = text.parse::<f64>().ok().filter(|number| number.abs() <= most);
        if number.is_none() {
            let message = format!("`{text}` is no {}", key.to_lowercase());
            let expected = format!("a number of degrees from -{most} to {most}");
            problems.push(Diagnostic::new("bad-value", node.span.clone(), message, expected));
        }
        number.map(f64::to_radians)
    };
    let (latitude, longitude) = (degrees("Latitude", 90.0), degrees("Longitude", 180.0));
    Some(Position { latitude: latitude?, longitude: longitude? })
}

/// The number of the node at an end of `edge`.
fn end(
    id: &str,
    edge: &RawEdge,
    numbers: &BTreeMap<&str, usize>,
    problems: &mut Vec<Diagnostic>,
) -> Option<usize> {
    let found = numbers.get(id).copied();
    if found.is_none() {
        let (message, help) =
            (format!("there is no node `{id}`"), nearest(id, numbers.keys().copied()));
        let span: Range<usize> = edge.span.clone();
        let problem = Diagnostic::new("unknown-name", span, message, "the id of a node");
        problems.push(problem.with_help(help));
    }
    found
}

/// A link's bandwidth in bit/s: its `LinkSpeedRaw`, or what its `LinkLabel` names.
fn bandwidth(edge: &RawEdge) -> Option<f64> {
    let text = |key: &str| edge.attributes.get(key).map(|text| text.trim());
    let raw = text("LinkSpeedRaw").and_then(|text| text.parse().ok());
    let raw = raw.filter(|speed: &f64| speed.is_finite() && *speed >= 1.0);
    raw.or_else(|| text("LinkLabel").and_then(speed::named_in)).filter(|speed| *speed >= 1.0)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, not below 0"
)]
fn whole(number: f64) -> u64 {
    number.round() as u64
}

#[expect(clippy::cast_precision_loss, reason = "rates are below 2^53 bit/s")]
fn to_float(number: u64) -> f64 {
    number as f64
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
