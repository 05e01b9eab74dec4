//! One file that is written: filled aside, put in place when all of it is there.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::folder::ReportError;

/// A file that will be there when all is written. Until then what was there stays.
#[derive(Debug)]
pub struct ClaimedFile {
    target: PathBuf,
    filling: NamedTempFile,
    /// Whether a file of that name gives way.
    replaces: bool,
}

impl ClaimedFile {
    /// Claims `target`, so that a path that cannot be written is known before the work is done.
    ///
    /// # Errors
    /// If `target` is there and no file, or its folder cannot be written.
    pub fn claim(target: &Path) -> Result<Self, ReportError> {
        if target.exists() && !target.is_file() {
            return Err(ReportError::at(target, "it is there and not a file"));
        }
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(|cause| ReportError::at(parent, cause))?;
        let mut builder = tempfile::Builder::new();
        let _ = builder.prefix(".updraft-");
        #[cfg(unix)]
        {
            // A temporary file is its owner's alone; results are for whom the umask says.
            use std::os::unix::fs::PermissionsExt;
            let _ = builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let filling =
            builder.tempfile_in(parent).map_err(|cause| ReportError::at(parent, cause))?;
        Ok(Self { target: target.to_path_buf(), filling, replaces: true })
    }

    /// The same for a file that is not there yet, and is not replaced if somebody puts it there.
    ///
    /// # Errors
    /// If `target` is there, or its folder cannot be written.
    pub fn claim_new(target: &Path) -> Result<Self, ReportError> {
        if target.symlink_metadata().is_ok() {
            return Err(ReportError::at(target, "it is there already"));
        }
        Ok(Self { replaces: false, ..Self::claim(target)? })
    }

    /// Writes `text` and puts the file in its place.
    ///
    /// # Errors
    /// If it cannot be written; then nothing has changed.
    pub fn write_text(self, text: &str) -> Result<(), ReportError> {
        self.fill(|mut file| Ok(file.write_all(text.as_bytes())?))
    }

    /// Has the file filled and puts it in its place.
    pub(super) fn fill(
        self,
        write: impl FnOnce(&NamedTempFile) -> Result<(), Box<dyn std::error::Error>>,
    ) -> Result<(), ReportError> {
        let Self { target, filling, replaces } = self;
        write(&filling).map_err(|cause| ReportError::at(&target, cause))?;
        let persisted =
            if replaces { filling.persist(&target) } else { filling.persist_noclobber(&target) };
        persisted.map(|_| ()).map_err(|failed| ReportError::at(&target, failed.error))
    }
}
