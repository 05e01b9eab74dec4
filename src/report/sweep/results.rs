//! The results of a sweep.

use crate::experiment::sweep::{ResolvedScenario, Run, Summary, SweepPlan};
use crate::measure::run::Metric;
use crate::report::tables::TableFormats;

/// A sweep and what came of it.
#[derive(Debug)]
pub struct SweepResults {
    /// What was asked, without paths of outputs, numbers of threads and shares: these change nothing.
    pub command: Vec<String>,
    /// The sweep.
    pub plan: SweepPlan,
    /// The scenario of each point.
    pub cases: Vec<ResolvedScenario>,
    /// The metrics that are drawn.
    pub drawn: Vec<Metric>,
    /// In which formats its tables are written.
    pub tables: TableFormats,
    /// All runs of the plan.
    pub runs: Vec<Run>,
    /// What came of each.
    pub summaries: Vec<Summary>,
}
