//! From where to where: routes, and the classes of transfers that take each.

use std::collections::BTreeMap;

use crate::ids::{ChannelId, ClassId, Column, NodeId};
use crate::network::{Network, Route, Routes, Topology, Traffic};
use crate::units::{BitRate, SimDuration};

/// The number of a route that has been used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PathId(u32);

/// Routes and classes that have been used, found once each.
#[derive(Debug)]
pub(super) struct Paths<'a> {
    topology: &'a Topology,
    /// What begins or ends here passes the Internet.
    active_update: NodeId,
    routes_from: BTreeMap<(NodeId, Traffic), Routes>,
    by_ends: BTreeMap<(NodeId, NodeId), Option<PathId>>,
    routes: Vec<Route>,
    classes: BTreeMap<(PathId, BitRate, u32), ClassId>,
    /// The shortest round trip of the routes found so far over each channel.
    shortest: Column<ChannelId, SimDuration>,
}

impl<'a> Paths<'a> {
    /// No route found yet.
    pub(super) fn new(topology: &'a Topology, active_update: NodeId) -> Self {
        Self {
            topology,
            active_update,
            routes_from: BTreeMap::new(),
            by_ends: BTreeMap::new(),
            routes: Vec::new(),
            classes: BTreeMap::new(),
            shortest: Column::filled(SimDuration::MAX, topology.capacities().len()),
        }
    }

    /// The route from `from` to `to`; `None` if there is none.
    pub(super) fn between(&mut self, from: NodeId, to: NodeId) -> Option<PathId> {
        if let Some(known) = self.by_ends.get(&(from, to)) {
            return *known;
        }
        let found = self.find(from, to);
        self.by_ends.insert((from, to), found);
        found
    }

    fn find(&mut self, from: NodeId, to: NodeId) -> Option<PathId> {
        let beyond = [from, to].contains(&self.active_update);
        let traffic = if beyond { Traffic::Internet } else { Traffic::Inside };
        let topology = self.topology;
        let routes = self.routes_from.entry((from, traffic));
        let route = routes.or_insert_with(|| topology.routes_from(from, traffic)).to(to)?;
        for &channel in &route.channels {
            let shortest = &mut self.shortest[channel];
            *shortest = (*shortest).min(route.round_trip());
        }
        let id = PathId(u32::try_from(self.routes.len()).expect("fewer routes than agents"));
        self.routes.push(route);
        Some(id)
    }

    /// The route called `path`.
    pub(super) fn route(&self, path: PathId) -> &Route {
        &self.routes[path.0 as usize]
    }

    /// The shortest round trip of the routes over `channel`.
    pub(super) fn shortest(&self, channel: ChannelId) -> SimDuration {
        self.shortest[channel]
    }

    /// The class of transfers over `path` of `weight` and at most `ceiling` each.
    pub(super) fn class(
        &mut self,
        network: &mut Network,
        path: PathId,
        ceiling: BitRate,
        weight: u32,
    ) -> ClassId {
        let channels = &self.routes[path.0 as usize].channels;
        let new = || network.class(channels, Some(ceiling), weight);
        *self.classes.entry((path, ceiling, weight)).or_insert_with(new)
    }
}
