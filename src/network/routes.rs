//! Routes over a topology.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use crate::ids::{ChannelId, Column, LinkId, NodeId};
use crate::network::link::Traffic;
use crate::network::topology::Topology;
use crate::units::SimDuration;

/// The traffic of a route, and the links that it must avoid.
#[derive(Clone, Copy, Debug)]
pub struct Passing<'a> {
    /// The category of traffic.
    pub traffic: Traffic,
    /// Links that routes must avoid.
    pub closed: &'a BTreeSet<LinkId>,
}

/// A route from one node to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// The channels in order of travel; empty from a node to itself.
    pub channels: Vec<ChannelId>,
    /// The sum of the latencies, one way.
    pub latency: SimDuration,
}

impl Route {
    /// The round-trip time, without queueing.
    pub fn round_trip(&self) -> SimDuration {
        self.latency.saturating_mul(2)
    }
}

/// The end of its routes at which the root of a table lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RootEnd {
    /// All routes begin at the root.
    First,
    /// All routes end at the root.
    Last,
}

/// The routes between one node, the root, and every other.
#[derive(Clone, Debug)]
pub struct Routes {
    root: NodeId,
    end: RootEnd,
    pub(super) reached: Column<NodeId, Option<Reached>>,
}

/// The best way between the root and a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reached {
    /// The same in both directions.
    pub(super) cost: (u64, u32),
    latency: SimDuration,
    /// The next node towards the root, and the channel from there; none for the root.
    pub(super) last: Option<(NodeId, ChannelId)>,
}

impl Topology {
    /// The route to `to` that `lane` takes among the equally good routes from the root of `routes`, which begin there
    /// and were computed for the same `passing`. Source: equal-cost multipath, RFC 2992.
    pub fn route_of_lane(
        &self,
        routes: &Routes,
        to: NodeId,
        passing: Passing<'_>,
        lane: u32,
    ) -> Option<Route> {
        let (mut rest, mut at, mut channels) = (lane, to, Vec::new());
        let mut latency = SimDuration::ZERO;
        while at != routes.root {
            let reached = routes.reached[at]?;
            let is_best = |(before, channel): &(NodeId, ChannelId)| {
                routes.reached[*before].is_some_and(|known| {
                    let weight = self.weight(channel.link());
                    (known.cost.0 + weight, known.cost.1 + 1) == reached.cost
                })
            };
            // The way back over a link is the other direction of one that leads here.
            let ways = self.ways(at, passing.traffic, passing.closed);
            let ways = ways.map(|(before, channel)| (before, channel.reverse()));
            let mut ways: Vec<(NodeId, ChannelId)> = ways.filter(is_best).collect();
            ways.sort_unstable_by_key(|(_, channel)| channel.link());
            let count = u32::try_from(ways.len()).expect("few links at a node");
            let (before, channel) = *ways.get((rest.checked_rem(count)?) as usize)?;
            rest /= count;
            latency += self.link(channel.link()).latency;
            channels.push(channel);
            at = before;
        }
        channels.reverse();
        Some(Route { channels, latency })
    }

    /// The best route of `traffic` from `from` to every node: least latency, then fewest hops, then
    /// the links that were added first (compared hop by hop from `from`).
    pub fn routes_from(&self, from: NodeId, traffic: Traffic) -> Routes {
        self.routes((from, RootEnd::First), Passing { traffic, closed: &BTreeSet::new() })
    }

    /// The best route of `traffic` from every node to `to`, by the same rules.
    pub fn routes_to(&self, to: NodeId, traffic: Traffic) -> Routes {
        self.routes((to, RootEnd::Last), Passing { traffic, closed: &BTreeSet::new() })
    }

    /// The best routes from or to the root.
    ///
    /// Source: Dijkstra, *A note on two problems in connexion with graphs*, Numer. Math. 1 (1959).
    pub fn routes(&self, (root, end): (NodeId, RootEnd), passing: Passing<'_>) -> Routes {
        let mut routes = Routes { root, end, reached: Column::filled(None, self.node_count()) };
        let mut queue = BinaryHeap::new();
        let (start, latency) = ((0, 0), SimDuration::ZERO);
        routes.reached[root] = Some(Reached { cost: start, latency, last: None });
        queue.push(Reverse((start, root)));
        while let Some(Reverse((cost, node))) = queue.pop() {
            if routes.reached[node].is_none_or(|reached| reached.cost != cost) {
                continue;
            }
            for (next, channel) in self.ways(node, passing.traffic, passing.closed) {
                let known = routes.reached[next].map(|known| known.cost);
                // Of equal costs, the node is in the queue already.
                if let Some(better) = self.extend(&mut routes, (node, channel), next)
                    && known != Some(better)
                {
                    queue.push(Reverse((better, next)));
                }
            }
        }
        routes
    }

    /// Reaches `next` over a channel from `last`, if that is better than its present way; returns the new cost.
    pub(super) fn extend(
        &self,
        routes: &mut Routes,
        (node, channel): (NodeId, ChannelId),
        next: NodeId,
    ) -> Option<(u64, u32)> {
        let before = routes.reached[node]?;
        let cost = (before.cost.0 + self.weight(channel.link()), before.cost.1 + 1);
        let latency = before.latency + self.link(channel.link()).latency;
        let candidate = Reached { cost, latency, last: Some((node, channel)) };
        let is_better = routes.is_better(next, candidate);
        if is_better {
            routes.reached[next] = Some(candidate);
        }
        is_better.then_some(cost)
    }

    /// The best route inside the company from `from` to `to`, if there is one. For many routes, call
    /// [`Self::routes_from`] once.
    pub fn route(&self, from: NodeId, to: NodeId) -> Option<Route> {
        self.routes_from(from, Traffic::Inside).between(to)
    }
}

impl Routes {
    /// The root.
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// The route between the root and `other`, if there is one.
    pub fn between(&self, other: NodeId) -> Option<Route> {
        let latency = self.reached[other]?.latency;
        let channels = self.towards_root(other);
        let channels = match self.end {
            RootEnd::Last => channels.map(ChannelId::reverse).collect(),
            RootEnd::First => {
                let mut channels: Vec<ChannelId> = channels.collect();
                channels.reverse();
                channels
            }
        };
        Some(Route { channels, latency })
    }

    /// Whether there is a route between the root and `other`.
    pub fn reaches(&self, other: NodeId) -> bool {
        self.reached[other].is_some()
    }

    /// The number of links between the root and `other`, and the last of them.
    pub fn last_link(&self, other: NodeId) -> Option<(u32, LinkId)> {
        let reached = self.reached[other]?;
        Some((reached.cost.1, reached.last?.1.link()))
    }

    /// The channels between the root and `other`, from the latter on; they lead away from the root.
    fn towards_root(&self, other: NodeId) -> impl Iterator<Item = ChannelId> {
        let mut at = other;
        std::iter::from_fn(move || {
            let (node, channel) = self.reached[at]?.last?;
            at = node;
            Some(channel)
        })
    }

    /// Whether `candidate` is a better way to `node` than the present one.
    fn is_better(&self, node: NodeId, candidate: Reached) -> bool {
        let Some(known) = self.reached[node] else { return true };
        if candidate.cost != known.cost {
            return candidate.cost < known.cost;
        }
        let (Some(mut new), Some(mut old)) = (candidate.last, known.last) else { return false };
        let mut order = new.1.link().cmp(&old.1.link());
        // Routes to the root differ in their first link. Of routes from it, both have the same number of hops, so stepping
        // back one hop at a time finds where they diverge: the first links in which they differ decide.
        while self.end == RootEnd::First && new.0 != old.0 {
            let last = |node: NodeId| self.reached[node].and_then(|reached| reached.last);
            let (Some(one), Some(other)) = (last(new.0), last(old.0)) else { break };
            (new, old) = (one, other);
            order = new.1.link().cmp(&old.1.link());
        }
        order.is_lt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::link::{Carries, Link, RouteChoice, RoutesBy};
    use crate::units::BitRate;

    const FAST: BitRate = BitRate::from_megabits(100);

    fn millis(millis: u64) -> SimDuration {
        SimDuration::from_millis(millis)
    }

    #[test]
    fn a_route_names_the_channels_in_order_of_travel() {
        let mut topology = Topology::new();
        let [hq, core, site] = ["hq", "core", "site"].map(|name| topology.add_node(name));
        let up = topology.add_link(hq, core, FAST, millis(1));
        let wan = topology.add_link(site, core, FAST, millis(20));
        let route = topology.route(hq, site).expect("connected");
        assert_eq!(
            route,
            Route { channels: vec![up.forward(), wan.backward()], latency: millis(21) }
        );
        assert_eq!(topology.route(hq, hq), Some(Route::default()));
        assert_eq!(topology.name(site), "site");
        assert_eq!((topology.node_count(), topology.link_count()), (3, 2));
    }

    #[test]
    fn least_latency_then_fewest_hops_then_order_in_file() {
        let mut topology = Topology::new();
        let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| topology.add_node(name));
        let slow = topology.add_link(a, d, FAST, millis(9));
        let around = topology.add_link(a, b, FAST, millis(2));
        let rest = topology.add_link(b, d, FAST, millis(2));
        let via = |topology: &Topology| {
            let route = topology.route(a, d).expect("connected");
            route.channels.iter().map(|channel| channel.link()).collect::<Vec<_>>()
        };
        assert_eq!(via(&topology), [around, rest], "latency first");
        let _ = topology.add_link(a, c, FAST, millis(2));
        let _ = topology.add_link(c, d, FAST, millis(2));
        assert_eq!(via(&topology), [around, rest], "then the order in the file");
        let direct = topology.add_link(a, d, FAST, millis(4));
        assert_eq!(via(&topology), [direct], "then fewer hops");
        let _ = topology.add_link(d, a, FAST, millis(4));
        assert_eq!(via(&topology), [direct], "parallel links: the first");
        assert_ne!(via(&topology), [slow]);
    }

    #[test]
    fn what_is_not_connected_has_no_route() {
        let mut topology = Topology::new();
        let [a, b] = ["a", "b"].map(|name| topology.add_node(name));
        assert_eq!(topology.route(a, b), None);
    }

    #[test]
    fn internet_and_inside_keep_to_their_links() {
        let mut topology = Topology::new();
        let [hq, branch, internet] =
            ["hq", "branch", "internet"].map(|name| topology.add_node(name));
        let mut link = |from, to, latency, carries| {
            let latency = millis(latency);
            let (bandwidth, backward) = (FAST, FAST);
            topology.add(Link { from, to, bandwidth, backward, latency, cost: 1, carries })
        };
        let wan = link(hq, branch, 50, Carries::Inside);
        let out = link(hq, internet, 1, Carries::Internet);
        let own = link(branch, internet, 1, Carries::Internet);
        let way = |from, to, traffic| {
            let route = topology.routes_from(from, traffic).between(to)?;
            Some(route.channels.iter().map(|channel| channel.link()).collect::<Vec<_>>())
        };
        assert_eq!(way(hq, branch, Traffic::Inside), Some(vec![wan]));
        assert_eq!(way(hq, branch, Traffic::Internet), Some(vec![out, own]));
        assert_eq!(way(internet, branch, Traffic::Internet), Some(vec![own]));
        assert_eq!(way(internet, branch, Traffic::Inside), None);
    }

    #[test]
    fn by_cost_the_cheapest_is_taken_and_its_latency_is_told() {
        let mut topology = Topology::new();
        let [a, b, c] = ["a", "b", "c"].map(|name| topology.add_node(name));
        let mut link = |from, to, latency, cost| {
            let carries = Carries::Everything;
            let (bandwidth, backward, latency) = (FAST, FAST, millis(latency));
            topology.add(Link { from, to, bandwidth, backward, latency, cost, carries })
        };
        let (near, first, second) = (link(a, c, 1, 30), link(a, b, 20, 10), link(b, c, 20, 10));
        let way = |topology: &Topology| topology.route(a, c).expect("connected");
        assert_eq!(way(&topology).channels, [near.forward()]);
        topology.choose_routes(RouteChoice { by: RoutesBy::Cost, are_shared: false });
        assert_eq!(way(&topology).channels, [first.forward(), second.forward()]);
        assert_eq!(way(&topology).latency, millis(40));
    }

    #[test]
    fn lanes_share_equal_routes_and_take_no_other() {
        let mut topology = Topology::new();
        let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| topology.add_node(name));
        for (from, to, latency) in [(a, b, 2), (a, c, 2), (b, d, 2), (c, d, 2), (d, a, 5)] {
            topology.add_link(from, to, FAST, millis(latency));
        }
        let closed = BTreeSet::new();
        let passing = Passing { traffic: Traffic::Inside, closed: &closed };
        let routes = topology.routes_from(a, Traffic::Inside);
        let ways: BTreeSet<Vec<ChannelId>> = (0..12)
            .map(|lane| topology.route_of_lane(&routes, d, passing, lane).expect("connected"))
            .inspect(|route| assert_eq!(route.latency, millis(4)))
            .map(|route| route.channels)
            .collect();
        assert_eq!(ways.len(), 2);
        let node = topology.add_node("alone");
        let routes = topology.routes_from(a, Traffic::Inside);
        assert_eq!(topology.route_of_lane(&routes, node, passing, 1), None);
    }

    #[test]
    fn directions_may_differ() {
        let mut topology = Topology::new();
        let [from, to] = ["a", "b"].map(|name| topology.add_node(name));
        let backward = BitRate::from_megabits(10);
        let latency = millis(1);
        let carries = Carries::Everything;
        let (bandwidth, cost) = (FAST, 1);
        let link = topology.add(Link { from, to, bandwidth, backward, latency, cost, carries });
        let capacities = topology.capacities();
        assert_eq!((capacities[link.forward()], capacities[link.backward()]), (FAST, backward));
    }
}
