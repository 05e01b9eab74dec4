//! Verification: compares a results folder with its manifest and with a second run.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use serde_json::Value;

use super::atomic_directory::{AtomicDirectory, ReportError, restore};
use super::load::ResultsLoadError;
use super::manifest;
use super::plan::take_plan_over;
use super::run::{self, Manifest};
use super::run::{Record, Results};

/// The maximum number of positions of a file that are listed; the others are counted.
const SHOWN: usize = 3;

/// The maximum length of the text of a position, in characters.
const LONGEST: usize = 100;

/// The manifest of a results folder.
#[derive(Debug)]
pub struct Claim {
    folder: PathBuf,
    manifest: Value,
    files: BTreeSet<String>,
    record: Record,
}

/// A file of a results folder with a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Its name.
    pub file: String,
    /// The problem.
    pub what: &'static str,
    /// The positions: lines of a table, keys of the manifest.
    pub places: Vec<String>,
}

const CHANGED: &str = "was changed after it was written";
const DIFFERENT: &str = "differs when run again";
const MISSING: &str = "is missing";
const FOREIGN: &str = "does not belong to these results";

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.file, self.what)?;
        for place in self.places.iter().take(SHOWN) {
            write!(f, "\n  {}{place}", self.file)?;
        }
        match self.places.len().checked_sub(SHOWN) {
            None | Some(0) => Ok(()),
            Some(more) => write!(f, "\n  and {more} more"),
        }
    }
}

impl Claim {
    /// Reads the manifest of `folder`.
    ///
    /// # Errors
    /// If its manifest cannot be read, or was not written by updraft.
    pub fn read(folder: &Path) -> Result<Self, ResultsLoadError> {
        restore(folder);
        let path = folder.join(manifest::NAME);
        let text = fs::read(&path).map_err(|cause| unreadable(&path, &cause))?;
        let invalid = |cause| ResultsLoadError::Invalid(path.clone(), cause);
        let parsed = Manifest::parse(&text).map_err(invalid)?;
        let files: BTreeSet<String> = parsed.files_blake3.keys().cloned().collect();
        let is_elsewhere = |name: &&String| Path::new(name).file_name() != Some(OsStr::new(name));
        if let Some(name) = files.iter().find(is_elsewhere) {
            return Err(invalid(format!("files_blake3: `{name}` is not a file of this folder")));
        }
        let value = serde_json::from_slice(&text).map_err(|error| invalid(error.to_string()))?;
        let record = parsed.record().map_err(invalid)?;
        Ok(Self { folder: folder.into(), manifest: value, files, record })
    }

    /// The record of the simulation.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The number of files except the manifest.
    pub fn file_count(&self) -> usize {
        self.files.len()
    }

    /// The files that were changed, by the hashes in the manifest; without running anything.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn changed(&self) -> Result<Vec<Mismatch>, ResultsLoadError> {
        let mut mismatches = Vec::new();
        for name in self.names()? {
            let what = match (self.content(&name)?, self.files.contains(&name)) {
                (None, _) => MISSING,
                (Some(_), false) => FOREIGN,
                (Some(content), true) if !self.is_as_written(&name, &content) => CHANGED,
                _ => continue,
            };
            mismatches.push(Mismatch { file: name, what, places: Vec::new() });
        }
        let scenario = manifest::hash(self.record.scenario.to_string().as_bytes());
        if self.manifest["scenario_blake3"] != scenario.as_str() {
            let places = vec![": scenario".into()];
            mismatches.push(Mismatch { file: manifest::NAME.into(), what: CHANGED, places });
        }
        Ok(mismatches)
    }

    /// The files that differ from `again`, the same results computed again, and from the files that `beside` writes.
    ///
    /// # Errors
    /// If a file cannot be read, or written to a temporary directory.
    pub fn compare(
        &self,
        again: &Results<'_>,
        beside: impl FnOnce(&AtomicDirectory) -> Result<(), ReportError>,
    ) -> Result<Vec<Mismatch>, VerificationError> {
        let aside = tempfile::tempdir().map_err(|cause| {
            VerificationError::Write(ReportError::at(&std::env::temp_dir(), cause))
        })?;
        let again_at = aside.path().join("again");
        let folder = AtomicDirectory::claim(&again_at).map_err(VerificationError::Write)?;
        take_plan_over(&self.folder, &folder).map_err(VerificationError::Write)?;
        beside(&folder).map_err(VerificationError::Write)?;
        run::write(again, folder).map_err(VerificationError::Write)?;
        let again = Self::read(&again_at).map_err(VerificationError::Read)?;
        self.compare_with(&again).map_err(VerificationError::Read)
    }

    fn compare_with(&self, again: &Self) -> Result<Vec<Mismatch>, ResultsLoadError> {
        let mut names = self.names()?;
        names.extend(again.files.iter().cloned());
        let mut mismatches = Vec::new();
        for name in names {
            let (ours, theirs) = (self.content(&name)?, again.content(&name)?);
            let (what, places) = match (ours, theirs) {
                (None, _) => (MISSING, Vec::new()),
                (Some(_), None) => (FOREIGN, Vec::new()),
                (Some(ours), Some(theirs)) if ours == theirs => continue,
                (Some(ours), Some(theirs)) => {
                    let what = if self.is_as_written(&name, &ours) { DIFFERENT } else { CHANGED };
                    (what, if is_table(&name) { lines(&ours, &theirs) } else { Vec::new() })
                }
            };
            mismatches.push(Mismatch { file: name, what, places });
        }
        let mut places = Vec::new();
        keys("", &self.manifest, &again.manifest, &mut places);
        // If a file differs, so does its hash.
        let is_of = |place: &str, at: &Mismatch| {
            place.starts_with(&format!(": files_blake3.{}: ", at.file))
        };
        places.retain(|place| !mismatches.iter().any(|mismatch| is_of(place, mismatch)));
        if !places.is_empty() {
            mismatches.push(Mismatch { file: manifest::NAME.into(), what: DIFFERENT, places });
        }
        Ok(mismatches)
    }

    /// The files that exist and those that are expected, without the manifest.
    fn names(&self) -> Result<BTreeSet<String>, ResultsLoadError> {
        let fail = |cause: io::Error| unreadable(&self.folder, &cause);
        let mut names = self.files.clone();
        for entry in fs::read_dir(&self.folder).map_err(fail)? {
            names.insert(entry.map_err(fail)?.file_name().to_string_lossy().into_owned());
        }
        names.remove(manifest::NAME);
        Ok(names)
    }

    /// The content of a file; `None` if it does not exist.
    fn content(&self, name: &str) -> Result<Option<Vec<u8>>, ResultsLoadError> {
        let path = self.folder.join(name);
        match fs::read(&path) {
            Ok(content) => Ok(Some(content)),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            // A folder among them belongs to no results.
            Err(cause) if cause.kind() == io::ErrorKind::IsADirectory => Ok(Some(Vec::new())),
            Err(cause) => Err(unreadable(&path, &cause)),
        }
    }

    fn is_as_written(&self, name: &str, content: &[u8]) -> bool {
        self.manifest["files_blake3"][name] == manifest::hash(content).as_str()
    }
}

/// Why it could not be verified.
#[derive(Debug)]
#[non_exhaustive]
pub enum VerificationError {
    /// An existing file could not be read.
    Read(ResultsLoadError),
    /// The repeated results could not be written to a temporary directory.
    Write(ReportError),
}

impl fmt::Display for VerificationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => error.fmt(f),
            Self::Write(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for VerificationError {}

fn unreadable(path: &Path, cause: &io::Error) -> ResultsLoadError {
    ResultsLoadError::Unreadable(path.into(), cause.to_string())
}

fn is_table(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|ending| ["csv", "jsonl"].iter().any(|lined| ending == *lined))
}

/// The lines that differ.
fn lines(ours: &[u8], theirs: &[u8]) -> Vec<String> {
    let (ours, theirs) = (String::from_utf8_lossy(ours), String::from_utf8_lossy(theirs));
    let (mut ours, mut theirs) = (ours.lines(), theirs.lines());
    let mut places = Vec::new();
    for line in 1.. {
        match (ours.next(), theirs.next()) {
            (None, None) => break,
            (ours, theirs) if ours == theirs => {}
            (ours, theirs) => {
                let said = |line: Option<&str>| line.map_or_else(|| "nothing".into(), short);
                places.push(format!(":{line}: {}, again {}", said(ours), said(theirs)));
            }
        }
    }
    places
}

/// The keys below `path` whose values differ.
fn keys(path: &str, ours: &Value, theirs: &Value, places: &mut Vec<String>) {
    let below = |key: &str| if path.is_empty() { key.into() } else { format!("{path}.{key}") };
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let all: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
            for key in all {
                let of = |values: &serde_json::Map<String, Value>| {
                    values.get(key).cloned().unwrap_or(Value::Null)
                };
                keys(&below(key), &of(ours), &of(theirs), places);
            }
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            for (place, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                keys(&below(&place.to_string()), ours, theirs, places);
            }
        }
        _ if ours == theirs => {}
        _ => {
            let (ours, theirs) = (short(&ours.to_string()), short(&theirs.to_string()));
            places.push(format!(": {path}: {ours}, again {theirs}"));
        }
    }
}

/// A text that fits on a line.
fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}
