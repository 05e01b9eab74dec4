//! The steps of the GitHub Action, called as by a runner: in a separate repository, with a base commit.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::small::{SMALL, place};

fn git(place: &Path, words: &[&str]) -> String {
    let identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
    let out = Command::new("git").current_dir(place).args(identity).args(words).output();
    let out = out.expect("git is there");
    assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("text").trim().into()
}

/// A step of the action on the scenarios of `place` that differ from `base`.
fn step(place: &Path, name: &str, base: &str) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("action").join(name);
    let mut command = Command::new("bash");
    let _ = command.arg(script).current_dir(place).env("BASE", base).env("SCENARIOS", "*.toml");
    let _ = command.env("UPDRAFT", env!("CARGO_BIN_EXE_updraft"));
    let _ = command.env("GITHUB_STEP_SUMMARY", place.join("step.md"));
    command.env("GITHUB_OUTPUT", place.join("output")).output().expect("bash is there")
}

fn said(out: &Output) -> String {
    String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr)
}

#[test]
fn changed_scenarios_are_checked_compared_and_summed_up() {
    let place = place(SMALL);
    let place = place.path();
    fs::copy(place.join("small.toml"), place.join("same.toml")).expect("a file");
    let _ = git(place, &["init", "-q"]);
    let _ = git(place, &["add", "."]);
    let _ = git(place, &["commit", "-qm", "base"]);
    let base = git(place, &["rev-parse", "HEAD"]);

    let none = step(place, "compare.sh", &base);
    assert!(none.status.success(), "{}", said(&none));
    let summary = fs::read_to_string(place.join("step.md")).expect("a summary");
    assert!(summary.contains("No scenario was changed."), "{summary}");

    let slow = "\n[[threshold]]\nmetric = \"protected_p95_s\"\nmax = 1\n";
    fs::write(place.join("small.toml"), format!("{SMALL}{slow}")).expect("a file");
    let checked = step(place, "check.sh", &base);
    assert!(checked.status.success(), "{}", said(&checked));
    fs::remove_file(place.join("step.md")).expect("a file");
    let missed = step(place, "compare.sh", &base);
    assert_eq!(missed.status.code(), Some(1), "{}", said(&missed));
    assert!(
        said(&missed)
            .contains("::error file=small.toml,title=threshold broken::protected_p95_s ≤ 1 s")
    );
    let summary = fs::read_to_string(place.join("step.md")).expect("a summary");
    assert!(summary.contains("`small.toml`: **a threshold is missed**"), "{summary}");
    assert!(
        summary.contains("| protected\\_p95\\_s ≤ 1 s |") && !summary.contains("same.toml"),
        "{summary}"
    );
    assert!(summary.contains("### `small.toml` against `updraft-results/base.toml`"), "{summary}");
    assert!(summary.contains("| `threshold.0.max` | none | `1` |"), "{summary}");
    let output = fs::read_to_string(place.join("output")).expect("outputs");
    assert!(output.contains("summary=updraft-results/summary.md"), "{output}");
    assert!(place.join("updraft-results/small/report.html").exists());

    fs::write(place.join("small.toml"), SMALL.replace("duration", "durration")).expect("a file");
    let wrong = step(place, "check.sh", &base);
    assert_eq!(wrong.status.code(), Some(1), "{}", said(&wrong));
    assert!(said(&wrong).contains("::error file=small.toml,line="), "{}", said(&wrong));
}
