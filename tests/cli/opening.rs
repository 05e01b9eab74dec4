//! `--open`: the page is passed to a launcher; a missing launcher is only a note.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use assert_cmd::Command;
use predicates::str::contains;

/// A folder in which `xdg-open` is a script with this line.
fn place(script: &str) -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a temporary folder");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let small = root.join("tests/data/command_line/small.toml");
    let _ = fs::copy(small, place.path().join("small.toml")).expect("a copy");
    fs::create_dir(place.path().join("bin")).expect("a folder");
    let opener = place.path().join("bin/xdg-open");
    fs::write(&opener, format!("#!/bin/sh\n{script}\n")).expect("a script");
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).expect("it can be run");
    place
}

fn updraft(place: &tempfile::TempDir, line: &str) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.env("PATH", place.path().join("bin"));
    command.current_dir(place).args(line.split_whitespace()).assert()
}

const TARGET: &str = "--target protected_p95_s<=7200 --fresh-days 60";

#[test]
fn the_page_is_opened_once_it_is_there() {
    let place = place("test -s \"$1\" && printf '%s' \"$1\" > opened");
    for line in [
        "run small.toml -o out",
        "compare small.toml -o out --format json",
        "report out --quiet",
        "sweep small.toml --vary server.slots=50,100 -o swept",
        &format!("plan small.toml {TARGET} -o planned"),
    ] {
        let _ = updraft(&place, line).success().stderr("");
        assert!(!place.path().join("opened").exists(), "{line}: only if it is asked for");
        let _ = updraft(&place, &format!("{line} --open")).success().stderr("");
        let opened = fs::read_to_string(place.path().join("opened")).expect("it was opened");
        assert!(opened.ends_with("/report.html") && opened.starts_with('/'), "{line}: {opened}");
        fs::remove_file(place.path().join("opened")).expect("it was opened");
    }
}

#[test]
fn that_it_cannot_be_opened_is_a_note() {
    let place = place("exit 3");
    let told = updraft(&place, "run small.toml -o out --open").success();
    let _ = told.stderr(contains("note: out/report.html cannot be opened: "));
    let mut broken = fs::read_to_string(place.path().join("small.toml")).expect("a scenario");
    broken.push_str("[[threshold]]\nmetric = \"agents\"\nmin = 1000\n");
    fs::write(place.path().join("broken.toml"), broken).expect("a scenario");
    let told = updraft(&place, "run broken.toml -o broken --open").code(4);
    let _ = told.stderr(contains("note: broken/report.html cannot be opened: "));
    fs::remove_file(place.path().join("bin/xdg-open")).expect("it was there");
    let told = updraft(&place, "report out --open").success();
    let _ = told.stderr(contains("note: out/report.html cannot be opened: "));
}

#[test]
fn opening_requires_a_page() {
    let place = place("exit 0");
    for line in ["--list", "--emit slurm", "--shard 1/2"] {
        let line = format!("sweep small.toml --vary server.slots=50,100 --open {line}");
        let _ = updraft(&place, &line).code(2).stdout("").stderr(contains("--open"));
    }
}
