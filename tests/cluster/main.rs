//! A sweep on a Slurm cluster of two nodes, both on this machine.
//!
//! `.ci/run` installs Debian's Slurm. Where it is missing, or we may not start it, the suite is left out,
//! which is said, and passes: shards and their join are tested without a scheduler in `tests/sweep.rs`.

#![expect(clippy::print_stdout, reason = "says whether the suite ran")]

use std::path::Path;
use std::process::{Command, ExitCode};

/// Some dozens of milliseconds a run, so that a task can be killed in the middle.
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

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cluster");
    let has = |program: &str| Command::new(program).arg("-V").output().is_ok();
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    if !(is_root && ["slurmctld", "slurmd", "sbatch"].into_iter().all(has)) {
        println!(
            "cluster: LEFT OUT, because Slurm is missing or this is not root; .ci/run installs \
             slurmctld, slurmd and slurm-client"
        );
        return ExitCode::SUCCESS;
    }
    let place = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(place.path().join("study.toml"), STUDY).expect("a file");
    let status = Command::new(root.join("slurm.sh"))
        .arg(root.join("sweep.sh"))
        .env("UPDRAFT", env!("CARGO_BIN_EXE_updraft"))
        .env("UPDRAFT_PLACE", place.path())
        .status()
        .expect("bash is there");
    if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
