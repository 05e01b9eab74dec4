//! Results of something else are kept, unless they are to be replaced.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use predicates::str::contains;

use crate::small::{SMALL, files, place};

fn updraft(place: &Path, line: &str) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("updraft").expect("the program");
    command.current_dir(place).args(line.split_whitespace()).assert()
}

const SWEEP: &str = "sweep small.toml --vary server.slots=10,20 --quiet";

#[test]
fn results_of_another_kind_or_scenario_stay_and_are_replaced_by_force() {
    let place = place(SMALL);
    let place = place.path();
    // Another scenario with the same name.
    let other = SMALL.replace("duration = \"2 h\"", "duration = \"3 h\"");
    fs::write(place.join("other.toml"), other).expect("a file");
    let _ = updraft(place, "compare small.toml --quiet").success();
    let results = place.join("results/small");
    let before = files(&results);
    for (line, whose) in [
        (SWEEP, "results of `compare` of small.toml"),
        ("compare other.toml", "results of another scenario, small.toml"),
        ("run other.toml", "results of another scenario, small.toml"),
        (
            "plan small.toml --target protected_p95_s<=7200 --fresh-days 60 -o results/small",
            "results of `compare` of small.toml",
        ),
        (
            "sensitivity small.toml --vary server.slots=50..100 --trajectories 2 -o results/small",
            "results of `compare` of small.toml",
        ),
    ] {
        let told = updraft(place, line).code(1).stdout("");
        let _ = told.stderr(contains(format!(
            "error: results/small contains {whose}, which are kept; -o DIR writes elsewhere, --force replaces them"
        )));
        assert_eq!(files(&results), before, "{line}");
    }
    // The same request, in any form.
    let _ = updraft(place, "run small.toml --set server.slots=9 --quiet").success();
    let _ = updraft(place, "compare small.toml --quiet").success();
    assert_eq!(files(&results), before);
    let _ = updraft(place, &format!("{SWEEP} --force")).success();
    let _ = updraft(place, SWEEP).success();
    let told = updraft(place, "compare small.toml").code(1);
    let _ = told.stderr(contains("contains results of `sweep` of small.toml"));
    let _ = updraft(place, "compare other.toml --force --quiet").success();
    let _ = updraft(place, "compare other.toml --quiet").success();
}

#[test]
fn results_of_a_newer_version_stay() {
    let place = place(SMALL);
    let place = place.path();
    let _ = updraft(place, "run small.toml --quiet").success();
    let path = place.join("results/small/manifest.json");
    let manifest = fs::read_to_string(&path).expect("a manifest");
    let own = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    fs::write(&path, manifest.replace(&own, "\"version\": \"99.0.1\"")).expect("a file");
    let _ = updraft(place, "run small.toml")
        .code(1)
        .stderr(contains("results of a newer version, updraft 99.0.1"));
    let _ = updraft(place, "run small.toml --force --quiet").success();
}

#[test]
fn a_template_has_the_name_of_its_file() {
    let place = place(SMALL);
    let place = place.path();
    let _ = updraft(place, "init single-site -o our.office.toml --quiet").success();
    let text = fs::read_to_string(place.join("our.office.toml")).expect("a scenario");
    assert!(text.contains("\nname = \"our-office\"\n"), "{text}");
    let _ = updraft(place, "check our.office.toml --quiet").success();
}
