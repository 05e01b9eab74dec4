//! Atomic results folder: locked before the run, written to a temporary directory, renamed into place.
//!
//! While a run holds the folder `NAME`, a temporary directory `.updraft-NAME` is beside it, with a lock that the system
//! releases when the process ends. Its `new` receives the new results; its `old` holds earlier results while they are
//! replaced. If the system supports it (`renameat2`), one call exchanges both. If a run is killed, the next command
//! that reads or writes the folder restores it. The run cache inside the folder survives a replacement.

use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use super::manifest;
use super::run_cache::{self, CACHE};

/// A results folder that is being written. Until it is complete, earlier results remain in place.
#[derive(Debug)]
pub struct AtomicDirectory {
    /// The path as given.
    target: PathBuf,
    /// The path with symbolic links resolved.
    place: PathBuf,
    /// The temporary directory `.updraft-NAME` beside it.
    aside: PathBuf,
    /// The lock, held as long as the folder is claimed.
    _lock: File,
}

/// Why a report could not be written.
#[derive(Debug)]
pub struct ReportError {
    /// The path in question.
    pub path: PathBuf,
    /// The cause.
    pub cause: String,
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot write {}: {}", self.path.display(), self.cause)
    }
}

impl std::error::Error for ReportError {}

impl ReportError {
    /// The error `cause` at `path`.
    pub fn at(path: &Path, cause: impl fmt::Display) -> Self {
        Self { path: path.to_path_buf(), cause: cause.to_string() }
    }
}

impl AtomicDirectory {
    /// Locks `target` for results, so that a path that cannot be written is reported before the run.
    ///
    /// # Errors
    /// If `target` is a file, a folder with other content, has no name, cannot be created, or is locked by another
    /// process.
    pub fn claim(target: &Path) -> Result<Self, ReportError> {
        let fail = |cause: &dyn fmt::Display| ReportError::at(target, cause);
        let place = if target.is_symlink() {
            fs::canonicalize(target).map_err(|cause| fail(&format!("a broken link: {cause}")))?
        } else {
            target.to_path_buf()
        };
        let Some(name) = place.file_name() else {
            return Err(fail(&"a results folder needs a name"));
        };
        let parent = match place.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(|cause| ReportError::at(parent, cause))?;
        let aside = parent.join(hidden(name));
        let lock = lock(&aside).map_err(|cause| fail(&cause))?;
        let claimed = Self { target: target.into(), place, aside, _lock: lock };
        claimed.prepare().map_err(|cause| fail(&cause))?;
        Ok(claimed)
    }

    /// Cleans up after a killed run, checks the present content, and creates the folder to fill.
    fn prepare(&self) -> Result<(), String> {
        let said = |cause: io::Error| cause.to_string();
        let (new, old) = (self.aside.join("new"), self.aside.join("old"));
        if old.is_dir() && !self.place.exists() {
            // The process was killed between moving the old results away and moving the new ones into place.
            fs::rename(&old, &self.place).map_err(said)?;
        }
        self.keep_cache().map_err(said)?;
        for left in [&new, &old] {
            if left.exists() {
                fs::remove_dir_all(left).map_err(said)?;
            }
        }
        holds_results_alone(&self.place)?;
        fs::create_dir(&new).map_err(said)
    }

    /// The final path of the folder.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Writes a file of the folder.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), ReportError> {
        let path = self.aside.join("new").join(name);
        if let Some(parent) = path.parent() {
            match fs::create_dir(parent) {
                Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(ReportError::at(&self.target.join(name), cause));
                }
                _ => {}
            }
        }
        fs::write(&path, content).map_err(|cause| ReportError::at(&self.target.join(name), cause))
    }

    /// The files written so far with their contents, ordered by name.
    ///
    /// # Errors
    /// If one cannot be read again.
    pub fn files(&self) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
        let fail = |cause: io::Error| ReportError::at(&self.target, cause);
        let new = self.aside.join("new");
        let mut files = Vec::new();
        for name in names_in(&new).map_err(fail)? {
            let content = fs::read(new.join(&name)).map_err(fail)?;
            files.push((name, content));
        }
        files.sort();
        Ok(files)
    }

    /// Moves the filled folder into place; earlier results are replaced, atomically if the system can exchange two
    /// folders.
    ///
    /// # Errors
    /// If that fails; then the earlier folder is still in place.
    pub(super) fn put_in_place(self) -> Result<(), ReportError> {
        let fail = |cause: io::Error| ReportError::at(&self.target, cause);
        let new = self.aside.join("new");
        if !self.place.exists() {
            return fs::rename(&new, &self.place).map_err(fail);
        }
        // Something may have been put there during the run.
        holds_results_alone(&self.place).map_err(|cause| ReportError::at(&self.target, cause))?;
        if exchange(&new, &self.place).is_err() {
            self.put_one_after_the_other().map_err(fail)?;
        }
        self.keep_cache().map_err(fail)
    }

    /// Moves the filled folder into place of the earlier one if the two cannot be exchanged. If the process is killed
    /// in between, [`restore`] moves `old` back.
    fn put_one_after_the_other(&self) -> io::Result<()> {
        let (new, old) = (self.aside.join("new"), self.aside.join("old"));
        fs::rename(&self.place, &old)?;
        fs::rename(&new, &self.place).or_else(|cause| {
            fs::rename(&old, &self.place)?;
            Err(cause)
        })
    }

    /// Moves the run cache from the results that are replaced.
    fn keep_cache(&self) -> io::Result<()> {
        let kept = self.place.join(CACHE);
        for out in ["old", "new"].map(|folder| self.aside.join(folder).join(CACHE)) {
            if out.exists() && !kept.exists() && self.place.exists() {
                fs::rename(out, &kept)?;
            }
        }
        Ok(())
    }
}

impl AtomicDirectory {
    /// Removes the results.
    ///
    /// # Errors
    /// If they cannot be removed.
    pub(super) fn take_away(self) -> Result<(), ReportError> {
        // If the process is killed now, they remain complete, or the next claim removes them.
        let gone = self.aside.join("new").join("gone");
        fs::rename(&self.place, gone).map_err(|cause| ReportError::at(&self.target, cause))
    }
}

impl Drop for AtomicDirectory {
    /// Removes the temporary directory. If that fails, the next run cleans up.
    fn drop(&mut self) {
        let holds_the_only_results = self.aside.join("old").exists() && !self.place.exists();
        if !holds_the_only_results {
            let _ = fs::remove_dir_all(&self.aside);
        }
    }
}

/// The name of the temporary directory for the results folder `name`.
fn hidden(name: &OsStr) -> OsString {
    let mut hidden = OsString::from(".updraft-");
    hidden.push(name);
    hidden
}

/// The last character of a name of [`names_in`] that is no file's name, so that no manifest lists it.
const OTHER: char = '/';

/// The files in a results folder, those in its subfolders as `folder/file`, except the run cache. Empty folders and
/// folders within a subfolder belong to no results: their names end with [`OTHER`].
fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    let name = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() == CACHE && run_cache::is_ours(&entry.path()) {
            continue;
        }
        if !entry.file_type()?.is_dir() {
            names.push(name(&entry));
            continue;
        }
        let inner: Vec<String> = fs::read_dir(entry.path())?
            .map(|inner| {
                let inner = inner?;
                let written = format!("{}/{}", name(&entry), name(&inner));
                Ok(if inner.file_type()?.is_dir() { format!("{written}{OTHER}") } else { written })
            })
            .collect::<io::Result<_>>()?;
        if inner.is_empty() {
            names.push(format!("{}{OTHER}", name(&entry)));
        }
        names.extend(inner);
    }
    Ok(names)
}

/// Whether `target` may be replaced: it does not exist, or contains only earlier results.
fn holds_results_alone(target: &Path) -> Result<(), String> {
    if !target.exists() {
        return Ok(());
    }
    if !target.is_dir() {
        return Err("a file with that name exists".into());
    }
    let names = names_in(target).map_err(|cause| cause.to_string())?;
    if names.is_empty() {
        return Ok(());
    }
    let manifest = fs::read(target.join(manifest::NAME)).ok();
    let Some(ours) = manifest.as_deref().and_then(manifest::files) else {
        let name = manifest::NAME;
        return Err(format!("the folder has other content (it has no {name} of updraft)"));
    };
    match names.into_iter().find(|name| name.ends_with(OTHER) || !ours.contains(name)) {
        Some(other) => Err(format!("the folder has other content: {other}; move it away first")),
        None => Ok(()),
    }
}

/// Moves results back that a killed run had moved away and not yet replaced, if necessary.
pub(super) fn restore(target: &Path) {
    let aside = target.file_name().map(|name| target.with_file_name(hidden(name)));
    let taken_away = aside.is_some_and(|aside| aside.join("old").is_dir());
    if taken_away && !target.exists() {
        // Locking cleans up; a concurrent claim does the same.
        let _ = AtomicDirectory::claim(target);
    }
}

/// Exchanges two folders atomically.
#[cfg(unix)]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

/// Exchanges two folders atomically, which is not supported here.
#[cfg(not(unix))]
fn exchange(_a: &Path, _b: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Locks the folder `aside`, which is created if necessary.
fn lock(aside: &Path) -> Result<File, String> {
    let path = aside.join("lock");
    loop {
        match fs::create_dir(aside) {
            Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => {
                return Err(cause.to_string());
            }
            _ => {}
        }
        if !aside.symlink_metadata().is_ok_and(|found| found.is_dir()) {
            return Err(format!("{} is in the way", aside.display()));
        }
        let file = match OpenOptions::new().create(true).append(true).open(&path) {
            // The previous holder has just removed its folder.
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => continue,
            other => other.map_err(|cause| cause.to_string())?,
        };
        match file.try_lock() {
            Ok(()) if is_at(&file, &path) => return Ok(file),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err("another updraft process is writing it".into());
            }
            Err(TryLockError::Error(cause)) => return Err(cause.to_string()),
        }
    }
}

/// Whether `file` is still the one at `path`, and was not removed before it was locked.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same = |a: &fs::Metadata, b: &fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
    matches!((file.metadata(), path.metadata()), (Ok(a), Ok(b)) if same(&a, &b))
}

/// On other systems an open file cannot be removed.
#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests;
