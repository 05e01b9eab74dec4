//! The integer units of the network: rates in quanta, work in quantum-nanoseconds.
//!
//! A quantum is 2⁻²⁰ B/s, so that 1 bit/s is 2¹⁷ quanta exactly. Dividing a channel among a million
//! transfers loses at most one quantum each, one byte per second in all. A byte is 2²⁰·10⁹ units of
//! work; the work of 584 years at 1 Tbit/s fits 128 bits.

use crate::units::{BitRate, Bytes};

/// No limit, for a rate or a level.
pub(super) const UNLIMITED: u64 = u64::MAX;

/// Work per byte: quanta per byte per second, times nanoseconds per second.
pub(super) const PER_BYTE: u128 = (1 << 20) * 1_000_000_000;

/// `rate` in quanta.
pub(super) fn quanta(rate: BitRate) -> u64 {
    assert!(rate <= BitRate::MAX, "a rate above {} cannot be held", BitRate::MAX);
    rate.bits_per_sec() << 17
}

/// Whole bits per second of `quanta`.
pub(super) fn bit_rate(quanta: u128) -> BitRate {
    BitRate::from_bits_per_sec(u64::try_from(quanta >> 17).expect("a rate fits 64 bits"))
}

/// The work of `bytes`.
pub(super) fn work(bytes: Bytes) -> u128 {
    u128::from(bytes.count()) * PER_BYTE
}

/// The bytes of `work`, rounded up.
pub(super) fn started_bytes(work: u128) -> Bytes {
    Bytes::new(u64::try_from(work.div_ceil(PER_BYTE)).expect("moved bytes fit 64 bits"))
}

/// The bytes of `work`, rounded down.
pub(super) fn whole_bytes(work: u128) -> Bytes {
    // Without the power of two, the division mostly fits 64 bits.
    let units = work >> 20;
    let bytes = match u64::try_from(units) {
        Ok(units) => units / 1_000_000_000,
        Err(_) => u64::try_from(units / 1_000_000_000).expect("moved bytes fit 64 bits"),
    };
    Bytes::new(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bit_per_second_is_a_whole_number_of_quanta() {
        let rate = BitRate::from_bits_per_sec(3);
        assert_eq!(quanta(rate), 3 << 17);
        assert_eq!(bit_rate((3 << 17) + 1), rate);
        // 8 bit/s move one byte in a second.
        let second = u128::from(quanta(BitRate::from_bits_per_sec(8))) * 1_000_000_000;
        assert_eq!(second, work(Bytes::new(1)));
        assert_eq!(whole_bytes(second * 2 - 1), Bytes::new(1));
    }
}
