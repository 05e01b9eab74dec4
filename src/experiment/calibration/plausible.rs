//! Distributions of a key's value given the logs: the best value, and plausible ones.

use statrs::distribution::{Beta, ContinuousCDF, Gamma, Normal};

use super::answers::Series;
use crate::units::{BitRate, Bytes, SimDuration};

/// The information about a key's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Plausible {
    /// A probability, of an event that happened `times` out of `of`.
    Share {
        /// The number of events.
        times: u32,
        /// The number of trials.
        of: u32,
    },
    /// The probability that an attempt goes unanswered, of attempts that are cut off.
    Unanswered(Series),
    /// A time, with its mean and the standard error of the mean.
    Time {
        /// In seconds.
        mean: f64,
        /// In seconds.
        error: f64,
    },
    /// An exact whole number.
    Count(u64),
    /// An exact amount of data.
    Amount(Bytes),
    /// A list of exact amounts.
    Sizes(Vec<Bytes>),
    /// Rates of links, each with its range; a link has one of them.
    Rates(Vec<(BitRate, BitRate)>),
    /// A mixture: its values as written, and the number observed of each.
    Mixture(Vec<(String, u32)>),
    /// Times of day in a range, of which this many were observed: both ends may lie farther out.
    Clocks {
        /// The earliest observed.
        from: SimDuration,
        /// The latest observed.
        to: SimDuration,
        /// The number observed.
        count: u32,
    },
    /// Durations in a range, of which this many were observed.
    Durations {
        /// The shortest observed.
        from: SimDuration,
        /// The longest observed.
        to: SimDuration,
        /// The number observed.
        count: u32,
    },
}

impl Plausible {
    /// The best value, in the notation of a scenario.
    pub fn best(&self) -> String {
        match self {
            Self::Share { times, of } => percent(ratio(*times, *of)),
            Self::Unanswered(series) => percent(series.unanswered().unwrap_or_default()),
            Self::Time { mean, .. } => seconds(*mean),
            Self::Count(count) => count.to_string(),
            Self::Amount(bytes) => amount(*bytes),
            Self::Sizes(sizes) => {
                let all: Vec<String> = sizes.iter().map(|size| amount(*size)).collect();
                format!("[{}]", all.join(", "))
            }
            Self::Rates(rates) => {
                let middle = |(low, high): &(BitRate, BitRate)| {
                    u64::midpoint(low.bits_per_sec(), high.bits_per_sec())
                };
                rates_written(&rates.iter().map(middle).collect::<Vec<_>>())
            }
            Self::Mixture(parts) => {
                let own = |(value, count): &(String, u32)| (value.clone(), u64::from(*count));
                mixture(parts.iter().map(own))
            }
            Self::Clocks { from, to, .. } => between(&clock(*from), &clock(*to)),
            Self::Durations { from, to, .. } => {
                between(&seconds(from.as_secs_f64()), &seconds(to.as_secs_f64()))
            }
        }
    }

    /// A plausible value, drawn from the posterior distribution. `uniform` draws from 0 to 1.
    ///
    /// A probability is drawn from the beta distribution with Jeffreys' prior, one of attempts that are cut off by the
    /// likelihood ratio, a mixture from the Dirichlet distribution
    /// whose prior counts as one observation, however many parts there are (J. O. Berger, J. M. Bernardo and D. Sun,
    /// *Overall objective priors*, Bayesian Analysis 10, 2015); the ends of a uniform distribution lie beyond the
    /// observed ones by an exponential distance.
    pub fn draw(&self, mut uniform: impl FnMut() -> f64) -> String {
        match self {
            Self::Share { times, of } => {
                let (yes, no) =
                    (f64::from(*times) + 0.5, f64::from(of.saturating_sub(*times)) + 0.5);
                let drawn = Beta::new(yes, no).map(|beta| beta.inverse_cdf(uniform()));
                percent(drawn.unwrap_or_else(|_| ratio(*times, *of)))
            }
            Self::Unanswered(series) => percent(series.plausible(uniform()).unwrap_or_default()),
            Self::Time { mean, error } => {
                let z = Normal::standard().inverse_cdf(uniform());
                seconds((mean + error * z).max(mean / 10.0))
            }
            Self::Count(_) | Self::Amount(_) | Self::Sizes(_) => self.best(),
            Self::Rates(rates) => {
                let drawn = rates.iter().map(|(low, high)| {
                    let (low, high) = (low.bits_per_sec(), high.bits_per_sec());
                    low + whole(uniform() * real(high.saturating_sub(low)))
                });
                rates_written(&drawn.collect::<Vec<_>>())
            }
            Self::Mixture(parts) => {
                let observed = parts.iter().filter(|(_, count)| *count > 0);
                let prior = ratio(1, u32::try_from(observed.clone().count()).unwrap_or(u32::MAX));
                let drawn: Vec<(String, u64)> = observed
                    .map(|(value, count)| {
                        let gamma = Gamma::new(f64::from(*count) + prior, 1.0);
                        let weight =
                            gamma.map_or(f64::from(*count), |of| of.inverse_cdf(uniform()));
                        (value.clone(), whole(weight * 1_000.0))
                    })
                    .collect();
                mixture(drawn.into_iter())
            }
            Self::Clocks { from, to, count } => {
                let (from, to) = wider(*from, *to, *count, &mut uniform);
                let last = SimDuration::from_secs(86_399);
                between(&clock(from), &clock(to.min(last)))
            }
            Self::Durations { from, to, count } => {
                let (from, to) = wider(*from, *to, *count, &mut uniform);
                let least = from.max(SimDuration::from_secs(1));
                between(&seconds(least.as_secs_f64()), &seconds(to.max(least).as_secs_f64()))
            }
        }
    }
}

/// The ends of a uniform distribution with `count` values between `from` and `to`: each lies beyond by an exponential
/// distance with mean (to − from) / count.
fn wider(
    from: SimDuration,
    to: SimDuration,
    count: u32,
    uniform: &mut impl FnMut() -> f64,
) -> (SimDuration, SimDuration) {
    let mean = to.saturating_sub(from).as_secs_f64() / f64::from(count.max(1));
    let mut out = || SimDuration::from_nanos(whole(-uniform().max(1e-12).ln() * mean * 1e9));
    let (before, behind) = (out(), out());
    (from.saturating_sub(before), to + behind)
}

fn amount(bytes: Bytes) -> String {
    format!("\"{} B\"", bytes.count())
}

fn percent(share: f64) -> String {
    let millionths = whole((share * 1e6).round()).min(1_000_000);
    let (whole, part) = (millionths / 10_000, millionths % 10_000);
    if part == 0 { format!("\"{whole} %\"") } else { format!("\"{whole}.{part:04} %\"") }
}

fn seconds(seconds: f64) -> String {
    let millis = whole((seconds * 1e3).round());
    if millis.is_multiple_of(1_000) {
        format!("\"{} s\"", millis / 1_000)
    } else {
        format!("\"{millis} ms\"")
    }
}

fn clock(span: SimDuration) -> String {
    // Scenarios have a resolution of minutes.
    let minutes = (span.as_nanos() + 30_000_000_000) / 60_000_000_000;
    let minutes = minutes.min(24 * 60 - 1);
    format!("\"{:02}:{:02}\"", minutes / 60, minutes % 60)
}

fn between(from: &str, to: &str) -> String {
    if from == to { from.into() } else { format!("[{from}, {to}]") }
}

fn mixture(parts: impl Iterator<Item = (String, u64)>) -> String {
    let parts: Vec<(String, u64)> = parts.filter(|(_, share)| *share > 0).collect();
    if let [(only, _)] = &parts[..] {
        return only.clone();
    }
    let part = |(value, share): &(String, u64)| format!("{{ share = {share}, at = {value} }}");
    format!("[{}]", parts.iter().map(part).collect::<Vec<_>>().join(", "))
}

fn rates_written(bits: &[u64]) -> String {
    let written = |bits: &u64| format!("\"{} kbit/s\"", (bits / 1_000).max(1));
    mixture(bits.iter().map(|bits| (written(bits), 1)))
}

fn ratio(times: u32, of: u32) -> f64 {
    f64::from(times) / f64::from(of.max(1))
}

#[expect(clippy::cast_precision_loss, reason = "rates of links")]
fn real(number: u64) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative")]
fn whole(number: f64) -> u64 {
    number.max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_value_is_written_as_a_scenario_has_it() {
        let hour = SimDuration::from_hours;
        let mbit = BitRate::from_megabits;
        for (plausible, written) in [
            (Plausible::Share { times: 1, of: 200 }, "\"0.5000 %\""),
            (Plausible::Share { times: 0, of: 7 }, "\"0 %\""),
            (Plausible::Unanswered(Series { answered_at: vec![100, 20], never: 9 }), "\"20 %\""),
            (Plausible::Time { mean: 0.5, error: 0.1 }, "\"500 ms\""),
            (Plausible::Time { mean: 20.0, error: 0.0 }, "\"20 s\""),
            (Plausible::Count(20), "20"),
            (Plausible::Amount(Bytes::new(3_090)), "\"3090 B\""),
            (Plausible::Sizes([716, 860].map(Bytes::new).into()), "[\"716 B\", \"860 B\"]"),
            (Plausible::Clocks { from: hour(7), to: hour(9), count: 3 }, "[\"07:00\", \"09:00\"]"),
            (Plausible::Rates(vec![(mbit(4), mbit(6))]), "\"5000 kbit/s\""),
            (Plausible::Mixture(vec![("0".into(), 7), ("1".into(), 0)]), "0"),
            (
                Plausible::Mixture(vec![("0".into(), 7), ("[1, 2]".into(), 3)]),
                "[{ share = 7, at = 0 }, { share = 3, at = [1, 2] }]",
            ),
        ] {
            assert_eq!(plausible.best(), written);
        }
    }

    #[test]
    fn the_median_draw_of_a_share_is_jeffreys() {
        // The median of Beta(a, b) is close to (a − 1/3) / (a + b − 2/3): of Beta(10.5, 90.5) 0.10133.
        let drawn = Plausible::Share { times: 10, of: 100 }.draw(|| 0.5);
        let share: f64 = drawn.trim_matches('"').trim_end_matches(" %").parse().expect("a number");
        assert!((share - 10.133).abs() < 0.02, "{drawn}");
    }

    #[test]
    fn draws_of_attempts_that_are_cut_off_surround_the_estimate() {
        let series = Series { answered_at: vec![100, 20], never: 9 };
        let drawn = [0.05, 0.5, 0.95].map(|quantile| {
            let drawn = Plausible::Unanswered(series.clone()).draw(|| quantile);
            drawn.trim_matches('"').trim_end_matches(" %").parse::<f64>().expect("a number")
        });
        assert!(drawn[0] < 17.0 && (drawn[1] - 20.0).abs() < 1e-3 && drawn[2] > 24.0, "{drawn:?}");
    }

    #[test]
    fn the_number_of_parts_does_not_move_the_share_of_one() {
        // Half of 200 in one part, the other half in one or in twenty. The median of a gamma distribution is about its mean
        // less a third; with a prior of one half for each part the share of one in twenty-one would be 0.492.
        let share = |others: u32| {
            let rest = (0..others).map(|part| (format!("{}", part + 1), 100 / others));
            let parts = std::iter::once(("0".to_string(), 100)).chain(rest).collect();
            let drawn = Plausible::Mixture(parts).draw(|| 0.5);
            let shares = drawn.split("share = ").skip(1).map(|part| {
                part.split(',').next().and_then(|share| share.parse::<f64>().ok()).expect("a share")
            });
            let shares: Vec<f64> = shares.collect();
            shares[0] / shares.iter().sum::<f64>()
        };
        assert!((share(1) - 0.5).abs() < 1e-3, "{}", share(1));
        let [one, other] = [100.0, 5.0].map(|count| count + 1.0 / 21.0 - 1.0 / 3.0);
        assert!((share(20) - one / (one + 20.0 * other)).abs() < 1e-3, "{}", share(20));
    }

    #[test]
    fn what_was_seen_lies_within_what_is_plausible() {
        let hours = Plausible::Clocks {
            from: SimDuration::from_hours(8),
            to: SimDuration::from_hours(10),
            count: 120,
        };
        // e⁻¹: both ends are a mean distance out, 2 h / 120.
        assert_eq!(hours.draw(|| (-1.0_f64).exp()), "[\"07:59\", \"10:01\"]");
    }
}
