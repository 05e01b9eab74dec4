//! Verdicts on the thresholds of a scenario.

use super::estimates::Estimate;
use crate::model::settings::TopologyOption;
use crate::scenario::Threshold;
use crate::units::decimal::Thousandths;

/// The verdict on a threshold under an option.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement<'a> {
    /// The threshold.
    pub threshold: &'a Threshold,
    /// The option.
    pub option: TopologyOption,
    /// The measured value; `None` if that option was not run.
    pub estimate: Option<Estimate>,
    /// The verdict.
    pub verdict: Verdict,
    /// If it is undecided: the number of further replications that would probably decide it, if any would.
    pub more: Option<u64>,
}

impl Judgement<'_> {
    /// Whether it makes the exit code that of a missed threshold.
    pub fn fails(&self) -> bool {
        match self.verdict {
            Verdict::Broken => true,
            Verdict::Undecided => self.threshold.fails_undecided,
            Verdict::Kept | Verdict::NotJudged => false,
        }
    }
}

/// The verdict on a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is kept.
    Kept,
    /// It is broken.
    Broken,
    /// The 95 % interval of the mean contains a limit: other random numbers may change the verdict.
    Undecided,
    /// Its option was not run.
    NotJudged,
}

impl Verdict {
    /// The name in `manifest.json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Broken => "broken",
            Self::Undecided => "undecided",
            Self::NotJudged => "not-judged",
        }
    }
}

/// Judges `thresholds` by the `estimates` of headlines and of releases, in the order of the thresholds and, for one
/// that applies to each option or release, of the options and releases. The 95 % interval of the mean decides, or with
/// one replication the value; a time that was never reached in a replication is later than any limit, whatever the
/// others are.
pub fn judge<'a>(
    thresholds: &'a [Threshold],
    estimates: &[Estimate],
    of_releases: &[Estimate],
) -> Vec<Judgement<'a>> {
    let mut all = Vec::new();
    for threshold in thresholds {
        let is_meant = |estimate: &&Estimate| {
            estimate.metric.name == threshold.metric
                && threshold.option.is_none_or(|option| option == estimate.option)
                && estimate.release.as_deref().is_none_or(|name| threshold.release.names(name))
        };
        let estimates = if threshold.release.is_worst() { estimates } else { of_releases };
        let before = all.len();
        for estimate in estimates.iter().filter(is_meant) {
            all.push(judgement(threshold, estimate));
        }
        if let (true, Some(option)) = (all.len() == before, threshold.option) {
            let verdict = Verdict::NotJudged;
            all.push(Judgement { threshold, option, estimate: None, verdict, more: None });
        }
    }
    all
}

fn judgement<'a>(threshold: &'a Threshold, estimate: &Estimate) -> Judgement<'a> {
    // The mean is undefined if a replication has no value.
    let value = estimate.mean.unwrap_or(f64::INFINITY);
    let [min, max] = [threshold.min, threshold.max].map(|limit| limit.map(number));
    let holds = min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max);
    let limits = [min, max].into_iter().flatten();
    let (low, high) = estimate.ci95.unwrap_or((value, value));
    let straddled = limits.filter(|limit| low < *limit && *limit < high);
    let nearest = straddled.map(|limit| (value - limit).abs()).min_by(f64::total_cmp);
    let verdict = match nearest {
        Some(_) => Verdict::Undecided,
        None if holds => Verdict::Kept,
        None => Verdict::Broken,
    };
    let half_width = (high - low) / 2.0;
    let more = nearest.and_then(|distance| more(estimate.replications, half_width, distance));
    Judgement {
        threshold,
        option: estimate.option,
        estimate: Some(estimate.clone()),
        verdict,
        more,
    }
}

/// The number of replications in addition to `made` that make the half width of the interval as small as `distance`,
/// since it is proportional to 1/√n; `None` if there are too many.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate, within what was compared"
)]
fn more(made: u32, half_width: f64, distance: f64) -> Option<u64> {
    let all = (f64::from(made) * (half_width / distance).powi(2)).ceil();
    (all <= MOST).then(|| (all as u64).saturating_sub(u64::from(made)).max(1))
}

/// The maximum number of replications.
const MOST: f64 = 100_000.0;

/// A limit as a number.
#[expect(clippy::cast_precision_loss, reason = "statistics are floating-point")]
fn number(limit: Thousandths) -> f64 {
    limit.count() as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ReleaseScope;
    use crate::model::metric::Metric;

    fn threshold(option: Option<TopologyOption>, min: Option<u64>, max: Option<u64>) -> Threshold {
        let [min, max] = [min, max].map(|limit| limit.map(|whole| Thousandths::new(whole * 1000)));
        let metric = "protected_p95_s".into();
        let release = ReleaseScope::Worst;
        Threshold { metric, option, release, min, max, fails_undecided: false }
    }

    fn estimate(option: TopologyOption, mean: Option<f64>, ci95: Option<(f64, f64)>) -> Estimate {
        let metric = Metric::named("protected_p95_s").expect("a metric");
        let (replications, never) = if mean.is_some() { (2, 0) } else { (0, 2) };
        Estimate { option, release: None, metric, mean, ci95, replications, never }
    }

    /// The verdict, and the number of further replications that would decide.
    fn verdict(threshold: &Threshold, estimate: &Estimate) -> (Verdict, Option<u64>) {
        let thresholds = [threshold.clone()];
        let estimates = [estimate.clone()];
        let all = judge(&thresholds, &estimates, &[]);
        (all[0].verdict, all[0].more)
    }

    #[test]
    fn an_interval_over_the_limit_decides_nothing() {
        let of = |mean, ci95| estimate(TopologyOption::Server, Some(mean), Some(ci95));
        let max = threshold(None, None, Some(100));
        // Two replications; half the width needs four times as many.
        for (mean, ci95, expected) in [
            (90.0, (85.0, 95.0), (Verdict::Kept, None)),
            (90.0, (70.0, 110.0), (Verdict::Undecided, Some(6))),
            (110.0, (70.0, 150.0), (Verdict::Undecided, Some(30))),
            (99.0, (98.0, 100.5), (Verdict::Undecided, Some(2))),
            (100.0, (90.0, 110.0), (Verdict::Undecided, None)),
            (100.0, (100.0, 100.0), (Verdict::Kept, None)),
            (100.001, (100.001, 100.001), (Verdict::Broken, None)),
            (110.0, (105.0, 115.0), (Verdict::Broken, None)),
        ] {
            assert_eq!(verdict(&max, &of(mean, ci95)), expected, "{mean} {ci95:?}");
        }
        let between = threshold(None, Some(100), Some(200));
        assert_eq!(verdict(&between, &of(99.0, (98.0, 100.0))), (Verdict::Broken, None));
        assert_eq!(verdict(&between, &of(101.0, (99.0, 103.0))), (Verdict::Undecided, Some(6)));
        let wide = verdict(&between, &of(160.0, (40.0, 280.0)));
        assert_eq!(
            wide,
            (Verdict::Undecided, Some(16)),
            "the nearer of the limits that it reaches over"
        );
    }

    #[test]
    fn one_replication_has_no_interval_and_its_value_decides() {
        let one = estimate(TopologyOption::Server, Some(99.0), None);
        assert_eq!(verdict(&threshold(None, None, Some(100)), &one), (Verdict::Kept, None));
        assert_eq!(verdict(&threshold(None, None, Some(98)), &one), (Verdict::Broken, None));
    }

    #[test]
    fn what_is_undecided_fails_only_where_it_is_asked_to() {
        let estimates = [estimate(TopologyOption::Server, Some(90.0), Some((70.0, 110.0)))];
        for fails_undecided in [false, true] {
            let thresholds = [Threshold { fails_undecided, ..threshold(None, None, Some(100)) }];
            assert_eq!(judge(&thresholds, &estimates, &[])[0].fails(), fails_undecided);
        }
    }

    #[test]
    fn never_is_later_than_any_limit_if_only_once() {
        let never = estimate(TopologyOption::Server, None, None);
        assert_eq!(verdict(&threshold(None, None, Some(100)), &never).0, Verdict::Broken);
        assert_eq!(verdict(&threshold(None, Some(100), None), &never).0, Verdict::Kept);
    }

    #[test]
    fn a_threshold_is_for_its_option_or_for_each_that_is_run() {
        let thresholds =
            [threshold(None, None, Some(10)), threshold(Some(TopologyOption::Ua), None, Some(10))];
        let estimates = [TopologyOption::Server, TopologyOption::Direct]
            .map(|option| estimate(option, Some(5.0), None));
        let all = judge(&thresholds, &estimates, &[]);
        let said: Vec<_> = all.iter().map(|at| (at.option.name(), at.verdict.name())).collect();
        assert_eq!(said, [("server", "kept"), ("direct", "kept"), ("ua", "not-judged")]);
    }
}
