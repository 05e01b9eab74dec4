//! A results folder of any kind, read back so that its plots and page can be drawn again.

use std::path::Path;

use super::atomic_directory::{AtomicDirectory, ReportError, restore};
use super::event_logs::{LogForm, take_logs_over};
use super::load::{Files, ResultsLoadError, read};
use super::manifest::{self, CALIBRATION, SENSITIVITY, SWEEP};
use super::plan::{plan_files, take_plan_over};
use super::run::{self, LoadedResults};
use super::sensitivity::{self, SensitivityResults, write_sensitivity};
use super::sweep::{self, SweepSummary};

/// A results folder as read.
#[derive(Debug)]
pub struct LoadedFolder(Kind);

/// The type of the folder.
#[derive(Debug)]
enum Kind {
    Runs(Box<LoadedResults>),
    Sweep(Box<SweepSummary>),
    Sensitivity(Box<SensitivityResults>),
}

impl LoadedFolder {
    /// Reads the results in `folder`.
    ///
    /// # Errors
    /// If a file cannot be read, was changed, or if runs are missing.
    pub fn read(folder: &Path) -> Result<Self, ResultsLoadError> {
        restore(folder);
        let path = folder.join(manifest::NAME);
        let manifest = read(&path)?;
        Ok(Self(match manifest::kind(&manifest).as_deref() {
            Some(SWEEP) => Kind::Sweep(Box::new(sweep::read(folder, &manifest)?)),
            Some(SENSITIVITY) => Kind::Sensitivity(Box::new(sensitivity::read(folder, &manifest)?)),
            // Its tables lack the runs that its page shows.
            Some(CALIBRATION) => {
                let cause = "this is the folder of a calibration, whose page only `calibrate` draws, from its logs: \
                             expected one that `run`, `compare`, `plan`, `sweep` or `sensitivity` wrote";
                return Err(ResultsLoadError::Invalid(path, cause.into()));
            }
            _ => {
                check_kept(folder, &manifest)?;
                Kind::Runs(Box::new(LoadedResults::read(folder)?))
            }
        }))
    }

    /// Makes the page of the results simulate in the browser.
    ///
    /// # Errors
    /// If this build cannot write such pages, or these results have none.
    pub fn make_live(&mut self) -> Result<(), String> {
        run::live_pages()?;
        match &mut self.0 {
            Kind::Runs(runs) => {
                runs.make_live();
                Ok(())
            }
            Kind::Sweep(_) | Kind::Sensitivity(_) => {
                Err("--live needs the results of `run`, `compare` or `plan`: one scenario".into())
            }
        }
    }

    /// Writes all files of the results, which were read `from` there, into `folder` and moves it into place.
    ///
    /// # Errors
    /// If a file cannot be written; then nothing has changed.
    pub fn write(&self, from: &Path, folder: AtomicDirectory) -> Result<(), ReportError> {
        match &self.0 {
            Kind::Runs(runs) => {
                take_plan_over(from, &folder)?;
                take_logs_over(from, &folder)?;
                run::write(&runs.results(), folder)
            }
            Kind::Sweep(sweep) => sweep::write(sweep, folder),
            Kind::Sensitivity(results) => write_sensitivity(results, folder),
        }
    }
}

/// Checks that the files which are kept when the results are drawn again are as they were written.
fn check_kept(folder: &Path, manifest: &[u8]) -> Result<(), ResultsLoadError> {
    // A manifest that cannot be read is reported with the results.
    let hashes = manifest::hashes(manifest).unwrap_or_default();
    let files = Files::new(folder, hashes);
    let logs = LogForm::ALL.map(|form| form.file().to_string());
    for name in plan_files().chain(logs).filter(|name| files.has(name)) {
        let _ = files.unchanged(&name)?;
    }
    Ok(())
}
