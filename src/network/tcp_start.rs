//! How a transfer starts under the TCP model: what it meets on the network, and what follows from that for
//! its delay and its weight.

use crate::ids::ChannelId;
use crate::network::incast::Incast;
use crate::network::readings::Prospect;
use crate::network::tcp::{Startup, Transport};
use crate::network::transfers::Network;
use crate::units::{Bytes, SimDuration, SimTime};

/// All starts over one network.
#[derive(Clone, Debug)]
pub struct TcpStarts {
    transport: Transport,
    incast: Incast,
}

/// A transfer that is about to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Starting {
    /// When it is requested; instants must not fall from one start to the next.
    pub now: SimTime,
    /// How much it moves.
    pub size: Bytes,
    /// Its round trip with empty queues.
    pub round_trip: SimDuration,
    /// The shortest round trip of those that share its bottleneck, with empty queues.
    pub shortest: SimDuration,
    /// 64 random bits for its share.
    pub bits: u64,
}

/// What the TCP model makes of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Started {
    /// How its beginning and its end lengthen it.
    pub startup: Startup,
    /// Its weight among those that share its bottleneck.
    pub weight: u32,
}

impl TcpStarts {
    /// No starts so far over so many channels.
    pub fn new(transport: Transport, channels: usize) -> Self {
        Self { transport, incast: Incast::new(channels) }
    }

    /// The model, and the queues before links.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// Starts a transfer that meets `prospect` on `network`. It meets the queue that is there, and shares for
    /// as long as it lasts with those that fill it.
    pub fn start(&mut self, network: &Network, prospect: Prospect, starting: Starting) -> Started {
        let Starting { size, round_trip, shortest, bits, .. } = starting;
        let queue = prospect
            .bottleneck
            .map_or(SimDuration::ZERO, |channel| self.queue_at(network, channel, starting));
        let wait = if prospect.is_full { queue } else { SimDuration::ZERO };
        let model = self.transport.model;
        let startup = model.startup(size, round_trip + wait, prospect.share);
        let expected = prospect.share.time_for(size);
        let weight = model.weight(round_trip + queue, shortest + queue, expected, bits);
        Started { startup, weight }
    }

    /// Counts a start at its bottleneck. How long frames wait there once its queue is filled.
    fn queue_at(
        &mut self,
        network: &Network,
        channel: ChannelId,
        starting: Starting,
    ) -> SimDuration {
        let bandwidth = network.capacity(channel);
        let fifo = bandwidth.bytes_in(self.transport.queue);
        self.incast.count(starting.now, starting.round_trip, channel, bandwidth, fifo);
        self.transport.model.queueing_delay(fifo, bandwidth)
    }

    /// How often, in hundredths, the worst burst of simultaneous starts filled its bottleneck's queue and
    /// bandwidth-delay product, if it did: no fluid model shows what follows.
    pub fn worst_burst(&self) -> Option<u64> {
        self.incast.worst()
    }
}
