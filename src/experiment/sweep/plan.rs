//! The plan of a sweep: everything its results depend on.

use rayon::prelude::*;

use super::design::Design;
use super::resolved_scenario::{PROGRAM, ResolvedScenario, Run, RunId};
use crate::scenario::{Diagnostics, Template};

/// A sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepPlan {
    /// The scenario, without the settings of a point.
    pub template: Template,
    /// The points.
    pub design: Design,
    /// Seed of all random numbers.
    pub seed: u64,
    /// The number of runs of each point under each of its options.
    pub replications: u32,
}

/// A problem at a point.
#[derive(Debug)]
pub struct PointError {
    /// The number of the point, from 1.
    pub point: usize,
    /// Its settings.
    pub settings: Vec<(String, String)>,
    /// The problems of the scenario with these settings.
    pub problems: Diagnostics,
}

/// The maximum number of runs of a sweep; the values of this many fit into the memory of a large machine.
pub const MOST_RUNS: u128 = 10_000_000;

impl SweepPlan {
    /// The scenario of each point.
    ///
    /// # Errors
    /// The problem at the first point that has one.
    pub fn cases(&self) -> Result<Vec<ResolvedScenario>, Box<PointError>> {
        let case = |point: usize| {
            let settings = self.design.settings(point);
            match self.template.resolve(&settings) {
                Ok(scenario) => Ok(ResolvedScenario::new(scenario)),
                Err(problems) => {
                    let point = self.design.points[point].number;
                    Err(Box::new(PointError { point, settings, problems }))
                }
            }
        };
        let all: Vec<_> = (0..self.design.points.len()).into_par_iter().map(case).collect();
        all.into_iter().collect()
    }

    /// All runs: by point, option and replication.
    pub fn runs(&self) -> Vec<Run> {
        self.design.runs(self.replications)
    }

    /// The hash of the sweep: the program, the design as written, its conditions, and every run.
    pub fn hash(&self, cases: &[ResolvedScenario]) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut add = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        add(PROGRAM);
        self.design.keys.iter().for_each(|key| add(key));
        for point in &self.design.points {
            add(&point.number.to_string());
            point.values.iter().for_each(|value| add(value));
        }
        for applied in &self.design.conditions {
            add(&format!("{} leaves out {}", applied.condition, applied.left_out));
        }
        for run in self.runs() {
            let RunId { case, option, seed, replication, .. } =
                cases[run.case].run_id(run, self.seed);
            add(&format!("{case} {} {seed} {replication}", option.name()));
        }
        hasher.finalize().to_hex().to_string()
    }
}
