//! Trials of a candidate: the same days for all, stopped as soon as it fails.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::target::Target;
use crate::experiment::{Experiment, intervals};
use crate::measure::run::RunMeasurements;
use crate::scenario::Scenario;

/// So many days are simulated before it is looked whether a candidate has failed already. It is no
/// number of threads: what is simulated must not depend on these.
const BATCH: usize = 4;

/// What never occurred, and should have soon, is taken to be beyond its limit by so many times it.
const NEVER: f64 = 1e6;

/// Why a search ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// Somebody stopped it.
    Interrupted,
    /// All runs that it may take are used.
    BudgetSpent,
}

/// What became of one candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// Which setting of the levers, by its number.
    pub setting: usize,
    /// The rule of thumb that was followed, if one was.
    pub rule: Option<&'static str>,
    /// How many Update Agents.
    pub update_agents: u32,
    /// Days on which every target was met.
    pub met: u32,
    /// Days that were simulated.
    pub days: u32,
    /// For each target, the mean of its metric over these days; `None` where it never occurred
    /// on some.
    pub means: Vec<Option<f64>>,
    /// For each target, the days on which it was missed.
    pub missed: Vec<u32>,
    /// Whether it was tried on fresh days, which the search had not seen.
    pub fresh: bool,
}

/// A candidate's days.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Whether it met the targets on as many days as it had to.
    pub passed: bool,
    /// What became of it.
    pub probe: Probe,
    /// The mean over these days of how far it was beyond the target that it missed by most; nothing on
    /// those on which it met all.
    pub excess: f64,
    /// These days.
    pub runs: Vec<RunMeasurements>,
}

/// Who lets candidates run, and keeps the record.
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

/// What is tried.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'a> {
    pub(super) setting: usize,
    pub(super) rule: Option<&'static str>,
    pub(super) scenario: &'a Scenario,
}

/// Which days, and how many of them may be missed.
#[derive(Clone, Debug)]
pub(super) struct Days {
    /// Replications.
    pub(super) range: Range<u32>,
    /// Days that may be missed.
    pub(super) misses: u32,
    /// Whether the search has not seen them.
    pub(super) fresh: bool,
}

impl Trials<'_> {
    /// Lets a candidate run through `days`, until it has missed too many.
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
        // The proof is not cut short by a search that took long.
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

    /// The mean over runs of the greatest excess over a target, nothing where all are met.
    fn excess(&self, runs: &[RunMeasurements]) -> f64 {
        let worst = |run: &RunMeasurements| {
            let excesses = self.targets.iter().map(|target| target.excess(run));
            excesses.fold(0.0, f64::max).min(NEVER)
        };
        intervals::mean(&runs.iter().map(worst).collect::<Vec<_>>()).unwrap_or_default()
    }
}

/// On how many days one of the targets was missed.
fn missed(targets: &[Target], runs: &[RunMeasurements]) -> u32 {
    let missed = runs.iter().filter(|run| !targets.iter().all(|target| target.is_met_by(run)));
    u32::try_from(missed.count()).expect("as many as days")
}

fn mean_value(target: &Target, runs: &[RunMeasurements]) -> Option<f64> {
    let values: Option<Vec<f64>> = runs.iter().map(|run| target.value(run)).collect();
    intervals::mean(&values?)
}
