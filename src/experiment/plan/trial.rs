//! Trials of a candidate: all on the same days, stopped as soon as it fails.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::target::Target;
use crate::experiment::{Experiment, intervals};
use crate::measure::run::RunMeasurements;
use crate::scenario::Scenario;

/// The number of days simulated between checks whether a candidate has failed. It is independent of the number of
/// threads, because the simulated days must not depend on that.
const BATCH: usize = 4;

/// The relative excess assigned to a metric that was never reached but needed to be.
const NEVER: f64 = 1e6;

/// Why a search ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// It was stopped.
    Interrupted,
    /// The budget of runs is used up.
    BudgetSpent,
}

/// The result of one candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// The setting of the levers, by its number.
    pub setting: usize,
    /// The rule of thumb, if it was one.
    pub rule: Option<&'static str>,
    /// The number of Update Agents.
    pub update_agents: u32,
    /// The number of days on which every target was met.
    pub met: u32,
    /// The number of simulated days.
    pub days: u32,
    /// For each target, the mean of its metric over these days; `None` if it was never reached on one of them.
    pub means: Vec<Option<f64>>,
    /// For each target, the number of days on which it was missed.
    pub missed: Vec<u32>,
    /// Whether it was tried on fresh days, which the search had not used.
    pub fresh: bool,
}

/// A candidate's days.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Whether it met the targets on the required number of days.
    pub passed: bool,
    /// Its result.
    pub probe: Probe,
    /// The mean over these days of its greatest excess over a target; zero on days on which it met all.
    pub excess: f64,
    /// These days.
    pub runs: Vec<RunMeasurements>,
}

/// Runs candidates, and records the results.
pub(super) struct Trials<'a> {
    pub(super) targets: &'a [Target],
    pub(super) seed: u64,
    pub(super) budget: u32,
    pub(super) stop: &'a AtomicBool,
    pub(super) tell: &'a (dyn Fn(&Probe) + Sync),
    pub(super) pool: rayon::ThreadPool,
    pub(super) used: u32,
    pub(super) probes: Vec<Probe>,
}

/// The candidate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'a> {
    pub(super) setting: usize,
    pub(super) rule: Option<&'static str>,
    pub(super) scenario: &'a Scenario,
}

/// The days, and how many of them may be missed.
#[derive(Clone, Debug)]
pub(super) struct Days {
    /// Replications.
    pub(super) range: Range<u32>,
    /// The number of days that may be missed.
    pub(super) misses: u32,
    /// Whether the search has not used them.
    pub(super) fresh: bool,
}

impl Trials<'_> {
    /// Runs a candidate through `days`, until it has missed too many.
    pub(super) fn run(&mut self, candidate: Candidate<'_>, days: &Days) -> Result<Trial, Halt> {
        let Candidate { setting, rule, scenario } = candidate;
        let update_agents = u32::try_from(scenario.update_agents.len()).unwrap_or(u32::MAX);
        let all: Vec<u32> = days.range.clone().collect();
        let mut runs: Vec<RunMeasurements> = Vec::new();
        for batch in all.chunks(BATCH) {
            runs.extend(self.batch(scenario, batch, days.fresh)?);
            if missed(self.targets, &runs) > days.misses {
                break;
            }
        }
        let all_missed = missed(self.targets, &runs);
        let count = u32::try_from(runs.len()).expect("as many as days");
        let probe = Probe {
            setting,
            rule,
            update_agents,
            met: count - all_missed,
            days: count,
            means: self.targets.iter().map(|target| mean_value(target, &runs)).collect(),
            missed: self
                .targets
                .iter()
                .map(|target| missed(std::slice::from_ref(target), &runs))
                .collect(),
            fresh: days.fresh,
        };
        (self.tell)(&probe);
        self.probes.push(probe.clone());
        let passed = all_missed <= days.misses;
        Ok(Trial { passed, probe, excess: self.excess(&runs), runs })
    }

    fn batch(
        &mut self,
        scenario: &Scenario,
        days: &[u32],
        fresh: bool,
    ) -> Result<Vec<RunMeasurements>, Halt> {
        let count = u32::try_from(days.len()).expect("a batch is small");
        // The budget of the search does not limit the validation.
        if !fresh && self.used + count > self.budget {
            return Err(Halt::BudgetSpent);
        }
        self.used += count;
        let experiment = Experiment {
            scenario,
            options: vec![scenario.option],
            replications: 1,
            seed: self.seed,
            keeps_agents: false,
            threads: 0,
        };
        let stop = self.stop;
        let run = |day: &u32| experiment.run_one(0, scenario.option, *day, stop, &|_| {});
        let runs: Option<Vec<_>> = self.pool.install(|| days.par_iter().map(run).collect());
        runs.filter(|_| !stop.load(Ordering::Relaxed)).ok_or(Halt::Interrupted)
    }

    /// The mean over runs of the greatest excess over a target, zero if all are met.
    fn excess(&self, runs: &[RunMeasurements]) -> f64 {
        let worst = |run: &RunMeasurements| {
            let excesses = self.targets.iter().map(|target| target.excess(run));
            excesses.fold(0.0, f64::max).min(NEVER)
        };
        intervals::mean(&runs.iter().map(worst).collect::<Vec<_>>()).unwrap_or_default()
    }
}

/// The number of days on which a target was missed.
fn missed(targets: &[Target], runs: &[RunMeasurements]) -> u32 {
    let missed = runs.iter().filter(|run| !targets.iter().all(|target| target.is_met_by(run)));
    u32::try_from(missed.count()).expect("as many as days")
}

fn mean_value(target: &Target, runs: &[RunMeasurements]) -> Option<f64> {
    let values: Option<Vec<f64>> = runs.iter().map(|run| target.value(run)).collect();
    intervals::mean(&values?)
}
