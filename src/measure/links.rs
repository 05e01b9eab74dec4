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
    samples: usize,
    per_mille: Column<ChannelId, PerMille>,
}

/// The utilization of a channel in each sample, in ‰, without the zeros before the first and after the last that
/// differs: most links of a company are quiet most of the time.
#[derive(Clone, Debug, Default)]
struct PerMille {
    first: usize,
    shares: Vec<u16>,
}

impl PerMille {
    /// Adds that of sample number `sample`.
    fn set(&mut self, sample: usize, share: u16) {
        if share == 0 {
            return;
        }
        if self.shares.is_empty() {
            self.first = sample;
        }
        self.shares.resize(sample - self.first, 0);
        self.shares.push(share);
    }

    /// That of each of so many samples.
    fn of_all(&self, samples: usize) -> Vec<u16> {
        let mut all = vec![0; samples];
        all[self.first..self.first + self.shares.len()].copy_from_slice(&self.shares);
        all
    }
}

impl LinkLedger {
    /// Without traffic so far. `payload` is the rate of payload that a link of some bandwidth can carry.
    pub(super) fn new(topology: &Topology, payload: impl Fn(BitRate) -> BitRate) -> Self {
        let bandwidths = topology.capacities();
        let capacity: Column<ChannelId, BitRate> =
            bandwidths.iter().map(|&bandwidth| payload(bandwidth)).collect();
        let count = capacity.len();
        Self {
            capacity,
            carried: Column::filled(Bytes::ZERO, count),
            rate: Column::filled(0, count),
            peak: Column::filled(0, count),
            samples: 0,
            per_mille: Column::filled(PerMille::default(), count),
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
            let share = u16::try_from(share).expect("at most 1000");
            self.per_mille[channel].set(self.samples, share);
        }
        self.samples += 1;
        |channel| self.rate[channel]
    }

    /// The rows of `links.csv`, two for each link.
    pub(super) fn rows(self, network: &Network, topology: &Topology, end: SimTime) -> Vec<LinkRow> {
        let bandwidths = topology.capacities();
        let carried = network.carried_by_all();
        let numbers = names::numbers(topology);
        let names = names::links(topology, &numbers);
        let mut rows = Vec::new();
        for (id, _) in topology.links() {
            for channel in [id.forward(), id.backward()] {
                let bytes = carried[channel];
                rows.push(LinkRow {
                    link: names[id].clone(),
                    direction: names::direction(topology, &numbers, channel),
                    capacity: bandwidths[channel],
                    bytes,
                    mean_utilization: mean_share(bytes, end, self.capacity[channel]),
                    peak_utilization: share(self.peak[channel], self.capacity[channel]),
                    saturated: network.saturated(channel),
                    utilization_per_mille: self.per_mille[channel].of_all(self.samples),
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

/// The share of what a channel of this capacity can carry until `end`.
#[expect(clippy::cast_precision_loss, reason = "a share for people")]
fn mean_share(bytes: Bytes, end: SimTime, capacity: BitRate) -> f64 {
    let most = capacity.bits_per_sec() as f64 * end.as_secs_f64();
    if most > 0.0 { (bytes.count() as f64 * 8.0 / most).min(1.0) } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "a share for people")]
fn share(rate: u64, capacity: BitRate) -> f64 {
    (rate as f64 / capacity.bits_per_sec().max(1) as f64).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_samples_are_zeros() {
        let samples = [0, 0, 7, 0, 0, 1000, 3, 0];
        let mut kept = PerMille::default();
        samples.into_iter().enumerate().for_each(|(sample, share)| kept.set(sample, share));
        assert_eq!(kept.shares, [7, 0, 0, 1000, 3]);
        assert_eq!(kept.of_all(samples.len()), samples);
        assert_eq!(PerMille::default().of_all(2), [0, 0]);
    }
}
