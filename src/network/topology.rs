//! Nodes and the full-duplex links between them.
//!
//! It stores places, bandwidths and latencies, and knows nothing about what is transferred. This is the only user of
//! petgraph.

use std::collections::BTreeSet;

use petgraph::graph::{NodeIndex, UnGraph};

use crate::ids::{ChannelId, Column, LinkId, NodeId, RowId};
use crate::network::link::{Carries, Link, RouteChoice, RoutesBy, Traffic};
use crate::units::{BitRate, SimDuration};

/// Named nodes and the links between them.
#[derive(Clone, Debug, Default)]
pub struct Topology {
    graph: UnGraph<String, LinkId>,
    links: Column<LinkId, Link>,
    choice: RouteChoice,
}

impl Topology {
    /// An empty topology.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a node. Names are chosen by the caller and may repeat.
    pub fn add_node(&mut self, name: &str) -> NodeId {
        NodeId::from_index(self.graph.add_node(name.to_owned()).index())
    }

    /// Adds a link with `bandwidth` in each direction and `latency` one way.
    pub fn add_link(
        &mut self,
        from: NodeId,
        to: NodeId,
        bandwidth: BitRate,
        latency: SimDuration,
    ) -> LinkId {
        let carries = Carries::Everything;
        self.add(Link { from, to, bandwidth, backward: bandwidth, latency, cost: 1, carries })
    }

    /// Sets how routes are chosen from now on.
    pub fn choose_routes(&mut self, choice: RouteChoice) {
        self.choice = choice;
    }

    /// How routes are chosen.
    pub fn route_choice(&self) -> RouteChoice {
        self.choice
    }

    /// The cost that a link adds to a route.
    pub(super) fn weight(&self, link: LinkId) -> u64 {
        match self.choice.by {
            RoutesBy::Latency => self.links[link].latency.as_nanos(),
            RoutesBy::Cost => self.links[link].cost.into(),
        }
    }

    /// Adds a link whose directions may differ.
    ///
    /// # Panics
    /// If the link names a node that does not exist.
    pub fn add(&mut self, link: Link) -> LinkId {
        let id = self.links.push(link);
        let _ = self.graph.add_edge(index(link.from), index(link.to), id);
        id
    }

    /// The name of `node`.
    pub fn name(&self, node: NodeId) -> &str {
        &self.graph[index(node)]
    }

    /// The link `id`.
    pub fn link(&self, id: LinkId) -> &Link {
        &self.links[id]
    }

    /// The nodes from which and to which a direction of a link leads.
    pub fn ends(&self, channel: ChannelId) -> [NodeId; 2] {
        let link = self.link(channel.link());
        if channel.is_forward() { [link.from, link.to] } else { [link.to, link.from] }
    }

    /// The number of nodes.
    pub fn node_count(&self) -> usize {
        self.graph.node_count()
    }

    /// The number of links.
    pub fn link_count(&self) -> usize {
        self.links.len()
    }

    /// All nodes, in order of addition.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = NodeId> + use<> {
        (0..self.graph.node_count()).map(NodeId::from_index)
    }

    /// All links, in order of addition.
    pub fn links(&self) -> impl ExactSizeIterator<Item = (LinkId, &Link)> {
        self.links.rows()
    }

    /// The bandwidth of every channel: forward and backward of each link.
    pub fn capacities(&self) -> Column<ChannelId, BitRate> {
        self.links.iter().flat_map(|link| [link.bandwidth, link.backward]).collect()
    }

    /// The other end of a link from `node`, and the channel to it.
    pub(super) fn ways(
        &self,
        node: NodeId,
        traffic: Traffic,
        closed: &BTreeSet<LinkId>,
    ) -> impl Iterator<Item = (NodeId, ChannelId)> {
        let links = self.graph.edges(index(node)).map(|edge| *edge.weight());
        let open = links.filter(move |link| {
            self.links[*link].carries.admits(traffic) && !closed.contains(link)
        });
        open.map(move |link| self.across(link, node))
    }

    /// The other end of `link` from `node`, and the channel to it.
    fn across(&self, link: LinkId, node: NodeId) -> (NodeId, ChannelId) {
        let ends = &self.links[link];
        if ends.from == node { (ends.to, link.forward()) } else { (ends.from, link.backward()) }
    }
}

fn index(node: NodeId) -> NodeIndex {
    NodeIndex::new(node.index())
}
