//! A sweep as its results folder stores it: record, values and estimates.

use super::record::SweepRecord;
use super::results::SweepResults;
use crate::answer::quantities::mean_or_never;
use crate::experiment::Estimate;
use crate::experiment::sweep::{Run, point_estimates};
use crate::measure::METRICS;
use crate::measure::run::{Metric, Value};

/// A sweep as stored in its folder: drawings depend on nothing else.
#[derive(Debug, PartialEq)]
pub(in crate::report) struct SweepSummary {
    pub(in crate::report) record: SweepRecord,
    /// The values of all metrics in each run; `None` for one that the run does not measure.
    pub(in crate::report) values: Vec<Vec<Option<Value>>>,
    /// Their means at each point under each option.
    estimates: Vec<Vec<Estimate>>,
}

/// The runs of one point under one option.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct PointEstimates<'a> {
    /// The first of them.
    pub(in crate::report) run: Run,
    /// The means of the metrics that are measured there.
    pub(in crate::report) estimates: &'a [Estimate],
}

impl SweepSummary {
    /// A sweep and the values of all metrics in each of its runs.
    pub(in crate::report) fn new(record: SweepRecord, values: Vec<Vec<Option<Value>>>) -> Self {
        let replications = record.record.replications as usize;
        let firsts = record.design.runs(1);
        let cells = firsts.iter().zip(values.chunks(replications));
        let estimates = cells.map(|(run, values)| point_estimates(run.option, values)).collect();
        Self { record, values, estimates }
    }

    /// The complete results of a sweep.
    pub(in crate::report) fn of(results: &SweepResults) -> Self {
        let values = results.summaries.iter().map(|summary| summary.values.clone()).collect();
        Self::new(SweepRecord::of(results), values)
    }

    /// The values of a metric in the replications of the cell at this place; `None`: it never occurred, or is not measured.
    pub(in crate::report) fn values_at(&self, place: usize, metric: Metric) -> Vec<Option<f64>> {
        let replications = self.record.record.replications as usize;
        let column = METRICS.iter().position(|known| *known == metric);
        let of_run = |run: &Vec<Option<Value>>| run[column?]?.as_f64();
        self.values[place * replications..][..replications].iter().map(of_run).collect()
    }

    /// The number of runs.
    pub(in crate::report) fn runs(&self) -> usize {
        self.values.len()
    }

    /// The runs of each point under each option, in order.
    pub(in crate::report) fn cells(&self) -> impl Iterator<Item = PointEstimates<'_>> {
        let firsts = self.record.design.runs(1).into_iter();
        firsts.zip(&self.estimates).map(|(run, estimates)| PointEstimates { run, estimates })
    }
}

impl<'a> PointEstimates<'a> {
    /// The estimate of a metric; `None`: it is not measured there.
    pub(in crate::report) fn of(self, metric: Metric) -> Option<&'a Estimate> {
        self.estimates.iter().find(|estimate| estimate.metric == metric)
    }

    /// The mean of a metric; `None`: it never occurred in some replication, or is not measured there.
    pub(in crate::report) fn mean(self, metric: Metric) -> Option<f64> {
        self.of(metric)?.mean
    }

    /// Whether a metric never occurred in some replication.
    pub(in crate::report) fn is_never(self, metric: Metric) -> bool {
        self.of(metric).is_some_and(|estimate| estimate.mean.is_none())
    }

    /// The mean of a metric for people.
    pub(in crate::report) fn shown(self, metric: Metric) -> String {
        let shown = |estimate: &Estimate| mean_or_never(metric.unit, estimate.mean);
        self.of(metric).map_or_else(|| "not measured".into(), shown)
    }
}
