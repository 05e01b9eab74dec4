//! The run cache on disk: a folder of segments, each written by one process, one line for each run.
//!
//! A line is written before its run counts as done, so a killed process loses no finished run. A damaged line is an
//! error, and nothing is run. One exception: an incomplete last line of a segment whose writer was killed is dropped.

mod record;

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{fmt, fs};

pub(super) use record::{line, of_line, read_run, write_run};

use crate::experiment::sweep::{RunId, RunStore, Summary};

/// The name of a cache in its results folder.
pub const CACHE: &str = ".cache";
/// The file by which backup programs recognise a cache (bford.info/cachedir), and updraft recognises its own.
const TAG: &str = "CACHEDIR.TAG";
const TAG_TEXT: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
                        # Runs that updraft need not simulate again. This folder may be removed.\n";
/// The first line of a segment.
const HEADER: &str = "updraft runs 1\n";

/// Runs that need not be repeated.
#[derive(Debug)]
pub struct RunCache {
    folder: PathBuf,
    known: BTreeMap<RunId, Summary>,
    segment: Mutex<Option<Segment>>,
}

/// The segment that this process writes.
#[derive(Debug)]
struct Segment {
    path: PathBuf,
    file: File,
    length: u64,
}

/// Why a cache cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum CacheError {
    /// A file could not be read or written.
    Failed(PathBuf, io::Error),
    /// A file was not written by updraft in this form.
    Damaged(PathBuf, String),
}

impl fmt::Display for CacheError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(path, cause) => write!(f, "{}: {cause}", path.display()),
            Self::Damaged(path, cause) => write!(
                f,
                "{}: {cause}; nothing was simulated: remove this file to simulate its \
                 runs again, or disable the cache with --no-cache",
                path.display()
            ),
        }
    }
}

impl std::error::Error for CacheError {}

impl RunCache {
    /// Opens the cache in `folder`, which is created if necessary.
    ///
    /// # Errors
    /// If it cannot be read or created, or has content that updraft did not write.
    pub fn open(folder: &Path) -> Result<Self, CacheError> {
        let fail = |cause| CacheError::Failed(folder.into(), cause);
        fs::create_dir_all(folder).map_err(fail)?;
        let mut segments = Vec::new();
        for entry in fs::read_dir(folder).map_err(fail)? {
            let path = entry.map_err(fail)?.path();
            if path.file_name().is_none_or(|name| name != TAG) {
                segments.push(path);
            }
        }
        if !is_ours(folder) {
            if let Some(other) = segments.first() {
                let cause = format!("the folder has other content, and no {TAG} of updraft");
                return Err(CacheError::Damaged(other.clone(), cause));
            }
            fs::write(folder.join(TAG), TAG_TEXT).map_err(fail)?;
        }
        segments.sort();
        let segment = Mutex::new(None);
        let mut cache = Self { folder: folder.into(), known: BTreeMap::new(), segment };
        for path in segments {
            cache.read(&path)?;
        }
        Ok(cache)
    }

    /// The number of cached runs.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether no run is cached.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    fn read(&mut self, path: &Path) -> Result<(), CacheError> {
        let fail = |cause| CacheError::Failed(path.into(), cause);
        let damaged = |cause: String| CacheError::Damaged(path.into(), cause);
        let mut content = fs::read(path).map_err(fail)?;
        if !content.ends_with(b"\n") {
            content = cut_off(path, &content).map_err(fail)?;
        }
        let Some((header, lines)) = content.split_at_checked(HEADER.len()) else {
            return if content.is_empty() {
                Ok(())
            } else {
                Err(damaged("these are not runs of updraft".into()))
            };
        };
        if header != HEADER.as_bytes() {
            return Err(damaged("these are not runs of updraft".into()));
        }
        for (number, line) in lines.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let at = |cause: String| damaged(format!("line {}: {cause}", number + 2));
            let (id, summary) = of_line(line).and_then(read_run).map_err(at)?;
            match self.known.get(&id) {
                Some(other) if *other != summary => {
                    return Err(at(
                        "the same run has a different outcome in an earlier line".into()
                    ));
                }
                Some(_) => {}
                None => drop(self.known.insert(id, summary)),
            }
        }
        Ok(())
    }
}

impl RunStore for RunCache {
    type Failure = CacheError;

    fn recall(&self, id: &RunId) -> Option<Summary> {
        self.known.get(id).cloned()
    }

    fn keep(&self, id: &RunId, summary: &Summary) -> Result<(), CacheError> {
        let line = line(&write_run(id, summary));
        // A panic cannot have happened during a write.
        let mut segment = self.segment.lock().unwrap_or_else(PoisonError::into_inner);
        if segment.is_none() {
            *segment = Some(Segment::create(&self.folder)?);
        }
        segment.as_mut().map_or(Ok(()), |segment| segment.append(line.as_bytes()))
    }
}

impl Segment {
    /// A new segment in `folder`, exclusive to this process.
    fn create(folder: &Path) -> Result<Self, CacheError> {
        for number in 1_u32.. {
            let path = folder.join(format!("runs-{number:06}"));
            let fail = |cause| CacheError::Failed(path.clone(), cause);
            let file = match OpenOptions::new().append(true).create_new(true).open(&path) {
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => continue,
                other => other.map_err(fail)?,
            };
            // Until the process ends, so that a concurrent reader leaves its end alone.
            file.lock().map_err(fail)?;
            let mut segment = Self { path, file, length: 0 };
            segment.append(HEADER.as_bytes())?;
            return Ok(segment);
        }
        unreachable!("there are not so many files")
    }

    /// Writes all of `bytes`, or nothing.
    fn append(&mut self, bytes: &[u8]) -> Result<(), CacheError> {
        if let Err(cause) = self.file.write_all(bytes) {
            // An incomplete line that cannot be removed is cut off by the next reader.
            let _ = self.file.set_len(self.length);
            return Err(CacheError::Failed(self.path.clone(), cause));
        }
        self.length += bytes.len() as u64;
        Ok(())
    }
}

/// The segment without an incomplete last line. While the segment is being written, that line is kept.
fn cut_off(path: &Path, content: &[u8]) -> io::Result<Vec<u8>> {
    let whole =
        |content: &[u8]| content.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let file = OpenOptions::new().write(true).open(path)?;
    match file.try_lock() {
        Ok(()) => {
            let content = fs::read(path)?;
            let end = whole(&content);
            file.set_len(end as u64)?;
            Ok(content[..end].to_vec())
        }
        Err(TryLockError::WouldBlock) => Ok(content[..whole(content)].to_vec()),
        Err(TryLockError::Error(cause)) => Err(cause),
    }
}

/// Whether `folder` is a cache of updraft.
pub(super) fn is_ours(folder: &Path) -> bool {
    fs::read(folder.join(TAG)).is_ok_and(|text| text == TAG_TEXT.as_bytes())
}

#[cfg(test)]
mod tests;
