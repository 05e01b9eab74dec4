//! Shard files of a sweep, and their merge.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use super::plan_file::PlanFile;
use super::results::SweepResults;
use crate::experiment::sweep::{PROGRAM, PointError, Run, RunId, Shard, Summary, SweepPlan};
use crate::report::atomic_directory::ReportError;
use crate::report::atomic_file::AtomicFile;
use crate::report::draw::PlotFormats;
use crate::report::run_cache::{line, of_line, read_run, write_run};
use crate::report::tables::TableFormats;

/// The first line of a shard file.
const HEADER: &str = "updraft shard 1";
/// The prefix of its file's name.
const PREFIX: &str = "shard-";

/// Why shards cannot be merged.
#[derive(Debug)]
#[non_exhaustive]
pub enum MergeError {
    /// A file could not be read.
    Unreadable(PathBuf, String),
    /// A file was not written by updraft in this form, or belongs to another sweep.
    Invalid(PathBuf, String),
    /// Runs are missing: how many of how many, and which shards are present.
    Incomplete {
        /// The number of missing runs.
        missing: usize,
        /// The number of all runs.
        of: usize,
        /// The first missing ones, as text.
        shown: String,
        /// The shards that were read.
        shards: Vec<String>,
    },
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, cause) => write!(f, "cannot read {}: {cause}", path.display()),
            Self::Invalid(path, cause) => write!(f, "{}: {cause}", path.display()),
            Self::Incomplete { missing, of, shown, shards } => write!(
                f,
                "incomplete: {missing} of {of} runs are missing ({shown}); present are the shards {}",
                shards.join(", ")
            ),
        }
    }
}

impl std::error::Error for MergeError {}

/// The merged sweep.
#[derive(Debug)]
pub struct Merged {
    /// The sweep and its outcomes, with CSV as the format of its tables.
    pub results: SweepResults,
    /// The number of files.
    pub files: usize,
    /// The number of runs that occurred more than once, each time with the same outcome.
    pub duplicates: usize,
}

/// The file of a shard in `folder`.
pub fn shard_file(folder: &Path, shard: Shard) -> PathBuf {
    folder.join(format!("{PREFIX}{}", shard.to_string().replace('/', "-of-")))
}

/// Writes the shard of a sweep with the runs in `results` to `file`, atomically.
///
/// # Errors
/// If it cannot be written.
pub fn write_shard(
    results: &SweepResults,
    shard: Shard,
    file: AtomicFile,
) -> Result<(), ReportError> {
    let sweep = results.plan.hash(&results.cases);
    let plan = PlanFile::new(&results.plan, sweep, &results.command, &results.drawn);
    let plan = serde_json::to_string(&plan).expect("a plan has string keys");
    let mut text = format!("{HEADER}\n{}{}", line(&shard.to_string()), line(&plan));
    for (run, summary) in results.runs.iter().zip(&results.summaries) {
        let id = results.cases[run.case].run_id(*run, results.plan.seed);
        text.push_str(&line(&write_run(&id, summary)));
    }
    let count = results.runs.len();
    text.push_str(&line(&format!("end of {count} runs")));
    file.fill(text.as_bytes())
}

/// A shard as read.
struct ShardFile {
    path: PathBuf,
    shard: String,
    plan: PlanFile,
    runs: Vec<(RunId, Summary)>,
}

/// Merges the shards in `places`: files, or folders of them.
///
/// # Errors
/// If one cannot be read, is damaged or belongs to another sweep or program; if two disagree; if runs
/// are missing.
pub fn merge(places: &[PathBuf]) -> Result<Merged, MergeError> {
    let mut files = Vec::new();
    for place in places {
        files.extend(shards_in(place)?);
    }
    files.sort();
    files.dedup();
    let shards = files.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let Some(first) = shards.first() else {
        let place = places.first().cloned().unwrap_or_default();
        return Err(wrong(
            place,
            format!("there are no shards (files whose names begin with {PREFIX})"),
        ));
    };
    if let Some(other) = shards.iter().find(|other| other.plan.program != PROGRAM) {
        let by = &other.plan.program;
        return Err(wrong(&other.path, format!("a shard of updraft {by}; this is {PROGRAM}")));
    }
    if let Some(other) = shards.iter().find(|other| other.plan != first.plan) {
        let cause = format!("a shard of another sweep than {}", first.path.display());
        return Err(wrong(&other.path, cause));
    }
    let (plan, drawn) = first.plan.plan().map_err(|cause| wrong(&first.path, cause))?;
    let cases = plan.cases().map_err(|error| wrong(&first.path, at_point(&error)))?;
    if plan.hash(&cases) != first.plan.sweep {
        return Err(wrong(&first.path, "the plan is not that of its hash"));
    }
    let runs = plan.runs();
    let id = |run: &Run| cases[run.case].run_id(*run, plan.seed);
    let (known, duplicates) = join(&shards, &runs.iter().map(id).collect::<Vec<_>>())?;
    let missing: Vec<&Run> = runs.iter().filter(|run| !known.contains_key(&id(run))).collect();
    if !missing.is_empty() {
        let shards = shards.iter().map(|shard| shard.shard.clone()).collect();
        let (missing, shown) = (missing.len(), shown(&plan, &missing));
        return Err(MergeError::Incomplete { missing, of: runs.len(), shown, shards });
    }
    let summaries = runs.iter().map(|run| known[&id(run)].clone()).collect();
    let command = first.plan.command.clone();
    let tables = TableFormats::default();
    let plots = PlotFormats::of_words(&command);
    let results = SweepResults { command, plan, cases, drawn, tables, plots, runs, summaries };
    Ok(Merged { results, files: files.len(), duplicates })
}

/// All runs of `shards` by their keys, of which `wanted` are expected; and the number of repeated ones.
fn join<'a>(
    shards: &'a [ShardFile],
    wanted: &[RunId],
) -> Result<(BTreeMap<RunId, &'a Summary>, usize), MergeError> {
    let wanted: std::collections::BTreeSet<&RunId> = wanted.iter().collect();
    let mut known: BTreeMap<RunId, &Summary> = BTreeMap::new();
    let mut duplicates = 0;
    for shard in shards {
        for (id, summary) in &shard.runs {
            if !wanted.contains(id) {
                return Err(wrong(&shard.path, "a run that is not in its plan"));
            }
            match known.insert(id.clone(), summary) {
                Some(other) if other != summary => {
                    let cause = "a run has a different outcome in another shard";
                    return Err(wrong(&shard.path, cause));
                }
                Some(_) => duplicates += 1,
                None => {}
            }
        }
    }
    Ok((known, duplicates))
}

fn shown(plan: &SweepPlan, missing: &[&Run]) -> String {
    const MOST: usize = 3;
    let mut text = String::new();
    for run in missing.iter().take(MOST) {
        let comma = if text.is_empty() { "" } else { "; " };
        let (point, option) = (plan.design.number_of(**run), run.option.name());
        let _ = write!(text, "{comma}point {point}, {option}, replication {}", run.replication);
    }
    text + if missing.len() > MOST { "; …" } else { "" }
}

/// The shard files at `place`.
fn shards_in(place: &Path) -> Result<Vec<PathBuf>, MergeError> {
    if place.is_file() {
        return Ok(vec![place.into()]);
    }
    let fail = |cause: std::io::Error| MergeError::Unreadable(place.into(), cause.to_string());
    let mut found = Vec::new();
    for entry in fs::read_dir(place).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let is_shard = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if is_shard && entry.path().is_file() {
            found.push(entry.path());
        }
    }
    Ok(found)
}

fn read(path: &Path) -> Result<ShardFile, MergeError> {
    let content =
        fs::read(path).map_err(|cause| MergeError::Unreadable(path.into(), cause.to_string()))?;
    let mut lines = content.split_inclusive(|byte| *byte == b'\n').enumerate();
    if lines.next().is_none_or(|(_, first)| first != format!("{HEADER}\n").as_bytes()) {
        return Err(wrong(path, "this is not a shard of updraft"));
    }
    let mut texts = lines.map(|(number, line)| {
        of_line(line).map_err(|cause| wrong(path, format!("line {}: {cause}", number + 1)))
    });
    let mut next = || texts.next().unwrap_or_else(|| Err(wrong(path, "it is truncated")));
    let shard = next()?.to_string();
    let plan = serde_json::from_str(next()?).map_err(|error| wrong(path, error))?;
    let mut runs = Vec::new();
    loop {
        let text = next()?;
        if let Some(count) = text.strip_prefix("end of ") {
            if count != format!("{} runs", runs.len()) {
                return Err(wrong(path, "some of its runs are missing"));
            }
            return Ok(ShardFile { path: path.into(), shard, plan, runs });
        }
        runs.push(read_run(text).map_err(|cause| wrong(path, cause))?);
    }
}

/// A problem in a shard file.
fn wrong(path: impl Into<PathBuf>, cause: impl fmt::Display) -> MergeError {
    MergeError::Invalid(path.into(), cause.to_string())
}

/// The problem at a point, in one line.
fn at_point(error: &PointError) -> String {
    format!("point {}: {}", error.point, error.problems)
}
