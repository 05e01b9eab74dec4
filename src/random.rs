//! Random draws from named, counter-based streams.
//!
//! A draw is a pure function of (seed, replication, purpose, entity, number of the draw). There is no generator state,
//! so an additional draw changes no other, and an agent gets the same random numbers under every topology option
//! (common random numbers). Seed and replication form the key of `ChaCha8`, purpose and entity its stream, and the
//! number of the draw its position. This is the only module that knows the generator.

use std::cell::RefCell;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::units::SimDuration;

/// The name of the generator in manifests.
pub const GENERATOR: &str = "ChaCha8, stream = purpose and entity, position = draw";

/// The purpose of a draw. Its number is part of every stream: append purposes, never reorder them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Purpose {
    /// A site's number of agents.
    SiteSize = 1,
    /// A site's bandwidth.
    SiteBandwidth = 2,
    /// A site's latency.
    SiteLatency = 3,
    /// An agent's scan method.
    ScanMethod = 4,
    /// An agent's online pattern.
    PresencePattern = 5,
    /// The number of releases that an agent is behind.
    ReleasesBehind = 6,
    /// An agent's hours on one day; the draw is day × 64 + number.
    WorkingDay = 7,
    /// Whether an agent answers a notification; the draw is the number of the attempt.
    Answer = 8,
    /// An agent's phase in a schedule, or its time in a window.
    SchedulePhase = 9,
    /// A site's Internet bandwidth.
    InternetBandwidth = 10,
    /// A transfer's share under the tcp model.
    TransferShare = 11,
    /// Whether an agent is in Independent mode.
    Independent = 12,
    /// Whether an agent has the privilege of scheduled update; draw 1: whether its user disables it.
    SchedulePrivilege = 13,
    /// An agent's phase in polling.
    PollPhase = 14,
    /// When a fault by rates begins and ends; even draws are times to failure, odd ones times to repair.
    Failure = 15,
    /// When an agent finds its lost connection again after a repair; the draw is the number of repairs.
    Reconnect = 16,
    /// Whether an agent is in a group; the draw is a number derived from the group's name.
    GroupMember = 17,
    /// A site's bandwidth away from it.
    SiteBandwidthUp = 18,
    /// Where a roaming computer comes up; even draws decide whether it does so at another site, odd ones at which.
    Roaming = 19,
    /// A Latin hypercube: the entity is the factor; draws order its strata, then place points in them.
    LatinHypercube = 32,
    /// The digital shift of a Sobol' sequence; the entity is the factor.
    SobolShift = 33,
    /// A trajectory of elementary effects: the entity is its number; draws order its factors, then choose the start and
    /// the end of each move.
    Trajectory = 48,
    /// A resample of a bootstrap: the entity is its number, the draw a position in it.
    Resample = 49,
    /// A value of an ensemble of calibration: the entity is the number of the member.
    Calibration = 50,
}

/// All random draws of one replication.
#[derive(Clone, Debug)]
pub struct Streams {
    keyed: ChaCha8Rng,
}

/// ln 2, times 2³².
const LN_2: u128 = 2_977_044_472;

/// −log₂((bits + 1) / 2⁶⁴), with 32 binary places: the exponent, then one place after another by squaring.
fn minus_log2(bits: u64) -> u64 {
    let Some(number) = bits.checked_add(1) else { return 0 };
    let exponent = number.leading_zeros() + 1;
    let mut mantissa = u128::from(number << (exponent - 1)) >> 32;
    let mut fraction = 0_u64;
    for place in (0..32).rev() {
        // The mantissa is in [1, 2) with 31 binary places.
        mantissa = (mantissa * mantissa) >> 31;
        if mantissa >> 32 > 0 {
            mantissa >>= 1;
            fraction |= 1 << place;
        }
    }
    (u64::from(exponent) << 32) - fraction
}

/// Moves a generator that has yielded nothing to draw number `nth` of `entity` for `purpose`.
#[inline]
fn seek(generator: &mut ChaCha8Rng, purpose: Purpose, entity: u32, nth: u32) {
    generator.set_stream(u64::from(purpose as u8) << 32 | u64::from(entity));
    // A draw takes two of the stream's 32-bit words. A generator that has yielded nothing is at the first.
    if nth > 0 {
        generator.set_word_pos(u128::from(nth) * 2);
    }
}

/// One draw: 64 random bits, and ways to convert them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw(u64);

impl Streams {
    /// The streams of replication `replication` under `seed`.
    pub fn new(seed: u64, replication: u32) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..12].copy_from_slice(&replication.to_le_bytes());
        key[12..19].copy_from_slice(b"updraft");
        Self { keyed: ChaCha8Rng::from_seed(key) }
    }

    /// Draw number `nth` of `entity` for `purpose`.
    pub fn draw(&self, purpose: Purpose, entity: u32, nth: u32) -> Draw {
        let mut generator = self.keyed.clone();
        seek(&mut generator, purpose, entity, nth);
        Draw(generator.next_u64())
    }

    /// All draws of `entity` for `purpose`: several in order cost little more than one.
    pub fn draws(&self, purpose: Purpose, entity: u32) -> Draws<'_> {
        Draws { streams: self, purpose, entity, generator: RefCell::new(None) }
    }

    /// Whether draw number `nth` of `entity` for `purpose` happens with a probability of `per_million` / 10⁶: equal to
    /// [`Draw::happens`], but without a draw if the result does not depend on it.
    pub fn happens(&self, purpose: Purpose, entity: u32, nth: u32, per_million: u32) -> bool {
        match per_million {
            0 => false,
            1_000_000.. => true,
            _ => self.draw(purpose, entity, nth).happens(per_million),
        }
    }
}

/// The draws of one entity for one purpose. The generator yields 32 draws in a row at once, and they are kept.
#[derive(Debug)]
pub struct Draws<'a> {
    streams: &'a Streams,
    purpose: Purpose,
    entity: u32,
    /// The generator and the number of its next draw, from the first draw on.
    generator: RefCell<Option<(ChaCha8Rng, u64)>>,
}

impl Draws<'_> {
    /// Draw number `nth`.
    pub fn draw(&self, nth: u32) -> Draw {
        let (number, mut kept) = (u64::from(nth), self.generator.borrow_mut());
        if let Some((generator, next)) = &mut *kept
            && *next == number
        {
            *next += 1;
            return Draw(generator.next_u64());
        }
        let (generator, _) = kept.insert((self.streams.keyed.clone(), number + 1));
        seek(generator, self.purpose, self.entity, nth);
        Draw(generator.next_u64())
    }

    /// The value of draw number `nth` in `from..=to`: equal to [`Draw::between`], but without a draw if the result does
    /// not depend on it.
    pub fn between(&self, nth: u32, from: u64, to: u64) -> u64 {
        if from >= to { from } else { self.draw(nth).between(from, to) }
    }
}

impl Draw {
    /// A draw with the given bits, for tests.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The bits themselves.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Uniform in `0..n` (0 if `n` is 0), by multiplication: the bias is below n / 2⁶⁴.
    pub fn below(self, n: u64) -> u64 {
        u64::try_from((u128::from(self.0) * u128::from(n)) >> 64).expect("below n")
    }

    /// Uniform in `from..=to`; `from` if `to` is smaller.
    pub fn between(self, from: u64, to: u64) -> u64 {
        match to.checked_sub(from) {
            Some(u64::MAX) => self.0,
            Some(span) => from + self.below(span + 1),
            None => from,
        }
    }

    /// True with probability `per_million` / 10⁶.
    pub fn happens(self, per_million: u32) -> bool {
        self.below(1_000_000) < u64::from(per_million)
    }

    /// Exponentially distributed with mean `mean`, at most 44 times that.
    pub fn exponential(self, mean: SimDuration) -> SimDuration {
        // −ln of a uniform number in (0, 1], from integers: the same on every machine.
        let log = u128::from(minus_log2(self.0));
        let nanos = (((log * LN_2) >> 32) * u128::from(mean.as_nanos())) >> 32;
        SimDuration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// The index of one of `shares`, drawn with a probability proportional to its share.
    ///
    /// # Panics
    /// If all shares are zero.
    pub fn choose(self, shares: impl Iterator<Item = u64> + Clone) -> usize {
        let mut left = self.below(shares.clone().sum());
        for (index, share) in shares.enumerate() {
            match left.checked_sub(share) {
                Some(rest) => left = rest,
                None => return index,
            }
        }
        panic!("shares must not all be zero");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_only_on_its_name() {
        let streams = Streams::new(7, 0);
        let one = streams.draw(Purpose::ScanMethod, 3, 5);
        let _ = streams.draw(Purpose::ScanMethod, 3, 4);
        let _ = streams.draw(Purpose::Answer, 3, 5);
        assert_eq!(streams.draw(Purpose::ScanMethod, 3, 5), one);
        assert_eq!(Streams::new(7, 0).draw(Purpose::ScanMethod, 3, 5), one);
    }

    #[test]
    fn draws_of_one_entity_are_the_same_in_any_order() {
        let streams = Streams::new(7, 1);
        let draws = streams.draws(Purpose::WorkingDay, 3);
        let order = (0..100).chain([70, 71, 3, 2, u32::MAX, 0, 1]);
        for nth in order {
            assert_eq!(draws.draw(nth), streams.draw(Purpose::WorkingDay, 3, nth), "{nth}");
        }
    }

    #[test]
    fn every_part_of_the_name_matters() {
        let draw = |seed, replication, purpose, entity, nth| {
            Streams::new(seed, replication).draw(purpose, entity, nth)
        };
        let one = draw(7, 0, Purpose::ScanMethod, 3, 5);
        for other in [
            draw(8, 0, Purpose::ScanMethod, 3, 5),
            draw(7, 1, Purpose::ScanMethod, 3, 5),
            draw(7, 0, Purpose::Answer, 3, 5),
            draw(7, 0, Purpose::ScanMethod, 4, 5),
            draw(7, 0, Purpose::ScanMethod, 3, 6),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn the_numbers_never_change() {
        let streams = Streams::new(1, 0);
        let bits: Vec<u64> = (0..3).map(|nth| streams.draw(Purpose::SiteSize, 0, nth).0).collect();
        assert_eq!(bits, GOLDEN);
    }

    const GOLDEN: [u64; 3] =
        [10_155_201_958_754_004_261, 13_340_702_590_796_021_566, 6_639_854_265_522_474_925];

    #[test]
    fn values_without_a_draw_equal_those_with_one() {
        let streams = Streams::new(7, 0);
        for entity in 0..100 {
            let draw = streams.draw(Purpose::Answer, entity, 3);
            for share in [0, 1, 400_000, 999_999, 1_000_000, u32::MAX] {
                let found = streams.happens(Purpose::Answer, entity, 3, share);
                assert_eq!(found, draw.happens(share), "{share}");
            }
            for (from, to) in [(0, 0), (7, 7), (7, 8), (9, 3), (0, u64::MAX)] {
                let found = streams.draws(Purpose::Answer, entity).between(3, from, to);
                assert_eq!(found, draw.between(from, to), "{from} {to}");
            }
        }
    }

    #[test]
    fn draws_are_uniform() {
        let streams = Streams::new(42, 0);
        let mut counts = [0_u32; 10];
        for entity in 0..10_000 {
            let draw = streams.draw(Purpose::SiteSize, entity, 0);
            counts[usize::try_from(draw.below(10)).unwrap()] += 1;
        }
        // 1000 expected in each; four standard deviations are 120.
        assert!(counts.iter().all(|count| (880..=1120).contains(count)), "{counts:?}");
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "a comparison with real numbers")]
    fn the_exponential_is_the_real_one() {
        let hour = SimDuration::from_hours(1);
        for bits in [0, 1, 77, 1 << 40, 1 << 63, 3 << 62, u64::MAX - 5] {
            let expected = -((bits as f64 + 1.0) / 2_f64.powi(64)).ln();
            let found = Draw::from_bits(bits).exponential(hour).as_secs_f64() / 3600.0;
            assert!((found - expected).abs() < 1e-7, "{bits}: {found} {expected}");
        }
        assert_eq!(Draw::from_bits(u64::MAX).exponential(hour), SimDuration::ZERO);
    }

    #[test]
    fn readings_stay_in_their_range() {
        let (low, high) = (Draw::from_bits(0), Draw::from_bits(u64::MAX));
        assert_eq!((low.below(5), high.below(5)), (0, 4));
        assert_eq!((low.between(3, 9), high.between(3, 9)), (3, 9));
        assert_eq!((low.between(0, u64::MAX), high.between(0, u64::MAX)), (0, u64::MAX));
        assert_eq!(high.between(9, 3), 9);
        assert!(low.happens(1) && !low.happens(0) && high.happens(1_000_000));
        assert_eq!(low.choose([0, 2, 1].into_iter()), 1);
        assert_eq!(high.choose([0, 2, 1].into_iter()), 2);
    }
}
