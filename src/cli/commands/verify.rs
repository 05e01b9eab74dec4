//! `updraft verify`: repeats the runs of a results folder and compares every file.

use std::fmt;
use std::io;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::answer::quantities::counted;
use crate::cli::shared::ensemble::Ensemble;
use crate::cli::shared::exit::Exit;
use crate::cli::shared::interruption::Interruption;
use crate::cli::shared::logs::LogFiles;
use crate::cli::shared::output::say;
use crate::cli::shared::printing::Printing;
use crate::cli::shared::progress::RunProgress;
use crate::cli::shared::request::Request;
use crate::cli::shared::terminal::{Format, complain, complain_as_is, visible};
use crate::cli::shared::threads::Threads;
use crate::experiment::{Experiment, Sampled, estimates};
use crate::measure::run::RunMeasurements;
use crate::report::{
    Claim, LoadedResults, MANIFEST, Mismatch, Record, Results, ResultsLoadError, VerificationError,
};
use crate::scenario::{Overrides, Scenario};

/// The arguments of `verify`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  updraft verify results/branch-offices --sample 3")]
pub(in crate::cli) struct Verify {
    /// A results folder written by `run` or `compare`.
    folder: PathBuf,
    /// Runs only N evenly spaced replications again and reads the others from the folder.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    sample: Option<u32>,
    /// Runs nothing; only lists files that were changed after they were written.
    #[arg(long, conflicts_with = "sample")]
    no_run: bool,
    /// The number of threads.
    #[command(flatten)]
    threads: Threads,
    /// The output format.
    #[command(flatten)]
    printing: Printing,
}

/// Parses the command line in a manifest: a request of `run` or `compare`.
pub(in crate::cli) type ReadRequest = fn(&[String]) -> Result<Request, String>;

/// Why it ended early.
struct EarlyEnd(String, Exit);

impl From<ResultsLoadError> for EarlyEnd {
    fn from(error: ResultsLoadError) -> Self {
        Self(visible(&format!("error: {error}\n")).into(), Exit::from(&error))
    }
}

impl From<VerificationError> for EarlyEnd {
    fn from(error: VerificationError) -> Self {
        match error {
            VerificationError::Read(error) => error.into(),
            VerificationError::Write(error) => {
                Self(visible(&format!("error: {error}\n")).into(), Exit::Failed)
            }
        }
    }
}

/// Runs the command; `read` parses the command line in the manifest.
pub(in crate::cli) fn carry_out(asked: &Verify, read: ReadRequest) -> Result<Exit, Exit> {
    verify(asked, read).map_err(|EarlyEnd(message, exit)| {
        complain_as_is(&message);
        exit
    })
}

fn verify(asked: &Verify, read: ReadRequest) -> Result<Exit, EarlyEnd> {
    let claim = Claim::read(&asked.folder)?;
    let note = note_on_versions(claim.record());
    // With a sample, the other runs are taken from the folder, which must be unchanged.
    let trusts_files = asked.no_run || asked.sample.is_some();
    let changed = if trusts_files { claim.changed()? } else { Vec::new() };
    let (mismatches, done) = if asked.no_run || !changed.is_empty() {
        (changed, "nothing was run again".to_string())
    } else {
        run_again(asked, &claim, read)
            .map_err(|EarlyEnd(message, exit)| EarlyEnd(format!("{note}{message}"), exit))?
    };
    let is_verified = mismatches.is_empty();
    let text = match asked.printing.format {
        Format::Text | Format::Concise => text(asked, &claim, &mismatches, &note, &done),
        Format::Json => json(&mismatches, &note, &done),
    };
    if is_verified || asked.printing.format == Format::Json {
        if !asked.printing.terminal.quiet {
            say(&text).map_err(|exit| EarlyEnd(String::new(), exit))?;
        }
    } else {
        complain(&text);
    }
    Ok(if is_verified { Exit::Done } else { Exit::NotMet })
}

fn text(asked: &Verify, claim: &Claim, wrong: &[Mismatch], note: &str, done: &str) -> String {
    let (folder, count) = (asked.folder.display(), wrong.len());
    if count == 0 {
        let all = claim.file_count();
        return format!("{note}verified: all {all} files of {folder} are unchanged; {done}\n");
    }
    let list: Vec<String> = wrong.iter().map(Mismatch::to_string).collect();
    let files = counted(count, "file");
    format!("{note}{}\nnot verified: {files} of {folder}; {done}\n", list.join("\n"))
}

fn json(wrong: &[Mismatch], note: &str, done: &str) -> String {
    let told = |at: &Mismatch| json!({ "file": at.file, "what": at.what, "places": at.places });
    let files: Vec<_> = wrong.iter().map(told).collect();
    let all = json!({
        "verified": wrong.is_empty(), "note": note.trim_end(), "done": done, "mismatches": files,
    });
    format!("{all}\n")
}

/// A note if another version wrote the results.
fn note_on_versions(record: &Record) -> String {
    let (version, commit) = (env!("CARGO_PKG_VERSION"), option_env!("UPDRAFT_COMMIT"));
    let named = |version: &str, commit: Option<&str>| match commit {
        Some(commit) => format!("{version} (commit {commit})"),
        None => version.to_string(),
    };
    let theirs = record.commit.as_deref();
    // A build without a known commit may be the same.
    let is_same_commit = theirs.is_none() || commit.is_none() || theirs == commit;
    if record.version == version && is_same_commit {
        return String::new();
    }
    let (theirs, ours) = (named(&record.version, theirs), named(version, commit));
    format!(
        "note: the results were written by updraft {theirs}, this is {ours}: numbers may differ\n"
    )
}

/// The differences, and what was run again.
fn run_again(
    asked: &Verify,
    claim: &Claim,
    read: ReadRequest,
) -> Result<(Vec<Mismatch>, String), EarlyEnd> {
    let record = claim.record();
    let invalid = |cause: &dyn fmt::Display| -> EarlyEnd {
        ResultsLoadError::Invalid(asked.folder.join(MANIFEST), cause.to_string()).into()
    };
    let simulation =
        read(&record.command).map_err(|cause| invalid(&format!("command_line: {cause}")))?;
    let scenario = scenario(asked, record, &simulation)?;
    let set = &simulation.common.adjustments.set;
    let ensemble = Ensemble::laid_over(&scenario, record.ensemble.clone(), set)
        .map_err(|error| invalid(&format!("ensemble: {error}")))?;
    let threads = asked.threads.asked();
    let experiment = Experiment { threads, ..simulation.experiment(&scenario, &ensemble) };
    let (sampled, done) = match asked.sample {
        Some(sample) => run_sample(asked, &experiment, sample, record)?,
        None => run_all(asked, &experiment, &simulation)?,
    };
    let interruption = Interruption::watch();
    let logs = LogFiles::of(&simulation.logs, &experiment, interruption.flag());
    let logs = logs.ok_or_else(|| EarlyEnd("interrupted\n".into(), interruption.exit()))?;
    let estimates = estimates(&sampled.runs);
    // The content is compared, not the version that wrote it.
    let Record { version, commit, purpose, .. } = record.clone();
    let again = simulation.record(&experiment, &ensemble, (&sampled.runs, sampled.decision));
    let again = Record { version, commit, purpose, ..again };
    let (scenario, record, runs) = (Some(&scenario), &again, &sampled.runs);
    let results = Results { scenario, record, runs, estimates: &estimates };
    Ok((claim.compare(&results, |folder| logs.write(folder))?, done))
}

/// The scenario in the manifest.
fn scenario(asked: &Verify, record: &Record, simulation: &Request) -> Result<Scenario, EarlyEnd> {
    let path = asked.folder.join(MANIFEST);
    let toml = record.scenario_toml.as_ref().ok_or_else(|| {
        let cause = "it has no scenario_toml, because an earlier updraft wrote it, and cannot be run \
                     again from this folder alone; --no-run compares its hashes";
        EarlyEnd::from(ResultsLoadError::Invalid(path.clone(), cause.into()))
    })?;
    let name = format!("scenario_toml of {}", path.display());
    let overrides = Overrides(simulation.common.adjustments.set.clone());
    Scenario::parse(toml, &name, &overrides).map_err(|problems| {
        let color = asked.printing.terminal.color.is_on(&io::stderr());
        EarlyEnd(problems.render(color), Exit::Invalid)
    })
}

/// All runs, and a description.
fn run_all(
    asked: &Verify,
    experiment: &Experiment<'_>,
    simulation: &Request,
) -> Result<(Sampled, String), EarlyEnd> {
    let sampling = simulation.rule(experiment.scenario).sampling;
    let all = experiment.count_by(&sampling);
    let progress = RunProgress::new(all, asked.printing.terminal.shown_progress());
    let interruption = Interruption::watch();
    let sampled =
        experiment.sample(&sampling, Vec::new(), interruption.flag(), &|at| progress.show(at));
    progress.finish();
    let sampled = sampled.map(|sampled| Some(sampled).filter(|sampled| sampled.missing == 0));
    let sampled = finished(sampled, &interruption)?;
    let done = format!("all {} runs were repeated", sampled.runs.len());
    Ok((sampled, done))
}

/// The folder's runs with a sample of the replications repeated, and a description.
fn run_sample(
    asked: &Verify,
    experiment: &Experiment<'_>,
    sample: u32,
    record: &Record,
) -> Result<(Sampled, String), EarlyEnd> {
    let mut kept = LoadedResults::read(&asked.folder)?;
    let all = u64::from(record.replications);
    let many = u64::from(sample).min(all);
    let chosen: Vec<u64> = (0..many).map(|nth| 1 + nth * all / many).collect();
    let is_chosen = |run: &&RunMeasurements| chosen.contains(&u64::from(run.replication));
    let made = kept.results().runs.iter().filter(is_chosen);
    let plan: Vec<_> = made.map(|run| (run.option, run.replication)).collect();
    let progress = RunProgress::new(plan.len(), asked.printing.terminal.shown_progress());
    let interruption = Interruption::watch();
    let runs =
        experiment.run_these(&plan, Vec::new(), interruption.flag(), &|at| progress.show(at));
    progress.finish();
    let runs = runs.map(|runs| Some(runs).filter(|runs| runs.len() == plan.len()));
    kept.replace(finished(runs, &interruption)?);
    let told: Vec<String> = chosen.iter().map(u64::to_string).collect();
    let done = format!("replications repeated: {} of {all}", told.join(", "));
    let decision = record.decision.clone();
    Ok((Sampled { runs: kept.into_runs(), missing: 0, decision }, done))
}

/// The runs, unless they were interrupted.
fn finished<T>(
    runs: Result<Option<T>, impl fmt::Display>,
    interruption: &Interruption,
) -> Result<T, EarlyEnd> {
    let runs =
        runs.map_err(|error| EarlyEnd(visible(&format!("error: {error}\n")).into(), Exit::Failed))?;
    runs.ok_or_else(|| EarlyEnd("interrupted\n".into(), interruption.exit()))
}
