//! The traffic and utilization of each link.

use super::names;
use super::run::LinkRow;
use crate::ids::{ChannelId, Column};
use crate::network::{Network, Topology};
use crate::units::{BitRate, Bytes, SimDuration, SimTime};

/// Traffic of all channels over the sampling intervals. Utilization is relative to the payload that a link can carry,
/// so that a saturated link has 1 under the TCP model too.
#[derive(Debug)]
pub(super) struct LinkLedger {
    /// Of payload.
    capacity: Column<ChannelId, BitRate>,
    carried: Column<ChannelId, Bytes>,
    /// Mean rate over the last interval, in bit/s.
    rate: Column<ChannelId, u64>,
    peak: Column<ChannelId, u64>,
    per_mille: Column<ChannelId, Vec<u16>>,
}

impl LinkLedger {
    pub(super) fn new(network: &Network, topology: &Topology) -> Self {
        let bandwidths = topology.capacities();
        let capacity: Column<ChannelId, BitRate> =
            bandwidths.ids().map(|channel| network.capacity(channel)).collect();
        let count = capacity.len();
        Self {
            capacity,
            carried: Column::filled(Bytes::ZERO, count),
            rate: Column::filled(0, count),
            peak: Column::filled(0, count),
            per_mille: Column::filled(Vec::new(), count),
        }
    }

    /// Takes a sample over the last `span`; returns the mean rate of a channel in bit/s.
    pub(super) fn sample(
        &mut self,
        network: &Network,
        span: SimDuration,
    ) -> impl Fn(ChannelId) -> u64 {
        for (channel, &carried) in network.carried_by_all().rows() {
            let moved = carried.saturating_sub(self.carried[channel]).count();
            self.carried[channel] = carried;
            let rate = rate(moved, span);
            self.rate[channel] = rate;
            self.peak[channel] = self.peak[channel].max(rate);
            let capacity = self.capacity[channel].bits_per_sec().max(1);
            let share = (rate * 1000).div_ceil(capacity).min(1000);
            self.per_mille[channel].push(u16::try_from(share).expect("at most 1000"));
        }
        |channel| self.rate[channel]
    }

    /// The rows of `links.csv`, two for each link.
    pub(super) fn rows(
        mut self,
        network: &Network,
        topology: &Topology,
        end: SimTime,
    ) -> Vec<LinkRow> {
        let bandwidths = topology.capacities();
        let carried = network.carried_by_all();
        let names = names::links(topology);
        let mut rows = Vec::new();
        for (id, _) in topology.links() {
            for channel in [id.forward(), id.backward()] {
                let bytes = carried[channel];
                let mean = rate(bytes.count(), end.since(SimTime::START));
                rows.push(LinkRow {
                    link: names[id].clone(),
                    direction: names::direction(topology, channel),
                    capacity: bandwidths[channel],
                    bytes,
                    mean_utilization: share(mean, self.capacity[channel]),
                    peak_utilization: share(self.peak[channel], self.capacity[channel]),
                    saturated: network.saturated(channel),
                    utilization_per_mille: std::mem::take(&mut self.per_mille[channel]),
                });
            }
        }
        rows
    }
}

/// Bytes over a span, in bit/s.
fn rate(bytes: u64, span: SimDuration) -> u64 {
    if bytes == 0 {
        return 0;
    }
    let nanos = u128::from(span.as_nanos().max(1));
    u64::try_from(u128::from(bytes) * 8_000_000_000 / nanos).unwrap_or(u64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "a share for people")]
fn share(rate: u64, capacity: BitRate) -> f64 {
    (rate as f64 / capacity.bits_per_sec().max(1) as f64).min(1.0)
}
