//! A scenario from standard input.

use std::fs;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;

const SCENARIO: &str = r#"name = "piped"
start = "Mon 10:00"
duration = "2 h"
[headquarters]
agents = 5
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
agents = 3
bandwidth = "4 Mbit/s"
[[release]]
name = "one"
at = "Mon 10:15"
components = ["Virus Pattern"]
"#;

fn updraft(place: &tempfile::TempDir, line: &str, stdin: &str) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.current_dir(place).args(line.split_whitespace()).write_stdin(stdin).assert()
}

#[test]
fn every_command_that_reads_a_scenario_reads_it_from_standard_input() {
    let place = tempfile::tempdir().expect("a temporary folder");
    for line in [
        "check -",
        "run -",
        "compare - -o compared",
        "explain - --failed",
        "plan - --target protected_p95_s<=7200 --fresh-days 60 --lever server.slots=250,100",
        "sweep - --vary server.slots=50,100 -o swept",
        "sensitivity - --vary server.slots=50..100 --trajectories 2",
    ] {
        let _ = updraft(&place, line, SCENARIO).success();
        let wrong = SCENARIO.replace("agents = 5", "agents = x");
        let _ = updraft(&place, line, &wrong).code(3).stderr(contains("<stdin>:5:10"));
    }
    // Results stand where the scenario's name says, and can be run again without it.
    let manifest = fs::read_to_string(place.path().join("results/piped/manifest.json"));
    let manifest: serde_json::Value =
        serde_json::from_str(&manifest.expect("results")).expect("JSON");
    assert_eq!(manifest["command_line"][2], "-");
    assert_eq!(manifest["scenario_toml"], SCENARIO);
    let _ = updraft(&place, "verify results/piped", "").success();
}

#[test]
fn layers_count_beside_standard_input_too() {
    let place = tempfile::tempdir().expect("a temporary folder");
    fs::write(place.path().join("updraft.toml"), "seed = 5\n").expect("a project file");
    fs::write(place.path().join("over.toml"), "[server]\nslots = 9\n").expect("an overlay");
    let line = "check - -v --overlay over.toml --set site.branch.count=3";
    let _ = updraft(&place, line, SCENARIO).success().stdout(
        contains("<stdin>: valid")
            .and(contains("seed = 5   updraft.toml:1"))
            .and(contains("server.slots = 9   over.toml:2"))
            .and(contains("headquarters.agents = 5   <stdin>:5")),
    );
}

#[test]
fn what_is_no_text_is_a_failure_and_a_script_has_no_standard_input() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    let told = command.current_dir(&place).args(["check", "-"]).write_stdin(vec![0xff]).assert();
    told.code(1).stderr(contains("cannot read <stdin>"));
    let line = "sweep - --vary server.slots=50,100 --emit slurm";
    let _ = updraft(&place, line, SCENARIO).code(2).stdout("").stderr(contains("--emit"));
}
