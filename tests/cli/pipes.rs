//! A scenario from standard input, a summary on standard output.

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
        "diff compared -",
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
fn invalid_text_is_refused_and_a_script_has_no_standard_input() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    let told = command.current_dir(&place).args(["check", "-"]).write_stdin(vec![0xff]).assert();
    told.code(3).stderr(contains("<stdin>:1:1")).stderr(contains("not UTF-8"));
    let line = "sweep - --vary server.slots=50,100 --emit slurm";
    let _ = updraft(&place, line, SCENARIO).code(2).stdout("").stderr(contains("--emit"));
}

#[test]
fn the_summary_on_standard_output_is_that_of_the_folder_and_there_is_none() {
    let place = tempfile::tempdir().expect("a temporary folder");
    for command in ["run -", "compare - --replications 2"] {
        let _ = updraft(&place, &format!("{command} -o out --quiet"), SCENARIO).success();
        let written = fs::read(place.path().join("out/summary.csv")).expect("a summary");
        fs::remove_dir_all(place.path().join("out")).expect("results");
        let printed = updraft(&place, &format!("{command} -o -"), SCENARIO).success().stderr("");
        assert!(printed.get_output().stdout == written, "{command}");
    }
    let mut left = fs::read_dir(&place).expect("a folder");
    assert!(left.all(|entry| entry.expect("an entry").file_name() == ".updraft-out"));
}

#[test]
fn a_broken_threshold_is_told_beside_the_summary() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let broken = format!("{SCENARIO}[[threshold]]\nmetric = \"agents\"\nmin = 9\n");
    let told = updraft(&place, "run - -o - --junit checks.xml", &broken).code(4);
    let _ = told
        .stdout(predicates::str::starts_with("option,replication,release,metric,unit,value\n"))
        .stderr(contains("✗ agents ≥ 9"));
    assert!(place.path().join("checks.xml").is_file());
}

#[test]
fn what_contradicts_a_summary_on_standard_output_is_refused() {
    let place = tempfile::tempdir().expect("a temporary folder");
    for flags in ["--tables jsonl", "--resume", "--agents", "--format json", "--quiet", "--open"] {
        let told = updraft(&place, &format!("run - -o - {flags}"), SCENARIO).code(2);
        let flag = flags.trim_end_matches(" jsonl");
        let _ = told.stdout("").stderr(contains(flag).and(contains("writes no folder")));
    }
    for command in
        ["sweep - --vary server.slots=1,2", "plan - --target protected_p95_s<=1", "sensitivity -"]
    {
        let told = updraft(&place, &format!("{command} -o -"), SCENARIO).code(2);
        let _ = told.stdout("").stderr(contains("only `run` and `compare`"));
    }
    assert_eq!(fs::read_dir(&place).expect("a folder").count(), 0);
}
