//! Starts of transfers on the network, under the fluid or the TCP model.

use crate::ids::{AgentId, ClassId, NodeId, PathId};
use crate::network::tcp::{AVERAGE_WEIGHT, CoarseWeight, TcpModel, even_cap};
use crate::network::{Started, Starting, TransferId};
use crate::random::Purpose;
use crate::simulation::run::Simulation;
use crate::simulation::tag::Tag;
use crate::units::{BitRate, Bytes};

/// A transfer to start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shipment {
    pub(super) from: NodeId,
    /// The proxy, if the route leads through it.
    pub(super) via: Option<NodeId>,
    pub(super) to: NodeId,
    /// Its rate cap.
    pub(super) cap: BitRate,
    pub(super) size: Bytes,
    pub(super) tag: Tag,
    /// The agent whose draws it uses; none: the server's.
    pub(super) agent: Option<AgentId>,
}

impl Simulation<'_> {
    /// Starts a transfer, and returns it with its route; `None` if there is no route.
    pub(super) fn send(&mut self, shipment: Shipment) -> Option<(TransferId, PathId)> {
        let Shipment { cap, size, tag, .. } = shipment;
        let path = self.route(&shipment)?;
        if self.tcp.transport().model == TcpModel::FLUID {
            let class = self.average_class(path, cap);
            return Some((self.network.start(class, size, tag.number()), path));
        }
        Some((self.send_by_tcp(path, shipment), path))
    }

    /// The route of a shipment.
    #[inline]
    pub(super) fn route(&mut self, of: &Shipment) -> Option<PathId> {
        self.paths.between(of.from, of.via, of.to, self.turn_of(of.agent))
    }

    /// Which of several equal routes is that of an agent, or of the server, if they are shared: agents take turns, and so
    /// do Update Agents among themselves.
    #[inline]
    pub(super) fn turn_of(&self, agent: Option<AgentId>) -> u32 {
        let Some(agent) = agent.filter(|_| self.paths.are_shared()) else { return 0 };
        let number = self.update_agents.serving(agent).and_then(|index| u32::try_from(index).ok());
        number.unwrap_or(agent.0)
    }

    /// Set-up and slow start delay the transfer; its round trip and a draw determine its weight. The time that its last
    /// byte needs to arrive is added before its first byte, so that one event is enough.
    fn send_by_tcp(&mut self, path: PathId, shipment: Shipment) -> TransferId {
        let Shipment { cap, size, tag, agent, .. } = shipment;
        let route = self.paths.route(path);
        let average_cap = even_cap(cap, AVERAGE_WEIGHT);
        let prospect = self.network.prospect_over(&route.channels, average_cap, AVERAGE_WEIGHT);
        let whose = agent.map_or(u32::MAX, |agent| agent.0);
        let nth = self.transfer_draws.next(agent);
        let round_trip = route.round_trip();
        let shortest = prospect.bottleneck.map_or(round_trip, |at| self.paths.shortest(at));
        let starting = Starting {
            now: self.event_queue.now(),
            size,
            round_trip,
            shortest: shortest.min(round_trip),
            bits: self.streams.draw(Purpose::TransferShare, whose, nth).bits(),
        };
        let Started { startup, weight } = self.tcp.start(&self.network, prospect, starting);
        let class = self.paths.class(&mut self.network, path, cap, CoarseWeight::nearest(weight));
        let begins = starting.now.saturating_add(startup.before + startup.after);
        self.network.start_later(class, size, tag.number(), begins)
    }

    /// The class of a transfer with an average share.
    pub(super) fn average_class(&mut self, path: PathId, cap: BitRate) -> ClassId {
        let weight = match self.tcp.transport().model {
            TcpModel::FLUID => CoarseWeight::ONE,
            _ => CoarseWeight::AVERAGE,
        };
        self.paths.class(&mut self.network, path, cap, weight)
    }

    /// The worst ratio, in hundredths, of a burst of simultaneous starts to the queue of its bottleneck, if it exceeded
    /// it: a warning, because the resulting losses are not modelled.
    pub fn worst_burst(&self) -> Option<u64> {
        self.tcp.worst_burst()
    }
}
