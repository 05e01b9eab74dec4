//! The outcome of an experiment.

use crate::experiment::Estimate;
use crate::measure::run::RunMeasurements;
use crate::scenario::Scenario;

/// What an experiment yields, without the record of what was asked.
#[derive(Clone, Copy, Debug)]
pub struct Outcome<'a> {
    /// The scenario, if it can still be read: what names the levers of waits.
    pub scenario: Option<&'a Scenario>,
    /// The number of replications; if options have different numbers, the greatest.
    pub replications: u32,
    /// All runs, ordered by option and then replication.
    pub runs: &'a [RunMeasurements],
    /// Means over replications.
    pub estimates: &'a [Estimate],
}

impl<'a> Outcome<'a> {
    /// The runs of each option, in order.
    pub fn by_option(&self) -> impl Iterator<Item = &'a [RunMeasurements]> + use<'a> {
        self.runs.chunk_by(|a, b| a.option == b.option)
    }

    /// The number of replications: "20", or "10 to 34" if options have different numbers.
    pub fn replication_counts(&self) -> String {
        let counts: Vec<usize> = self.by_option().map(<[_]>::len).collect();
        let (fewest, most) = (counts.iter().min(), counts.iter().max());
        let told = fewest.zip(most).map(|(fewest, most)| match most - fewest {
            0 => most.to_string(),
            _ => format!("{fewest} to {most}"),
        });
        told.unwrap_or_default()
    }
}
