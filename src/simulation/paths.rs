//! Routes between nodes, and the classes of transfers over each.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{AgentId, ChannelId, ClassId, Column, LinkId, NodeId};
use crate::network::{HangingTrees, Network, Passing, Route, Routes, Topology, Traffic};
use crate::simulation::recent::Recent;
use crate::units::{BitRate, SimDuration};

/// The number of a route that has been used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PathId(u32);

/// The start, the intermediate node, the end, and the lane of a route.
type Ends = (NodeId, Option<NodeId>, NodeId, u32);

/// Routes and classes in use, each computed once.
#[derive(Debug)]
pub(super) struct Paths<'a> {
    topology: &'a Topology,
    /// What begins or ends here passes the Internet.
    on_internet: Vec<NodeId>,
    trees: BTreeMap<Traffic, HangingTrees>,
    routes_from: BTreeMap<(NodeId, Traffic), Routes>,
    by_ends: BTreeMap<Ends, Option<PathId>>,
    /// A cache of `by_ends`.
    recent: Recent<Ends, Option<PathId>>,
    /// Links that are cut: no new route uses them.
    closed: BTreeSet<LinkId>,
    routes: Vec<Route>,
    classes: BTreeMap<(PathId, BitRate, u32), ClassId>,
    /// The class last found for each route, with its rate cap and its weight.
    last_class: Vec<Option<(BitRate, u32, ClassId)>>,
    /// The shortest round trip of the routes found so far over each channel.
    shortest: Column<ChannelId, SimDuration>,
}

impl<'a> Paths<'a> {
    /// No route found yet.
    pub(super) fn new(topology: &'a Topology, on_internet: Vec<NodeId>) -> Self {
        Self {
            topology,
            on_internet,
            trees: BTreeMap::new(),
            routes_from: BTreeMap::new(),
            by_ends: BTreeMap::new(),
            recent: Recent::new(),
            closed: BTreeSet::new(),
            routes: Vec::new(),
            classes: BTreeMap::new(),
            last_class: Vec::new(),
            shortest: Column::filled(SimDuration::MAX, topology.capacities().len()),
        }
    }

    /// The route from `from` to `to`, through `via` if given; `None` if there is none. If equal routes are shared,
    /// `whose` selects the lane.
    pub(super) fn between(
        &mut self,
        from: NodeId,
        via: Option<NodeId>,
        to: NodeId,
        whose: Option<AgentId>,
    ) -> Option<PathId> {
        let lane = whose.map_or(0, |agent| agent.0 % self.topology.route_choice().lanes());
        let ends = (from, via, to, lane);
        let mark = [from.0 ^ lane << 24, to.0];
        if let Some(known) = self.recent.get(mark, &ends) {
            return known;
        }
        let found = if let Some(known) = self.by_ends.get(&ends) {
            *known
        } else {
            let found = self.find(ends);
            self.by_ends.insert(ends, found);
            found
        };
        self.recent.keep(mark, ends, found);
        found
    }

    fn find(&mut self, (from, via, to, lane): Ends) -> Option<PathId> {
        let route = match via {
            None => self.leg(from, to, lane)?,
            Some(via) => {
                let (mut first, second) = (self.leg(from, via, lane)?, self.leg(via, to, lane)?);
                first.latency += second.latency;
                // A channel that both legs take carries the bytes once in this model.
                let fresh = second.channels.into_iter().filter(|c| !first.channels.contains(c));
                let fresh: Vec<ChannelId> = fresh.collect();
                first.channels.extend(fresh);
                first
            }
        };
        for &channel in &route.channels {
            let shortest = &mut self.shortest[channel];
            *shortest = (*shortest).min(route.round_trip());
        }
        let id = PathId(u32::try_from(self.routes.len()).expect("fewer routes than agents"));
        self.routes.push(route);
        self.last_class.push(None);
        Some(id)
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
        let (topology, closed) = (self.topology, &self.closed);
        let routes = self.routes_from.entry((from, traffic));
        let routes = routes.or_insert_with(|| topology.routes_avoiding(from, traffic, closed));
        if topology.route_choice().are_shared {
            topology.route_of_lane(routes, to, Passing { traffic, closed }, lane)
        } else {
            routes.to(to)
        }
    }

    /// New routes avoid `link` from now on.
    pub(super) fn close(&mut self, link: LinkId) {
        self.closed.insert(link);
        self.forget();
    }

    /// Routes may use `link` again.
    pub(super) fn open(&mut self, link: LinkId) {
        self.closed.remove(&link);
        self.forget();
    }

    fn forget(&mut self) {
        self.routes_from.clear();
        self.by_ends.clear();
        self.recent = Recent::new();
    }

    /// The bandwidths of both directions of a link.
    pub(super) fn bandwidths(&self, link: LinkId) -> [BitRate; 2] {
        let link = self.topology.link(link);
        [link.bandwidth, link.backward]
    }

    /// The route with number `path`.
    pub(super) fn route(&self, path: PathId) -> &Route {
        &self.routes[path.0 as usize]
    }

    /// The shortest round trip of the routes over `channel`.
    pub(super) fn shortest(&self, channel: ChannelId) -> SimDuration {
        self.shortest[channel]
    }

    /// The class of transfers over `path` with `weight` and rate cap `rate_cap` each.
    pub(super) fn class(
        &mut self,
        network: &mut Network,
        path: PathId,
        rate_cap: BitRate,
        weight: u32,
    ) -> ClassId {
        let last = &mut self.last_class[path.0 as usize];
        if let Some((_, _, class)) = last.filter(|last| (last.0, last.1) == (rate_cap, weight)) {
            return class;
        }
        let channels = &self.routes[path.0 as usize].channels;
        let new = || network.class(channels, Some(rate_cap), weight);
        let class = *self.classes.entry((path, rate_cap, weight)).or_insert_with(new);
        *last = Some((rate_cap, weight, class));
        class
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
            closed in prop::collection::vec(0..10_u32, 0..3),
        ) {
            let mut topology = Topology::new();
            let nodes = ["a", "b", "c", "d", "e", "f"].map(|name| topology.add_node(name));
            let links = links.into_iter().filter(|(from, to, _)| from != to).map(|(from, to, millis)| {
                topology.add_link(NodeId(from), NodeId(to), FAST, SimDuration::from_millis(millis))
            });
            let links: Vec<LinkId> = links.collect();
            let closed = closed.into_iter().filter_map(|link| links.get(link as usize).copied());
            let closed: BTreeSet<LinkId> = closed.collect();
            let mut paths = Paths::new(&topology, vec![NodeId(6)]);
            for link in &closed {
                paths.close(*link);
            }
            for from in nodes {
                let whole = topology.routes_avoiding(from, Traffic::Inside, &closed);
                for to in nodes {
                    let found = paths.between(from, None, to, None).map(|path| paths.route(path).clone());
                    prop_assert_eq!(found, whole.to(to));
                }
            }
        }
    }
}
