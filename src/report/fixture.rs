//! Hand-made results for the tests of this layer.

use super::run::{Record, Results};
use super::sweep::{CautionKind, SweepRecord, SweepWork};
use crate::experiment::sweep::{Design, Point};
use crate::experiment::{Estimate, estimates};
use crate::measure::run::RunMeasurements;
use crate::scenario::{Overrides, Scenario};

pub(super) use crate::answer::fixture::{link, run, site};

/// The owned data of results.
pub(super) struct OwnedResults {
    pub(super) record: Record,
    pub(super) runs: Vec<RunMeasurements>,
    estimates: Vec<Estimate>,
}

/// Results of `runs`.
pub(super) fn owned(runs: Vec<RunMeasurements>) -> OwnedResults {
    let text = "name = \"small\"\nduration = \"1 h\"\n[headquarters]\nagents = 10\n\
                internet_bandwidth = \"1 Mbit/s\"\n[[release]]\nname = \"r\"\nat = \"2 min\"\n\
                components = [\"Virus Pattern\"]\n";
    let scenario = Scenario::parse(text, "small.toml", &Overrides::default()).expect("valid");
    let estimates = estimates(&runs);
    let replications = runs.iter().map(|run| run.replication).max().unwrap_or(1);
    let command = vec!["updraft".into(), "compare".into()];
    OwnedResults { record: Record::new(&scenario, command, 1, replications), runs, estimates }
}

/// The record of a sweep of these points, two replications each, with a caution that is markup.
pub(super) fn sweep_record(keys: &[&str], points: Vec<Point>) -> SweepRecord {
    let record = Record { replications: 2, ..owned(Vec::new()).record };
    let keys = keys.iter().copied().map(String::from).collect();
    SweepRecord {
        record,
        build: "1.2.3+abc".into(),
        scenario_text: String::new(),
        scenario_set: Overrides::default(),
        design: Design { keys, points, conditions: Vec::new() },
        hash: String::new(),
        scenario_hashes: Vec::new(),
        drawn: Vec::new(),
        work: SweepWork::default(),
        cautions: vec![CautionKind {
            advice: MARKUP.into(),
            first_point: 1,
            name: "x".into(),
            points: 1,
            seen: MARKUP.into(),
        }],
    }
}

/// A text that would be executed if it were not escaped.
pub(super) const MARKUP: &str = "</script><script>alert(1)</script>\"'<!--";

impl OwnedResults {
    pub(super) fn results(&self) -> Results<'_> {
        let (record, runs, estimates) = (&self.record, &self.runs, &self.estimates);
        Results { scenario: None, record, runs, estimates }
    }
}
