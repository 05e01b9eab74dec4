//! Published numbers that the model covers, each reproduced by a simulation. Every test names its source and the
//! tolerance: the rounding of the publication, unless stated otherwise. KB, MB and GB are powers of 1,000.

mod companies;
mod links;

pub(crate) const KB: u64 = 1_000;
pub(crate) const MB: u64 = 1_000_000;
pub(crate) const GB: u64 = 1_000_000_000;
pub(crate) const KBIT: u64 = 1_000;
pub(crate) const MBIT: u64 = 1_000_000;
pub(crate) const HOUR: f64 = 3600.0;

pub(crate) fn assert_near(found: f64, published: f64, tolerance: f64) {
    assert!((found - published).abs() <= tolerance, "{found} is not {published} ± {tolerance}");
}
