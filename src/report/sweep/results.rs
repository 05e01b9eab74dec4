//! The results of a sweep.

use crate::experiment::sweep::{ResolvedScenario, Run, Summary, SweepPlan};
use crate::measure::run::Metric;
use crate::report::draw::PlotFormats;
use crate::report::tables::TableFormats;

/// A sweep and its outcomes.
#[derive(Debug)]
pub struct SweepResults {
    /// The request, without paths of outputs, numbers of threads and shards, which do not affect the results.
    pub command: Vec<String>,
    /// The sweep.
    pub plan: SweepPlan,
    /// The scenario of each point.
    pub cases: Vec<ResolvedScenario>,
    /// The metrics that are drawn.
    pub drawn: Vec<Metric>,
    /// The formats of its tables.
    pub tables: TableFormats,
    /// How its plots are drawn and written.
    pub plots: PlotFormats,
    /// All runs of the plan.
    pub runs: Vec<Run>,
    /// The outcome of each.
    pub summaries: Vec<Summary>,
}
