//! Incast: transfers that start within one round trip at the same bottleneck.

use crate::ids::{ChannelId, Column};
use crate::network::tcp::synchronised_starts;
use crate::units::{BitRate, Bytes, SimDuration, SimTime};

/// The number of simultaneous starts at each bottleneck, and the worst ratio.
#[derive(Clone, Debug)]
pub(super) struct Incast {
    starts: Column<ChannelId, Starts>,
    worst: Option<u64>,
}

/// Simultaneous starts at one bottleneck.
#[derive(Clone, Copy, Debug, Default)]
struct Starts {
    first: SimTime,
    count: u64,
}

impl Incast {
    /// No starts so far, for `channels` channels.
    pub(super) fn new(channels: usize) -> Self {
        Self { starts: Column::filled(Starts::default(), channels), worst: None }
    }

    /// Counts a start at `now` of a transfer with round trip `rtt` at the bottleneck `bottleneck` with the given
    /// bandwidth and queue. Instants must not decrease.
    pub(super) fn count(
        &mut self,
        now: SimTime,
        rtt: SimDuration,
        bottleneck: ChannelId,
        bandwidth: BitRate,
        fifo: Bytes,
    ) {
        let starts = &mut self.starts[bottleneck];
        if now.since(starts.first) > rtt {
            *starts = Starts { first: now, count: 0 };
        }
        starts.count += 1;
        self.worst = self.worst.max(synchronised_starts(starts.count, fifo, bandwidth, rtt));
    }

    /// The worst ratio, in hundredths, of a burst to the queue and bandwidth-delay product of its bottleneck, if any
    /// exceeded it; see [`synchronised_starts`].
    pub(super) fn worst(&self) -> Option<u64> {
        self.worst
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_starts_within_a_round_trip_is_one_burst() {
        let mut incast = Incast::new(2);
        let mut start = |millis: u64, channel| {
            let now = SimTime::from_nanos(millis * 1_000_000);
            let rtt = SimDuration::from_millis(20);
            incast.count(
                now,
                rtt,
                ChannelId(channel),
                BitRate::from_megabits(10),
                Bytes::new(50_000),
            );
            incast.worst()
        };
        // 75 kB fit: five first windows of 15.1 kB do, but for a hundredth.
        assert_eq!([0, 5, 10, 15, 20].map(|millis| start(millis, 0)), [None; 5]);
        assert_eq!(start(20, 1), None, "elsewhere");
        assert_eq!([41; 5].map(|millis| start(millis, 0)), [None; 5], "later");
        assert_eq!(start(61, 0), Some(121));
    }
}
