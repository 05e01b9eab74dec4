//! Whether the thresholds of a scenario hold.

use super::estimates::Estimate;
use crate::model::settings::TopologyOption;
use crate::scenario::Threshold;
use crate::units::decimal::Thousandths;

/// What came of a threshold under an option.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement<'a> {
    /// The threshold.
    pub threshold: &'a Threshold,
    /// The option.
    pub option: TopologyOption,
    /// What was measured there; `None` if that option was not run.
    pub estimate: Option<&'a Estimate>,
    /// What came of it.
    pub verdict: Verdict,
    /// Whether the 95 % interval of the mean reaches over a limit, so that other luck may judge
    /// otherwise.
    pub is_close: bool,
}

/// What came of a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Kept,
    /// It does not.
    Broken,
    /// Its option was not run.
    NotJudged,
}

impl Verdict {
    /// The name in `manifest.json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Broken => "broken",
            Self::NotJudged => "not-judged",
        }
    }
}

/// Judges `thresholds` by `estimates`, in the order of the thresholds and, for
/// one that is for each option, of the options. The mean decides; what never came about in a
/// replication is later than any limit, whatever the others have.
pub fn judge<'a>(thresholds: &'a [Threshold], estimates: &'a [Estimate]) -> Vec<Judgement<'a>> {
    let mut all = Vec::new();
    for threshold in thresholds {
        let is_meant = |estimate: &&Estimate| {
            estimate.metric.name == threshold.metric
                && threshold.option.is_none_or(|option| option == estimate.option)
        };
        let before = all.len();
        for estimate in estimates.iter().filter(is_meant) {
            all.push(judgement(threshold, estimate));
        }
        if let (true, Some(option)) = (all.len() == before, threshold.option) {
            let verdict = Verdict::NotJudged;
            all.push(Judgement { threshold, option, estimate: None, verdict, is_close: false });
        }
    }
    all
}

fn judgement<'a>(threshold: &'a Threshold, estimate: &'a Estimate) -> Judgement<'a> {
    // There is no mean where a replication has no value.
    let value = estimate.mean.unwrap_or(f64::INFINITY);
    let [min, max] = [threshold.min, threshold.max].map(|limit| limit.map(number));
    let holds = min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max);
    let is_inside =
        |limit: f64| estimate.ci95.is_some_and(|(low, high)| low < limit && limit < high);
    Judgement {
        threshold,
        option: estimate.option,
        estimate: Some(estimate),
        verdict: if holds { Verdict::Kept } else { Verdict::Broken },
        is_close: [min, max].into_iter().flatten().any(is_inside),
    }
}

/// A limit as a number.
#[expect(clippy::cast_precision_loss, reason = "statistics are floating-point")]
fn number(limit: Thousandths) -> f64 {
    limit.count() as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::metric::Metric;

    fn threshold(option: Option<TopologyOption>, min: Option<u64>, max: Option<u64>) -> Threshold {
        let [min, max] = [min, max].map(|limit| limit.map(|whole| Thousandths::new(whole * 1000)));
        Threshold { metric: "protected_p95_s".into(), option, min, max }
    }

    fn estimate(option: TopologyOption, mean: Option<f64>, ci95: Option<(f64, f64)>) -> Estimate {
        let metric = Metric::named("protected_p95_s").expect("a metric");
        let (replications, never) = if mean.is_some() { (2, 0) } else { (0, 2) };
        Estimate { option, metric, mean, ci95, replications, never }
    }

    fn verdict(threshold: &Threshold, estimate: &Estimate) -> (Verdict, bool) {
        let thresholds = [threshold.clone()];
        let estimates = [estimate.clone()];
        let all = judge(&thresholds, &estimates);
        (all[0].verdict, all[0].is_close)
    }

    #[test]
    fn the_mean_decides_and_an_interval_over_the_limit_is_said() {
        let of = |mean, ci95| estimate(TopologyOption::Server, Some(mean), Some(ci95));
        let max = threshold(None, None, Some(100));
        for (mean, ci95, expected) in [
            (90.0, (85.0, 95.0), (Verdict::Kept, false)),
            (90.0, (75.0, 105.0), (Verdict::Kept, true)),
            (100.0, (100.0, 100.0), (Verdict::Kept, false)),
            (100.001, (100.001, 100.001), (Verdict::Broken, false)),
            (110.0, (95.0, 125.0), (Verdict::Broken, true)),
            (110.0, (105.0, 115.0), (Verdict::Broken, false)),
        ] {
            assert_eq!(verdict(&max, &of(mean, ci95)), expected, "{mean} {ci95:?}");
        }
        let between = threshold(None, Some(100), Some(200));
        assert_eq!(verdict(&between, &of(99.0, (98.0, 100.0))), (Verdict::Broken, false));
        assert_eq!(verdict(&between, &of(101.0, (99.0, 103.0))), (Verdict::Kept, true));
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
        let all = judge(&thresholds, &estimates);
        let said: Vec<_> = all.iter().map(|at| (at.option.name(), at.verdict.name())).collect();
        assert_eq!(said, [("server", "kept"), ("direct", "kept"), ("ua", "not-judged")]);
    }
}
