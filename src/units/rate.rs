//! Data rates.

use super::{Bytes, SimDuration};

/// A data rate in bits per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BitRate(u64);

impl BitRate {
    /// A rate of zero.
    pub const ZERO: Self = Self(0);
    /// The fastest rate a run can hold: 1 Tbit/s.
    pub const MAX: Self = Self(1_000_000_000_000);

    /// `bits` bits per second.
    pub const fn from_bits_per_sec(bits: u64) -> Self {
        Self(bits)
    }

    /// `megabits` × 10⁶ bits per second.
    pub const fn from_megabits(megabits: u64) -> Self {
        Self(megabits * 1_000_000)
    }

    /// Bits per second.
    pub const fn bits_per_sec(self) -> u64 {
        self.0
    }

    /// The time to move `bytes`, rounded down to a nanosecond; the longest time at rate zero.
    pub fn time_for(self, bytes: Bytes) -> SimDuration {
        let nanos = u128::from(bytes.count()) * 8_000_000_000 / u128::from(self.0.max(1));
        u64::try_from(nanos).map_or(SimDuration::MAX, SimDuration::from_nanos)
    }

    /// The data moved in `span`, in whole bytes, rounded down.
    pub fn bytes_in(self, span: SimDuration) -> Bytes {
        let bytes = u128::from(self.0) * u128::from(span.as_nanos()) / 8_000_000_000;
        Bytes::new(u64::try_from(bytes).unwrap_or(u64::MAX))
    }
}

/// A data rate in units of 2⁻²⁰ bytes per second, the resolution of the network: rate caps that are not whole bits per
/// second are exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FineRate(u64);

impl FineRate {
    /// Grains in one bit per second.
    pub const PER_BIT: u32 = 1 << 17;

    /// `grains` × 2⁻²⁰ bytes per second.
    pub const fn from_grains(grains: u64) -> Self {
        Self(grains)
    }

    /// The number of units of 2⁻²⁰ bytes per second.
    pub const fn grains(self) -> u64 {
        self.0
    }
}

impl From<BitRate> for FineRate {
    fn from(rate: BitRate) -> Self {
        Self(rate.0 * u64::from(Self::PER_BIT))
    }
}
