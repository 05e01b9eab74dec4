//! Log-normally distributed times, some of them censored.

use statrs::distribution::{Continuous, ContinuousCDF, Normal};

/// A log-normal distribution, fitted by maximum likelihood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogNormalFit {
    /// The mean of the logarithm.
    pub mu: f64,
    /// The standard deviation of the logarithm.
    pub sigma: f64,
    /// The standard error of `mu`.
    pub error: f64,
}

/// The maximum number of steps of the EM algorithm.
const STEPS: usize = 2_000;
/// The tolerance at which it stops.
const STILL: f64 = 1e-12;

impl LogNormalFit {
    /// The fit to times that were `observed`, in seconds, and times that exceed `censored` values. `None` without an
    /// observed one; times of zero or less are dropped.
    ///
    /// The EM algorithm for a censored normal sample (A. P. Dempster, N. M. Laird and D. B. Rubin, J. Royal Stat. Soc.
    /// B 39, 1977, §4.3), starting from the observed times. The error of `mu` is σ / √n of the observed ones, which is
    /// exact without censoring and conservative with it.
    pub fn of(observed: &[f64], censored: &[f64]) -> Option<Self> {
        let logs = |times: &[f64]| -> Vec<f64> {
            times.iter().filter(|time| **time > 0.0).map(|time| time.ln()).collect()
        };
        let (observed, censored) = (logs(observed), logs(censored));
        let (known, all) = (count(&observed), count(&observed) + count(&censored));
        if observed.is_empty() {
            return None;
        }
        let sum: f64 = observed.iter().sum();
        let squares: f64 = observed.iter().map(|log| log * log).sum();
        let mut mu = sum / known;
        let mut variance = (squares / known - mu * mu).max(0.0);
        if censored.is_empty() || variance <= STILL {
            let sigma = variance.sqrt();
            return Some(Self { mu, sigma, error: sigma / known.sqrt() });
        }
        let normal = Normal::standard();
        for _ in 0..STEPS {
            let sigma = variance.sqrt();
            let (mut first, mut second) = (sum, squares);
            for log in &censored {
                // Moments of a normal variable conditional on exceeding `log`.
                let z = (log - mu) / sigma;
                let hazard = normal.pdf(z) / normal.sf(z).max(f64::MIN_POSITIVE);
                first += mu + sigma * hazard;
                second += mu * mu + variance + sigma * hazard * (log + mu);
            }
            let next = first / all;
            let next_variance = (second / all - next * next).max(STILL);
            let change = (next - mu).abs() + (next_variance - variance).abs();
            (mu, variance) = (next, next_variance);
            if change < STILL {
                break;
            }
        }
        let sigma = variance.sqrt();
        Some(Self { mu, sigma, error: sigma / known.sqrt() })
    }

    /// The mean of the times themselves.
    pub fn mean(self) -> f64 {
        (self.mu + self.sigma * self.sigma / 2.0).exp()
    }

    /// The median.
    pub fn median(self) -> f64 {
        self.mu.exp()
    }

    /// The interval of the median, with this confidence.
    pub fn interval(self, confidence: f64) -> (f64, f64) {
        let z = Normal::standard().inverse_cdf(f64::midpoint(1.0, confidence));
        ((self.mu - z * self.error).exp(), (self.mu + z * self.error).exp())
    }
}

#[expect(clippy::cast_precision_loss, reason = "lines of logs")]
fn count(values: &[f64]) -> f64 {
    values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Times at the middles of 2,000 equal parts of a log-normal distribution with μ = 1 and σ = 0.5.
    fn sample() -> Vec<f64> {
        let normal = Normal::new(1.0, 0.5).expect("a distribution");
        (0..2_000).map(|at| normal.inverse_cdf((f64::from(at) + 0.5) / 2_000.0).exp()).collect()
    }

    #[test]
    fn without_censoring_it_is_the_mean_and_the_deviation_of_the_logarithms() {
        // ln 1, ln e, ln e²: mean 1, variance 2/3.
        let e = std::f64::consts::E;
        let fit = LogNormalFit::of(&[1.0, e, e * e], &[]).expect("a fit");
        assert!((fit.mu - 1.0).abs() < 1e-12 && (fit.sigma - (2.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert!((fit.error - (2.0_f64 / 9.0).sqrt()).abs() < 1e-12);
        // exp(1 + 1/3).
        assert!((fit.mean() - 3.793_667_894_683_177).abs() < 1e-9);
        assert_eq!(LogNormalFit::of(&[], &[3.0]), None);
        let equal = LogNormalFit::of(&[0.5; 9], &[20.0]).expect("a fit");
        assert!((equal.median() - 0.5).abs() < 1e-12 && equal.sigma == 0.0);
    }

    #[test]
    fn what_was_cut_off_counts_as_longer() {
        let all = sample();
        // At the median, e, every second one is censored.
        let (seen, hidden): (Vec<f64>, Vec<f64>) =
            all.iter().partition(|time| **time < std::f64::consts::E);
        assert_eq!((seen.len(), hidden.len()), (1_000, 1_000));
        let fit = LogNormalFit::of(&seen, &vec![std::f64::consts::E; hidden.len()]).expect("a fit");
        assert!((fit.mu - 1.0).abs() < 0.005 && (fit.sigma - 0.5).abs() < 0.005, "{fit:?}");
        // Dropping them would bias the result: the half-normal's mean is √(2/π) σ below.
        let biased = LogNormalFit::of(&seen, &[]).expect("a fit");
        let below = 0.5 * (2.0 / std::f64::consts::PI).sqrt();
        assert!((biased.mu - (1.0 - below)).abs() < 0.005, "{biased:?}");
    }
}
