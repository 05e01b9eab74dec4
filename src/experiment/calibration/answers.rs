//! The probability that an agent answers a notification, estimated from the number of attempts until its answer.

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
    fn without_a_failure_none_is_expected() {
        let mut series = Series::default();
        assert_eq!(series.unanswered(), None);
        series.answered(1);
        assert_eq!(series.unanswered(), Some(0.0));
        series.answered(3);
        assert_eq!(series.answered_at, [1, 0, 1]);
    }
}
