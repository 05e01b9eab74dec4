//! The analysis of one metric, from the runs of all points.

use std::collections::BTreeMap;

use super::study::{Finding, Method, Study};
use crate::experiment::sweep::{Run, Summary, complete_mean};
use crate::measure::run::Metric;
use crate::model::settings::TopologyOption;

/// The result for one metric under one option.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// The option.
    pub option: TopologyOption,
    /// The metric.
    pub metric: Metric,
    /// Each factor, as [`Study::findings`] orders them.
    pub findings: Vec<Finding>,
    /// The number of points at which the metric was never reached in some replication.
    pub never: usize,
    /// The number of points.
    pub points: usize,
}

impl Analysis {
    /// Whether the metric was equal at all points of the `method`: then no key has a share in it.
    pub fn is_constant(&self, method: Method) -> bool {
        let is_nothing = |finding: &Finding| match finding.rank(method) {
            Some(number) => number.value <= 0.0,
            None => finding.index.never == 0,
        };
        self.never == 0 && self.findings.iter().all(is_nothing)
    }

    /// Whether some key has an index, and some index is not zero.
    pub fn has_ranking(&self, method: Method) -> bool {
        let ranks = self.findings.iter().filter_map(|finding| finding.rank(method));
        ranks.into_iter().any(|number| number.value > 0.0)
    }
}

/// Metrics that take the place of one without a ranking, in this order: they have a value in every run.
const ALWAYS_MEASURED: [&str; 4] =
    ["exposure_agent_hours", "wan_bytes", "server_egress_bytes", "server_requests"];

impl Study {
    /// A metric that some key changes, if none of `metrics` has a ranking under any option; the first of a short list.
    pub fn instead_of(
        &self,
        metrics: &[Metric],
        runs: &[Run],
        summaries: &[Summary],
    ) -> Option<Metric> {
        let has_ranking = |metrics: &[Metric]| {
            let analyses = self.analyses(runs, summaries, metrics);
            analyses.iter().any(|analysis| analysis.has_ranking(self.method))
        };
        if has_ranking(metrics) {
            return None;
        }
        let others = ALWAYS_MEASURED.into_iter().filter_map(Metric::named);
        let mut others = others.filter(|metric| !metrics.contains(metric));
        others.find(|metric| has_ranking(&[*metric]))
    }

    /// The findings on each of `metrics` under each option, from all `runs` of its design and their outcomes. The
    /// outcome at a point is the mean of its replications, which have the same random numbers at all points; it is
    /// undefined if the metric was never reached in one of them.
    pub fn analyses(
        &self,
        runs: &[Run],
        summaries: &[Summary],
        metrics: &[Metric],
    ) -> Vec<Analysis> {
        let mut cells: BTreeMap<TopologyOption, BTreeMap<usize, Vec<&Summary>>> = BTreeMap::new();
        for (run, summary) in runs.iter().zip(summaries) {
            let points = cells.entry(run.option).or_default();
            points.entry(run.case).or_default().push(summary);
        }
        let mut all = Vec::new();
        for (option, points) in &cells {
            for metric in metrics {
                let outcomes: BTreeMap<usize, Option<f64>> = points
                    .iter()
                    .map(|(point, runs)| (*point, complete_mean(*metric, runs)))
                    .collect();
                all.push(Analysis {
                    option: *option,
                    metric: *metric,
                    findings: self.findings(|point| outcomes.get(&point).copied().flatten()),
                    never: outcomes.values().filter(|outcome| outcome.is_none()).count(),
                    points: outcomes.len(),
                });
            }
        }
        all
    }
}
