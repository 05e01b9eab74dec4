//! Trees that hang on the rest of a network by one link: the way out of them is the only one.

use std::collections::BTreeSet;

use crate::ids::{ChannelId, Column, NodeId};
use crate::network::link::Traffic;
use crate::network::topology::Topology;

/// The trees that hang on the core of a topology. The core remains when nodes with one link are removed until there
/// are none; a component without cycles leaves one node. Links that are cut are included: a node that hangs by
/// one has no other way.
///
/// Source: the 2-core of Seidman, *Network structure and minimum degree*, Social Networks 5 (1983).
#[derive(Clone, Debug)]
pub struct HangingTrees {
    above: Column<NodeId, Option<Above>>,
}

/// What a node hangs on.
#[derive(Clone, Copy, Debug)]
struct Above {
    node: NodeId,
    /// The channel that leads there.
    channel: ChannelId,
    /// How many links lead from here to the core.
    depth: u32,
}

/// The part of a way that lies in hanging trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeWay {
    /// From where it begins, in order of travel.
    pub up: Vec<ChannelId>,
    /// Where it enters the core and where it leaves it; equal where it does not pass through it.
    pub core: (NodeId, NodeId),
    /// To where it ends, in order of travel.
    pub down: Vec<ChannelId>,
}

impl HangingTrees {
    /// The trees of `topology` for one kind of traffic.
    pub fn new(topology: &Topology, traffic: Traffic) -> Self {
        let closed = BTreeSet::new();
        // A link from a node to itself leads nowhere.
        let ways =
            |node| topology.ways(node, traffic, &closed).filter(move |(next, _)| *next != node);
        let mut left: Column<NodeId, usize> =
            topology.nodes().map(|node| ways(node).count()).collect();
        let mut ends: Vec<NodeId> = topology.nodes().filter(|node| left[*node] == 1).collect();
        let mut above: Column<NodeId, Option<Above>> = Column::filled(None, topology.node_count());
        let mut taken_away = Vec::new();
        while let Some(node) = ends.pop() {
            // The last two nodes of a tree are ends of the same link.
            if left[node] != 1 {
                continue;
            }
            let Some((next, channel)) = ways(node).find(|(next, _)| above[*next].is_none()) else {
                continue;
            };
            above[node] = Some(Above { node: next, channel, depth: 1 });
            taken_away.push(node);
            left[node] = 0;
            left[next] -= 1;
            if left[next] == 1 {
                ends.push(next);
            }
        }
        // Whatever a node hangs on was taken away after it.
        for node in taken_away.into_iter().rev() {
            let depth = above[node].and_then(|it| above[it.node]).map_or(0, |next| next.depth);
            if let Some(it) = &mut above[node] {
                it.depth = depth + 1;
            }
        }
        Self { above }
    }

    /// The node of the core on which the tree with `node` hangs.
    pub fn core_of(&self, node: NodeId) -> NodeId {
        let mut at = node;
        while let Some(above) = self.above[at] {
            at = above.node;
        }
        at
    }

    /// The way from `from` to `to` as far as there is no choice.
    pub fn way(&self, from: NodeId, to: NodeId) -> TreeWay {
        let mut way = TreeWay { up: Vec::new(), core: (from, to), down: Vec::new() };
        while way.core.0 != way.core.1 {
            let (one, other) = (self.above[way.core.0], self.above[way.core.1]);
            let depth = |it: Option<Above>| it.map_or(0, |it| it.depth);
            match (one, other) {
                (Some(it), _) if it.depth >= depth(other) => {
                    way.up.push(it.channel);
                    way.core.0 = it.node;
                }
                (_, Some(it)) => {
                    way.down.push(it.channel.reverse());
                    way.core.1 = it.node;
                }
                (_, None) => break,
            }
        }
        way.down.reverse();
        way
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::LinkId;
    use crate::units::{BitRate, SimDuration};

    fn topology(nodes: u32, links: &[(u32, u32)]) -> (Topology, Vec<LinkId>) {
        let mut topology = Topology::new();
        for node in 0..nodes {
            let _ = topology.add_node(&node.to_string());
        }
        let fast = BitRate::from_megabits(100);
        let mut add = |&(from, to)| {
            topology.add_link(NodeId(from), NodeId(to), fast, SimDuration::from_millis(1))
        };
        let links = links.iter().map(&mut add).collect();
        (topology, links)
    }

    #[test]
    fn of_a_tree_every_way_is_the_only_one() {
        // 3 – 1 – 0 – 2 – 4
        let (topology, links) = topology(5, &[(0, 1), (0, 2), (1, 3), (2, 4)]);
        let trees = HangingTrees::new(&topology, Traffic::Inside);
        let way = trees.way(NodeId(3), NodeId(4));
        assert_eq!(way.core.0, way.core.1, "it passes no core");
        let expected =
            [links[2].backward(), links[0].backward(), links[1].forward(), links[3].forward()];
        assert_eq!([way.up, way.down].concat(), expected);
        let way = trees.way(NodeId(0), NodeId(3));
        assert_eq!([way.up, way.down].concat(), [links[0].forward(), links[2].forward()]);
    }

    #[test]
    fn a_way_enters_and_leaves_the_core_where_its_trees_hang() {
        // A triangle 0, 1, 2, with 4 on 3 on 0, 5 on 1, and a pair of links from 2 to 6.
        let links = [(0, 1), (1, 2), (2, 0), (0, 3), (3, 4), (1, 5), (2, 6), (2, 6)];
        let (topology, links) = topology(8, &links);
        let trees = HangingTrees::new(&topology, Traffic::Inside);
        let way = trees.way(NodeId(4), NodeId(5));
        let up = vec![links[4].backward(), links[3].backward()];
        assert_eq!(
            (way.up, way.core, way.down),
            (up, (NodeId(0), NodeId(1)), vec![links[5].forward()])
        );
        let way = trees.way(NodeId(3), NodeId(4));
        assert_eq!(
            (way.up, way.core.0 == way.core.1),
            (Vec::new(), true),
            "it does not enter the core"
        );
        assert_eq!(way.down, [links[4].forward()]);
        // Two links to a place are a choice, and nothing leads to a node without links.
        assert_eq!(trees.way(NodeId(6), NodeId(2)).core, (NodeId(6), NodeId(2)));
        assert_eq!(trees.way(NodeId(4), NodeId(7)).core, (NodeId(0), NodeId(7)));
    }
}
