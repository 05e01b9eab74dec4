//! From a map of a network, as the Internet Topology Zoo publishes them, to a scenario.
//!
//! A scenario is a tree: headquarters, and sites that hang on it or on each other. What is sent to
//! agents takes the ways of least latency from headquarters, and these make a tree of any graph; links
//! beside it carry nothing.

mod gml;
mod graph;
mod graphml;
mod raw;
mod speed;

use std::cmp::Reverse;
use std::ops::Range;
use std::path::Path;

use super::scenario_writer::{Place, ScenarioDraft, Uplink, scenario_name};
use super::{Begun, counted, encoding};
use crate::ids::NodeId;
use crate::network::{Topology, Traffic};
use crate::scenario::{Diagnostic, Diagnostics, nearest};
use crate::units::{BitRate, SimDuration};
use graph::{Graph, MICROSECONDS_PER_KM};

/// What a map does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopologyRules {
    /// The label of the node where the server is; by default the one with the most links.
    pub headquarters: Option<String>,
    /// Headquarters' access to the Internet.
    pub internet: BitRate,
    /// Bandwidth of a link that has none on the map.
    pub default_link: BitRate,
    /// Latency of a link with an end that has no position.
    pub default_latency: SimDuration,
    /// Agents at each node.
    pub agents: u64,
    /// Whether sites get an Update Agent.
    pub update_agents: bool,
    /// Whether nodes of other networks (`Internal 0`) are sites too.
    pub keeps_external: bool,
    /// Whether parts that no link joins to headquarters are joined to it by one of their own.
    pub joins_parts: bool,
}

/// The scenario called `name` that the map in `bytes`, of the file `file`, makes by `rules`. Where the file lies
/// changes nothing in it.
///
/// # Errors
/// Everything that is wrong with the map, each with its place.
pub fn from_topology(
    bytes: &[u8],
    file: &Path,
    name: &str,
    rules: &TopologyRules,
) -> Result<Begun, Diagnostics> {
    let shown = file.display().to_string();
    let text = encoding::text_of(bytes, &shown)?;
    let file_name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let read = if text.trim_start().starts_with('<') { graphml::read } else { gml::read };
    let begun = read(&text)
        .and_then(|raw| Graph::new(&raw, rules))
        .and_then(|graph| Import::new(graph, rules).map(|import| import.finish(name, &file_name)));
    begun.map_err(|mut list| {
        list.sort_by_key(|problem| problem.span.start);
        Diagnostics::of_file(&shown, text, list)
    })
}

/// A graph on its way to a company.
struct Import<'r> {
    graph: Graph,
    rules: &'r TopologyRules,
    topology: Topology,
    headquarters: usize,
    notes: Vec<String>,
}

/// Of the whole file: no single place is wrong.
const NOWHERE: Range<usize> = 0..0;

impl<'r> Import<'r> {
    fn new(graph: Graph, rules: &'r TopologyRules) -> Result<Self, Vec<Diagnostic>> {
        let mut topology = Topology::new();
        for name in &graph.names {
            let _ = topology.add_node(name);
        }
        for link in &graph.links {
            let [from, to] = link.ends.map(node);
            let _ = topology.add_link(from, to, link.bandwidth, link.latency);
        }
        let mut import = Self { graph, rules, topology, headquarters: 0, notes: Vec::new() };
        let mut parts = import.parts();
        import.headquarters = import.choose_headquarters(&parts).map_err(|wrong| vec![wrong])?;
        import.notes.extend(import.graph.notes.clone());
        parts.retain(|part| !part.contains(&import.headquarters));
        import.treat_parts(&parts);
        Ok(import)
    }

    /// The sets of nodes that links join, the largest first.
    fn parts(&self) -> Vec<Vec<usize>> {
        let mut is_seen = vec![false; self.graph.names.len()];
        let mut parts = Vec::new();
        for start in 0..is_seen.len() {
            if is_seen[start] {
                continue;
            }
            let routes = self.topology.routes_from(node(start), Traffic::Inside);
            let part: Vec<usize> =
                (start..is_seen.len()).filter(|at| routes.to(node(*at)).is_some()).collect();
            for at in &part {
                is_seen[*at] = true;
            }
            parts.push(part);
        }
        parts.sort_by_key(|part| Reverse(part.len()));
        parts
    }

    fn choose_headquarters(&self, parts: &[Vec<usize>]) -> Result<usize, Diagnostic> {
        let names = &self.graph.names;
        if let Some(wanted) = &self.rules.headquarters {
            return names.iter().position(|name| name == wanted).ok_or_else(|| {
                let message = format!("there is no node `{wanted}` to be headquarters");
                let help = nearest(wanted, names.iter().map(String::as_str));
                Diagnostic::new("unknown-name", NOWHERE, message, "the label of a node")
                    .with_help(help)
            });
        }
        let largest = parts.first().into_iter().flatten().copied();
        let degrees = self.graph.degrees();
        let busiest = largest.max_by_key(|at| (degrees[*at], Reverse(*at)));
        busiest.ok_or_else(|| {
            Diagnostic::new(
                "no-node",
                NOWHERE,
                "there are no nodes on the map",
                "at least one node",
            )
        })
    }

    /// Joins the parts without headquarters to it, or says that they are left out.
    fn treat_parts(&mut self, parts: &[Vec<usize>]) {
        if parts.is_empty() {
            return;
        }
        let nodes = counted(parts.iter().map(Vec::len).sum(), "node", "nodes");
        let what = counted(parts.len(), "part", "parts");
        if !self.rules.joins_parts {
            self.notes.push(format!(
                "{nodes} in {what} that no link joins to headquarters are left out; --join-parts \
                 joins them"
            ));
            return;
        }
        let degrees = self.graph.degrees();
        for part in parts {
            let busiest = part.iter().copied().max_by_key(|at| (degrees[*at], Reverse(*at)));
            let ends = [self.headquarters, busiest.expect("a part has a node")];
            let link = self.graph.link_between(ends, self.rules);
            let [from, to] = ends.map(node);
            let _ = self.topology.add_link(from, to, link.bandwidth, link.latency);
            self.graph.links.push(link);
        }
        self.notes.push(format!(
            "{nodes} in {what} that no link joins to headquarters: each part is joined to it by a \
             link of --default-link from its node with the most links"
        ));
    }

    fn finish(mut self, name: &str, file: &str) -> Begun {
        let routes = self.topology.routes_from(node(self.headquarters), Traffic::Inside);
        let mut reached: Vec<(usize, usize, Uplink)> = (0..self.graph.names.len())
            .filter_map(|at| {
                let route = routes.to(node(at))?;
                let last = route.channels.last()?.link();
                let link = self.topology.link(last);
                let above = if link.from == node(at) { link.to } else { link.from };
                let is_top = above == node(self.headquarters);
                let via = (!is_top).then(|| self.topology.name(above).to_string());
                let (bandwidth, latency) = (link.bandwidth, link.latency);
                Some((route.channels.len(), at, Uplink { via, bandwidth, latency }))
            })
            .collect();
        reached.sort_by_key(|(hops, at, _)| (*hops, *at));
        let beside = self.links_among(&reached) - reached.len();
        if beside > 0 {
            let links = counted(beside, "link is", "links are");
            self.notes.push(format!("{links} on no way of least latency and carry nothing"));
        }
        let place = |at: usize, uplink| Place {
            name: self.graph.names[at].clone(),
            agents: self.rules.agents,
            uplink,
            ..Place::default()
        };
        let sketch = ScenarioDraft {
            name: scenario_name(name),
            title: self.graph.title.clone().unwrap_or_else(|| name.into()),
            about: self.about(file),
            internet: self.rules.internet,
            headquarters: place(self.headquarters, None),
            sites: reached.into_iter().map(|(_, at, uplink)| place(at, Some(uplink))).collect(),
            independent: 0,
        };
        Begun { text: sketch.write(self.rules.update_agents), notes: self.notes }
    }

    /// How many links have both ends at headquarters or at what is reached from it.
    fn links_among(&self, reached: &[(usize, usize, Uplink)]) -> usize {
        let mut is_there = vec![false; self.graph.names.len()];
        is_there[self.headquarters] = true;
        for (_, at, _) in reached {
            is_there[*at] = true;
        }
        self.graph.links.iter().filter(|link| link.ends.iter().all(|end| is_there[*end])).count()
    }

    fn about(&self, file: &str) -> Vec<String> {
        let rules = self.rules;
        let mut about = vec![
            format!("Written by `updraft init --from-topology` from {file}."),
            "Assumed, because a map does not say it:".into(),
            format!("- {} agents at every node (--agents-per-node)", rules.agents),
            format!("- {} to the Internet, at headquarters alone (--internet)", rules.internet),
            format!("- {} where a link has no speed (--default-link)", rules.default_link),
            format!(
                "- latency: {MICROSECONDS_PER_KM} us for each kilometre of the great circle, or {} \
                 where an end has no position (--default-latency)",
                rules.default_latency
            ),
            "- the ways of least latency from headquarters; other links carry nothing".into(),
        ];
        if rules.headquarters.is_none() {
            about.push("- headquarters: the node with the most links (--headquarters)".into());
        }
        if rules.update_agents {
            about.push("- an Update Agent at each site of at least 10 agents".into());
        }
        about.push("Read off the map:".into());
        about.extend(self.notes.iter().map(|note| format!("- {note}")));
        about
    }
}

fn node(number: usize) -> NodeId {
    NodeId(u32::try_from(number).unwrap_or(u32::MAX))
}
