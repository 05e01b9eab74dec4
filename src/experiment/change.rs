//! The change between two sets of runs of one option: in each metric, its size, and whether it exceeds chance.

use std::cmp::Ordering;
use std::sync::Arc;

use statrs::distribution::{Binomial, DiscreteCDF};

use super::estimates::{value_of, value_of_release};
use super::intervals::{self, CONFIDENCE};
use crate::measure::run::{Metric, RunMeasurements};
use crate::model::metric::{Better, METRICS, Requirement};

/// Whether the runs of both sets use the same random numbers, replication by replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairing {
    /// The differences of replications are compared: common variation cancels out.
    Paired,
    /// Two independent samples are compared.
    Independent,
}

/// The result of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeOutcome {
    /// The metric is worse.
    Worse,
    /// The metric is better.
    Better,
    /// The metric differs, and neither value is better.
    Changed,
    /// No difference beyond chance.
    NotShown,
}

impl ChangeOutcome {
    /// All results, in the order of listing.
    pub const ALL: [Self; 4] = [Self::Worse, Self::Better, Self::Changed, Self::NotShown];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Better => "better",
            Self::Changed => "changed",
            Self::NotShown => "no difference shown",
        }
    }
}

/// A metric before or after the change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Its mean; `None` if it was never reached in some replication.
    pub mean: Option<f64>,
    /// The number of replications in which it was never reached.
    pub never: u32,
    /// The number of all replications.
    pub replications: u32,
}

/// The change of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The release; `None`: the headline.
    pub release: Option<Arc<str>>,
    /// The metric.
    pub metric: Metric,
    /// Its value before.
    pub before: Level,
    /// Its value after.
    pub after: Level,
    /// The mean after minus the mean before; `None` if one of them has none.
    pub difference: Option<f64>,
    /// The 95 % interval of the difference; `None` if there are too few replications.
    pub ci95: Option<(f64, f64)>,
    /// The result.
    pub outcome: ChangeOutcome,
}

/// How runs are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Whether they use the same random numbers.
    pub pairing: Pairing,
    /// Differences up to this share of the value before are ignored, 0 to 1.
    pub tolerance: f64,
}

/// The changes from `before` to `after`, both of one option and in the order of replications: first the headlines, then
/// the releases that both have, if there are several. For paired runs, those with a partner count.
pub fn changes(
    before: &[RunMeasurements],
    after: &[RunMeasurements],
    by: Comparison,
) -> Vec<Change> {
    let both = before.len().min(after.len());
    let (before, after) = match by.pairing {
        Pairing::Paired => (&before[..both], &after[..both]),
        Pairing::Independent => (before, after),
    };
    let (Some(first), Some(other)) = (before.first(), after.first()) else { return Vec::new() };
    let mut all = Vec::new();
    for metric in METRICS.iter().filter(|metric| is_comparable(metric, first, other)) {
        let of = |runs: &[RunMeasurements]| -> Vec<Option<f64>> {
            runs.iter().map(|run| value_of(run, metric.name)).collect()
        };
        all.push(change(*metric, None, (&of(before), &of(after)), by));
    }
    if first.releases.len() < 2 && other.releases.len() < 2 {
        return all;
    }
    for release in &first.releases {
        let Some(partner) = other.releases.iter().position(|at| at.name == release.name) else {
            continue;
        };
        let own = first.releases.iter().position(|at| at.name == release.name);
        for (metric, _) in &release.metrics {
            let of = |runs: &[RunMeasurements], nth: usize| -> Vec<Option<f64>> {
                let value = |run: &RunMeasurements| {
                    run.releases.get(nth).and_then(|at| value_of_release(at, metric.name))
                };
                runs.iter().map(value).collect()
            };
            let values = (&*of(before, own.unwrap_or_default()), &*of(after, partner));
            all.push(change(**metric, Some(release.name.clone()), values, by));
        }
    }
    all
}

/// Whether both sides measure `metric`; without recalls no agent has a recalled release, so one side is enough.
fn is_comparable(metric: &Metric, own: &RunMeasurements, other: &RunMeasurements) -> bool {
    let [own, other] = [own, other].map(|run| run.metrics.iter().any(|(at, _)| *at == metric));
    if metric.requires == Some(Requirement::Recall) { own || other } else { own && other }
}

fn change(
    metric: Metric,
    release: Option<Arc<str>>,
    (before, after): (&[Option<f64>], &[Option<f64>]),
    Comparison { pairing, tolerance }: Comparison,
) -> Change {
    let complete = |values: &[Option<f64>]| values.iter().copied().collect::<Option<Vec<f64>>>();
    let (own, other) = (complete(before), complete(after));
    let both = own.as_deref().zip(other.as_deref());
    let difference =
        both.and_then(|(before, after)| Some(intervals::mean(after)? - intervals::mean(before)?));
    let ci95 = both.and_then(|(before, after)| match pairing {
        Pairing::Paired => intervals::of_difference(after, before, CONFIDENCE),
        Pairing::Independent => intervals::of_independent_difference(after, before, CONFIDENCE),
    });
    let sign_of_pairs = match pairing {
        Pairing::Paired => sign_test(before, after),
        Pairing::Independent => 0,
    };
    let (before, after) = (level(before, own.as_deref()), level(after, other.as_deref()));
    let is_small = difference.zip(before.mean).is_some_and(|(difference, mean)| {
        tolerance > 0.0 && difference.abs() <= tolerance * mean.abs()
    });
    let sign = match (difference, ci95, pairing) {
        _ if is_small => 0,
        (Some(_), Some((low, _)), _) if low > 0.0 => 1,
        (Some(_), Some((_, high)), _) if high < 0.0 => -1,
        // One replication has no interval. With the same random numbers the difference itself decides, as for a
        // threshold.
        (Some(difference), None, Pairing::Paired) if difference > 0.0 => 1,
        (Some(difference), None, Pairing::Paired) if difference < 0.0 => -1,
        (Some(_), ..) => 0,
        (None, ..) => match later(before, after) {
            0 => sign_of_pairs,
            shown => shown,
        },
    };
    let outcome = match (sign, metric.better) {
        (0, _) => ChangeOutcome::NotShown,
        (_, Better::Neither) => ChangeOutcome::Changed,
        (1, Better::More) | (-1, Better::Less) => ChangeOutcome::Better,
        _ => ChangeOutcome::Worse,
    };
    Change { release, metric, before, after, difference, ci95, outcome }
}

fn level(values: &[Option<f64>], complete: Option<&[f64]>) -> Level {
    let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
    let never = values.iter().filter(|value| value.is_none()).count();
    Level {
        mean: complete.and_then(intervals::mean),
        never: count(never),
        replications: count(values.len()),
    }
}

/// If some replication never reaches it, never counts as later than any time: 1 if it is reached less often after the
/// change, -1 if more often, 0 if that is not shown. It is shown if it is always reached on one side and never on the
/// other, or if Wilson's intervals of both probabilities are disjoint.
fn later(before: Level, after: Level) -> i32 {
    let share = |level: Level| {
        let times = level.replications - level.never;
        intervals::of_probability(times, level.replications, CONFIDENCE)
    };
    let (Some(own), Some(other)) = (share(before), share(after)) else { return 0 };
    let is_all = |level: Level| level.never == 0;
    let is_none = |level: Level| level.never == level.replications;
    if is_all(before) && is_none(after) || other.1 < own.0 {
        1
    } else if is_none(before) && is_all(after) || own.1 < other.0 {
        -1
    } else {
        0
    }
}

/// The sign test of the pairs, in which never is later than any time and equal ones do not count: 1 if they are later after
/// the change, -1 if earlier, 0 if that is not shown.
fn sign_test(before: &[Option<f64>], after: &[Option<f64>]) -> i32 {
    let of = |value: &Option<f64>| value.unwrap_or(f64::INFINITY);
    let pairs = before.iter().zip(after).map(|(own, other)| of(other).total_cmp(&of(own)));
    let (later, earlier) = pairs.fold((0_u64, 0_u64), |(later, earlier), order| match order {
        Ordering::Greater => (later + 1, earlier),
        Ordering::Less => (later, earlier + 1),
        Ordering::Equal => (later, earlier),
    });
    let Ok(chance) = Binomial::new(0.5, later + earlier) else { return 0 };
    if 2.0 * chance.cdf(later.min(earlier)) > 1.0 - CONFIDENCE {
        0
    } else if later > earlier {
        1
    } else {
        -1
    }
}

/// Whether the runs of two sets have the same agents: equal numbers at each site, in every replication that both have.
pub fn same_population(before: &[RunMeasurements], after: &[RunMeasurements]) -> bool {
    before.iter().zip(after).all(|(own, other)| {
        let sites = |run: &RunMeasurements| -> Vec<(String, u64)> {
            run.sites.iter().map(|site| (site.site.clone(), site.agents)).collect()
        };
        own.replication == other.replication
            && own.value("agents") == other.value("agents")
            && (own.sites.is_empty() || other.sites.is_empty() || sites(own) == sites(other))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(metric: &str, before: &[f64], after: &[f64], pairing: Pairing) -> Change {
        let metric = Metric::named(metric).expect("a metric");
        // A negative value means never.
        let values = |all: &[f64]| -> Vec<Option<f64>> {
            all.iter().map(|value| Some(*value).filter(|value| *value >= 0.0)).collect()
        };
        let by = Comparison { pairing, tolerance: 0.0 };
        change(metric, None, (&values(before), &values(after)), by)
    }

    #[test]
    fn what_is_better_depends_on_the_metric() {
        for (metric, outcome) in [
            ("protected_p95_s", ChangeOutcome::Worse),
            ("agents_up_to_date", ChangeOutcome::Better),
            ("rounds", ChangeOutcome::Changed),
        ] {
            let more = of(metric, &[10.0, 20.0, 30.0], &[11.0, 21.0, 31.0], Pairing::Paired);
            assert_eq!((more.outcome, more.difference), (outcome, Some(1.0)));
            assert_eq!(more.ci95, Some((1.0, 1.0)), "each replication differs by 1");
        }
    }

    #[test]
    fn variation_cancels_out_only_where_random_numbers_are_common() {
        // Welch: variances 100 and 100, 3 values each, ν = 4, t = 2.776: 1 ± 2.776 · √(200 / 3) = 1 ± 22.67.
        let (before, after) = ([10.0, 20.0, 30.0], [11.0, 21.0, 31.0]);
        let apart = of("protected_p95_s", &before, &after, Pairing::Independent);
        let (low, high) = apart.ci95.expect("an interval");
        assert!((low + 21.67).abs() < 0.01 && (high - 23.67).abs() < 0.01, "{low} {high}");
        assert_eq!(apart.outcome, ChangeOutcome::NotShown);
    }

    #[test]
    fn one_replication_counts_only_with_common_random_numbers() {
        let of = |pairing| of("wan_bytes", &[10.0], &[9.0], pairing).outcome;
        assert_eq!(of(Pairing::Paired), ChangeOutcome::Better);
        assert_eq!(of(Pairing::Independent), ChangeOutcome::NotShown);
    }

    #[test]
    fn what_is_within_the_tolerance_is_no_difference() {
        let metric = Metric::named("wan_bytes").expect("a metric");
        let of = |tolerance| {
            let by = Comparison { pairing: Pairing::Paired, tolerance };
            change(metric, None, (&[Some(100.0)], &[Some(101.0)]), by).outcome
        };
        assert_eq!(
            [0.0, 0.009, 0.01].map(of),
            [ChangeOutcome::Worse, ChangeOutcome::Worse, ChangeOutcome::NotShown]
        );
    }

    #[test]
    fn never_is_later_than_any_time() {
        let never = |before: &[f64], after: &[f64]| {
            of("protected_all_s", before, after, Pairing::Paired).outcome
        };
        assert_eq!(never(&[5.0, 6.0], &[-1.0, -1.0]), ChangeOutcome::Worse);
        assert_eq!(never(&[-1.0, -1.0], &[5.0, 6.0]), ChangeOutcome::Better);
        assert_eq!(
            never(&[5.0, 6.0], &[5.0, -1.0]),
            ChangeOutcome::NotShown,
            "one of two may be chance"
        );
        assert_eq!(never(&[-1.0, -1.0], &[-1.0, -1.0]), ChangeOutcome::NotShown);
        // Six of six pairs are later, by the sign test: 2 / 64 by chance. Five of five are 2 / 32.
        let before = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, -1.0];
        let after = before.map(|at| if at < 0.0 { at } else { at + 10.0 });
        assert_eq!(never(&before, &after), ChangeOutcome::Worse);
        assert_eq!(never(&after, &before), ChangeOutcome::Better);
        assert_eq!(never(&before[1..], &after[1..]), ChangeOutcome::NotShown);
        // 0 of 5 is at most 43.4 %; 5 of 6 at least 43.6 %, 4 of 6 at least 30 %.
        assert_eq!(never(&[-1.0; 5], &[1.0, 1.0, 1.0, 1.0, 1.0, -1.0]), ChangeOutcome::Better);
        assert_eq!(never(&[-1.0; 5], &[1.0, 1.0, 1.0, 1.0, -1.0, -1.0]), ChangeOutcome::NotShown);
    }
}
