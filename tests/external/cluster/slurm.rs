//! A job array on a cluster of two nodes, both on this machine.

use std::path::Path;
use std::process::Command;

use super::{Outcome, PROGRAM, SWEEP, is_as_in_one_process};

pub(super) fn run(place: &Path) -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/external/cluster");
    let has = |program: &str| Command::new(program).arg("-V").output().is_ok();
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    if !(is_root && ["slurmctld", "slurmd", "sbatch"].into_iter().all(has)) {
        return crate::left_out(
            "slurmctld, slurmd or slurm-client is missing, or this is not root",
        );
    }
    let status = Command::new(root.join("slurm.sh"))
        .arg(root.join("sweep.sh"))
        .args(SWEEP)
        .env("UPDRAFT", PROGRAM)
        .env("UPDRAFT_PLACE", place)
        .status()
        .map_err(|cause| cause.to_string())?;
    if !status.success() {
        return Err(status.to_string());
    }
    is_as_in_one_process(place)?;
    Ok("4 tasks, one of them killed and run again; the same bytes as in one process".into())
}
