//! The probability that an agent answers a notification, estimated from the number of attempts until its answer.

use statrs::distribution::{ContinuousCDF, Normal};

/// Series of attempts: the number answered at the first, the second, … attempt, and the number never answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// Indexed by the attempt that was answered, starting with the first.
    pub answered_at: Vec<u32>,
    /// Series that ended without an answer.
    pub never: u32,
}

impl Series {
    /// Adds a series in which attempt number `attempt` (from 1) was answered.
    pub fn answered(&mut self, attempt: usize) {
        if self.answered_at.len() < attempt {
            self.answered_at.resize(attempt, 0);
        }
        if let Some(count) = attempt.checked_sub(1).and_then(|at| self.answered_at.get_mut(at)) {
            *count += 1;
        }
    }

    /// The number of answers.
    pub fn answers(&self) -> u32 {
        self.answered_at.iter().sum()
    }

    /// The number of attempts that failed before an answer.
    pub fn failures(&self) -> u32 {
        (0..).zip(&self.answered_at).map(|(before, count)| before * count).sum()
    }

    /// For each attempt, the number answered and the number made.
    pub fn by_attempt(&self) -> Vec<(u32, u32)> {
        let mut left = self.answers() + self.never;
        let row = |count: &u32| {
            let tried = left;
            left -= count;
            (*count, tried)
        };
        self.answered_at.iter().map(row).collect()
    }

    /// The probability that an attempt at an agent that is on goes unanswered, by maximum likelihood. Series without an
    /// answer are of agents that are off, for the most part, and say nothing of those that are on: the number of
    /// failures before an answer is geometric, cut off at the last attempt. `None` without an answer.
    pub fn unanswered(&self) -> Option<f64> {
        let answers = f64::from(self.answers());
        if answers == 0.0 {
            return None;
        }
        let mean = f64::from(self.failures()) / answers;
        let attempts = u32::try_from(self.answered_at.len()).unwrap_or(u32::MAX);
        // The mean of the truncated distribution increases with q: bisection.
        let (mut low, mut high) = (0.0, 1.0 - 1e-9);
        for _ in 0..60 {
            let q = f64::midpoint(low, high);
            if expected_failures(q, attempts) < mean {
                low = q;
            } else {
                high = q;
            }
        }
        Some(if mean == 0.0 { 0.0 } else { f64::midpoint(low, high) })
    }

    /// The value of that probability that the signed root of the likelihood ratio places at `quantile`, from 0 to 1:
    /// the estimate at one half, and the ends of a likelihood interval at quantiles that lie symmetrically around it
    /// (O. E. Barndorff-Nielsen and D. R. Cox, *Inference and Asymptotics*, §4.3). `None` without an answer.
    pub fn plausible(&self, quantile: f64) -> Option<f64> {
        let best = self.unanswered()?;
        let z = Normal::standard().inverse_cdf(quantile.clamp(0.0, 1.0));
        let lowest = self.log_likelihood(best) - z * z / 2.0;
        // The likelihood falls from the estimate to both ends: bisection.
        let (mut near, mut far) = (best, if z < 0.0 { 0.0 } else { 1.0 });
        for _ in 0..60 {
            let q = f64::midpoint(near, far);
            if self.log_likelihood(q) >= lowest {
                near = q;
            } else {
                far = q;
            }
        }
        Some(near)
    }

    /// ln L of P(k) = qᵏ / (1 + q + … + qᴿ⁻¹). The attempts are at least two: after the first alone nothing is cut off.
    fn log_likelihood(&self, q: f64) -> f64 {
        let sum: f64 = std::iter::successors(Some(1.0), |power| Some(power * q))
            .take(self.answered_at.len().max(2))
            .sum();
        let failures = match self.failures() {
            0 => 0.0,
            failures => f64::from(failures) * q.ln(),
        };
        failures - f64::from(self.answers()) * sum.ln()
    }
}

/// E[k] of P(k) ∝ qᵏ for k below `attempts`: q / (1 − q) − R qᴿ / (1 − qᴿ).
fn expected_failures(q: f64, attempts: u32) -> f64 {
    let power = q.powi(i32::try_from(attempts).unwrap_or(i32::MAX));
    q / (1.0 - q) - f64::from(attempts) * power / (1.0 - power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_before_an_answer_are_geometric() {
        // q = 0.3 and five attempts: 100,000 series have 70,000, 21,000, 6,300, 1,890 and 567 answers, and 243 none.
        let series = Series { answered_at: vec![70_000, 21_000, 6_300, 1_890, 567], never: 243 };
        let q = series.unanswered().expect("answers");
        assert!((q - 0.3).abs() < 1e-6, "{q}");
        // Agents that are off do not affect the estimate.
        let off = Series { never: 50_000, ..series.clone() };
        assert_eq!(off.unanswered(), series.unanswered());
        assert_eq!(series.by_attempt()[..2], [(70_000, 100_000), (21_000, 30_000)]);
        assert_eq!((series.answers(), series.failures()), (99_757, 41_538));
    }

    #[test]
    fn the_interval_is_that_of_the_likelihood() {
        // Of two attempts, the number of failures is 0 or 1 with the probability p = q / (1 + q) of the latter: the
        // likelihood interval of a share of 80 of 341 is 0.1983 to 0.2737 (2 Δ ln L = 2.7055).
        let series = Series { answered_at: vec![261, 80], never: 50 };
        let at = |quantile| series.plausible(quantile).expect("answers");
        assert!((at(0.5) - 80.0 / 261.0).abs() < 1e-6, "{}", at(0.5));
        for (quantile, share) in [(0.05, 0.19832), (0.95, 0.27369)] {
            let expected = share / (1.0 - share);
            assert!((at(quantile) - expected).abs() < 1e-4, "{} {expected}", at(quantile));
        }
        // Without a failure, none is the estimate and the lower end.
        let none = Series { answered_at: vec![100], never: 0 };
        let at = |quantile| none.plausible(quantile).expect("answers");
        assert!(at(0.05) < 1e-9 && at(0.5) < 1e-9, "{} {}", at(0.05), at(0.5));
        assert!((0.01..0.02).contains(&at(0.95)), "{}", at(0.95));
        assert_eq!(Series::default().plausible(0.5), None);
    }

    #[test]
    fn without_a_failure_none_is_expected() {
        let mut series = Series::default();
        assert_eq!(series.unanswered(), None);
        series.answered(1);
        assert_eq!(series.unanswered(), Some(0.0));
        series.answered(3);
        assert_eq!(series.answered_at, [1, 0, 1]);
    }
}
