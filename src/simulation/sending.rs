//! Transfers onto the network, with or without what TCP makes of them.

use crate::ids::{AgentId, ChannelId, ClassId, NodeId, RowId};
use crate::network::tcp::{self, AVERAGE_WEIGHT, TcpModel, even_ceiling};
use crate::network::{Incast, Prospect, Topology, TransferId, Transport};
use crate::random::Purpose;
use crate::simulation::paths::PathId;
use crate::simulation::run::Simulation;
use crate::simulation::tag::Tag;
use crate::units::{BitRate, Bytes, SimDuration};

/// One transfer to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shipment {
    pub(super) from: NodeId,
    /// The proxy, where the way leads through it.
    pub(super) via: Option<NodeId>,
    pub(super) to: NodeId,
    /// The fastest it can be.
    pub(super) ceiling: BitRate,
    pub(super) size: Bytes,
    pub(super) tag: Tag,
    /// The agent whose luck it has; none: the server's.
    pub(super) agent: Option<AgentId>,
}

/// What sending keeps in mind.
#[derive(Debug)]
pub(super) struct Sending {
    transport: Transport,
    /// Transfers of each agent so far, the server's last: the number of the next draw. Without luck in
    /// transfers there are none.
    sent: Vec<u32>,
    bursts: Incast,
}

impl Sending {
    pub(super) fn new(transport: Transport, agents: usize, topology: &Topology) -> Self {
        let counted = if transport.model == TcpModel::FLUID { 0 } else { agents + 1 };
        let bursts = Incast::new(topology.capacities().len());
        Self { transport, sent: vec![0; counted], bursts }
    }

    /// What of a bandwidth carries payload.
    pub(super) fn payload(&self, bandwidth: BitRate) -> BitRate {
        self.transport.model.capacity(bandwidth)
    }

    fn next_draw(&mut self, agent: Option<AgentId>) -> u32 {
        let row = agent.map_or(self.sent.len() - 1, RowId::index);
        self.sent[row] += 1;
        self.sent[row]
    }
}

impl Simulation<'_> {
    /// Starts a transfer; `None` if no route leads there.
    pub(super) fn send(&mut self, shipment: Shipment) -> Option<TransferId> {
        let Shipment { from, via, to, ceiling, size, tag, agent } = shipment;
        let path = self.paths.between(from, via, to, agent)?;
        if self.sending.transport.model == TcpModel::FLUID {
            let class = self.average_class(path, ceiling);
            return Some(self.network.start(class, size, tag.number()));
        }
        Some(self.send_by_tcp(path, shipment))
    }

    /// Set-up and slow start delay the transfer, round trip and luck give it its weight. What the
    /// last byte needs to arrive is waited for before the first, so that one event is enough.
    fn send_by_tcp(&mut self, path: PathId, shipment: Shipment) -> TransferId {
        let Shipment { ceiling, size, tag, agent, .. } = shipment;
        let model = self.sending.transport.model;
        let probe = self.average_class(path, ceiling);
        let prospect = self.network.prospect(probe, 1);
        self.count_start(path, prospect);
        let [rtt, shortest] = self.round_trips(path, prospect);
        // A transfer meets the queue that is there, and shares for as long as it lasts with those
        // that fill it.
        let queue = prospect.neck.map_or(SimDuration::ZERO, |neck| self.queueing_delay(neck));
        let wait = if prospect.is_full { queue } else { SimDuration::ZERO };
        let startup = model.startup(size, rtt + wait, prospect.share);
        let weight = {
            let whose = agent.map_or(u32::MAX, |agent| agent.0);
            let nth = self.sending.next_draw(agent);
            let luck = self.streams.draw(Purpose::TransferShare, whose, nth);
            let expected = prospect.share.time_for(size);
            tcp::coarse(model.weight(rtt + queue, shortest + queue, expected, luck.bits()))
        };
        let ceiling = even_ceiling(ceiling, weight);
        let class = self.paths.class(&mut self.network, path, ceiling, weight);
        let begins = self.event_queue.now().saturating_add(startup.before + startup.after);
        self.network.start_later(class, size, tag.number(), begins)
    }

    /// The class of a transfer whose share is the average.
    pub(super) fn average_class(&mut self, path: PathId, ceiling: BitRate) -> ClassId {
        let (ceiling, weight) = match self.sending.transport.model {
            TcpModel::FLUID => (ceiling, 1),
            _ => (even_ceiling(ceiling, AVERAGE_WEIGHT), AVERAGE_WEIGHT),
        };
        self.paths.class(&mut self.network, path, ceiling, weight)
    }

    /// The round trip of a transfer, and the shortest at its bottleneck, with empty queues.
    fn round_trips(&self, path: PathId, prospect: Prospect) -> [SimDuration; 2] {
        let own = self.paths.route(path).round_trip();
        let shortest = prospect.neck.map_or(own, |neck| self.paths.shortest(neck));
        [own, shortest.min(own)]
    }

    fn queueing_delay(&self, channel: ChannelId) -> SimDuration {
        let bandwidth = self.network.capacity(channel);
        self.sending.transport.model.queueing_delay(self.fifo(channel), bandwidth)
    }

    fn fifo(&self, channel: ChannelId) -> Bytes {
        self.network.capacity(channel).bytes_in(self.sending.transport.queue)
    }

    /// Counts the start among those within one round trip before the same bottleneck.
    fn count_start(&mut self, path: PathId, prospect: Prospect) {
        let Some(neck) = prospect.neck else { return };
        let (now, rtt) = (self.event_queue.now(), self.paths.route(path).round_trip());
        let (bandwidth, fifo) = (self.network.capacity(neck), self.fifo(neck));
        self.sending.bursts.count(now, rtt, neck, bandwidth, fifo);
    }

    /// How often, in hundredths, the worst burst of simultaneous starts filled its bottleneck's
    /// queue, if it did: a caution, for no fluid model shows what follows.
    pub fn worst_burst(&self) -> Option<u64> {
        self.sending.bursts.worst()
    }
}
