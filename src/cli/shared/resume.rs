//! Checkpoints of interrupted experiments, and the verdict on thresholds.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::{Exit, failed};
use super::interruption::Interruption;
use super::results_folder::tell_unreadable;
use super::terminal::complain;
use crate::experiment::Judgement;
use crate::measure::run::RunMeasurements;
use crate::report::{
    self, AtomicDirectory, AtomicFile, Record, Results, checkpoint_folder, read_checkpoint,
    remove_checkpoint, write_checkpoint,
};

/// The arguments of commands that run an experiment.
#[derive(Debug, Args)]
pub(in crate::cli) struct Resume {
    /// Resumes an interrupted run of the same command from its checkpoint; without one it starts over.
    #[arg(long = "resume")]
    goes_on: bool,
    /// Writes the verdicts on the thresholds as JUnit XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Also writes GitHub workflow commands to stderr: one for each threshold that is broken or undecided.
    #[arg(long)]
    annotations: bool,
}

impl Resume {
    /// Whether it resumes.
    pub(in crate::cli) fn is_asked(&self) -> bool {
        self.goes_on
    }

    /// Whether broken thresholds become annotations of the scenario.
    pub(in crate::cli) fn annotates(&self) -> bool {
        self.annotations
    }

    /// The file for the verdicts on the thresholds, if requested.
    pub(in crate::cli) fn claim_junit(&self, results: &Path) -> Result<Option<AtomicFile>, Exit> {
        let Some(file) = &self.junit else { return Ok(None) };
        let [inner, outer] = [file, results].map(|path| std::path::absolute(path).ok());
        if let (Some(inner), Some(outer)) = (inner, outer)
            && inner.starts_with(outer)
        {
            complain(
                "error: --junit needs a file outside the results folder, which holds only results\n",
            );
            return Err(Exit::Usage);
        }
        if is_something_else(file) {
            complain(&format!(
                "error: --junit would overwrite {}, which is no XML: name another file\n",
                file.display()
            ));
            return Err(Exit::Usage);
        }
        AtomicFile::claim(file).map(Some).map_err(|error| failed(&error))
    }

    /// The finished runs, if requested. Whether a checkpoint could be written is checked now.
    pub(in crate::cli) fn take_up(
        &self,
        results: &Path,
        record: &Record,
    ) -> Result<Vec<RunMeasurements>, Exit> {
        let folder = checkpoint_folder(results);
        drop(AtomicDirectory::claim(&folder).map_err(|error| failed(&error))?);
        if !self.goes_on {
            return Ok(Vec::new());
        }
        read_checkpoint(&folder, record).map_err(|error| tell_unreadable(&error))
    }
}

/// The missing runs of an interrupted experiment.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Missing {
    /// The number of missing runs, at least.
    pub(in crate::cli) runs: usize,
    /// Whether a rule decides the total number.
    pub(in crate::cli) is_open: bool,
}

/// Saves the finished runs of an interrupted experiment, and prints how to resume.
pub(in crate::cli) fn keep(
    results: &Results<'_>,
    Missing { runs: missing, is_open }: Missing,
    target: &Path,
    interruption: &Interruption,
) -> Result<Exit, Exit> {
    let finished = results.runs.len();
    if finished == 0 {
        complain(
            "interrupted: no run was finished and nothing was saved; earlier results are unchanged\n",
        );
        return Ok(interruption.exit());
    }
    let folder = checkpoint_folder(target);
    write_checkpoint(results, missing, &folder).map_err(|error| failed(&error))?;
    complain(&format!(
        "interrupted: {finished} of {}{} runs are finished and saved in {}\n\
         to resume: repeat the command with --resume\n",
        if is_open { "at least " } else { "" },
        finished + missing,
        folder.display()
    ));
    Ok(interruption.exit())
}

/// Removes the checkpoint of an interrupted run: the results are complete. A failure is only reported.
pub(in crate::cli) fn forget(target: &Path) {
    if let Err(error) = remove_checkpoint(&checkpoint_folder(target)) {
        complain(&format!("note: {error}\n"));
    }
}

/// The exit code for the verdicts on the thresholds; printed on stderr unless `is_told` already.
pub(in crate::cli) fn judge(results: &Results<'_>, is_told: bool) -> Exit {
    let is_missed = results.judgements().iter().any(Judgement::fails);
    if is_missed && !is_told {
        complain(&report::verdicts(results));
    }
    if is_missed { Exit::NotMet } else { Exit::Done }
}

/// Whether a file exists that is no earlier list of verdicts, such as a scenario.
fn is_something_else(file: &Path) -> bool {
    let mut start = [0; 5];
    let read = File::open(file).and_then(|mut file| file.read(&mut start));
    read.is_ok_and(|count| count > 0 && start != *b"<?xml")
}
