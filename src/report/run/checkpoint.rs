//! Checkpoints: the finished runs of an interrupted experiment, stored beside the results folder as a folder of tables
//! only, which [`LoadedResults`] reads back.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::load::LoadedResults;
use super::results::{Record, Results};
use super::{manifest, tables};
use crate::measure::run::RunMeasurements;
use crate::report::atomic_directory::{AtomicDirectory, ReportError, restore};
use crate::report::load::ResultsLoadError;

/// The path of the checkpoint of an experiment whose results will be in `target`.
pub fn checkpoint_folder(target: &Path) -> PathBuf {
    let mut name = target.file_name().map(OsString::from).unwrap_or_default();
    name.push(".partial");
    target.with_file_name(name)
}

/// Stores `results`, in which `missing` runs are missing, in `folder`. An earlier checkpoint is replaced.
///
/// # Errors
/// If a file cannot be written; then nothing has changed.
pub fn write_checkpoint(
    results: &Results<'_>,
    missing: usize,
    folder: &Path,
) -> Result<(), ReportError> {
    let folder = AtomicDirectory::claim(folder)?;
    tables::write(results, &folder)?;
    manifest::write(results, missing, &folder)?;
    folder.put_in_place()
}

/// Removes the checkpoint in `folder`; other content is kept.
///
/// # Errors
/// If it has other content, or cannot be removed.
pub fn remove_checkpoint(folder: &Path) -> Result<(), ReportError> {
    if folder.exists() { AtomicDirectory::claim(folder)?.take_away() } else { Ok(()) }
}

/// The runs in the checkpoint in `folder` of the experiment of `record`; none without a checkpoint.
///
/// # Errors
/// If a file cannot be read or was changed, or if it is of another experiment.
pub fn read_checkpoint(
    folder: &Path,
    record: &Record,
) -> Result<Vec<RunMeasurements>, ResultsLoadError> {
    restore(folder);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let kept = LoadedResults::read_incomplete(folder)?;
    match kept.record().difference(record) {
        None => Ok(kept.into_runs()),
        Some(what) => Err(ResultsLoadError::Invalid(
            folder.into(),
            format!("it is of another experiment ({what}); remove it, or omit --resume"),
        )),
    }
}

impl Record {
    /// The difference between this record, of a checkpoint, and `asked`, if they are of different experiments.
    fn difference(&self, asked: &Self) -> Option<String> {
        let differ = |what: &str, kept: &dyn std::fmt::Display, asked: &dyn std::fmt::Display| {
            Some(format!("{what} {kept} there, {asked} here"))
        };
        if self.version != asked.version {
            return differ("updraft", &self.version, &asked.version);
        }
        if self.seed != asked.seed {
            return differ("seed", &self.seed, &asked.seed);
        }
        if self.scenario != asked.scenario {
            return Some("the scenario differs".into());
        }
        if self.ensemble != asked.ensemble {
            return Some("the ensemble differs".into());
        }
        if self.command != asked.command {
            return differ("the command is", &self.command.join(" "), &asked.command.join(" "));
        }
        None
    }
}
