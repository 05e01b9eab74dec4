//! Trees of three levels with many ties: one clock per bottleneck against the general solver.

use updraft::ids::{ChannelId, ClassId, Column};
use updraft::network::{Method, Network, TransferId};
use updraft::units::{BitRate, Bytes, SimTime};

const HUBS: u64 = 6;
const SITES: u64 = 48;

/// A small random generator; the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Source → hub → site; few different capacities, and the hubs' just what their sites have.
fn capacities() -> Column<ChannelId, BitRate> {
    let site = |site| 1_000 * (1 + site % 3);
    let hub = |hub: u64| (0..SITES).filter(|row| row % HUBS == hub).map(site).sum::<u64>();
    let rates = std::iter::once(60_000).chain((0..HUBS).map(hub)).chain((0..SITES).map(site));
    rates.map(|bytes| BitRate::from_bits_per_sec(bytes * 8)).collect()
}

fn channel(row: u64) -> ChannelId {
    ChannelId(u32::try_from(row).expect("few"))
}

fn classes(network: &mut Network) -> Vec<ClassId> {
    let mut classes = Vec::new();
    for site in 0..SITES {
        let path = [channel(0), channel(1 + site % HUBS), channel(1 + HUBS + site)];
        for rate_cap in [None, Some(BitRate::from_bits_per_sec(1_600)), None] {
            let weight = 1 + u32::try_from(classes.len() % 2).expect("small");
            classes.push(network.class(&path, rate_cap, weight));
        }
        classes.push(network.class(&path[..2], None, 1));
    }
    classes
}

/// Everything visible from outside: ends, aborts, loads, bytes and saturation.
fn history(method: Method, seed: u64) -> Vec<(u64, u64, u64)> {
    let mut random = Random(seed);
    let mut network = Network::with_method(&capacities(), method);
    let classes = classes(&mut network);
    let (mut live, mut shown): (Vec<TransferId>, _) = (Vec::new(), Vec::new());
    for tag in 0..1_500_u32 {
        for _ in 0..random.below(5) {
            let class = classes[usize::try_from(random.below(classes.len() as u64)).expect("few")];
            let size = Bytes::new(500 * random.below(40));
            live.push(network.start(class, size, tag));
        }
        if random.below(10) == 0 && !live.is_empty() {
            let chosen = usize::try_from(random.below(live.len() as u64)).expect("few");
            shown.push((0, u64::from(tag), network.abort(live.swap_remove(chosen)).count()));
        }
        if random.below(20) == 0 {
            let rate = BitRate::from_bits_per_sec(8_000 * random.below(8));
            network.set_capacity(channel(random.below(1 + HUBS + SITES)), rate);
        }
        let end = network.next_end();
        if end != SimTime::NEVER {
            network.advance_to(end);
        }
        while let Some(ended) = network.pop_ended() {
            live.retain(|id| *id != ended.transfer);
            shown.push((end.as_nanos(), ended.tag.into(), ended.size.count()));
        }
        network.settle();
        for row in 0..1 + HUBS + SITES {
            let id = channel(row);
            let load = network.load(id).bits_per_sec();
            shown.push((load, network.carried(id).count(), network.saturated(id).as_nanos()));
        }
    }
    shown
}

#[test]
fn all_solvers_agree_on_ties() {
    for seed in 1..=4 {
        assert!(history(Method::Automatic, seed) == history(Method::General, seed), "seed {seed}");
    }
}
