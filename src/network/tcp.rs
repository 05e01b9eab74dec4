//! Corrections that make a fluid model agree with real TCP: each is named, has a source, and can be switched off.
//!
//! The network remains a fluid; this module only computes its inputs: capacities, the instant from which a transfer
//! shares bandwidth, its weight. All computations are on integers, so results are equal on every machine. The random
//! share takes its random bits as a parameter.
//!
//! Sources: the form of 2 (set-up, slow start) follows RFC 6928 (initial window of ten segments) and RFC 5681; the
//! figures of 3 to 6 were *fitted* to the project's own measurements (nginx over Linux 6.18 TCP through shaped links,
//! `tests/data/tcp`), so agreement with those data is not independent evidence for them. `docs/tcp.md` lists the errors
//! for each case, and `tests/it/network/tcp.rs` checks them.

use crate::network::transfers::MAX_WEIGHT;
use crate::units::{BitRate, Bytes, SimDuration};

/// Bytes of payload in a full segment with time stamps.
const SEGMENT: u64 = 1448;
/// The first congestion window: ten segments (RFC 6928).
const FIRST_WINDOW: u64 = 10 * SEGMENT;
/// The size of the ten first segments in a FIFO, in bytes of frames.
const FIRST_BURST: u64 = 10 * 1514;
/// The weight of an average transfer.
pub const AVERAGE_WEIGHT: u32 = 64;

/// How congestion control makes shares depend on the round-trip time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Congestion {
    /// Share ∝ RTT^−1.25.
    Cubic,
    /// Share ∝ RTT^−1.5.
    Reno,
}

/// The corrections that are switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TcpModel {
    /// 1. Payload and length of a frame, as counted in the stated bandwidth: 1448 of 1514 bytes for Ethernet without
    ///    FCS, 1448 of 1538 on the wire. Off: none.
    pub framing: Option<(u32, u32)>,
    /// 2. Connection set-up and slow start delay the fluid.
    pub startup: bool,
    /// 3. Transfers share unequally, at random: σ in thousandths for a transfer of one second. It decreases with the
    ///    square root of the duration, and is at most 400. Fitted: 800. Off: 0.
    pub random_share: u32,
    /// 4. Depth to which FIFOs of saturated links are filled, in hundredths. Fitted: 85. Off: 0.
    pub queueing: u32,
    /// 5. Shares depend on the round-trip time if it differs more than twofold. Off: none.
    pub rtt_share: Option<Congestion>,
    /// 6. A source has sent its last byte before it arrives: it is free this many thousandths of a round trip
    ///    earlier. Fitted: 2500. Off: 0.
    pub early_release: u32,
}

/// How the beginning and end of a connection lengthen a transfer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Startup {
    /// From the request until the transfer shares bandwidth.
    pub before: SimDuration,
    /// From the end of sharing until the last byte has arrived.
    pub after: SimDuration,
}

impl Default for TcpModel {
    fn default() -> Self {
        Self {
            framing: Some((1448, 1514)),
            startup: true,
            random_share: 800,
            queueing: 85,
            rtt_share: Some(Congestion::Cubic),
            early_release: 2500,
        }
    }
}

/// How transfers use the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Transport {
    /// The corrections; [`TcpModel::FLUID`]: none.
    pub model: TcpModel,
    /// Depth of the FIFO of each link, as time at its bandwidth (assumption).
    pub queue: SimDuration,
}

impl Default for Transport {
    fn default() -> Self {
        Self { model: TcpModel::FLUID, queue: SimDuration::ZERO }
    }
}

impl TcpModel {
    /// No correction: the pure fluid.
    pub const FLUID: Self = Self {
        framing: None,
        startup: false,
        random_share: 0,
        queueing: 0,
        rtt_share: None,
        early_release: 0,
    };

    /// The corrections that apply to single transfers and need no fit: framing and start-up.
    pub const PLAIN: Self = Self { framing: Some((1448, 1514)), startup: true, ..Self::FLUID };

    /// 1. The payload rate of a link of `bandwidth`.
    pub fn capacity(&self, bandwidth: BitRate) -> BitRate {
        let Some((payload, frame)) = self.framing else { return bandwidth };
        let bits = u128::from(bandwidth.bits_per_sec()) * u128::from(payload) / u128::from(frame);
        BitRate::from_bits_per_sec(u64::try_from(bits).expect("less than the bandwidth"))
    }

    /// 2. How set-up and slow start lengthen a transfer of `size` that would get `share`.
    ///
    /// Service starts 1.5 round trips after the request, and the last byte needs another half. In round `k` of slow
    /// start the sender has a window of `W_k = 14 480·2^k` bytes; while sending it takes less than a round trip, the
    /// sender is idle for the rest: `Σ max(0, RTT − W_k / share)` over the rounds that the size needs.
    pub fn startup(&self, size: Bytes, rtt: SimDuration, share: BitRate) -> Startup {
        if !self.startup {
            return Startup::default();
        }
        let rtt = rtt.as_nanos();
        let (mut idle, mut window, mut sent) = (0, FIRST_WINDOW, FIRST_WINDOW);
        while sent < size.count() {
            let lasts = share.time_for(Bytes::new(window)).as_nanos();
            if lasts >= rtt {
                break;
            }
            idle += rtt - lasts;
            window *= 2;
            sent += window;
        }
        let before = SimDuration::from_nanos(rtt + rtt / 2 + idle);
        Startup { before, after: SimDuration::from_nanos(rtt / 2) }
    }

    /// 3. and 5. The weight of a transfer among those that share its bottleneck.
    ///
    /// `rtt` and `shortest` are the round trips, including queueing, of the transfer and of the fastest one at that
    /// bottleneck; `expected` is the duration of the transfer at a fair share; `bits` are 64 random bits.
    pub fn weight(
        &self,
        rtt: SimDuration,
        shortest: SimDuration,
        expected: SimDuration,
        bits: u64,
    ) -> u32 {
        let ratio = self.rtt_weight(rtt, shortest);
        let deviation = (i128::from(self.spread(expected)) * i128::from(normal(bits))) >> 32;
        let share = exp(i64::try_from(deviation).expect("below two"));
        let weight = i128::from(AVERAGE_WEIGHT) * i128::from(ratio) * i128::from(share);
        let weight = (weight + i128::from(ONE) * i128::from(ONE) / 2) >> 64;
        u32::try_from(weight.clamp(1, i128::from(MAX_WEIGHT))).expect("small")
    }

    /// σ of the logarithm of the share, times 2³².
    fn spread(&self, expected: SimDuration) -> i64 {
        /// The greatest, in millionths.
        const MOST: u64 = 400_000;
        if self.random_share == 0 {
            return 0;
        }
        let millis = (expected.as_nanos() / 1_000_000).max(1);
        // 0.8 / √(seconds), from the square to stay with integers: σ² = a² · 1000 / ms.
        let square = u64::from(self.random_share).pow(2) * 1000 * 1_000_000 / millis;
        let micros = if square < MOST.pow(2) { square.isqrt() } else { MOST };
        i64::try_from((micros << 32) / 1_000_000).expect("below one")
    }

    /// (shortest / RTT)^e, times 2³², if RTTs differ more than twofold; else one.
    fn rtt_weight(&self, rtt: SimDuration, shortest: SimDuration) -> i64 {
        let Some(congestion) = self.rtt_share else { return ONE };
        let (rtt, shortest) = (rtt.as_nanos(), shortest.as_nanos());
        if shortest == 0 || rtt < shortest.saturating_mul(2) {
            return ONE;
        }
        let ratio = u64::try_from((u128::from(shortest) << 32) / u128::from(rtt)).expect("< 2³²");
        let root = sqrt(ratio);
        let factor = match congestion {
            Congestion::Reno => root,
            Congestion::Cubic => sqrt(root),
        };
        i64::try_from((u128::from(ratio) * u128::from(factor)) >> 32).expect("at most one")
    }

    /// 4. The time that a frame waits in the FIFO of a saturated link.
    pub fn queueing_delay(&self, fifo: Bytes, bandwidth: BitRate) -> SimDuration {
        let full = bandwidth.time_for(fifo).as_nanos();
        SimDuration::from_nanos(full / 100 * u64::from(self.queueing))
    }

    /// 6. How long before the end of its client's transfer a source can serve the next request.
    pub fn early_release(&self, rtt: SimDuration) -> SimDuration {
        SimDuration::from_nanos(rtt.as_nanos() / 1000 * u64::from(self.early_release))
    }
}

/// A rate cap near `cap` that is a whole number of levels of a transfer with `weight`, so that tree solvers apply: at
/// most 1023 bit/s less.
pub fn even_cap(cap: BitRate, weight: u32) -> BitRate {
    BitRate::from_bits_per_sec(even(cap.bits_per_sec(), weight))
}

/// The greatest multiple of `weight` up to `rate`, in any unit; for a smaller rate, the rate itself.
pub(super) fn even(rate: u64, weight: u32) -> u64 {
    let weight = u64::from(weight);
    if rate < weight { rate } else { rate - rate % weight }
}

/// One of four weights in an octave, so that thousands of transfers fall into few classes. They are numbered from the
/// smallest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CoarseWeight(u8);

impl CoarseWeight {
    /// Weight one.
    pub const ONE: Self = Self(0);
    /// [`AVERAGE_WEIGHT`].
    pub const AVERAGE: Self = Self(4 * 6);
    /// The weights of an octave.
    const STEPS: [u32; 4] = [64, 76, 91, 108];
    /// The greatest number that is nearest to each.
    const NEAREST: [u32; 4] = [70, 83, 99, 118];

    /// The nearest to `weight`, which is brought into 1 to [`MAX_WEIGHT`]. The error is at most 9 per cent.
    pub fn nearest(weight: u32) -> Self {
        let weight = weight.clamp(1, MAX_WEIGHT);
        let octave = weight.ilog2();
        let scaled = (weight << 6) >> octave;
        let step = Self::NEAREST.iter().filter(|&&most| most < scaled).count();
        Self(u8::try_from(octave as usize * 4 + step).expect("eleven octaves"))
    }

    /// The weight of a transfer.
    pub fn weight(self) -> u32 {
        (Self::STEPS[usize::from(self.0 % 4)] << (self.0 / 4)) >> 6
    }
}

/// The ratio, in hundredths, of the first windows of `starts` transfers that start within one round trip to FIFO and
/// bandwidth-delay product; none if they fit. A fluid model does not show the resulting losses, so this is a caution.
///
/// Above 100, flows lose whole first windows and wait for time-outs that double. Measured: at 260 to 280 one run in ten
/// had a longer makespan, at 500 all had, by 19 to 36 %. Remedies are starts spread over seconds, limits of concurrent
/// transfers, and Update Agents.
pub fn synchronised_starts(
    starts: u64,
    fifo: Bytes,
    bandwidth: BitRate,
    rtt: SimDuration,
) -> Option<u64> {
    let in_flight = bandwidth.bytes_in(rtt);
    let room = (u128::from(fifo.count()) + u128::from(in_flight.count())).max(1);
    let burst = u128::from(starts) * u128::from(FIRST_BURST) * 100;
    (burst >= room * 101).then(|| u64::try_from(burst / room).unwrap_or(u64::MAX))
}

/// One, in numbers with 32 binary places.
const ONE: i64 = 1 << 32;

/// √x of a number with 32 binary places.
fn sqrt(x: u64) -> u64 {
    u64::try_from((u128::from(x) << 32).isqrt()).expect("smaller")
}

/// An approximately normal number with 32 binary places from 64 random bits: the sum of four uniform ones, scaled to
/// variance one (Irwin and Hall); between −3.47 and 3.47.
fn normal(bits: u64) -> i64 {
    let sum: u64 = (0..4).map(|part| bits >> (16 * part) & 0xffff).sum();
    let centred = i64::try_from(2 * sum + 4).expect("small") - (4 << 16);
    // In 2⁻¹⁷ of a uniform's width; √3 · 2³² / 2¹⁷ = √3 · 2¹⁵.
    centred * 56_756
}

/// eˣ for x with 32 binary places, |x| < 8, to nine digits.
fn exp(x: i64) -> i64 {
    // eˣ = 2ʸ with y = x·log₂e; the fraction of y by the series of e^(y·ln 2).
    let y = (i128::from(x) * 6_196_328_018) >> 32;
    let whole = i32::try_from(y >> 32).expect("small");
    let fraction = u64::try_from(y & i128::from(ONE - 1)).expect("32 bits");
    let rest = (fraction * 2_977_044_471) >> 32;
    let (mut term, mut sum) = (1 << 32, 1 << 32);
    for n in 1..14 {
        term = ((term * rest) >> 32) / n;
        sum += term;
    }
    let scaled: u64 = if whole >= 0 { sum << whole } else { sum >> -whole };
    i64::try_from(scaled).expect("below 2^44")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RTT: SimDuration = SimDuration::from_millis(150);

    #[test]
    fn framing_takes_its_part_of_the_bandwidth() {
        let capacity = TcpModel::PLAIN.capacity(BitRate::from_megabits(10));
        assert_eq!(capacity.bits_per_sec(), 9_564_068);
        assert_eq!(TcpModel::FLUID.capacity(capacity), capacity);
    }

    #[test]
    fn slow_start_leaves_an_idle_link_idle() {
        let share = BitRate::from_bits_per_sec(9_564_068);
        let startup = TcpModel::PLAIN.startup(Bytes::new(100_000), RTT, share);
        // 1.5 · 150 ms, and two rounds that last 12.1 and 24.2 ms of 150.
        assert_eq!(startup.before.as_nanos() / 1_000_000, 488);
        assert_eq!(startup.after, SimDuration::from_millis(75));
        let small = TcpModel::PLAIN.startup(Bytes::new(1000), RTT, share);
        assert_eq!(small.before, SimDuration::from_millis(225));
        assert_eq!(TcpModel::FLUID.startup(Bytes::new(1000), RTT, share), Startup::default());
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "a comparison with real numbers")]
    fn the_integer_functions_are_the_real_ones() {
        for x in -30..=30 {
            let value = exp(x * ONE / 10) as f64 / ONE as f64;
            let expected = (x as f64 / 10.0).exp();
            assert!((value / expected - 1.0).abs() < 1e-7, "{x}: {value} {expected}");
        }
        assert_eq!(sqrt(1 << 34), 1 << 33);
        let draws: Vec<f64> = (0..10_000_u64)
            .map(|n| normal(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (n << 40)) as f64 / ONE as f64)
            .collect();
        let mean = draws.iter().sum::<f64>() / 1e4;
        let variance = draws.iter().map(|z| (z - mean).powi(2)).sum::<f64>() / 1e4;
        assert!(mean.abs() < 0.05 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
        assert!((normal(u64::MAX) as f64 / ONE as f64 - 12_f64.sqrt()).abs() < 1e-3);
    }

    #[test]
    fn weights_follow_round_trips_and_random_shares() {
        let weigh = |model: TcpModel, rtt, seconds, bits| {
            let shortest = SimDuration::from_millis(10);
            let rtt = SimDuration::from_millis(rtt);
            model.weight(rtt, shortest, SimDuration::from_secs(seconds), bits)
        };
        let by_rtt = TcpModel { random_share: 0, ..TcpModel::default() };
        let reno = TcpModel { rtt_share: Some(Congestion::Reno), ..by_rtt };
        assert_eq!(weigh(by_rtt, 10, 4, 0), AVERAGE_WEIGHT);
        assert_eq!(weigh(by_rtt, 19, 4, 0), AVERAGE_WEIGHT, "not twofold");
        assert_eq!(weigh(by_rtt, 160, 4, 0), 2, "16^-1.25 is 1/32");
        assert_eq!(weigh(reno, 160, 4, 0), 1, "16^-1.5 is 1/64");
        let by_chance = TcpModel { rtt_share: None, ..TcpModel::default() };
        // At most e^(0.4·3.46), and 0.8/√64 s is 0.1.
        assert_eq!(weigh(by_chance, 10, 1, u64::MAX), 256);
        assert_eq!(weigh(by_chance, 10, 64, u64::MAX), 90);
        assert_eq!(weigh(TcpModel::FLUID, 99, 1, 7), AVERAGE_WEIGHT);
    }

    #[test]
    fn synchronised_starts_are_cautioned() {
        let caution = |starts| {
            let rtt = SimDuration::from_millis(20);
            synchronised_starts(starts, Bytes::new(125_000), BitRate::from_megabits(10), rtt)
        };
        assert_eq!(caution(9), None);
        assert_eq!(caution(26), Some(262));
    }

    #[test]
    fn coarse_weights_are_few_and_near() {
        let coarse = |weight| CoarseWeight::nearest(weight).weight();
        let all: std::collections::BTreeSet<u32> = (1..=MAX_WEIGHT).map(coarse).collect();
        assert!(all.len() <= 4 * 10 + 1, "{all:?}");
        for weight in 8..=MAX_WEIGHT {
            let off = coarse(weight).abs_diff(weight);
            assert!(off * 100 <= weight * 13, "{weight} becomes {}", coarse(weight));
        }
        for weight in 64..=128 {
            let off = all.iter().map(|coarse| coarse.abs_diff(weight)).min();
            assert_eq!(Some(coarse(weight).abs_diff(weight)), off, "{weight}");
        }
        assert_eq!([1, 64, 70, 91, 256, 1024].map(coarse), [1, 64, 64, 91, 256, 1024]);
        assert_eq!([0, MAX_WEIGHT + 1].map(coarse), [1, MAX_WEIGHT]);
        assert_eq!(CoarseWeight::nearest(1), CoarseWeight::ONE);
        assert_eq!(CoarseWeight::nearest(AVERAGE_WEIGHT), CoarseWeight::AVERAGE);
    }

    #[test]
    fn even_caps_are_whole_levels() {
        let cap = even_cap(BitRate::from_megabits(100), 37);
        assert_eq!(cap.bits_per_sec() % 37, 0);
        assert!(BitRate::from_megabits(100).bits_per_sec() - cap.bits_per_sec() < 37);
    }
}
