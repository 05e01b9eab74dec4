//! Routes between nodes, and the classes of transfers over each.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{ChannelId, ClassId, Column, LinkId, NodeId, PathId};
use crate::network::tcp::{CoarseWeight, even_cap};
use crate::network::{HangingTrees, Network, Passing, RootEnd, Route, Routes, Topology, Traffic};
use crate::simulation::recent::Recent;
use crate::units::{BitRate, SimDuration};

/// The start, the intermediate node, the end, and the lane of a route.
type PathEnds = (NodeId, Option<NodeId>, NodeId, u32);

/// The route between two ends.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// None: there is no route.
    path: Option<PathId>,
    /// The route between these ends that was found last for the first time.
    newest: Option<PathId>,
    /// The number of changes of links after which this holds.
    as_of: usize,
}

/// A route that has been used.
#[derive(Debug)]
struct Used {
    route: Route,
    /// Another route between the same ends.
    older: Option<PathId>,
    /// The classes over it by their rate caps and weights, which are few.
    classes: Vec<(BitRate, CoarseWeight, ClassId)>,
}

/// Routes and classes in use, each computed once.
#[derive(Debug)]
pub(super) struct Paths<'a> {
    topology: &'a Topology,
    /// What begins or ends here passes the Internet.
    on_internet: Vec<NodeId>,
    /// The node to which most others have routes.
    centre: NodeId,
    trees: BTreeMap<Traffic, HangingTrees>,
    /// Each with the number of changes of links that it has followed.
    tables: BTreeMap<(NodeId, RootEnd, Traffic), (Routes, usize)>,
    by_ends: BTreeMap<PathEnds, Known>,
    /// A cache of `by_ends`.
    recent: Recent<PathEnds, Known>,
    /// Links that are cut: no new route uses them.
    closed: BTreeSet<LinkId>,
    /// The links that were cut or repaired, in order.
    changes: Vec<LinkId>,
    routes: Vec<Used>,
    /// The shortest round trip of the routes found so far over each channel.
    shortest: Column<ChannelId, SimDuration>,
}

impl<'a> Paths<'a> {
    /// No route found yet.
    pub(super) fn new(topology: &'a Topology, on_internet: Vec<NodeId>, centre: NodeId) -> Self {
        Self {
            topology,
            on_internet,
            centre,
            trees: BTreeMap::new(),
            tables: BTreeMap::new(),
            by_ends: BTreeMap::new(),
            recent: Recent::new(),
            closed: BTreeSet::new(),
            changes: Vec::new(),
            routes: Vec::new(),
            shortest: Column::filled(SimDuration::MAX, topology.capacities().len()),
        }
    }

    /// Whether equal routes are shared.
    pub(super) fn are_shared(&self) -> bool {
        self.topology.route_choice().are_shared
    }

    /// The route from `from` to `to`, through `via` if given; `None` if there is none. If equal routes are shared,
    /// `turn` selects one of them.
    pub(super) fn between(
        &mut self,
        from: NodeId,
        via: Option<NodeId>,
        to: NodeId,
        turn: u32,
    ) -> Option<PathId> {
        let lane = turn % self.topology.route_choice().lanes();
        let ends = (from, via, to, lane);
        let mark = [from.0 ^ lane << 24, to.0];
        let is_current = |known: &Known| known.as_of == self.changes.len();
        if let Some(known) = self.recent.get(mark, &ends).filter(is_current) {
            return known.path;
        }
        let before = self.by_ends.get(&ends).copied();
        let known = before.filter(is_current).unwrap_or_else(|| {
            let newest = before.and_then(|before| before.newest);
            let found = self.find(ends);
            let path = found.map(|route| self.number(route, newest));
            // A route that was in use before keeps its number.
            let is_new = path.is_some_and(|path| newest.is_none_or(|newest| path > newest));
            let newest = if is_new { path } else { newest };
            Known { path, newest, as_of: self.changes.len() }
        });
        self.by_ends.insert(ends, known);
        self.recent.keep(mark, ends, known);
        known.path
    }

    fn find(&mut self, (from, via, to, lane): PathEnds) -> Option<Route> {
        let Some(via) = via else { return self.leg(from, to, lane) };
        let (mut first, second) = (self.leg(from, via, lane)?, self.leg(via, to, lane)?);
        first.latency += second.latency;
        // A channel that both legs take carries the bytes once in this model.
        let fresh = second.channels.into_iter().filter(|c| !first.channels.contains(c));
        let fresh: Vec<ChannelId> = fresh.collect();
        first.channels.extend(fresh);
        Some(first)
    }

    /// The number of a route between ends of which `newest` is a route.
    fn number(&mut self, route: Route, newest: Option<PathId>) -> PathId {
        let mut older = newest;
        while let Some(path) = older {
            let used = &self.routes[path.0 as usize];
            if used.route == route {
                return path;
            }
            older = used.older;
        }
        for &channel in &route.channels {
            let shortest = &mut self.shortest[channel];
            *shortest = (*shortest).min(route.round_trip());
        }
        let id = PathId(u32::try_from(self.routes.len()).expect("fewer routes than agents"));
        self.routes.push(Used { route, older: newest, classes: Vec::new() });
        id
    }

    fn leg(&mut self, from: NodeId, to: NodeId, lane: u32) -> Option<Route> {
        let beyond = self.on_internet.iter().any(|node| [from, to].contains(node));
        let traffic = if beyond { Traffic::Internet } else { Traffic::Inside };
        if from == to {
            return Some(Route::default());
        }
        // A tree has one way out: routes are searched in the core only, not from every site.
        let topology = self.topology;
        let trees = self.trees.entry(traffic);
        let way = trees.or_insert_with(|| HangingTrees::new(topology, traffic)).way(from, to);
        let mut latency = SimDuration::ZERO;
        for channel in way.up.iter().chain(&way.down) {
            if self.closed.contains(&channel.link()) {
                return None;
            }
            latency += topology.link(channel.link()).latency;
        }
        let mut channels = way.up;
        if way.core.0 != way.core.1 {
            let through = self.search(way.core.0, traffic, way.core.1, lane)?;
            channels.extend(through.channels);
            latency += through.latency;
        }
        channels.extend(way.down);
        Some(Route { channels, latency })
    }

    fn search(&mut self, from: NodeId, traffic: Traffic, to: NodeId, lane: u32) -> Option<Route> {
        let passing = Passing { traffic, closed: &self.closed };
        let (topology, changes) = (self.topology, &self.changes);
        let root = self.root(from, traffic, to);
        let (routes, followed) = self
            .tables
            .entry((root.0, root.1, traffic))
            .or_insert_with(|| (topology.routes(root, passing), changes.len()));
        if *followed < changes.len() {
            let _ = topology.follow(routes, passing, &changes[*followed..]);
            *followed = changes.len();
        }
        if topology.route_choice().are_shared {
            topology.route_of_lane(routes, to, passing, lane)
        } else {
            routes.between(if root.1 == RootEnd::First { to } else { from })
        }
    }

    /// The root of the routes among which the one from `from` to `to` is: whichever is known, or has routes to more
    /// others.
    fn root(&self, from: NodeId, traffic: Traffic, to: NodeId) -> (NodeId, RootEnd) {
        let (first, last) = ((from, RootEnd::First), (to, RootEnd::Last));
        let is_known = |(node, end)| self.tables.contains_key(&(node, end, traffic));
        let is_shared = self.topology.route_choice().are_shared;
        let ends_at_centre = || {
            let centre = self.trees.get(&traffic).map(|trees| trees.core_of(self.centre));
            centre == Some(to)
        };
        if is_shared || is_known(first) || !(is_known(last) || ends_at_centre()) {
            first
        } else {
            last
        }
    }

    /// New routes avoid `link` from now on.
    pub(super) fn close(&mut self, link: LinkId) {
        self.closed.insert(link);
        self.changes.push(link);
    }

    /// Routes may use `link` again.
    pub(super) fn open(&mut self, link: LinkId) {
        self.closed.remove(&link);
        self.changes.push(link);
    }

    /// The bandwidths of both directions of a link.
    pub(super) fn bandwidths(&self, link: LinkId) -> [BitRate; 2] {
        let link = self.topology.link(link);
        [link.bandwidth, link.backward]
    }

    /// The route with number `path`.
    pub(super) fn route(&self, path: PathId) -> &Route {
        &self.routes[path.0 as usize].route
    }

    /// The shortest round trip of the routes over `channel`.
    pub(super) fn shortest(&self, channel: ChannelId) -> SimDuration {
        self.shortest[channel]
    }

    /// The class of transfers over `path` with `weight`, each limited to about `rate_cap`, see [`even_cap`].
    pub(super) fn class(
        &mut self,
        network: &mut Network,
        path: PathId,
        rate_cap: BitRate,
        weight: CoarseWeight,
    ) -> ClassId {
        let Used { route, classes, .. } = &mut self.routes[path.0 as usize];
        let known = classes.binary_search_by_key(&(rate_cap, weight), |known| (known.0, known.1));
        match known {
            Ok(place) => classes[place].2,
            Err(place) => {
                let cap = even_cap(rate_cap, weight.weight());
                let class = network.class(&route.channels, Some(cap), weight.weight());
                classes.insert(place, (rate_cap, weight, class));
                class
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FAST: BitRate = BitRate::from_megabits(100);

    proptest! {
        #[test]
        fn ways_that_are_shortened_are_those_that_a_whole_search_finds(
            links in prop::collection::vec((0..6_u32, 0..6_u32, 0..3_u64), 1..10),
            changes in prop::collection::vec(0..10_u32, 0..6),
            centre in 0..6_u32,
        ) {
            let mut topology = Topology::new();
            let nodes = ["a", "b", "c", "d", "e", "f"].map(|name| topology.add_node(name));
            let links = links.into_iter().filter(|(from, to, _)| from != to).map(|(from, to, millis)| {
                topology.add_link(NodeId(from), NodeId(to), FAST, SimDuration::from_millis(millis))
            });
            let links: Vec<LinkId> = links.collect();
            let mut paths = Paths::new(&topology, vec![NodeId(6)], NodeId(centre));
            let mut closed = BTreeSet::new();
            let changes = changes.into_iter().map(|link| links.get(link as usize).copied());
            // A link that is named again is repaired.
            for link in std::iter::once(None).chain(changes) {
                if let Some(link) = link {
                    if closed.insert(link) {
                        paths.close(link);
                    } else {
                        closed.remove(&link);
                        paths.open(link);
                    }
                }
                for from in nodes {
                    let passing = Passing { traffic: Traffic::Inside, closed: &closed };
                    let whole = topology.routes((from, RootEnd::First), passing);
                    for to in nodes {
                        let found = paths.between(from, None, to, 0).map(|path| paths.route(path).clone());
                        prop_assert_eq!(found, whole.between(to));
                    }
                }
            }
        }
    }

    #[test]
    fn a_route_that_returns_keeps_its_number() {
        let mut topology = Topology::new();
        let [a, b] = ["a", "b"].map(|name| topology.add_node(name));
        let links =
            [1, 2, 3].map(|millis| topology.add_link(a, b, FAST, SimDuration::from_millis(millis)));
        let mut paths = Paths::new(&topology, Vec::new(), a);
        let mut found = Vec::new();
        for _ in 0..3 {
            found.push(paths.between(a, None, b, 0));
            paths.close(links[0]);
            found.push(paths.between(a, None, b, 0));
            paths.close(links[1]);
            found.push(paths.between(a, None, b, 0));
            paths.close(links[2]);
            assert_eq!(paths.between(a, None, b, 0), None);
            for link in &links {
                paths.open(*link);
            }
        }
        assert_eq!(paths.routes.len(), 3);
        assert_eq!(found[..3], found[6..]);
    }
}
