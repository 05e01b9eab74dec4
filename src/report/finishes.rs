//! When the transfers of a replay finished: one file.

use std::path::{Path, PathBuf};
use std::{fs, io};

use csv::{Terminator, WriterBuilder};
use tempfile::NamedTempFile;

use super::folder::ReportError;
use crate::units::{Bytes, SimTime};

/// A file that will be there when all is written. Until then what was there stays.
#[derive(Debug)]
pub struct ClaimedFile {
    target: PathBuf,
    filling: NamedTempFile,
}

/// A transfer that was replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finish<'a> {
    /// Its id as it was given.
    pub id: &'a [u8],
    /// When it was asked for.
    pub start: SimTime,
    /// When it finished; [`SimTime::NEVER`] if it never can.
    pub finish: SimTime,
    /// How much it moved.
    pub bytes: Bytes,
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
        Ok(Self { target: target.to_path_buf(), filling })
    }

    /// Writes a row for each of `finishes` and puts the file in its place.
    ///
    /// # Errors
    /// If it cannot be written; then nothing has changed.
    pub fn write<'a>(self, finishes: impl Iterator<Item = Finish<'a>>) -> Result<(), ReportError> {
        self.write_with(|filling| {
            let mut out =
                WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(filling);
            out.write_record(["id", "start_s", "finish_s", "bytes", "mean_bps"])?;
            for finish in finishes {
                out.write_field(finish.id)?;
                for cell in finish.cells() {
                    out.write_field(cell)?;
                }
                out.write_record(None::<&[u8]>)?;
            }
            out.flush()
        })
    }

    /// Has `write` fill the file, and puts it in its place.
    pub(super) fn write_with(
        self,
        write: impl FnOnce(&mut fs::File) -> io::Result<()>,
    ) -> Result<(), ReportError> {
        let Self { target, mut filling } = self;
        write(filling.as_file_mut()).map_err(|cause| ReportError::at(&target, cause))?;
        let persisted = filling.persist(&target);
        persisted.map(|_| ()).map_err(|failed| ReportError::at(&target, failed.error))
    }
}

impl Finish<'_> {
    /// What stands behind the id. A transfer of no bytes has no mean rate to speak of: zero.
    fn cells(&self) -> [String; 4] {
        let Self { start, finish, bytes, .. } = *self;
        let (mut end, mut mean) = (String::new(), String::new());
        if finish != SimTime::NEVER {
            let nanos = u128::from(finish.since(start).as_nanos().max(1));
            let thousandths = u128::from(bytes.count()) * 8 * 1000 * u128::from(NANOS) / nanos;
            end = seconds(finish);
            mean = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
        }
        [seconds(start), end, bytes.count().to_string(), mean]
    }
}

/// Nanoseconds in a second.
const NANOS: u64 = 1_000_000_000;

/// Seconds with all nine decimals.
fn seconds(time: SimTime) -> String {
    format!("{}.{:09}", time.as_nanos() / NANOS, time.as_nanos() % NANOS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finish(start: u64, finish: u64, bytes: u64) -> Finish<'static> {
        let [start, finish] = [start, finish].map(SimTime::from_nanos);
        Finish { id: b"a", start, finish, bytes: Bytes::new(bytes) }
    }

    #[test]
    fn cells_have_all_their_digits() {
        let half = finish(1_500_000_000, 3_500_000_001, 1_000_000);
        assert_eq!(half.cells(), ["1.500000000", "3.500000001", "1000000", "3999999.998"]);
        assert_eq!(finish(7, u64::MAX, 5).cells(), ["0.000000007", "", "5", ""]);
        assert_eq!(finish(7, 7, 0).cells(), ["0.000000007", "0.000000007", "0", "0.000"]);
    }

    #[test]
    fn what_was_there_stays_until_all_is_written() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("folder/out.csv");
        ClaimedFile::claim(&target).unwrap().write(std::iter::once(finish(0, 8, 1))).unwrap();
        let before = fs::read(&target).unwrap();
        assert!(before.ends_with(b"a,0.000000000,0.000000008,1,1000000000.000\n"));
        drop(ClaimedFile::claim(&target).unwrap());
        assert_eq!(fs::read(&target).unwrap(), before);
        assert!(ClaimedFile::claim(place.path()).is_err());
        assert!(ClaimedFile::claim(&target.join("below")).is_err());
        assert_eq!(fs::read_dir(target.parent().unwrap()).unwrap().count(), 1);
    }
}
