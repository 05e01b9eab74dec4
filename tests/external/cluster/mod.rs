//! Sweeps with the scripts that updraft writes for clusters: one task of each is killed once, and the merged results
//! must be those of one process, to the byte.
//!
//! - Slurm: a cluster of two nodes, both on this machine. `.ci/run` installs Debian's Slurm.
//! - Snakemake: the real one, which `.ci/run` installs below `target/cluster`.
//! - Kubernetes: not on a cluster. The manifest is validated against the schemas of Kubernetes, which `.ci/run`
//!   installs, and its pods are run as the Job controller would.
//!
//! Shards and their merge are tested without a scheduler in `tests/cli/sweep.rs`.

mod kubernetes;
mod slurm;
mod snakemake;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Some dozens of milliseconds per run, so that a task can be killed in the middle.
const STUDY: &str = r#"name = "study"
start = "Mon 10:00"
duration = "4 d"
sample_every = "20 s"
[headquarters]
agents = 200
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
count = 2
agents = [5, 9]
bandwidth = ["4 Mbit/s", "20 Mbit/s"]
update_agents = 1
[[release]]
name = "one"
at = "Mon 10:15"
components = ["Virus Pattern"]
"#;

const PROGRAM: &str = env!("CARGO_BIN_EXE_updraft");

const SWEEP: [&str; 10] = [
    "sweep",
    "study.toml",
    "--vary",
    "server.slots=1..20 step 1",
    "--option",
    "server,server-ua",
    "--replications",
    "3",
    "--tables",
    if cfg!(feature = "parquet") { "csv,parquet" } else { "csv,jsonl" },
];

/// The outcome of a suite.
type Outcome = Result<String, String>;

/// A suite: its name, and its function, which runs in a temporary folder.
type Suite = (&'static str, fn(&Path) -> Outcome);

/// Runs every suite; returns whether all passed.
pub(crate) fn passes() -> bool {
    let suites: [Suite; 3] =
        [("kubernetes", kubernetes::run), ("snakemake", snakemake::run), ("slurm", slurm::run)];
    let mut is_whole = true;
    for (name, suite) in suites {
        let place = tempfile::tempdir().expect("a temporary folder");
        fs::write(place.path().join("study.toml"), STUDY).expect("a file");
        is_whole &= crate::has_passed(name, suite(place.path()));
    }
    is_whole
}

/// The folder in which `.ci/run` installs programs that are not Debian packages.
fn installed(program: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/cluster/bin").join(program);
    path.is_file().then_some(path)
}

/// The script for `scheduler`, with four shards that are merged in `joined`.
fn emit(place: &Path, scheduler: &str) -> Result<String, String> {
    let more = ["-o", "joined", "--shards", "4", "--emit", scheduler];
    run(Command::new(PROGRAM).current_dir(place).args(SWEEP).args(more))
}

/// The output of a command that succeeds.
fn run(command: &mut Command) -> Result<String, String> {
    let out = command.output().map_err(|cause| format!("{command:?}: {cause}"))?;
    let said = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
    if out.status.success() {
        Ok(said(&out.stdout))
    } else {
        Err(format!("{command:?}: {}{}", said(&out.stdout), said(&out.stderr)))
    }
}

/// Compares `joined` with the results of one process.
fn is_as_in_one_process(place: &Path) -> Result<(), String> {
    let _ = run(Command::new(PROGRAM).current_dir(place).args(SWEEP).args(["-o", "one", "-q"]))?;
    let [one, joined] = ["one", "joined"].map(|folder| files(&place.join(folder)));
    let asked = if cfg!(feature = "parquet") { "sweep.parquet" } else { "sweep.jsonl" };
    if !one.iter().any(|(name, _)| name == asked) {
        return Err("the tables were not written in the formats that were asked for".into());
    }
    match one.iter().zip(&joined).find(|(one, joined)| one != joined) {
        None if one.len() == joined.len() => Ok(()),
        None => Err(format!("{} files, {} joined", one.len(), joined.len())),
        Some(((one, _), (joined, _))) => Err(format!("{one} differs from joined {joined}")),
    }
}

/// The files of a results folder, without its cache.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    let mut all: Vec<(String, Vec<u8>)> = files
        .map(|entry| {
            let content = fs::read(entry.path()).expect("a readable file");
            (entry.file_name().to_string_lossy().into_owned(), content)
        })
        .collect();
    all.sort();
    all
}
