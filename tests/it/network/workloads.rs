//! The workloads for comparing simulators, from integers only, so that any simulator can have bit-identical inputs.
//!
//! `n` agents in `clamp(n / 100, 1, 1000)` segments behind one uplink of 1 Gbit/s; the segments
//! have 2, 4, … 20 Mbit/s, latencies are zero.

use updraft::ids::{ChannelId, ClassId, Column};
use updraft::network::{Method, Network};
use updraft::units::{BitRate, Bytes, SimTime};

/// The workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Workload {
    /// W1 `storm-direct`: all agents from the uplink, over ten minutes.
    Direct,
    /// W2 `storm-ua`: an Update Agent in each segment first, the others from there.
    UpdateAgents,
    /// W3 `all-at-once`: all agents from the uplink, at the same instant.
    AllAtOnce,
}

/// When a download may start, in nanoseconds, and its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Download {
    pub(crate) start: u64,
    pub(crate) bytes: u64,
}

/// The number of segments for `n` agents.
pub(crate) fn segments(n: usize) -> usize {
    (n / 100).clamp(1, 1000)
}

/// The downloads of the agents, in their order; times in nanoseconds.
pub(crate) fn downloads(workload: Workload, n: usize) -> Vec<Download> {
    let mut x: u64 = 42;
    let mut next = || {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        x >> 32
    };
    (0..n as u64)
        .map(|k| {
            if workload == Workload::AllAtOnce {
                return Download { start: 0, bytes: 300_000 + (k * 7919) % 100_000 };
            }
            let micros = (next() * 600_000_000) >> 32;
            let bytes = if (next() * 10) >> 32 == 0 { 60_000_000 } else { 300_000 };
            Download { start: micros * 1000, bytes }
        })
        .collect()
}

/// A network with this many segments: channel 0 is the uplink, then each segment's channel, then each segment's local
/// network.
pub(crate) fn network(segments: usize, method: Method) -> Network {
    let mut capacities: Column<ChannelId, BitRate> = Column::new();
    let _ = capacities.push(BitRate::from_megabits(1000));
    for i in 0..segments as u64 {
        let _ = capacities.push(BitRate::from_megabits(2 + 2 * (i % 10)));
    }
    for _ in 0..segments {
        let _ = capacities.push(BitRate::from_megabits(100));
    }
    Network::with_method(&capacities, method)
}

/// The nanoseconds at which each agent's download starts and ends, with this many segments.
pub(crate) fn run(
    segments: usize,
    workload: Workload,
    n: usize,
    network: &mut Network,
) -> Vec<(u64, u64)> {
    Run::new(segments, workload, &downloads(workload, n), network).finish()
}

struct Run<'a> {
    downloads: &'a [Download],
    network: &'a mut Network,
    /// The class of each segment's agents.
    classes: Vec<ClassId>,
    /// For W2: the agents that wait for the Update Agent of their segment; none once it is ready.
    waiting: Vec<Option<Vec<u32>>>,
    times: Vec<(u64, u64)>,
}

impl<'a> Run<'a> {
    fn new(
        segments: usize,
        workload: Workload,
        downloads: &'a [Download],
        network: &'a mut Network,
    ) -> Self {
        let n = downloads.len();
        let channel = |row: usize| ChannelId(u32::try_from(row).expect("few channels"));
        let mut direct = Vec::new();
        let mut local = Vec::new();
        for i in 0..segments {
            direct.push(network.class(&[channel(0), channel(1 + i)], None, 1));
            local.push(network.class(&[channel(1 + segments + i)], None, 1));
        }
        let mut waiting = vec![None; segments];
        if workload == Workload::UpdateAgents {
            for (i, &class) in direct.iter().enumerate() {
                waiting[i] = Some(Vec::new());
                let tag = u32::try_from(n + i).expect("few");
                let _ = network.start(class, Bytes::new(60_000_000), tag);
            }
        }
        let classes = if workload == Workload::UpdateAgents { local } else { direct };
        Self { downloads, network, classes, waiting, times: vec![(u64::MAX, u64::MAX); n] }
    }

    fn finish(mut self) -> Vec<(u64, u64)> {
        let mut order: Vec<(u64, u32)> =
            (0_u32..).zip(self.downloads).map(|(k, download)| (download.start, k)).collect();
        order.sort_unstable();
        let mut order = order.into_iter().peekable();
        loop {
            let start = order.peek().map_or(u64::MAX, |next| next.0);
            let now = self.network.next_end().as_nanos().min(start);
            if now == u64::MAX {
                return self.times;
            }
            self.network.advance_to(SimTime::from_nanos(now));
            while let Some(ended) = self.network.pop_ended() {
                self.end(now, ended.tag);
            }
            while let Some((_, k)) = order.next_if(|next| next.0 == now) {
                match &mut self.waiting[k as usize % self.classes.len()] {
                    Some(waiting) => waiting.push(k),
                    None => self.start(now, k),
                }
            }
        }
    }

    fn start(&mut self, now: u64, k: u32) {
        self.times[k as usize].0 = now;
        let class = self.classes[k as usize % self.classes.len()];
        let size = Bytes::new(self.downloads[k as usize].bytes);
        let _ = self.network.start(class, size, k);
    }

    fn end(&mut self, now: u64, tag: u32) {
        let Some(time) = self.times.get_mut(tag as usize) else {
            let segment = tag as usize - self.times.len();
            for k in self.waiting[segment].take().into_iter().flatten() {
                self.start(now, k);
            }
            return;
        };
        time.1 = now;
    }
}
