//! Trials of a candidate: all on the same days, stopped as soon as it fails.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::search_space::Numbers;
use super::survival::Outage;
use super::target::Target;
use crate::experiment::{Experiment, intervals};
use crate::measure::run::{RunMeasurements, total_waits};
use crate::measure::waiting::Reason;
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
    /// The number of Update Agents at each place.
    pub numbers: Numbers,
    /// The number of days on which every target was met.
    pub met: u32,
    /// The number of simulated days.
    pub days: u32,
    /// For each target, the mean of its metric over these days; `None` if it was never reached on one of them.
    pub means: Vec<Option<f64>>,
    /// For each target, the number of days on which it was missed.
    pub missed: Vec<u32>,
    /// The mean over these days of the greatest excess over a target, relative to the target; zero on days on which all
    /// were met.
    pub excess: f64,
    /// Whether it was tried on fresh days, which the search had not used.
    pub fresh: bool,
    /// The mean cost of a year over these days, without outages; `None` without `[cost]`.
    pub cost: Option<f64>,
    /// The mean time until 95 % of the agents are protected over these days, without outages; `None` if it was never
    /// reached on one of them.
    pub protected: Option<f64>,
}

impl Probe {
    /// The share of its days on which every target was met.
    pub(super) fn share(&self) -> f64 {
        f64::from(self.met) / f64::from(self.days.max(1))
    }

    /// Whether this is closer to the targets than `other`: it failed only in the validation, met the targets on a greater
    /// share of days, or missed them by less.
    pub fn is_closer_than(&self, other: &Self) -> bool {
        let of = |it: &Self| [f64::from(u8::from(it.fresh)), it.share(), -it.excess];
        of(self).partial_cmp(&of(other)).is_some_and(std::cmp::Ordering::is_gt)
    }
}

/// One day of a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanDay {
    /// Its replication.
    pub number: u32,
    /// Whether every target was met.
    pub is_met: bool,
    /// The values of the targets; `None` if never reached.
    pub values: Vec<Option<f64>>,
    /// The part whose outage these values are for, if the plan must survive outages and one of them was worst.
    pub outage: Option<String>,
    /// What agents that were on waited for longest.
    pub cause: Option<LongestWait>,
}

/// The longest wait of a day, summed over agents that were on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LongestWait {
    /// The cause.
    pub reason: Reason,
    /// The source, or the direction of a link; empty if neither applies.
    pub place: String,
    /// Its agent-nanoseconds.
    pub agent_nanos: u128,
}

/// A candidate's days.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Whether it met the targets on the required number of days.
    pub passed: bool,
    /// Its result.
    pub probe: Probe,
    /// These days.
    pub days: Vec<PlanDay>,
    /// The run of each day: that of its worst outage, if the plan must survive outages.
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
    /// The least that the bandwidth of all links costs in a year on a day of the last trial.
    pub(super) bandwidth: Option<f64>,
    pub(super) probes: Vec<Probe>,
}

/// The candidate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'a> {
    pub(super) setting: usize,
    pub(super) rule: Option<&'static str>,
    pub(super) numbers: &'a Numbers,
    pub(super) scenario: &'a Scenario,
    /// Its plausible forms, which days use in turn.
    pub(super) ensemble: &'a [Scenario],
    /// The outages of which it must survive each.
    pub(super) outages: &'a [Outage],
}

/// The days, and how many of them may be missed.
#[derive(Clone, Debug)]
pub(super) struct Days {
    /// Replications.
    pub(super) range: Range<u32>,
    /// The number of days that may be missed before the trial ends.
    pub(super) misses: u32,
    /// Whether the search has not used them.
    pub(super) fresh: bool,
    /// Whether its runs count against the budget of the search.
    pub(super) is_limited: bool,
}

/// A day of a trial.
struct Tried {
    /// Without an outage: the cost of a year, and the time until 95 % are protected.
    cost: Option<f64>,
    protected: Option<f64>,
    /// Of the cost, that of the bandwidth of links.
    bandwidth: Option<f64>,
    /// The run with the greatest excess over a target, and the number of its outage.
    worst: RunMeasurements,
    outage: Option<usize>,
    /// The number of its runs.
    runs: u32,
}

impl Trials<'_> {
    /// Runs a candidate through `days`, until it has missed too many.
    pub(super) fn run(&mut self, candidate: Candidate<'_>, days: &Days) -> Result<Trial, Halt> {
        let Candidate { setting, rule, numbers, scenario, outages, .. } = candidate;
        let update_agents = u32::try_from(scenario.update_agents.len()).unwrap_or(u32::MAX);
        let all: Vec<u32> = days.range.clone().collect();
        let mut tried: Vec<Tried> = Vec::new();
        let mut first = None;
        for batch in all.chunks(BATCH) {
            let batch = self.batch(candidate, batch, (first, days.is_limited))?;
            // The outage that was fatal last is tried first on the next days.
            let mut fatal = batch.iter().rev().filter(|day| !is_met(self.targets, &day.worst));
            first = fatal.find_map(|day| day.outage).or(first);
            tried.extend(batch);
            if missed(self.targets, tried.iter().map(|day| &day.worst)) > days.misses {
                break;
            }
        }
        let all_missed = missed(self.targets, tried.iter().map(|day| &day.worst));
        let count = u32::try_from(tried.len()).expect("as many as days");
        let over = |of: fn(&Tried) -> Option<f64>| mean_of(tried.iter().map(of));
        let (cost, protected) = (over(|day| day.cost), over(|day| day.protected));
        let bandwidths = tried.iter().filter_map(|day| day.bandwidth);
        self.bandwidth = bandwidths.min_by(f64::total_cmp);
        let plan_days = tried.iter().map(|day| self.day(day, outages)).collect();
        let mut runs: Vec<RunMeasurements> = tried.into_iter().map(|day| day.worst).collect();
        if days.fresh {
            // Nothing is learned from fresh days, of which there may be many.
            runs.iter_mut().for_each(RunMeasurements::keep_metrics_alone);
        }
        let probe = Probe {
            setting,
            rule,
            update_agents,
            numbers: numbers.clone(),
            met: count - all_missed,
            days: count,
            means: self
                .targets
                .iter()
                .map(|target| mean_of(runs.iter().map(|run| target.value(run))))
                .collect(),
            missed: self
                .targets
                .iter()
                .map(|target| missed(std::slice::from_ref(target), &runs))
                .collect(),
            excess: self.excess(&runs),
            fresh: days.fresh,
            cost,
            protected,
        };
        (self.tell)(&probe);
        self.probes.push(probe.clone());
        let passed = all_missed <= days.misses;
        Ok(Trial { passed, probe, days: plan_days, runs })
    }

    fn batch(
        &mut self,
        candidate: Candidate<'_>,
        days: &[u32],
        (first, is_limited): (Option<usize>, bool),
    ) -> Result<Vec<Tried>, Halt> {
        let count = u32::try_from(days.len()).expect("a batch is small");
        if is_limited && self.used + count > self.budget {
            return Err(Halt::BudgetSpent);
        }
        let stop = self.stop;
        let this = &*self;
        let run = |day: &u32| this.try_day(candidate, *day, first);
        let tried: Option<Vec<Tried>> = self.pool.install(|| days.par_iter().map(run).collect());
        let tried = tried.filter(|_| !stop.load(Ordering::Relaxed)).ok_or(Halt::Interrupted)?;
        self.used += tried.iter().map(|day| day.runs).sum::<u32>();
        Ok(tried)
    }

    /// One day: without an outage, then with each, `first` before the others, until a target is missed.
    fn try_day(&self, candidate: Candidate<'_>, day: u32, first: Option<usize>) -> Option<Tried> {
        let whole = self.experiment(candidate.scenario, candidate.ensemble);
        let scenario = whole.scenario_of(day);
        let run = |scenario: &Scenario| {
            let experiment = self.experiment(scenario, &[]);
            experiment.run_in_detail(0, scenario.option, day, self.stop, &|_| {})
        };
        let base = run(scenario)?;
        let cost = candidate.scenario.cost.and_then(|_| base.value("cost_per_year"));
        let protected = base.value("protected_p95_s");
        let bandwidth = cost.and_then(|_| base.value("cost_per_year_bandwidth"));
        let mut tried = Tried { cost, protected, bandwidth, worst: base, outage: None, runs: 1 };
        let others = (0..candidate.outages.len()).filter(|number| Some(*number) != first);
        for number in first.into_iter().chain(others) {
            if !is_met(self.targets, &tried.worst) {
                break;
            }
            let with = run(&candidate.outages[number].of(scenario))?;
            tried.runs += 1;
            if self.worst_excess(&with) > self.worst_excess(&tried.worst) {
                (tried.worst, tried.outage) = (with, Some(number));
            }
        }
        Some(tried)
    }

    /// The runs of `scenario` and its plausible forms.
    fn experiment<'s>(&self, scenario: &'s Scenario, ensemble: &'s [Scenario]) -> Experiment<'s> {
        Experiment {
            scenario,
            ensemble,
            options: vec![scenario.option],
            replications: 1,
            seed: self.seed,
            keeps_agents: false,
            threads: 0,
        }
    }

    fn day(&self, day: &Tried, outages: &[Outage]) -> PlanDay {
        PlanDay {
            number: day.worst.replication,
            is_met: is_met(self.targets, &day.worst),
            values: self.targets.iter().map(|target| target.value(&day.worst)).collect(),
            outage: day.outage.map(|number| outages[number].part.clone()),
            cause: longest_wait(&day.worst),
        }
    }

    fn worst_excess(&self, run: &RunMeasurements) -> f64 {
        let excesses = self.targets.iter().map(|target| target.excess(run));
        excesses.fold(f64::NEG_INFINITY, f64::max)
    }

    /// The mean over runs of the greatest excess over a target, zero if all are met.
    fn excess(&self, runs: &[RunMeasurements]) -> f64 {
        let worst = |run: &RunMeasurements| self.worst_excess(run).clamp(0.0, NEVER);
        intervals::mean(&runs.iter().map(worst).collect::<Vec<_>>()).unwrap_or_default()
    }
}

fn is_met(targets: &[Target], run: &RunMeasurements) -> bool {
    targets.iter().all(|target| target.is_met_by(run))
}

/// The number of days on which a target was missed.
fn missed<'a>(targets: &[Target], runs: impl IntoIterator<Item = &'a RunMeasurements>) -> u32 {
    let missed = runs.into_iter().filter(|run| !is_met(targets, run));
    u32::try_from(missed.count()).expect("as many as days")
}

/// The mean; `None` if there are no values, or if one is `None`.
fn mean_of(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let values: Option<Vec<f64>> = values.collect();
    intervals::mean(&values?)
}

/// What agents that are on waited for longest in a run.
fn longest_wait(run: &RunMeasurements) -> Option<LongestWait> {
    let waits = total_waits(std::slice::from_ref(run)).into_iter();
    let of_agents_on = waits.filter(|((reason, _), _)| *reason != Reason::Off);
    let longest = of_agents_on.max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
    longest.map(|((reason, place), agent_nanos)| LongestWait {
        reason,
        place: place.into(),
        agent_nanos,
    })
}
