//! Routes after links were closed or opened: only the routes that this can have changed are searched again.
//!
//! Source: Ramalingam and Reps, *An incremental algorithm for a generalization of the shortest-path problem*, J. Algorithms
//! 21 (1996).

use std::collections::BTreeSet;

use crate::ids::{LinkId, NodeId};
use crate::network::routes::{Passing, Routes};
use crate::network::topology::Topology;

/// Nodes whose routes have changed, nearest to the root first: each is visited after all on which its route depends.
type Queue = BTreeSet<((u64, u32), NodeId)>;

impl Topology {
    /// Makes `routes`, computed for the same traffic, those for `passing`, after the links `changed` were closed or
    /// opened. Returns the number of nodes at which routes were searched again.
    pub fn follow(&self, routes: &mut Routes, passing: Passing<'_>, changed: &[LinkId]) -> usize {
        let mut queue = Queue::new();
        let lost = self.lose(routes, passing, changed);
        for &node in &lost {
            for (other, channel) in self.ways(node, passing.traffic, passing.closed) {
                if let Some(cost) = self.extend(routes, (other, channel.reverse()), node) {
                    queue.insert((cost, node));
                }
            }
        }
        for &link in changed {
            let ends = self.link(link);
            if passing.closed.contains(&link) || !ends.carries.admits(passing.traffic) {
                continue;
            }
            for (channel, from, to) in
                [(link.forward(), ends.from, ends.to), (link.backward(), ends.to, ends.from)]
            {
                if let Some(cost) = self.extend(routes, (from, channel), to) {
                    queue.insert((cost, to));
                }
            }
        }
        lost.len() + self.spread(routes, passing, queue)
    }

    /// Forgets the routes over those of the links `changed` that are closed, and returns their nodes.
    fn lose(&self, routes: &mut Routes, passing: Passing<'_>, changed: &[LinkId]) -> Vec<NodeId> {
        let mut lost = Vec::new();
        for link in changed.iter().filter(|link| passing.closed.contains(link)) {
            let ends = self.link(*link);
            for node in [ends.from, ends.to] {
                let last = routes.reached[node].and_then(|reached| reached.last);
                if last.is_some_and(|(_, channel)| channel.link() == *link) {
                    routes.reached[node] = None;
                    lost.push(node);
                }
            }
        }
        let mut next = 0;
        while let Some(&node) = lost.get(next) {
            next += 1;
            for (other, channel) in self.ways(node, passing.traffic, passing.closed) {
                let last = routes.reached[other].and_then(|reached| reached.last);
                if last == Some((node, channel)) {
                    routes.reached[other] = None;
                    lost.push(other);
                }
            }
        }
        lost
    }

    /// Improves routes beyond the nodes in `queue`; returns the number of visited nodes.
    fn spread(&self, routes: &mut Routes, passing: Passing<'_>, mut queue: Queue) -> usize {
        let mut visited = 0;
        while let Some((cost, node)) = queue.pop_first() {
            if routes.reached[node].is_none_or(|reached| reached.cost != cost) {
                continue;
            }
            visited += 1;
            for (next, channel) in self.ways(node, passing.traffic, passing.closed) {
                // Routes that already lead over this node improve with it.
                let last = routes.reached[next].and_then(|known| known.last);
                if last == Some((node, channel)) {
                    routes.reached[next] = None;
                }
                if let Some(cost) = self.extend(routes, (node, channel), next) {
                    queue.insert((cost, next));
                }
            }
        }
        visited
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::network::link::{Carries, Link, RouteChoice, RoutesBy, Traffic};
    use crate::network::routes::RootEnd;
    use crate::units::{BitRate, SimDuration};

    const FAST: BitRate = BitRate::from_megabits(100);
    const NODES: u32 = 8;

    /// Links by their ends, latency in milliseconds and cost; few values, so that many routes are equal.
    fn topology(links: &[(u32, u32, u64, u32)], by: RoutesBy) -> Topology {
        let mut topology = Topology::new();
        for node in 0..NODES {
            let _ = topology.add_node(&node.to_string());
        }
        for &(from, to, latency, cost) in links {
            let carries = [Carries::Everything, Carries::Inside][usize::from(latency == 2)];
            let _ = topology.add(Link {
                from: NodeId(from),
                to: NodeId(to),
                bandwidth: FAST,
                backward: FAST,
                latency: SimDuration::from_millis(latency),
                cost,
                carries,
            });
        }
        topology.choose_routes(RouteChoice { by, are_shared: false });
        topology
    }

    proptest! {
        #[test]
        fn routes_that_follow_changes_are_those_of_a_whole_search(
            links in prop::collection::vec((0..NODES, 0..NODES, 0..3_u64, 1..3_u32), 1..20),
            changes in prop::collection::vec((prop::collection::vec(0..20_u32, 1..4), any::<bool>()), 1..8),
            root in 0..NODES,
        ) {
            for by in [RoutesBy::Latency, RoutesBy::Cost] {
                let topology = topology(&links, by);
                for end in [RootEnd::First, RootEnd::Last] {
                    let (traffic, mut closed) = (Traffic::Inside, BTreeSet::new());
                    let root = (NodeId(root), end);
                    let mut routes = topology.routes(root, Passing { traffic, closed: &closed });
                    for (several, closes) in &changes {
                        let changed: Vec<LinkId> = several
                            .iter()
                            .filter(|link| (**link as usize) < links.len())
                            .map(|link| LinkId(*link))
                            .collect();
                        for link in &changed {
                            if *closes { closed.insert(*link) } else { closed.remove(link) };
                        }
                        let passing = Passing { traffic, closed: &closed };
                        let _ = topology.follow(&mut routes, passing, &changed);
                        let whole = topology.routes(root, passing);
                        for node in topology.nodes() {
                            prop_assert_eq!(routes.between(node), whole.between(node));
                        }
                    }
                }
            }
        }

        #[test]
        fn routes_to_a_node_are_those_from_each_other_node(
            links in prop::collection::vec((0..NODES, 0..NODES, 0..3_u64, 1..3_u32), 1..20),
            to in 0..NODES,
        ) {
            for by in [RoutesBy::Latency, RoutesBy::Cost] {
                let topology = topology(&links, by);
                let there = topology.routes_to(NodeId(to), Traffic::Inside);
                for from in topology.nodes() {
                    let away = topology.routes_from(from, Traffic::Inside);
                    prop_assert_eq!(there.between(from), away.between(NodeId(to)));
                }
            }
        }
    }

    #[test]
    fn only_what_a_link_changes_is_searched_again() {
        // A ring with a spoke to each node of it from the root, which all take; each carries one node's route.
        for nodes in [100, 1_000] {
            let mut topology = Topology::new();
            let millis = SimDuration::from_millis;
            let hub = topology.add_node("hub");
            let ring: Vec<NodeId> =
                (0..nodes).map(|node| topology.add_node(&format!("{node}"))).collect();
            let spokes: Vec<LinkId> =
                ring.iter().map(|node| topology.add_link(hub, *node, FAST, millis(5))).collect();
            let sides: Vec<LinkId> = ring
                .windows(2)
                .map(|pair| topology.add_link(pair[0], pair[1], FAST, millis(1)))
                .collect();
            let mut routes = topology.routes_from(hub, Traffic::Inside);
            let mut closed = BTreeSet::new();
            let mut visited = Vec::new();
            for link in [sides[50], spokes[50]] {
                closed.insert(link);
                let passing = Passing { traffic: Traffic::Inside, closed: &closed };
                visited.push(topology.follow(&mut routes, passing, &[link]));
                closed.clear();
                let passing = Passing { traffic: Traffic::Inside, closed: &closed };
                visited.push(topology.follow(&mut routes, passing, &[link]));
            }
            // The side is on no route. Without its spoke the node is lost and found again, and then it is found once.
            assert_eq!(visited, [0, 0, 2, 1], "{nodes} nodes");
        }
    }
}
