//! Evaluates runs on all cores; runs in the store are not repeated.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::prelude::*;

use super::resolved_scenario::{ResolvedScenario, Run, RunId, Summary};
use crate::experiment::Experiment;
use crate::experiment::threads::{ThreadsError, pool};

/// What was run before.
pub trait RunStore: Sync {
    /// Why something cannot be kept.
    type Failure: Send;

    /// What came of a run, if it is known.
    fn recall(&self, id: &RunId) -> Option<Summary>;

    /// Keeps what came of a run.
    ///
    /// # Errors
    /// If that is not possible; then the evaluation ends.
    fn keep(&self, id: &RunId, summary: &Summary) -> Result<(), Self::Failure>;
}

/// Remembers nothing.
#[derive(Clone, Copy, Debug)]
pub struct NoStore;

impl RunStore for NoStore {
    type Failure = std::convert::Infallible;

    fn recall(&self, _: &RunId) -> Option<Summary> {
        None
    }

    fn keep(&self, _: &RunId, _: &Summary) -> Result<(), Self::Failure> {
        Ok(())
    }
}

/// Cases to be run.
#[derive(Debug)]
pub struct Evaluation<'a, M> {
    /// The cases; a run names one by its place.
    pub cases: &'a [ResolvedScenario],
    /// Seed of all randomness. Replications differ in their random numbers, cases and options do not: these
    /// are common random numbers.
    pub seed: u64,
    /// Threads; 0: one for each core.
    pub threads: usize,
    /// What was run before, and where it is kept what is run now.
    pub memory: &'a M,
}

/// Why an evaluation ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum EvaluationError<F> {
    /// The threads could not be started.
    Threads(ThreadsError),
    /// What came of a run could not be kept.
    RunStore(F),
}

impl<F: fmt::Display> fmt::Display for EvaluationError<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Threads(cause) => write!(f, "{cause}"),
            Self::RunStore(cause) => write!(f, "{cause}"),
        }
    }
}

impl<F: fmt::Debug + fmt::Display> std::error::Error for EvaluationError<F> {}

impl<M: RunStore> Evaluation<'_, M> {
    /// What comes of each of `runs`, in their order; `None` for those that were not over when `stop`
    /// was raised. `tell` is told how many are known by now.
    ///
    /// # Errors
    /// If the threads cannot be started, or a run cannot be kept.
    pub fn run(
        &self,
        runs: &[Run],
        stop: &AtomicBool,
        tell: &(dyn Fn(usize) + Sync),
    ) -> Result<Vec<Option<Summary>>, EvaluationError<M::Failure>> {
        let pool = pool(self.threads);
        let pool = pool.map_err(EvaluationError::Threads)?;
        let known = AtomicUsize::new(0);
        let one = |run: &Run| {
            let summary = self.run_one(*run, stop)?;
            if summary.is_some() {
                tell(known.fetch_add(1, Ordering::Relaxed) + 1);
            }
            Ok(summary)
        };
        // One by one, so that what is taken from a thread is a run and not a long row of them.
        let all: Result<_, _> = pool.install(|| runs.par_iter().with_max_len(1).map(one).collect());
        all.map_err(EvaluationError::RunStore)
    }

    fn run_one(&self, run: Run, stop: &AtomicBool) -> Result<Option<Summary>, M::Failure> {
        let case = &self.cases[run.case];
        let id = case.run_id(run, self.seed);
        if let Some(summary) = self.memory.recall(&id) {
            return Ok(Some(summary));
        }
        let experiment = Experiment {
            scenario: &case.scenario,
            options: vec![run.option],
            replications: run.replication,
            seed: self.seed,
            keeps_agents: false,
            threads: 1,
        };
        let measured = experiment.run_one(0, run.option, run.replication, stop, &|_| {});
        let Some(summary) = measured.map(Summary::from) else { return Ok(None) };
        self.memory.keep(&id, &summary)?;
        Ok(Some(summary))
    }
}
