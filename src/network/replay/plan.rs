//! The input of a replay: the transfers as numbers, and their routes.

use std::collections::BTreeMap;

use crate::ids::{ChannelId, Column, NodeId};
use crate::network::link::Traffic;
use crate::network::quantum::UNLIMITED;
use crate::network::routes::Route;
use crate::network::topology::Topology;
use crate::units::{BitRate, Bytes, FineRate, SimDuration, SimTime};

/// A transfer to replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// When it is requested.
    pub start: SimTime,
    /// The node that sends.
    pub from: NodeId,
    /// The node that receives.
    pub to: NodeId,
    /// Its size.
    pub bytes: Bytes,
    /// Its rate cap, if any.
    pub rate_cap: Option<FineRate>,
}

/// The transfers to replay over a topology, in any order of time.
#[derive(Clone, Debug)]
pub struct Plan<'t> {
    pub(super) topology: &'t Topology,
    pub(super) rows: Vec<PlannedTransfer>,
    /// The pairs of ends, without duplicates.
    ends: BTreeMap<(NodeId, NodeId), u32>,
}

/// The stored form of a transfer.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlannedTransfer {
    pub(super) start: SimTime,
    pub(super) bytes: Bytes,
    /// Its rate cap in quanta, or [`UNLIMITED`].
    pub(super) rate_cap: u64,
    /// The number of its pair of ends.
    pub(super) ends: u32,
}

impl<'t> Plan<'t> {
    /// A plan without transfers over `topology`.
    pub fn new(topology: &'t Topology) -> Self {
        Self { topology, rows: Vec::new(), ends: BTreeMap::new() }
    }

    /// Adds a transfer. Without a route it never finishes; to its own node, it finishes at once.
    ///
    /// # Panics
    /// If there are already 2³² transfers.
    pub fn add(&mut self, transfer: Transfer) {
        let Transfer { start, from, to, bytes, rate_cap } = transfer;
        let next = number(self.ends.len());
        let ends = *self.ends.entry((from, to)).or_insert(next);
        let rate_cap = rate_cap.map_or(UNLIMITED, FineRate::grains);
        self.rows.push(PlannedTransfer { start, bytes, rate_cap, ends });
    }

    /// The number of transfers.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no transfers.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// For each transfer, in order, when it is requested and its size.
    pub fn transfers(&self) -> impl ExactSizeIterator<Item = (SimTime, Bytes)> + '_ {
        self.rows.iter().map(|row| (row.start, row.bytes))
    }

    /// Moves all starts so that the first is the start of the replay, and returns when it was.
    pub fn start_at_first(&mut self) -> SimTime {
        let first = self.rows.iter().map(|row| row.start).min().unwrap_or_default();
        for row in &mut self.rows {
            row.start = SimTime::START + row.start.since(first);
        }
        first
    }

    /// The rows in the order of their starts.
    pub(super) fn by_start(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..number(self.rows.len())).collect();
        order.sort_by_key(|&row| self.rows[row as usize].start);
        order
    }

    /// The route between each pair of ends, if there is one.
    pub(super) fn routes(&self) -> Vec<Option<Route>> {
        let mut routes = vec![None; self.ends.len()];
        let count = |mut nodes: Vec<NodeId>| {
            nodes.sort_unstable();
            nodes.dedup();
            nodes.len()
        };
        let first = count(self.ends.keys().map(|(from, _)| *from).collect());
        let last = count(self.ends.keys().map(|(_, to)| *to).collect());
        // A search finds all routes from a node, or all to one: the fewest searches suffice.
        let mut pairs: Vec<(NodeId, NodeId, u32)> = if last < first {
            self.ends.iter().map(|((from, to), ends)| (*to, *from, *ends)).collect()
        } else {
            self.ends.iter().map(|((from, to), ends)| (*from, *to, *ends)).collect()
        };
        pairs.sort_unstable();
        // Only one root's routes are stored at a time.
        for of_root in pairs.chunk_by(|one, other| one.0 == other.0) {
            let root = of_root[0].0;
            let known = if last < first {
                self.topology.routes_to(root, Traffic::Inside)
            } else {
                self.topology.routes_from(root, Traffic::Inside)
            };
            for (_, other, ends) in of_root {
                routes[*ends as usize] = known.between(*other);
            }
        }
        routes
    }

    /// For each route, the shortest round trip of those that share its busiest channel.
    pub(super) fn shortest(
        &self,
        routes: &[Option<Route>],
        capacities: &Column<ChannelId, BitRate>,
    ) -> Vec<SimDuration> {
        let mut uses = vec![0_u64; routes.len()];
        self.rows.iter().for_each(|row| uses[row.ends as usize] += 1);
        let mut crowd = Column::filled(0_u64, capacities.len());
        let mut fastest = Column::filled(SimDuration::MAX, capacities.len());
        for (route, uses) in routes.iter().zip(uses) {
            for &channel in route.iter().flat_map(|route| &route.channels) {
                crowd[channel] += uses;
                fastest[channel] = fastest[channel].min(round_trip(route.as_ref()));
            }
        }
        let part =
            |channel: &&ChannelId| capacities[**channel].bits_per_sec() / crowd[**channel].max(1);
        let of = |route: &Option<Route>| {
            let bottleneck = route.iter().flat_map(|route| &route.channels).min_by_key(part);
            bottleneck.map_or(SimDuration::ZERO, |channel| fastest[*channel])
        };
        routes.iter().map(of).collect()
    }
}

/// The round trip of a route; none without a route.
pub(super) fn round_trip(route: Option<&Route>) -> SimDuration {
    route.map_or(SimDuration::ZERO, |route| route.latency.saturating_mul(2))
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2³² transfers")
}
