//! Evaluates runs on all cores; runs in the store are not repeated.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::prelude::*;

use super::resolved_scenario::{ResolvedScenario, Run, RunId, Summary};
use crate::experiment::Experiment;
use crate::experiment::threads::{ThreadsError, pool};

/// A store of completed runs.
pub trait RunStore: Sync {
    /// Why a run cannot be stored.
    type Failure: Send;

    /// The outcome of a run, if known.
    fn recall(&self, id: &RunId) -> Option<Summary>;

    /// Stores the outcome of a run.
    ///
    /// # Errors
    /// If that is not possible; then the evaluation ends.
    fn keep(&self, id: &RunId, summary: &Summary) -> Result<(), Self::Failure>;
}

/// A store that keeps nothing.
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

/// The cases to evaluate.
#[derive(Debug)]
pub struct Evaluation<'a, M> {
    /// The cases; a run refers to one by its index.
    pub cases: &'a [ResolvedScenario],
    /// Seed of all random numbers. Replications differ in their random numbers, cases and options do not: these are
    /// common random numbers.
    pub seed: u64,
    /// The number of threads; 0: one for each core.
    pub threads: usize,
    /// The store of runs.
    pub memory: &'a M,
}

/// Why an evaluation ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum EvaluationError<F> {
    /// The threads could not be started.
    Threads(ThreadsError),
    /// The outcome of a run could not be stored.
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
    /// The outcome of each of `runs`, in their order; `None` for those that were not finished when `stop` was set.
    /// `tell` receives the number of outcomes known so far.
    ///
    /// # Errors
    /// If the threads cannot be started, or if a run cannot be stored.
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
        // One by one, so that work is divided by single runs and not by long rows of them.
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
            ensemble: &[],
            threads: 1,
        };
        let measured = experiment.run_one(0, run.option, run.replication, stop, &|_| {});
        let Some(summary) = measured.map(Summary::from) else { return Ok(None) };
        self.memory.keep(&id, &summary)?;
        Ok(Some(summary))
    }
}
