//! How many days show a share of days.

use crate::experiment::intervals;

/// The largest integer that is at most `share` of `days`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few days")]
pub(super) fn share(share: f64, days: u32) -> u32 {
    (share * f64::from(days) + 1e-9) as u32
}

/// The lower bound, at 95 % confidence, of the probability of an event that happened `met` times in `days`.
pub(super) fn lower_bound(met: u32, days: u32) -> f64 {
    // One-sided: the whole remaining probability is below.
    intervals::of_probability(met, days, 0.90).map_or(0.0, |(low, _)| low)
}

/// The number of `days` that may be missed so that the lower bound still reaches `confidence`; `None` if it does not
/// even with none missed: there are too few days to show it.
pub fn misses_allowed(confidence: f64, days: u32) -> Option<u32> {
    (0..=days).take_while(|misses| lower_bound(days - misses, days) >= confidence).last()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_needs_enough_days() {
        assert_eq!(misses_allowed(0.95, 51), None);
        assert_eq!(misses_allowed(0.95, 52), Some(0));
        assert_eq!(misses_allowed(0.95, 100), Some(1));
        assert_eq!(misses_allowed(0.5, 20), Some(6));
        assert_eq!((share(1.0 - 0.95, 20), share(1.0 - 0.95, 40), share(0.05, 19)), (1, 2, 0));
    }
}
