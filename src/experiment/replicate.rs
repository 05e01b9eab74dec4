//! Runs of one scenario under several options and replications.
//!
//! Every run depends on (scenario, seed, replication, option) alone, and results are kept by their
//! place, so the number of threads changes nothing but the time it takes.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::measure::run::RunMeasurements;
use crate::measure::{Places, Recorder};
use crate::model::settings::TopologyOption;
use crate::random::Streams;
use crate::scenario::{Drawn, Scenario};
use crate::simulation::Simulation;
use crate::units::SimTime;

/// What to run.
#[derive(Debug)]
pub struct Experiment<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The options, in the order of results.
    pub options: Vec<TopologyOption>,
    /// How many replications of each, where no rule decides ([`super::Sampling`]).
    pub replications: u32,
    /// Seed of all randomness.
    pub seed: u64,
    /// Whether to keep a row for each agent.
    pub keeps_agents: bool,
    /// Threads; 0: one for each core.
    pub threads: usize,
}

/// How far one run has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Which run, from 0.
    pub run: usize,
    /// Simulated time.
    pub now: SimTime,
    /// When it will end.
    pub end: SimTime,
}

impl Experiment<'_> {
    /// All runs, ordered by option and then replication; `None` if `stop` was raised before the
    /// last was done.
    ///
    /// # Errors
    /// If the threads cannot be started.
    pub fn run(
        &self,
        stop: &AtomicBool,
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Result<Option<Vec<RunMeasurements>>, rayon::ThreadPoolBuildError> {
        let of_option = |option: &TopologyOption| {
            let option = *option;
            (1..=self.replications).map(move |replication| (option, replication))
        };
        let plan: Vec<_> = self.options.iter().flat_map(of_option).collect();
        self.run_these(&plan, stop, tell)
    }

    /// The runs of these options and replications (from 1), in their order; `None` if `stop` was
    /// raised before the last was done.
    ///
    /// # Errors
    /// If the threads cannot be started.
    pub fn run_these(
        &self,
        plan: &[(TopologyOption, u32)],
        stop: &AtomicBool,
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Result<Option<Vec<RunMeasurements>>, rayon::ThreadPoolBuildError> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads).build()?;
        let run = |(number, (option, replication)): (usize, &(TopologyOption, u32))| {
            self.run_one(number, *option, *replication, stop, tell)
        };
        Ok(pool.install(|| plan.par_iter().enumerate().map(run).collect()))
    }

    /// How many runs there are.
    pub fn count(&self) -> usize {
        self.options.len() * self.replications as usize
    }

    pub(super) fn run_one(
        &self,
        run: usize,
        option: TopologyOption,
        replication: u32,
        stop: &AtomicBool,
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Option<RunMeasurements> {
        let streams = Streams::new(self.seed, replication - 1);
        let drawn = self.scenario.draw(&streams);
        let places = places(&drawn);
        let topology = &drawn.topology;
        let transport = self.scenario.transport;
        let mut simulation = Simulation::new(&drawn.company, topology, transport, option, streams);
        let every = self.scenario.sample_every;
        let mut recorder = Recorder::new(&simulation, topology, places, every, self.keeps_agents);
        let end = SimTime::START + self.scenario.duration;
        let mut now = SimTime::START;
        while now < end {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            now = now.saturating_add(every).min(end);
            simulation.run_until(now, &mut recorder);
            recorder.sample(&simulation);
            tell(Progress { run, now, end });
        }
        let mut measured = recorder.finish(&simulation, topology, replication);
        if replication > 1 {
            // The load of links over time is told of the first alone; of all it would fill the memory.
            measured.links.iter_mut().for_each(|link| link.utilization_per_mille = Vec::new());
        }
        Some(measured)
    }
}

/// Where the metrics are measured.
pub(super) fn places(drawn: &Drawn) -> Places {
    Places {
        wan: drawn.wan.clone(),
        server: Some(drawn.server_link),
        active_update: Some(drawn.active_update_link),
        update_agents: drawn.update_agent_links.clone(),
    }
}
