//! From where to where: routes, and the class of transfers that takes each.

use std::collections::BTreeMap;

use crate::ids::{ClassId, NodeId};
use crate::network::{Network, Routes, Topology, Traffic};
use crate::units::BitRate;

/// Routes and classes that have been used, found once each.
#[derive(Debug)]
pub(super) struct Paths<'a> {
    topology: &'a Topology,
    /// What begins or ends here passes the Internet.
    active_update: NodeId,
    routes: BTreeMap<(NodeId, Traffic), Routes>,
    classes: BTreeMap<(NodeId, NodeId, BitRate), Option<ClassId>>,
}

impl<'a> Paths<'a> {
    /// No route found yet.
    pub(super) fn new(topology: &'a Topology, active_update: NodeId) -> Self {
        Self { topology, active_update, routes: BTreeMap::new(), classes: BTreeMap::new() }
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
        let ends = [from, to];
        let traffic =
            if ends.contains(&self.active_update) { Traffic::Internet } else { Traffic::Inside };
        let routes = self
            .routes
            .entry((from, traffic))
            .or_insert_with(|| self.topology.routes_from(from, traffic));
        let class = routes.to(to).map(|route| network.class(&route.channels, Some(ceiling), 1));
        self.classes.insert((from, to, ceiling), class);
        class
    }
}
