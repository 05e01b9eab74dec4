//! The price of the traffic of a link.

use crate::units::Bytes;

/// The provider's charges for the traffic of a link, both directions together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Tariff {
    /// Price of 10⁹ bytes, in thousandths of the currency.
    pub per_gb: u64,
    /// The traffic that is free of charge.
    pub free: Bytes,
}

impl Tariff {
    /// The exact cost of `carried`, in 10⁻¹² of the currency.
    pub fn cost(self, carried: Bytes) -> u128 {
        u128::from(carried.saturating_sub(self.free).count()) * u128::from(self.per_gb)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_above_the_cap_is_charged() {
        let tariff = Tariff { per_gb: 2_500, free: Bytes::new(1_000_000_000) };
        // 3 GB cross, 1 GB is free: 2 × 2.50 = 5.
        assert_eq!(tariff.cost(Bytes::new(3_000_000_000)), 5_000_000_000_000);
        assert_eq!(tariff.cost(Bytes::new(1_000_000_000)), 0);
    }
}
