//! Batches of runs on this machine, with the run cache.

use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::{Exit, failed};
use super::interruption::Interruption;
use super::progress::CountProgress;
use super::terminal::{Terminal, complain};
use super::threads::Threads;
use crate::answer::quantities::counted;
use crate::experiment::sweep::{
    Evaluation, EvaluationError, NoStore, ResolvedScenario, Run, RunStore, Summary,
};
use crate::report::{CACHE, CacheError, RunCache};

/// The options of the runs.
#[derive(Debug, Args)]
pub(in crate::cli) struct BatchArguments {
    /// Resumes an interrupted command, and prints how many runs are cached.
    #[arg(long, conflicts_with = "no_cache")]
    resume: bool,
    /// Does not use the run cache.
    #[arg(long, conflicts_with = "cache")]
    no_cache: bool,
    /// The run cache; by default .cache in the results folder.
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// The number of threads.
    #[command(flatten)]
    threads: Threads,
}

/// The outcomes of the runs, and the number of cached ones.
pub(in crate::cli) struct BatchOutcome {
    pub(in crate::cli) summaries: Vec<Summary>,
    pub(in crate::cli) recalled: usize,
}

/// "9 runs, 3 of them cached".
pub(in crate::cli) fn runs_told(runs: usize, recalled: usize) -> String {
    let known = if recalled > 0 { format!(", {recalled} of them cached") } else { String::new() };
    format!("{}{known}", counted(runs, "run"))
}

impl BatchArguments {
    /// The number of concurrent runs.
    pub(in crate::cli) fn at_once(&self) -> usize {
        self.threads.count()
    }

    /// Executes the runs that are not cached; `folder` is the results folder.
    ///
    /// # Errors
    /// The exit code, after the problem was reported.
    pub(in crate::cli) fn evaluate(
        &self,
        cases: &[ResolvedScenario],
        runs: &[Run],
        seed: u64,
        folder: &Path,
        terminal: Terminal,
    ) -> Result<BatchOutcome, Exit> {
        let threads = self.threads.asked();
        if self.no_cache {
            let evaluation = Evaluation { cases, seed, threads, memory: &NoStore };
            return self.evaluate_with(&evaluation, runs, terminal);
        }
        let place = self.cache.clone().unwrap_or_else(|| folder.join(CACHE));
        let cache = RunCache::open(&place).map_err(|error| refuse(&error))?;
        let evaluation = Evaluation { cases, seed, threads, memory: &cache };
        self.evaluate_with(&evaluation, runs, terminal)
    }

    fn evaluate_with<M: RunStore<Failure: std::fmt::Display>>(
        &self,
        evaluation: &Evaluation<'_, M>,
        runs: &[Run],
        terminal: Terminal,
    ) -> Result<BatchOutcome, Exit> {
        let id = |run: &Run| evaluation.cases[run.case].run_id(*run, evaluation.seed);
        let is_known = |run: &&Run| evaluation.memory.recall(&id(run)).is_some();
        let recalled = runs.iter().filter(is_known).count();
        if self.resume && !terminal.quiet {
            complain(&format!("{recalled} of {} runs are cached\n", runs.len()));
        }
        let interruption = Interruption::watch();
        let progress = CountProgress::new(runs.len(), "runs", terminal.shown_progress());
        let found = evaluation.run(runs, interruption.flag(), &|known| progress.show(known));
        progress.finish();
        let found = found.map_err(|error| match error {
            EvaluationError::Threads(cause) => failed(&cause),
            EvaluationError::RunStore(cause) => failed(&cause),
        })?;
        let known = found.iter().flatten().count();
        if known < runs.len() {
            let kept = if self.no_cache {
                "none is cached (--no-cache)"
            } else {
                "they are cached: repeat the command to resume"
            };
            complain(&format!(
                "interrupted: {known} of {} runs are finished; {kept}. Earlier results are unchanged\n",
                runs.len()
            ));
            return Err(interruption.exit());
        }
        Ok(BatchOutcome { summaries: found.into_iter().flatten().collect(), recalled })
    }
}

fn refuse(error: &CacheError) -> Exit {
    complain(&format!("error: {error}\n"));
    match error {
        CacheError::Failed(..) => Exit::Failed,
        CacheError::Damaged(..) => Exit::Invalid,
    }
}
