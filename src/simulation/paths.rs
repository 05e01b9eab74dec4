//! From where to where: routes, and the class of transfers that takes each.

use std::collections::BTreeMap;

use crate::ids::{ClassId, NodeId};
use crate::network::Network;
use crate::network::{Routes, Topology};
use crate::units::BitRate;

/// Routes and classes that have been used, found once each.
#[derive(Debug)]
pub(super) struct Paths<'a> {
    topology: &'a Topology,
    routes: BTreeMap<NodeId, Routes>,
    classes: BTreeMap<(NodeId, NodeId, BitRate), Option<ClassId>>,
}

impl<'a> Paths<'a> {
    /// No route found yet.
    pub(super) fn new(topology: &'a Topology) -> Self {
        Self { topology, routes: BTreeMap::new(), classes: BTreeMap::new() }
    }

    /// The class of transfers from `from` to `to` of at most `ceiling` each; `None` if no route
    /// leads there.
    pub(super) fn class(
        &mut self,
        network: &mut Network,
        from: NodeId,
        to: NodeId,
        ceiling: BitRate,
    ) -> Option<ClassId> {
        if let Some(known) = self.classes.get(&(from, to, ceiling)) {
            return *known;
        }
        let routes = self.routes.entry(from).or_insert_with(|| self.topology.routes_from(from));
        let class = routes.to(to).map(|route| network.class(&route.channels, Some(ceiling), 1));
        self.classes.insert((from, to, ceiling), class);
        class
    }
}
