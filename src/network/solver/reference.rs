//! The definition of the rates: weighted max-min fairness by progressive filling, on integers.
//!
//! This module is the oracle. It is deliberately slow and direct; the incremental solvers must return the same
//! integers, which tests (and a checked replay) verify.
//!
//! All members of a demand have the same path of channels, the same rate cap and the same weight `w`. A demand has a
//! *level* `x`, and each of its `n` members the rate `min(cap, w·x)`. Filling proceeds in rounds. In each, with `R` the
//! capacity of a channel less what the frozen demands take and `W = Σ n·w` over its unfrozen ones,
//!
//! ```text
//! λ = min( min over channels of ⌊R / W⌋, min over unfrozen demands of ⌈cap / w⌉ )
//! ```
//!
//! and *all* channels and rate caps that have this λ saturate together: every unfrozen demand on such a channel, or
//! with such a rate cap, freezes at level λ. As ties are handled together, the result does not depend on ids, order or
//! history. λ increases strictly: a channel that is left with `R ≥ (λ+1)·W` gives at most `λ` per unit of weight to
//! those who freeze, so it keeps `R ≥ (λ+1)·W` for the rest.
//!
//! Source of progressive filling: Bertsekas and Gallager, *Data Networks*, 2nd ed. 1992, §6.5.2.

use crate::network::quantum::UNLIMITED;

/// Equal transfers: their number, their channels, and their limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Rows of the channels it crosses, without duplicates.
    pub path: Vec<usize>,
    /// The rate cap of each member in quanta, if any.
    pub rate_cap: Option<u64>,
    /// The weight of each member, at least 1.
    pub weight: u64,
    /// The number of members.
    pub members: u64,
}

impl Demand {
    /// The level at which the rate cap binds: ⌈cap / weight⌉.
    pub fn cap_level(&self) -> u64 {
        self.rate_cap.map_or(UNLIMITED, |rate_cap| rate_cap.div_ceil(self.weight))
    }

    /// The rate in quanta of each member at `level`; unlimited if nothing limits it.
    pub fn rate(&self, level: u64) -> u64 {
        level.saturating_mul(self.weight).min(self.rate_cap.unwrap_or(UNLIMITED))
    }

    fn total_weight(&self) -> u128 {
        u128::from(self.members) * u128::from(self.weight)
    }
}

/// The result of the definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels {
    /// The level of each demand; `u64::MAX` if nothing limits it, 0 if it has no members.
    pub demands: Vec<u64>,
    /// The level at which each channel saturates, if it does.
    pub channels: Vec<Option<u64>>,
}

/// The levels of `demands` over channels with `capacities` in quanta.
pub fn levels(capacities: &[u64], demands: &[Demand]) -> Levels {
    let mut found: Vec<Option<u64>> =
        demands.iter().map(|demand| (demand.members == 0).then_some(0)).collect();
    let mut channels = vec![None; capacities.len()];
    loop {
        let tops: Vec<Option<u64>> =
            (0..capacities.len()).map(|row| top(row, capacities[row], demands, &found)).collect();
        let rate_caps = demands.iter().zip(&found).filter(|(_, level)| level.is_none());
        let lambda = tops
            .iter()
            .flatten()
            .copied()
            .chain(rate_caps.map(|(demand, _)| demand.cap_level()))
            .min();
        let Some(lambda) = lambda else { break };
        for (row, top) in tops.iter().enumerate() {
            if *top == Some(lambda) {
                channels[row] = Some(lambda);
            }
        }
        for (demand, level) in demands.iter().zip(&mut found) {
            let on_saturated = demand.path.iter().any(|&row| tops[row] == Some(lambda));
            if level.is_none() && (on_saturated || demand.cap_level() == lambda) {
                *level = Some(lambda);
            }
        }
    }
    let demands = found.into_iter().map(|level| level.expect("filling ends with all frozen"));
    Levels { demands: demands.collect(), channels }
}

/// ⌊R / W⌋ of a channel, if it has unfrozen demands.
fn top(row: usize, capacity: u64, demands: &[Demand], found: &[Option<u64>]) -> Option<u64> {
    let mut left = u128::from(capacity);
    let mut weight = 0;
    for (demand, level) in demands.iter().zip(found) {
        if !demand.path.contains(&row) {
            continue;
        }
        match level {
            Some(level) => left -= u128::from(demand.rate(*level)) * u128::from(demand.members),
            None => weight += demand.total_weight(),
        }
    }
    (weight > 0).then(|| u64::try_from(left / weight).expect("at most the capacity"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand(path: &[usize], rate_cap: Option<u64>, weight: u64, members: u64) -> Demand {
        Demand { path: path.to_vec(), rate_cap, weight, members }
    }

    fn rates(capacities: &[u64], demands: &[Demand]) -> Vec<u64> {
        let levels = levels(capacities, demands).demands;
        demands.iter().zip(levels).map(|(demand, level)| demand.rate(level)).collect()
    }

    #[test]
    fn two_links_and_three_transfers() {
        // experiments §6.3 #13: links 10 and 4; A over both, B over the first, C over the second.
        let over = |rate_cap| {
            rates(
                &[10, 4],
                &[
                    demand(&[0, 1], rate_cap, 1, 1),
                    demand(&[0], None, 1, 1),
                    demand(&[1], None, 1, 1),
                ],
            )
        };
        assert_eq!(over(None), [2, 8, 2]);
        assert_eq!(over(Some(1)), [1, 9, 3]);
    }

    #[test]
    fn a_parking_lot_is_shared_in_halves() {
        let mut demands = vec![demand(&[0, 1, 2, 3], None, 1, 1)];
        demands.extend((0..4).map(|row| demand(&[row], None, 1, 1)));
        assert_eq!(rates(&[100; 4], &demands), [50; 5]);
    }

    #[test]
    fn weights_scale_rates_and_remainders_stay_unused() {
        let demands = [demand(&[0], None, 3, 1), demand(&[0], None, 1, 2)];
        assert_eq!(rates(&[24], &demands), [12, 4]);
        assert_eq!(levels(&[24], &demands).channels, [Some(4)]);
    }

    #[test]
    fn ties_saturate_together() {
        // Both channels have ⌊R/W⌋ = 5 in the first round: the second keeps its remainder of 5,
        // although it could give its own demand 10 if the first were filled before.
        let demands = [demand(&[0, 1], None, 1, 10), demand(&[1], None, 1, 1)];
        let levels = levels(&[50, 60], &demands);
        assert_eq!((levels.demands, levels.channels), (vec![5, 5], vec![Some(5), Some(5)]));
    }

    #[test]
    fn a_flow_without_links_is_limited_by_its_rate_cap_alone() {
        assert_eq!(
            rates(&[], &[demand(&[], None, 1, 1), demand(&[], Some(7), 2, 1)]),
            [UNLIMITED, 7]
        );
        assert_eq!(rates(&[5], &[demand(&[0], None, 1, 0)]), [0]);
    }

    #[test]
    fn a_closed_channel_stalls() {
        let demands = [demand(&[0, 1], None, 1, 2), demand(&[1], None, 1, 2)];
        assert_eq!(rates(&[0, 8], &demands), [0, 4]);
    }
}
