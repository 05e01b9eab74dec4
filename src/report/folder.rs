//! The results folder: claimed before the run, filled aside, put in place at the end.

use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use tempfile::TempDir;

/// The file that marks a folder as ours.
const MARK: &str = "manifest.json";

/// A results folder that will be there when the run is over. Until then what was there stays.
#[derive(Debug)]
pub struct ClaimedFolder {
    target: PathBuf,
    filling: TempDir,
}

/// Why a report could not be written.
#[derive(Debug)]
pub struct ReportError {
    /// The path in question.
    pub path: PathBuf,
    /// What went wrong with it.
    pub cause: String,
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot write {}: {}", self.path.display(), self.cause)
    }
}

impl std::error::Error for ReportError {}

impl ReportError {
    /// `cause` happened at `path`.
    pub fn at(path: &Path, cause: impl fmt::Display) -> Self {
        Self { path: path.to_path_buf(), cause: cause.to_string() }
    }
}

impl ClaimedFolder {
    /// Claims `target` for results, so that a path that cannot be written is known before the run.
    ///
    /// # Errors
    /// If `target` is a file, a folder with something else in it, or cannot be made.
    pub fn claim(target: &Path) -> Result<Self, ReportError> {
        if target.is_file() {
            return Err(ReportError::at(target, "there is a file of that name"));
        }
        let is_empty = |path| fs::read_dir(path).is_ok_and(|mut all| all.next().is_none());
        if target.is_dir() && !target.join(MARK).is_file() && !is_empty(target) {
            let cause = format!("the folder holds something else (it has no {MARK})");
            return Err(ReportError::at(target, cause));
        }
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(|cause| ReportError::at(parent, cause))?;
        let filling = tempfile::Builder::new()
            .prefix(".updraft-")
            .tempdir_in(parent)
            .map_err(|cause| ReportError::at(parent, cause))?;
        Ok(Self { target: target.to_path_buf(), filling })
    }

    /// Where the folder will be.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Writes a file of the folder.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), ReportError> {
        let path = self.filling.path().join(name);
        fs::write(&path, content).map_err(|cause| ReportError::at(&self.target.join(name), cause))
    }

    /// The files written so far with their contents, in the order of their names.
    ///
    /// # Errors
    /// If one cannot be read again.
    pub fn files(&self) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
        let fail = |cause: io::Error| ReportError::at(self.filling.path(), cause);
        let mut files = Vec::new();
        for entry in fs::read_dir(self.filling.path()).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            files.push((name, fs::read(entry.path()).map_err(fail)?));
        }
        files.sort();
        Ok(files)
    }

    /// Puts the filled folder in its place; an earlier one of ours gives way.
    ///
    /// # Errors
    /// If that fails; then the earlier one is still there.
    pub(super) fn put_in_place(self) -> Result<(), ReportError> {
        let Self { target, filling } = self;
        let fail = |cause: io::Error| ReportError::at(&target, cause);
        let filled = filling.keep();
        #[cfg(unix)]
        {
            // A temporary folder is its owner's alone; results are for everybody.
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&filled, fs::Permissions::from_mode(0o755)).map_err(fail)?;
        }
        let aside = filled.with_extension("old");
        let replaces = target.exists();
        if replaces {
            fs::rename(&target, &aside).map_err(fail)?;
        }
        if let Err(cause) = fs::rename(&filled, &target) {
            if replaces {
                fs::rename(&aside, &target).map_err(fail)?;
            }
            return Err(ReportError::at(&target, cause));
        }
        if replaces { fs::remove_dir_all(&aside).map_err(fail) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_something_else_is_not_touched() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("mine");
        fs::create_dir(&target).unwrap();
        fs::write(target.join("diary.txt"), "dear diary").unwrap();
        let error = ClaimedFolder::claim(&target).unwrap_err();
        assert!(error.to_string().contains("holds something else"), "{error}");
        assert!(ClaimedFolder::claim(&target.join("diary.txt")).is_err());
        assert_eq!(fs::read_to_string(target.join("diary.txt")).unwrap(), "dear diary");
    }

    #[test]
    fn an_abandoned_run_leaves_earlier_results_as_they_were() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("results");
        let first = ClaimedFolder::claim(&target).unwrap();
        first.write(MARK, b"1").unwrap();
        first.put_in_place().unwrap();
        let second = ClaimedFolder::claim(&target).unwrap();
        second.write(MARK, b"2").unwrap();
        drop(second);
        assert_eq!(fs::read(target.join(MARK)).unwrap(), b"1");
        let third = ClaimedFolder::claim(&target).unwrap();
        third.write(MARK, b"3").unwrap();
        third.put_in_place().unwrap();
        assert_eq!(fs::read(target.join(MARK)).unwrap(), b"3");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }
}
