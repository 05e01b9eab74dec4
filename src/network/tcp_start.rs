//! Starts of transfers under the TCP model: the conditions on the network, and the resulting delay and weight.

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
    /// When it is requested; must not decrease from one start to the next.
    pub now: SimTime,
    /// Its size.
    pub size: Bytes,
    /// Its round trip without queueing.
    pub round_trip: SimDuration,
    /// The shortest round trip of those that share its bottleneck, without queueing.
    pub shortest: SimDuration,
    /// 64 random bits for its share.
    pub bits: u64,
}

/// The effect of the TCP model on a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Started {
    /// How its beginning and end lengthen it.
    pub startup: Startup,
    /// Its weight among the transfers at its bottleneck.
    pub weight: u32,
}

impl TcpStarts {
    /// No starts so far, for `channels` channels.
    pub fn new(transport: Transport, channels: usize) -> Self {
        Self { transport, incast: Incast::new(channels) }
    }

    /// The model, and the queues of links.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// Starts a transfer under the conditions `prospect` on `network`. It meets the present queue, and shares for its
    /// whole duration with the transfers that fill it.
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

    /// Counts a start at its bottleneck. Returns how long frames wait there once its queue is filled.
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

    /// The worst ratio, in hundredths, of a burst of simultaneous starts to the queue and bandwidth-delay product of
    /// its bottleneck, if it exceeded it: the resulting losses are not modelled.
    pub fn worst_burst(&self) -> Option<u64> {
        self.incast.worst()
    }
}
