//! The tree of a graph: headquarters at its root, each node below the next one on its route; and the links beside it.

use std::cmp::Reverse;
use std::ops::Range;

use super::attributes::MICROSECONDS_PER_KM;
use super::graph::Graph;
use super::rules::TopologyRules;
use crate::ids::{NodeId, RowId};
use crate::import::Imported;
use crate::import::account::{counted, joined};
use crate::import::scenario_writer::{Beside, Place, ScenarioDraft, Uplink, scenario_name};
use crate::network::{Topology, Traffic};
use crate::scenario::{Diagnostic, nearest};

/// The maximum number of links outside the tree that are named; the others are counted.
const NAMED: usize = 20;
/// The whole file: the problem has no single position.
const NOWHERE: Range<usize> = 0..0;

/// A graph that is being converted to a company.
pub(super) struct Tree<'r> {
    graph: Graph,
    rules: &'r TopologyRules,
    topology: Topology,
    headquarters: usize,
    notes: Vec<String>,
}

/// A node with its uplink.
struct Reached {
    hops: u32,
    node: usize,
    above: usize,
    uplink: Uplink,
}

/// The tree without bends of cables.
struct Straight {
    reached: Vec<Reached>,
    /// The links beside it.
    links: Vec<Beside>,
    /// Whether a node is a bend, and so has no agents.
    has_nobody: Vec<bool>,
    /// The number of bends that were removed, and of those that stay.
    gone: usize,
    kept: usize,
}

impl<'r> Tree<'r> {
    pub(super) fn new(graph: Graph, rules: &'r TopologyRules) -> Result<Self, Vec<Diagnostic>> {
        let mut topology = Topology::new();
        for name in &graph.names {
            let _ = topology.add_node(name);
        }
        for link in &graph.links {
            let [from, to] = link.ends.map(node);
            let [bandwidth, _] = link.bandwidths(link.ends[1]);
            let _ = topology.add_link(from, to, bandwidth, link.latency);
        }
        let mut tree = Self { graph, rules, topology, headquarters: 0, notes: Vec::new() };
        let mut parts = tree.parts();
        tree.headquarters = tree.choose_headquarters(&parts).map_err(|wrong| vec![wrong])?;
        tree.notes.extend(tree.graph.notes.clone());
        parts.retain(|part| !part.contains(&tree.headquarters));
        tree.treat_parts(&parts);
        Ok(tree)
    }

    /// The connected components, the largest first.
    fn parts(&self) -> Vec<Vec<usize>> {
        let mut neighbours = vec![Vec::new(); self.graph.names.len()];
        for [from, to] in self.graph.links.iter().map(|link| link.ends) {
            neighbours[from].push(to);
            neighbours[to].push(from);
        }
        let mut is_seen = vec![false; neighbours.len()];
        let mut parts = Vec::new();
        for start in 0..is_seen.len() {
            if std::mem::replace(&mut is_seen[start], true) {
                continue;
            }
            let mut part = vec![start];
            let mut next = 0;
            while let Some(&at) = part.get(next) {
                next += 1;
                let unseen = |to: &&usize| !std::mem::replace(&mut is_seen[**to], true);
                part.extend(neighbours[at].iter().filter(unseen));
            }
            part.sort_unstable();
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
        let place = |at: usize| (!self.graph.is_waypoint[at], degrees[at], Reverse(at));
        largest.max_by_key(|at| place(*at)).ok_or_else(|| {
            Diagnostic::new(
                "no-node",
                NOWHERE,
                "there are no nodes on the map",
                "at least one node",
            )
        })
    }

    /// Joins the components without headquarters to it, or reports that they are left out.
    fn treat_parts(&mut self, parts: &[Vec<usize>]) {
        if parts.is_empty() {
            return;
        }
        let nodes = counted(parts.iter().map(Vec::len).sum(), "node", "nodes");
        let what = counted(parts.len(), "part", "parts");
        if !self.rules.joins_parts {
            self.notes.push(format!(
                "{nodes} in {what} not connected to headquarters are left out; --join-parts \
                 connects them"
            ));
            return;
        }
        let degrees = self.graph.degrees();
        for part in parts {
            let busiest = part.iter().copied().max_by_key(|at| (degrees[*at], Reverse(*at)));
            let ends = [self.headquarters, busiest.expect("a part has a node")];
            let link = self.graph.link_between(ends, self.rules);
            let [from, to] = ends.map(node);
            let [bandwidth, _] = link.bandwidths(ends[1]);
            let _ = self.topology.add_link(from, to, bandwidth, link.latency);
            self.graph.links.push(link);
        }
        self.notes.push(format!(
            "{nodes} in {what} not connected to headquarters: each part is connected by a \
             link of --default-link from its node with the most links"
        ));
    }

    /// The report on the map, including what cannot be represented.
    pub(super) fn account(&self, file: &str) -> Vec<String> {
        let mut lines: Vec<String> =
            self.graph.account.iter().map(|line| format!("{file}: {line}")).collect();
        let beside = self.beside(&self.reached());
        if !beside.is_empty() {
            let shown: Vec<String> = beside
                .iter()
                .take(NAMED)
                .map(|link| {
                    let [from, to] = self.graph.links[*link].ends;
                    joined(&self.graph.names[from], &self.graph.names[to])
                })
                .collect();
            let rest = beside.len().saturating_sub(NAMED);
            let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
            let shown = shown.join(", ");
            lines
                .push(format!("{file}: links beside the tree, written as [[link]]: {shown}{rest}"));
        }
        if self.rules.headquarters.is_none() {
            let name = &self.graph.names[self.headquarters];
            lines.push(format!(
                "headquarters: `{name}`, the node with the most links (--headquarters)"
            ));
        }
        lines.push(format!("{} agents at every site (--agents-per-node)", self.rules.agents));
        lines.push("every agent has the latest components at the start (releases_behind)".into());
        lines
    }

    /// The nodes connected to headquarters, the nearest first.
    fn reached(&self) -> Vec<Reached> {
        let routes = self.topology.routes_from(node(self.headquarters), Traffic::Inside);
        let mut reached: Vec<Reached> = (0..self.graph.names.len())
            .filter_map(|at| {
                let (hops, last) = routes.last_link(node(at))?;
                let link = self.topology.link(last);
                let above = if link.from == node(at) { link.to } else { link.from };
                let is_top = above == node(self.headquarters);
                let via = (!is_top).then(|| self.topology.name(above).to_string());
                let [bandwidth, up] = self.graph.links[last.index()].bandwidths(at);
                let bandwidth_up = (up != bandwidth).then_some(up);
                let uplink = Uplink { via, bandwidth, bandwidth_up, latency: link.latency };
                Some(Reached { hops, node: at, above: above.0 as usize, uplink })
            })
            .collect();
        reached.sort_by_key(|reached| (reached.hops, reached.node));
        reached
    }

    /// The links between nodes of the tree that are not in it.
    fn beside(&self, reached: &[Reached]) -> Vec<usize> {
        let mut above = vec![None; self.graph.names.len()];
        for reached in reached {
            above[reached.node] = Some(reached.above);
        }
        let is_there = |at: usize| at == self.headquarters || above[at].is_some();
        let is_beside = |link: &usize| {
            let [from, to] = self.graph.links[*link].ends;
            is_there(from) && is_there(to) && above[from] != Some(to) && above[to] != Some(from)
        };
        (0..self.graph.links.len()).filter(is_beside).collect()
    }

    /// Removes bends of cables: what is at their ends is connected directly. A bend at which a cable branches stays, without
    /// agents, because the cables beyond it share the link to it.
    fn without_waypoints(&self, mut reached: Vec<Reached>, beside: &[usize]) -> Straight {
        let count = self.graph.names.len();
        // Of each node, the links that do not lead towards headquarters.
        let mut others = vec![0_usize; count];
        let mut is_gone = vec![false; count];
        let mut uplinks: Vec<Option<(usize, Uplink)>> = vec![None; count];
        for reached in &reached {
            others[reached.above] += 1;
            uplinks[reached.node] = Some((reached.above, reached.uplink.clone()));
        }
        for end in beside.iter().flat_map(|link| self.graph.links[*link].ends) {
            others[end] += 1;
        }
        // The farthest first: a bend without nodes beyond it is removed with its link.
        for reached in reached.iter().rev() {
            let is_waypoint = self.graph.is_waypoint[reached.node];
            is_gone[reached.node] = is_waypoint && others[reached.node] <= 1;
            if is_waypoint && others[reached.node] == 0 {
                others[reached.above] -= 1;
            }
        }
        for reached in &mut reached {
            while is_gone[reached.above] {
                let Some((above, link)) = uplinks[reached.above].clone() else { break };
                reached.above = above;
                let up = |uplink: &Uplink| uplink.bandwidth_up.unwrap_or(uplink.bandwidth);
                let away = up(&reached.uplink).min(up(&link));
                reached.uplink.bandwidth = reached.uplink.bandwidth.min(link.bandwidth);
                reached.uplink.bandwidth_up = (away != reached.uplink.bandwidth).then_some(away);
                reached.uplink.latency += link.latency;
                reached.uplink.via = link.via;
            }
        }
        let straight = |link: &usize| {
            let link = &self.graph.links[*link];
            let (mut ends, mut latency) = (link.ends, link.latency);
            let mut rates = link.bandwidths(ends[1]);
            for (number, end) in ends.iter_mut().enumerate() {
                while is_gone[*end] {
                    let Some((above, uplink)) = &uplinks[*end] else { break };
                    *end = *above;
                    let mut more =
                        [uplink.bandwidth, uplink.bandwidth_up.unwrap_or(uplink.bandwidth)];
                    // The link towards the first end leads from the place above it.
                    if number == 1 {
                        more.reverse();
                    }
                    rates = [0, 1].map(|way: usize| rates[way].min(more[way]));
                    latency += uplink.latency;
                }
            }
            let ends_differ = ends[0] != ends[1];
            let ends = ends.map(|end| self.graph.names[end].clone());
            let [bandwidth, back] = rates;
            let bandwidth_back = (back != bandwidth).then_some(back);
            ends_differ.then_some(Beside { ends, bandwidth, bandwidth_back, latency })
        };
        let links = beside.iter().filter_map(straight).collect();
        reached.retain(|reached| !is_gone[reached.node]);
        let gone = is_gone.iter().filter(|gone| **gone).count();
        let has_nobody = self.graph.is_waypoint.clone();
        let kept = reached.iter().filter(|reached| has_nobody[reached.node]).count();
        Straight { reached, links, has_nobody, gone, kept }
    }

    pub(super) fn finish(mut self, name: &str, file: &str, account: Vec<String>) -> Imported {
        let reached = self.reached();
        let beside = self.beside(&reached);
        if !beside.is_empty() {
            let links = counted(beside.len(), "link is", "links are");
            self.notes.push(format!("{links} beside the tree of the routes from headquarters"));
        }
        let is_tree = beside.is_empty();
        let Straight { reached, links, has_nobody, gone, kept } =
            self.without_waypoints(reached, &beside);
        if gone > 0 {
            let bends = counted(
                gone,
                "waypoint of a cable is not a site",
                "waypoints of cables are not sites",
            );
            self.notes.push(format!("{bends}: the links at both ends are joined"));
        }
        if kept > 0 {
            let forks = counted(
                kept,
                "waypoint at which cables branch is a site",
                "waypoints at which cables branch are sites",
            );
            self.notes.push(format!("{forks} without agents"));
        }
        let place = |at: usize, uplink| Place {
            name: self.graph.names[at].clone(),
            agents: if has_nobody[at] { 0 } else { self.rules.agents },
            uplink,
            ..Place::default()
        };
        let draft = ScenarioDraft {
            name: scenario_name(name),
            title: self.graph.title.clone().unwrap_or_else(|| name.into()),
            about: self.about(file, is_tree),
            internet: self.rules.internet,
            headquarters: place(self.headquarters, None),
            sites: reached
                .into_iter()
                .map(|reached| place(reached.node, Some(reached.uplink)))
                .collect(),
            links,
            independent: 0,
        };
        Imported { text: draft.write(self.rules.update_agents), notes: self.notes, account }
    }

    fn about(&self, file: &str, is_tree: bool) -> Vec<String> {
        let rules = self.rules;
        let mut about = vec![
            format!("Written by `updraft init --from-topology` from {file}."),
            "Assumed, because a map does not contain it:".into(),
            format!("- {} agents at every node (--agents-per-node)", rules.agents),
            format!("- {} to the Internet, only at headquarters (--internet)", rules.internet),
            format!("- {} for links without a speed (--default-link)", rules.default_link),
            format!(
                "- latency: {}{MICROSECONDS_PER_KM} us for each kilometre of the great circle, or {} \
                 if an end has no position (--default-latency)",
                if self.graph.has_latencies {
                    "for links without a latency or length, "
                } else {
                    ""
                },
                rules.default_latency
            ),
            if is_tree {
                "- the routes of least latency from headquarters; other links carry nothing".into()
            } else {
                "- routes of least latency: those from headquarters are the links of the sites (via), all other \
                 links are [[link]]"
                    .into()
            },
        ];
        if rules.headquarters.is_none() {
            about.push("- headquarters: the node with the most links (--headquarters)".into());
        }
        if rules.update_agents {
            about.push("- an Update Agent at each site of at least 10 agents".into());
        }
        about.push("Read from the map:".into());
        about.extend(self.notes.iter().map(|note| format!("- {note}")));
        about
    }
}

fn node(number: usize) -> NodeId {
    NodeId(u32::try_from(number).unwrap_or(u32::MAX))
}
