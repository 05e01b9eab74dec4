//! Transfers onto the network, with or without what TCP makes of them.

use crate::ids::{AgentId, ChannelId, Column, NodeId, RowId};
use crate::network::tcp::{self, AVERAGE_WEIGHT, TcpModel, even_ceiling};
use crate::network::{Prospect, Topology, TransferId, Transport};
use crate::random::Purpose;
use crate::simulation::paths::PathId;
use crate::simulation::run::Simulation;
use crate::simulation::tag::Tag;
use crate::units::{BitRate, Bytes, SimDuration, SimTime};

/// One transfer to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shipment {
    pub(super) from: NodeId,
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
    /// Transfers of each agent so far, the server's last: the number of the next draw.
    sent: Vec<u32>,
    starts: Column<ChannelId, Starts>,
    /// The worst burst of starts so far, see [`tcp::synchronised_starts`].
    worst_burst: Option<u64>,
}

/// Transfers that started together before one bottleneck.
#[derive(Clone, Copy, Debug, Default)]
struct Starts {
    first: SimTime,
    count: u64,
}

impl Sending {
    pub(super) fn new(transport: Transport, agents: usize, topology: &Topology) -> Self {
        Self {
            transport,
            sent: vec![0; agents + 1],
            starts: Column::filled(Starts::default(), topology.capacities().len()),
            worst_burst: None,
        }
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
        let Shipment { from, to, ceiling, size, tag, .. } = shipment;
        let path = self.paths.between(from, to)?;
        if self.sending.transport.model == TcpModel::FLUID {
            let class = self.paths.class(&mut self.network, path, ceiling, 1);
            return Some(self.network.start(class, size, tag.number()));
        }
        Some(self.send_by_tcp(path, shipment))
    }

    /// Set-up and slow start delay the transfer, round trip and luck give it its weight. What the
    /// last byte needs to arrive is waited for before the first, so that one event is enough.
    fn send_by_tcp(&mut self, path: PathId, shipment: Shipment) -> TransferId {
        let Shipment { ceiling, size, tag, agent, .. } = shipment;
        let model = self.sending.transport.model;
        let average = even_ceiling(ceiling, AVERAGE_WEIGHT);
        let probe = self.paths.class(&mut self.network, path, average, AVERAGE_WEIGHT);
        let prospect = self.network.prospect(probe, 1);
        self.count_start(path, prospect);
        let [rtt, shortest] = self.round_trips(path, prospect);
        let startup = model.startup(size, rtt, prospect.share);
        let weight = {
            let whose = agent.map_or(u32::MAX, |agent| agent.0);
            let nth = self.sending.next_draw(agent);
            let luck = self.streams.draw(Purpose::TransferShare, whose, nth);
            let expected = prospect.share.time_for(size);
            tcp::coarse(model.weight(rtt, shortest, expected, luck.bits()))
        };
        let ceiling = even_ceiling(ceiling, weight);
        let class = self.paths.class(&mut self.network, path, ceiling, weight);
        let begins = self.agenda.now().saturating_add(startup.before + startup.after);
        self.network.start_later(class, size, tag.number(), begins)
    }

    /// The round trip of a transfer, and the shortest at its bottleneck; where that is full, frames
    /// wait in its queue.
    fn round_trips(&self, path: PathId, prospect: Prospect) -> [SimDuration; 2] {
        let own = self.paths.route(path).round_trip();
        let Some(neck) = prospect.neck else { return [own, own] };
        let wait = if prospect.is_full { self.queueing_delay(neck) } else { SimDuration::ZERO };
        [own + wait, self.paths.shortest(neck).min(own) + wait]
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
        let (now, rtt) = (self.agenda.now(), self.paths.route(path).round_trip());
        let fifo = self.fifo(neck);
        let starts = &mut self.sending.starts[neck];
        if now.since(starts.first) > rtt {
            *starts = Starts { first: now, count: 0 };
        }
        starts.count += 1;
        let bandwidth = self.network.capacity(neck);
        let burst = tcp::synchronised_starts(starts.count, fifo, bandwidth, rtt);
        self.sending.worst_burst = self.sending.worst_burst.max(burst);
    }

    /// How often, in hundredths, the worst burst of simultaneous starts filled its bottleneck's
    /// queue, if it did: a caution, for no fluid model shows what follows.
    pub fn worst_burst(&self) -> Option<u64> {
        self.sending.worst_burst
    }
}
