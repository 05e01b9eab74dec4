//! `--live` of a build without the engine. `tests/external/live` writes live pages and opens them.

#![cfg(not(feature = "live"))]

use std::path::Path;

use crate::small::{SMALL, files, place};
use assert_cmd::Command;

fn refused(place: &Path, words: &[&str]) {
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    let outcome = command.current_dir(place).args(words).assert().code(2);
    outcome.stderr(predicates::str::contains("cargo feature `live`"));
}

#[test]
fn a_build_without_the_engine_names_the_feature_before_it_simulates() {
    let place = place(SMALL);
    for command in ["run", "compare"] {
        refused(place.path(), &[command, "small.toml", "--live", "-o", "out"]);
        assert!(!place.path().join("out").exists());
    }
    let mut compare = Command::cargo_bin("updraft").expect("the program is built");
    let compare = compare.current_dir(place.path()).args(["compare", "small.toml", "-o", "out"]);
    compare.args(["--replications", "1"]).assert().success();
    let before = files(&place.path().join("out"));
    refused(place.path(), &["report", "out", "--live"]);
    assert_eq!(files(&place.path().join("out")), before);
}
