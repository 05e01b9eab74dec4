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
        let nanos = scaled(bytes.count(), BIT_NANOS_PER_BYTE, self.0.max(1));
        nanos.map_or(SimDuration::MAX, SimDuration::from_nanos)
    }

    /// The data moved in `span`, in whole bytes, rounded down.
    pub fn bytes_in(self, span: SimDuration) -> Bytes {
        Bytes::new(scaled(self.0, span.as_nanos(), BIT_NANOS_PER_BYTE).unwrap_or(u64::MAX))
    }
}

/// Bits in a byte, times nanoseconds in a second.
const BIT_NANOS_PER_BYTE: u64 = 8_000_000_000;

/// `value` · `by` / `over`, rounded down; none if it does not fit 64 bits. Most products do, and are divided faster.
#[inline]
pub(crate) fn scaled(value: u64, by: u64, over: u64) -> Option<u64> {
    match value.checked_mul(by) {
        Some(product) => Some(product / over),
        None => u64::try_from(u128::from(value) * u128::from(by) / u128::from(over)).ok(),
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
