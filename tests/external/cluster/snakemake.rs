//! The emitted Snakefile in the real Snakemake, on several cores.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Outcome, PROGRAM, emit, installed, is_as_in_one_process};

/// The `updraft` that jobs find: the one of the second shard is killed once, when it has stored a run.
const KILLED_ONCE: &str = r#"#!/usr/bin/env bash
case "$*" in *"--shard 2/4"*)
    if mkdir "$PLACE/killed" 2>/dev/null; then
        "$UPDRAFT" "$@" &
        until compgen -G "$PLACE/joined-shards/.cache/runs-*" >/dev/null; do sleep 0.01; done
        kill -KILL $!
        wait $!
        exit
    fi ;;
esac
exec "$UPDRAFT" "$@"
"#;

pub(super) fn run(place: &Path) -> Outcome {
    let Some(snakemake) = installed("snakemake") else {
        return crate::left_out("Snakemake is missing");
    };
    fs::write(place.join("Snakefile"), emit(place, "snakemake")?).expect("a file");
    let bin = place.join("bin");
    fs::create_dir(&bin).expect("a folder");
    fs::write(bin.join("updraft"), KILLED_ONCE).expect("a file");
    let _ = super::run(Command::new("chmod").arg("+x").arg(bin.join("updraft")))?;
    let path = std::env::var("PATH").unwrap_or_default();
    let snakemake = |more: &[&str]| {
        let mut command = Command::new(&snakemake);
        let _ = command.current_dir(place).args(["--cores", "3", "--retries", "1"]).args(more);
        let _ = command.env("PATH", format!("{}:{path}", bin.display()));
        super::run(command.env("PLACE", place).env("UPDRAFT", PROGRAM).env("HOME", place))
    };
    let _ = snakemake(&[])?;
    if !place.join("killed").exists() {
        return Err("no job was killed".into());
    }
    is_as_in_one_process(place)?;
    // Completed jobs are not repeated.
    let again = format!("{:?}", snakemake(&["--dry-run"])?);
    if !again.contains("Nothing to be done") {
        return Err(format!("done, but Snakemake would do more: {again}"));
    }
    Ok("4 jobs, one of them killed and run again; the same bytes as in one process".into())
}
