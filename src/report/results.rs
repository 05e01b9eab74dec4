//! What a report is made of.

use crate::experiment::Estimate;
use crate::measure::run::RunMeasurements;
use crate::scenario::Scenario;

/// An experiment and its outcome.
#[derive(Clone, Copy, Debug)]
pub struct Results<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// What was asked, without paths of outputs and numbers of threads: these change nothing.
    pub command: &'a [String],
    /// The seed in force.
    pub seed: u64,
    /// The number of replications.
    pub replications: u32,
    /// All runs, ordered by option and then replication.
    pub runs: &'a [RunMeasurements],
    /// Means over replications.
    pub estimates: &'a [Estimate],
}

impl Results<'_> {
    /// The runs of each option, in order.
    pub fn by_option(&self) -> impl Iterator<Item = &[RunMeasurements]> {
        self.runs.chunk_by(|a, b| a.option == b.option)
    }
}
