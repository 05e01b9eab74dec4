//! Estimates over replications for each metric: mean, quantiles, probability of occurrence.

use std::sync::Arc;

use super::intervals::{self, CONFIDENCE, Ranks};
use crate::measure::run::{Metric, ReleaseMeasurements, RunMeasurements};
use crate::model::settings::TopologyOption;
use crate::model::wave::is_wave;

/// The mean of a metric under an option.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The option.
    pub option: TopologyOption,
    /// The release; `None`: the headline of the metric.
    pub release: Option<Arc<str>>,
    /// The metric.
    pub metric: Metric,
    /// Its mean; `None` if a replication has no value. A mean over the others would favour an option that seldom
    /// reaches it.
    pub mean: Option<f64>,
    /// The 95 % confidence interval of the mean; `None` for fewer than two replications, too.
    pub ci95: Option<(f64, f64)>,
    /// The number of replications with a value.
    pub replications: u32,
    /// The number of replications without a value.
    pub never: u32,
}

/// A quantile of a metric over replications: half, or nine in ten, of them are at most this.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantile {
    /// The option.
    pub option: TopologyOption,
    /// The metric.
    pub metric: Metric,
    /// The level of the quantile, such as 0.5.
    pub share: f64,
    /// The smallest value that at least that share of replications does not exceed; `None`: never.
    pub value: Option<f64>,
    /// Its confidence interval; `None` if there are too few replications.
    pub interval: Option<QuantileInterval>,
    /// The number of replications.
    pub replications: u32,
    /// The number of replications without a value, which count as later than all others.
    pub never: u32,
}

/// The interval of a quantile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuantileInterval {
    /// Its lower end; `None`: never.
    pub low: Option<f64>,
    /// Its upper end; `None`: never.
    pub high: Option<f64>,
    /// The exact coverage probability, at least 95 %.
    pub coverage: f64,
}

/// The probability that a time is reached within the scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Probability {
    /// The option.
    pub option: TopologyOption,
    /// The metric, which has a value if it is reached.
    pub metric: Metric,
    /// The number of replications in which it was reached.
    pub times: u32,
    /// The number of replications.
    pub replications: u32,
    /// Wilson's 95 % confidence interval of the probability.
    pub ci95: (f64, f64),
}

/// The quantiles that are reported.
const QUANTILES: [f64; 2] = [0.5, 0.9];

/// The headline of `metric` in a run; `None` if it was never reached.
pub(super) fn value_of(run: &RunMeasurements, metric: &str) -> Option<f64> {
    run.value(metric)
}

/// The value of `metric` for a release in a run; `None` if it was never reached.
pub(super) fn value_of_release(release: &ReleaseMeasurements, metric: &str) -> Option<f64> {
    release.metrics.iter().find(|(at, _)| at.name == metric).and_then(|found| found.1.as_f64())
}

/// A metric under an option: the values of its replications.
struct Sample {
    option: TopologyOption,
    release: Option<Arc<str>>,
    metric: Metric,
    values: Vec<f64>,
    replications: u32,
}

impl Sample {
    fn count(&self) -> u32 {
        u32::try_from(self.values.len()).unwrap_or(u32::MAX)
    }

    fn never(&self) -> u32 {
        self.replications - self.count()
    }
}

/// All metrics under all options of `runs`, in their order.
fn samples(runs: &[RunMeasurements]) -> impl Iterator<Item = Sample> {
    let options = runs.chunk_by(|a, b| a.option == b.option);
    options.flat_map(|runs| {
        runs[0].metrics.iter().enumerate().map(|(place, (metric, _))| Sample {
            option: runs[0].option,
            release: None,
            metric: **metric,
            values: runs.iter().filter_map(|run| run.metrics[place].1.as_f64()).collect(),
            replications: u32::try_from(runs.len()).unwrap_or(u32::MAX),
        })
    })
}

/// The metrics of each release under all options of `runs`: by option, release and metric.
fn samples_of_releases(runs: &[RunMeasurements]) -> impl Iterator<Item = Sample> {
    let options = runs.chunk_by(|a, b| a.option == b.option);
    let releases = options.flat_map(|runs| {
        runs[0].releases.iter().enumerate().map(move |(nth, release)| (runs, nth, release))
    });
    releases.flat_map(|(runs, nth, release)| {
        release.metrics.iter().enumerate().map(move |(place, (metric, _))| Sample {
            option: runs[0].option,
            release: Some(release.name.clone()),
            metric: **metric,
            values: runs
                .iter()
                .filter_map(|run| run.releases[nth].metrics[place].1.as_f64())
                .collect(),
            replications: u32::try_from(runs.len()).unwrap_or(u32::MAX),
        })
    })
}

/// The means of the headlines of all metrics under all options of `runs`, in their order.
pub fn estimates(runs: &[RunMeasurements]) -> Vec<Estimate> {
    samples(runs).map(|sample| estimate(&sample)).collect()
}

/// The means of the metrics of each release under all options of `runs`: by option, release and metric.
pub fn release_estimates(runs: &[RunMeasurements]) -> Vec<Estimate> {
    samples_of_releases(runs).map(|sample| estimate(&sample)).collect()
}

/// The release whose time is the headline of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorstRelease<'a> {
    /// There is only one, or the metric is not a time of each.
    Only,
    /// The one with this name, in each replication.
    Always(&'a str),
    /// Not the same one in each replication: the mean of the headlines is that of no release.
    Varies,
}

/// The release that determines the headline of a time metric in the `runs` of an option: the latest that was not
/// recalled, where never is later than any time.
pub fn worst_release<'a>(runs: &'a [RunMeasurements], metric: &str) -> WorstRelease<'a> {
    let metric = Metric::named(metric).filter(|at| at.unit == "s" && at.of_release.is_some());
    let (Some(metric), Some(first)) = (metric, runs.first()) else { return WorstRelease::Only };
    let whole = first.releases.iter().enumerate().filter(|(_, release)| !is_wave(&release.name));
    let count = whole.clone().count();
    let kept: Vec<_> = whole.filter(|(_, release)| !release.is_recalled).collect();
    if count < 2 || kept.is_empty() {
        return WorstRelease::Only;
    }
    let time = |run: &RunMeasurements, nth: usize| {
        value_of_release(&run.releases[nth], metric.name).unwrap_or(f64::INFINITY)
    };
    let is_worst = |run: &RunMeasurements, nth: usize| {
        kept.iter().all(|(other, _)| time(run, *other) <= time(run, nth))
    };
    let always = kept.iter().find(|(nth, _)| runs.iter().all(|run| is_worst(run, *nth)));
    always.map_or(WorstRelease::Varies, |(_, release)| WorstRelease::Always(&release.name))
}

fn estimate(sample: &Sample) -> Estimate {
    let complete = || Some(sample.values.as_slice()).filter(|_| sample.never() == 0);
    Estimate {
        option: sample.option,
        release: sample.release.clone(),
        metric: sample.metric,
        mean: complete().and_then(intervals::mean),
        ci95: complete().and_then(|values| intervals::of_mean(values, CONFIDENCE)),
        replications: sample.count(),
        never: sample.never(),
    }
}

/// The quantiles of all metrics under all options of `runs`, in their order.
pub fn quantiles(runs: &[RunMeasurements]) -> Vec<Quantile> {
    let mut all = Vec::new();
    // Every metric of an option has the same number of values: the ranks are computed once.
    let mut known: Option<(u32, [Option<Ranks>; 2])> = None;
    for mut sample in samples(runs) {
        let count = sample.replications;
        let ranks = known.filter(|known| known.0 == count).map_or_else(
            || QUANTILES.map(|share| intervals::of_quantile(count as usize, share, CONFIDENCE)),
            |known| known.1,
        );
        known = Some((count, ranks));
        sample.values.sort_by(f64::total_cmp);
        let ranked = |rank: usize| sample.values.get(rank - 1).copied();
        for (share, ranks) in QUANTILES.into_iter().zip(ranks) {
            all.push(Quantile {
                option: sample.option,
                metric: sample.metric,
                share,
                value: ranked(intervals::rank_of(count as usize, share)),
                interval: ranks.map(|ranks| QuantileInterval {
                    low: ranked(ranks.low),
                    high: ranked(ranks.high),
                    coverage: ranks.coverage,
                }),
                replications: count,
                never: sample.never(),
            });
        }
    }
    all
}

/// The probability, under all options of `runs`, that each time that may never be reached is reached.
pub fn probabilities(runs: &[RunMeasurements]) -> Vec<Probability> {
    let may_never = |sample: &Sample| sample.metric.unit == "s";
    let probability = |sample: Sample| {
        let (times, replications) = (sample.count(), sample.replications);
        Some(Probability {
            option: sample.option,
            metric: sample.metric,
            times,
            replications,
            ci95: intervals::of_probability(times, replications, CONFIDENCE)?,
        })
    };
    samples(runs).filter(may_never).filter_map(probability).collect()
}

/// The mean of a difference between two options.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The mean.
    pub mean: f64,
    /// Its 95 % confidence interval.
    pub ci95: (f64, f64),
}

/// The difference of `metric` between `others` and `runs`, replication by replication: both have the same random
/// numbers, so that their effect cancels out. If one has more replications, those that both have count. `None` for
/// fewer than two, or if one has no value.
pub fn difference(
    runs: &[RunMeasurements],
    others: &[RunMeasurements],
    metric: &str,
) -> Option<Difference> {
    let both = runs.len().min(others.len());
    let of = |runs: &[RunMeasurements]| -> Option<Vec<f64>> {
        runs[..both].iter().map(|run| value_of(run, metric)).collect()
    };
    let (values, others) = (of(runs)?, of(others)?);
    let mean = intervals::mean(&others)? - intervals::mean(&values)?;
    Some(Difference { mean, ci95: intervals::of_difference(&others, &values, CONFIDENCE)? })
}
