//! Runs one scenario under several options and replications.
//!
//! A run depends only on (scenario, seed, replication, option), and results are ordered by these, so the number of threads
//! does not change them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::run::Run;
use super::threads::{ThreadsError, pool};
use crate::measure::Recorder;
use crate::measure::run::{RunMeasurements, Value};
use crate::model::settings::TopologyOption;
use crate::random::Streams;
use crate::scenario::Scenario;
use crate::simulation::Simulation;
use crate::units::SimTime;

/// The number of replications of an option of which all measurements are kept; of the others only the metrics, so that
/// a hundred thousand fit into memory.
pub const DETAILED: u32 = 100;

/// The runs to execute.
#[derive(Debug)]
pub struct Experiment<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Plausible forms of the scenario, which replications use in turn, the same under every option; none: all use the
    /// scenario itself.
    pub ensemble: &'a [Scenario],
    /// The options, in the order of results.
    pub options: Vec<TopologyOption>,
    /// The number of replications of each, if no rule decides ([`super::Sampling`]).
    pub replications: u32,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Whether to keep a row for each agent.
    pub keeps_agents: bool,
    /// The number of threads; 0: one for each core.
    pub threads: usize,
}

/// The progress of one run.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The number of the run, from 0.
    pub run: usize,
    /// Its option.
    pub option: TopologyOption,
    /// Its replication, from 1.
    pub replication: u32,
    /// Simulated time.
    pub now: SimTime,
    /// Its end.
    pub end: SimTime,
    /// The number of agents.
    pub agents: u64,
    /// The number of agents that have every released content now.
    pub up_to_date: u64,
    /// Events handled so far.
    pub events: u64,
}

impl Progress {
    /// The progress of a run with `recorder`.
    pub(super) fn of(
        (run, option, replication): (usize, TopologyOption, u32),
        simulation: &Simulation<'_>,
        recorder: &Recorder,
        end: SimTime,
    ) -> Self {
        Self {
            run,
            option,
            replication,
            now: simulation.now(),
            end,
            agents: simulation.agents().len() as u64,
            up_to_date: recorder.up_to_date(),
            events: simulation.events(),
        }
    }

    /// The progress of a completed run.
    fn at_end(run: usize, measured: &RunMeasurements, end: SimTime) -> Self {
        let count = |metric| match measured.metrics.iter().find(|(at, _)| at.name == metric) {
            Some((_, Value::Count(count))) => *count,
            _ => 0,
        };
        Self {
            run,
            option: measured.option,
            replication: measured.replication,
            now: end,
            end,
            agents: count("agents"),
            up_to_date: count("agents_up_to_date"),
            events: measured.work.events,
        }
    }
}

impl<'a> Experiment<'a> {
    /// The scenario of a replication (from 1).
    pub fn scenario_of(&self, replication: u32) -> &'a Scenario {
        let turn = (replication.max(1) as usize - 1).checked_rem(self.ensemble.len());
        turn.map_or(self.scenario, |turn| &self.ensemble[turn])
    }
}

impl Experiment<'_> {
    /// All runs, ordered by option and then replication; `None` if `stop` was set before the end.
    ///
    /// # Errors
    /// If the threads cannot be started.
    pub fn run(
        &self,
        stop: &AtomicBool,
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Result<Option<Vec<RunMeasurements>>, ThreadsError> {
        let plan = self.plan();
        let runs = self.run_these(&plan, Vec::new(), stop, tell)?;
        Ok((runs.len() == plan.len()).then_some(runs))
    }

    /// The runs of these options and replications (from 1) that are finished when `stop` is set, or all, in their
    /// order; runs that are `done` already are reused.
    ///
    /// # Errors
    /// If the threads cannot be started.
    pub fn run_these(
        &self,
        plan: &[(TopologyOption, u32)],
        done: Vec<RunMeasurements>,
        stop: &AtomicBool,
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Result<Vec<RunMeasurements>, ThreadsError> {
        let pool = pool(self.threads)?;
        let mut done: BTreeMap<_, _> =
            done.into_iter().map(|run| ((run.option, run.replication), run)).collect();
        let plan: Vec<_> = plan.iter().map(|of| (*of, done.remove(of))).collect();
        let run = |(number, (of, done)): (usize, ((TopologyOption, u32), Option<_>))| match done {
            Some(run) => {
                let end = SimTime::START + self.scenario.duration;
                tell(Progress::at_end(number, &run, end));
                Some(run)
            }
            None => self.run_one(number, of.0, of.1, stop, tell),
        };
        let runs: Vec<_> = pool.install(|| plan.into_par_iter().enumerate().map(run).collect());
        Ok(runs.into_iter().flatten().collect())
    }

    /// The option and the replication of each run, in the order of results.
    pub fn plan(&self) -> Vec<(TopologyOption, u32)> {
        let replications = 1..=self.replications;
        let of = |option: &TopologyOption| {
            let option = *option;
            replications.clone().map(move |replication| (option, replication))
        };
        self.options.iter().flat_map(of).collect()
    }

    /// Executes one run on the calling thread: of `option`, with the draws of `replication` (from 1).
    pub fn run_on_this_thread(&self, option: TopologyOption, replication: u32) -> RunMeasurements {
        self.run_one(0, option, replication, &AtomicBool::new(false), &|_| {})
            .expect("nothing stops it")
    }

    pub(super) fn run_one(
        &self,
        run: usize,
        option: TopologyOption,
        replication: u32,
        stop: &AtomicBool,
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Option<RunMeasurements> {
        let mut measured = self.run_in_detail(run, option, replication, stop, tell)?;
        if replication > DETAILED {
            measured.keep_metrics_alone();
        }
        Some(measured)
    }

    /// The same with all measurements, whatever the replication.
    pub(super) fn run_in_detail(
        &self,
        run: usize,
        option: TopologyOption,
        replication: u32,
        stop: &AtomicBool,
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Option<RunMeasurements> {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let streams = Streams::new(self.seed, replication - 1);
        let scenario = self.scenario_of(replication);
        let drawn = scenario.sample(&streams);
        let mut observed = Run::new(scenario, &drawn, option, streams);
        let mut recorder = observed.recorder(self.keeps_agents);
        let end = SimTime::START + scenario.duration;
        observed.finish(&mut recorder, stop, |simulation, recorder| {
            tell(Progress::of((run, option, replication), simulation, recorder, end));
        })?;
        let mut measured = recorder.finish(&observed.simulation, &drawn.topology, replication);
        if replication > 1 {
            // The load of links over time is kept for the first run only; for all runs it would exceed memory.
            measured.links.iter_mut().for_each(|link| link.utilization_per_mille = Vec::new());
        }
        Some(measured)
    }
}
