//! Confidence intervals from independent replications: of a mean, a quantile, a probability.

use statrs::distribution::{Binomial, ContinuousCDF, DiscreteCDF, Normal, StudentsT};

/// The confidence level of every interval in files and on pages.
pub const CONFIDENCE: f64 = 0.95;

/// The mean of `values`; `None` if there are none.
#[expect(clippy::cast_precision_loss, reason = "counts of replications are small")]
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The sample variance of `values`; `None` for fewer than two values.
#[expect(clippy::cast_precision_loss, reason = "counts of replications are small")]
pub fn variance(values: &[f64]) -> Option<f64> {
    let mean = mean(values).filter(|_| values.len() > 1)?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some(squares / (values.len() - 1) as f64)
}

/// The interval of a mean, `mean ± t(n − 1) · s / √n` (Law, *Simulation Modeling and Analysis*, §4.5); `None` for fewer
/// than two values. It is exact for normal values, and approximate for means of many.
pub fn of_mean(values: &[f64], confidence: f64) -> Option<(f64, f64)> {
    let half = half_width(u32::try_from(values.len()).ok()?, variance(values)?, confidence)?;
    let mean = mean(values)?;
    Some((mean - half, mean + half))
}

/// Half the width of that interval, for `count` values with `variance`; `None` for fewer than two values.
pub(super) fn half_width(count: u32, variance: f64, confidence: f64) -> Option<f64> {
    let freedom = f64::from(count.checked_sub(1)?);
    let t = StudentsT::new(0.0, 1.0, freedom).ok()?.inverse_cdf(f64::midpoint(1.0, confidence));
    Some(t * (variance / f64::from(count)).sqrt())
}

/// The paired interval of the mean of `ours − theirs`: common variation cancels out (Law, *Simulation Modeling and
/// Analysis*, §10.2.1). `None` for fewer than two pairs, or if one has no partner.
pub fn of_difference(ours: &[f64], theirs: &[f64], confidence: f64) -> Option<(f64, f64)> {
    let pairs = ours.iter().zip(theirs).map(|(ours, theirs)| ours - theirs);
    let differences: Vec<f64> = pairs.collect();
    of_mean(&differences, confidence).filter(|_| ours.len() == theirs.len())
}

/// The interval of the difference `ours − theirs` between the means of independent samples, whose variances may differ,
/// by Welch's approximation (Law, *Simulation Modeling and Analysis*, §10.2.2). `None` for fewer than two values of
/// each.
pub fn of_independent_difference(
    ours: &[f64],
    theirs: &[f64],
    confidence: f64,
) -> Option<(f64, f64)> {
    let part = |values: &[f64]| {
        let count = f64::from(u32::try_from(values.len()).ok()?);
        Some((variance(values)? / count, count - 1.0))
    };
    let ((own, own_freedom), (other, other_freedom)) = (part(ours)?, part(theirs)?);
    let difference = mean(ours)? - mean(theirs)?;
    let squared = own + other;
    if squared <= 0.0 {
        return Some((difference, difference));
    }
    let freedom = squared.powi(2) / (own.powi(2) / own_freedom + other.powi(2) / other_freedom);
    let t = StudentsT::new(0.0, 1.0, freedom).ok()?.inverse_cdf(f64::midpoint(1.0, confidence));
    let half = t * squared.sqrt();
    Some((difference - half, difference + half))
}

/// The interval of a quantile: between two order statistics.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranks {
    /// The rank of the lower end, from 1.
    pub low: usize,
    /// The rank of the upper end.
    pub high: usize,
    /// The probability that the quantile lies between them, for any distribution: exact if it is continuous, a lower
    /// bound if values can be equal.
    pub coverage: f64,
}

/// The ranks between which the quantile `share` of `count` values lies with at least `confidence`, with at most half of
/// the remaining probability in each tail (David and Nagaraja, *Order Statistics*, §7.1); `None` if no two ranks are
/// that far apart.
pub fn of_quantile(count: usize, share: f64, confidence: f64) -> Option<Ranks> {
    // The number of values below the quantile.
    let below = Binomial::new(share, u64::try_from(count).ok()?).ok()?;
    let tail = (1.0 - confidence) / 2.0;
    let low = first_rank(count, |rank| below.cdf(rank) > tail);
    let high = first_rank(count, |rank| below.sf(rank) <= tail) + 1;
    let is_there = 0 < low && low < high && high <= count;
    let coverage = || below.cdf(high as u64 - 1) - below.cdf(low as u64 - 1);
    is_there.then(|| Ranks { low, high, coverage: coverage() })
}

/// The first of `0..=count` from which on `holds` is true.
fn first_rank(count: usize, holds: impl Fn(u64) -> bool) -> usize {
    let (mut from, mut to) = (0, count);
    while from < to {
        let middle = usize::midpoint(from, to);
        if holds(middle as u64) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    from
}

/// The rank of the quantile `share` of `count` values itself: the smallest value that at least that
/// share of them does not exceed.
#[expect(clippy::cast_precision_loss, reason = "counts of replications are small")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
pub fn rank_of(count: usize, share: f64) -> usize {
    // A product that is an integer except for rounding counts as an integer.
    ((count as f64 * share - 1e-9).ceil() as usize).clamp(1, count.max(1))
}

/// Wilson's interval of the probability of an event that happened `times` out of `of`: within 0 to 1, and useful if it
/// happened always or never (E. B. Wilson, *J. Am. Stat. Assoc.* 22, 1927). `None` without trials.
pub fn of_probability(times: u32, of: u32, confidence: f64) -> Option<(f64, f64)> {
    let normal = Normal::standard();
    let z = normal.inverse_cdf(f64::midpoint(1.0, confidence));
    let count = Some(f64::from(of)).filter(|count| *count > 0.0)?;
    let share = f64::from(times) / count;
    let middle = (share + z * z / (2.0 * count)) / (1.0 + z * z / count);
    let spread = share * (1.0 - share) / count + z * z / (4.0 * count * count);
    let half = z * spread.sqrt() / (1.0 + z * z / count);
    let low = if times == 0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if times == of { 1.0 } else { (middle + half).min(1.0) };
    Some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_near((low, high): (f64, f64), expected: (f64, f64)) {
        let near = |found: f64, expected: f64| (found - expected).abs() < 1e-4;
        assert!(near(low, expected.0) && near(high, expected.1), "{low} to {high}");
    }

    #[test]
    fn the_interval_of_a_mean_is_students() {
        // s = 1.5811, t(4) = 2.7764, half width 1.9632.
        is_near(of_mean(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.95).unwrap(), (1.0368, 4.9632));
        assert_eq!(of_mean(&[7.0], 0.95), None);
        assert_eq!(of_mean(&[], 0.95), None);
        assert_eq!(of_mean(&[7.0, 7.0], 0.95), Some((7.0, 7.0)));
    }

    #[test]
    fn a_difference_is_taken_pair_by_pair() {
        let ours = [101.0, 202.0, 303.0, 404.0, 505.0];
        let theirs = [100.0, 200.0, 300.0, 400.0, 500.0];
        is_near(of_difference(&ours, &theirs, 0.95).unwrap(), (1.0368, 4.9632));
        assert_eq!(of_difference(&ours, &theirs[1..], 0.95), None);
    }

    #[test]
    fn the_interval_of_a_quantile_is_that_of_the_tables() {
        // Conover, *Practical Nonparametric Statistics*, table A3: 6 values are the fewest.
        assert_eq!(of_quantile(5, 0.5, 0.95), None);
        for (count, low, high, coverage) in
            [(6, 1, 6, 0.96875), (10, 2, 9, 0.978_515_625), (20, 6, 15, 0.958_610_535)]
        {
            let ranks = of_quantile(count, 0.5, 0.95).unwrap();
            assert_eq!((ranks.low, ranks.high), (low, high));
            assert!((ranks.coverage - coverage).abs() < 1e-8, "{ranks:?}");
        }
        // 0.9³⁵ is the first of these powers below 2.5 %.
        assert_eq!(of_quantile(35, 0.9, 0.95), None);
        assert_eq!(of_quantile(36, 0.9, 0.95).map(|ranks| ranks.high), Some(36));
        assert_eq!(of_quantile(0, 0.5, 0.95), None);
        assert_eq!([1, 10, 11, 20].map(|count| rank_of(count, 0.5)), [1, 5, 6, 10]);
        assert_eq!([1, 10, 11, 20].map(|count| rank_of(count, 0.9)), [1, 9, 10, 18]);
    }

    #[test]
    fn the_interval_of_a_probability_is_wilsons() {
        // Newcombe, *Statistics in Medicine* 17 (1998), table I, method 3.
        is_near(of_probability(81, 263, 0.95).unwrap(), (0.2553, 0.3662));
        is_near(of_probability(15, 148, 0.95).unwrap(), (0.0624, 0.1605));
        is_near(of_probability(0, 20, 0.95).unwrap(), (0.0, 0.1611));
        is_near(of_probability(1, 29, 0.95).unwrap(), (0.0061, 0.1718));
        assert_eq!(of_probability(20, 20, 0.95).unwrap().1.to_bits(), 1_f64.to_bits());
        assert_eq!(of_probability(0, 0, 0.95), None);
    }
}
