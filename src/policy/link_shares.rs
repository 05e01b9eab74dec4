//! The capacity of a link that remains for updates (NET-4).

use crate::units::{BitRate, Bytes};

/// Traffic other than updates on one direction of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Others {
    /// The share of the link that background traffic uses, in millionths.
    pub share: u32,
    /// The rate that the provider guarantees, whatever the background traffic.
    pub committed: BitRate,
    /// The rate at which agents and server exchange data in addition to updates.
    pub beside_updates: BitRate,
}

/// The rate that `others` leave on a link of this `rate` (NET-4).
pub fn left_for_updates(rate: BitRate, others: Others) -> BitRate {
    let left = 1_000_000_u32.saturating_sub(others.share);
    let bits = u128::from(rate.bits_per_sec()) * u128::from(left) / 1_000_000;
    let bits = u64::try_from(bits).expect("a part");
    let bits = bits.max(others.committed.min(rate).bits_per_sec());
    BitRate::from_bits_per_sec(bits.saturating_sub(others.beside_updates.bits_per_sec()))
}

/// The mean rate that corresponds to this number of bytes a day.
pub fn mean_of_day(bytes: Bytes) -> BitRate {
    const DAY: u128 = 86_400;
    let bits = u128::from(bytes.count()) * 8 / DAY;
    BitRate::from_bits_per_sec(u64::try_from(bits).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kbit(rate: u64) -> BitRate {
        BitRate::from_bits_per_sec(rate * 1000)
    }

    #[test]
    fn net_4_a_committed_rate_is_left_whatever_others_take() {
        let left = |share, committed, beside| {
            let others = Others { share, committed: kbit(committed), beside_updates: kbit(beside) };
            left_for_updates(kbit(1000), others)
        };
        assert_eq!(left(0, 0, 0), kbit(1000));
        assert_eq!(left(900_000, 0, 0), kbit(100));
        assert_eq!(left(900_000, 400, 0), kbit(400));
        // More than the link has cannot be committed.
        assert_eq!(left(900_000, 4000, 0), kbit(1000));
        assert_eq!(left(900_000, 400, 150), kbit(250));
        assert_eq!(left(900_000, 0, 150), BitRate::ZERO);
    }

    #[test]
    fn net_4_ten_agents_of_12_6_megabytes_a_day_take_11_kbit_a_second() {
        // 10 × 12.6 MB × 8 / 86,400 s = 11,666.7 bit/s.
        let rate = mean_of_day(Bytes::new(126_000_000));
        assert_eq!(rate, BitRate::from_bits_per_sec(11_666));
    }
}
