//! A file that is written completely or not at all.

use std::error::Error;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::atomic_directory::ReportError;

/// A file that is being written. Until it is complete, an earlier file remains in place.
#[derive(Debug)]
pub struct AtomicFile {
    target: PathBuf,
    filling: NamedTempFile,
    /// Whether an existing file is replaced.
    replaces: bool,
}

impl AtomicFile {
    /// Reserves `target`, so that a path that cannot be written is reported before the work.
    ///
    /// # Errors
    /// If `target` exists and is not a file, or if its folder cannot be written.
    pub fn claim(target: &Path) -> Result<Self, ReportError> {
        if target.exists() && !target.is_file() {
            return Err(ReportError::at(target, "it exists and is not a file"));
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
            // A temporary file is readable only by its owner; results get the permissions of the umask.
            use std::os::unix::fs::PermissionsExt;
            let _ = builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let filling =
            builder.tempfile_in(parent).map_err(|cause| ReportError::at(parent, cause))?;
        Ok(Self { target: target.to_path_buf(), filling, replaces: true })
    }

    /// The same for a new file, which does not replace one that appears in the meantime.
    ///
    /// # Errors
    /// If `target` exists, or if its folder cannot be written.
    pub fn claim_new(target: &Path) -> Result<Self, ReportError> {
        if target.symlink_metadata().is_ok() {
            return Err(ReportError::at(target, "it already exists"));
        }
        Ok(Self { replaces: false, ..Self::claim(target)? })
    }

    /// Writes `content` and renames the file into place.
    ///
    /// # Errors
    /// If it cannot be written; then nothing has changed.
    pub fn fill(self, content: &[u8]) -> Result<(), ReportError> {
        self.write(|file| Ok(file.write_all(content)?))
    }

    /// Lets `fill` write the content and renames the file into place.
    ///
    /// # Errors
    /// If it cannot be written; then nothing has changed.
    pub fn write(
        self,
        fill: impl FnOnce(&mut &File) -> Result<(), Box<dyn Error>>,
    ) -> Result<(), ReportError> {
        let Self { target, filling, replaces } = self;
        fill(&mut filling.as_file()).map_err(|cause| ReportError::at(&target, cause))?;
        let persisted =
            if replaces { filling.persist(&target) } else { filling.persist_noclobber(&target) };
        persisted.map(|_| ()).map_err(|failed| ReportError::at(&target, failed.error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_results_stay_until_all_is_written() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("folder/out.csv");
        let claim = || AtomicFile::claim(&target).unwrap();
        claim().write(|out| Ok(out.write_all(b"whole")?)).unwrap();
        drop(claim());
        let failed = claim().write(|out| {
            out.write_all(b"half")?;
            Err("the disk is full".into())
        });
        assert!(failed.unwrap_err().to_string().contains("the disk is full"));
        assert_eq!(fs::read(&target).unwrap(), b"whole");
        assert!(AtomicFile::claim(place.path()).is_err());
        assert!(AtomicFile::claim(&target.join("below")).is_err());
        assert_eq!(fs::read_dir(target.parent().unwrap()).unwrap().count(), 1);
    }
}
