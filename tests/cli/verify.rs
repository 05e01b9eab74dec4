//! `updraft verify`: results are reproduced, or the differences are listed.

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::prelude::*;
use predicates::str::contains;

use crate::small::files;

const SMALL: &str = r#"name = "small"
start = "Mon 10:00"
duration = "2 h"
[headquarters]
agents = 5
internet_bandwidth = "100 Mbit/s"
[agents]
presence = "laptop"
[[release]]
name = "one"
at = "Mon 10:15"
components = ["Virus Pattern"]
"#;

/// Results in a separate folder; the scenario's file is removed.
struct Results {
    _place: tempfile::TempDir,
    folder: PathBuf,
}

impl Results {
    fn of(arguments: &[&str]) -> Self {
        let place = tempfile::tempdir().expect("a temporary folder");
        let scenario = place.path().join("small.toml");
        fs::write(&scenario, SMALL).expect("a file");
        let folder = place.path().join("out");
        let mut command = updraft();
        let _ = command.args(arguments).arg(&scenario).arg("-o").arg(&folder).assert().success();
        fs::remove_file(scenario).expect("a file");
        Self { _place: place, folder }
    }

    fn verify(&self, arguments: &[&str]) -> Assert {
        updraft().arg("verify").arg(&self.folder).args(arguments).assert()
    }

    /// Replaces the first `from` in a file by `to`.
    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.folder.join(file);
        let text = fs::read_to_string(&path).expect("a file");
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(path, text.replacen(from, to, 1)).expect("a file");
    }

    /// Makes the hash in the manifest fit a file that was edited.
    fn hide_edit(&self, file: &str) {
        let content = fs::read(self.folder.join(file)).expect("a file");
        let path = self.folder.join("manifest.json");
        let text = fs::read(&path).expect("a manifest");
        let mut manifest: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        manifest["files_blake3"][file] = blake3::hash(&content).to_hex().to_string().into();
        fs::write(path, format!("{manifest:#}\n")).expect("a file");
    }
}

fn updraft() -> Command {
    Command::new(assert_cmd::cargo::cargo_bin("updraft"))
}

#[test]
fn results_are_what_comes_out_again_without_the_scenario_file() {
    let results = Results::of(&["compare", "--replications", "3", "--agents"]);
    let before = files(&results.folder);
    for how in [&[][..], &["--threads", "1"], &["--sample", "2"], &["--no-run"]] {
        results.verify(how).success().stdout(contains("verified: all"));
    }
    assert_eq!(files(&results.folder), before, "to verify changes nothing");
}

#[test]
fn overrides_and_rules_are_repeated_too() {
    for arguments in [
        &["run", "--option", "ua", "--seed", "7", "--set", "agents.scheduled=\"50 %\""][..],
        &["compare", "--precision", "20 %", "--precision-of", "rounds", "--max-replications", "20"],
        &["compare"],
        &["compare", "--precision", "auto", "--max-replications", "10"],
        &["compare", "--select", "wan_bytes", "--indifference", "1 MB"],
    ] {
        let results = Results::of(arguments);
        results.verify(&[]).success().stdout(contains("verified: all"));
        results.verify(&["--sample", "2"]).success().stdout(contains("repeated: 1"));
    }
}

#[test]
fn results_of_layers_need_their_manifest_alone() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| fs::write(place.path().join(name), text).expect("a file");
    write("small.toml", SMALL);
    write("updraft.toml", "[server]\nslots_peak = 3\n");
    let mut run = updraft();
    let run = run.current_dir(&place).env("UPDRAFT__HEADQUARTERS__AGENTS", "9");
    let _ =
        run.args(["run", "small.toml", "-o", "out", "--set", "server.slots=4"]).assert().success();
    for file in ["small.toml", "updraft.toml"] {
        fs::remove_file(place.path().join(file)).expect("a file");
    }
    let folder = place.path().join("out");
    let manifest = fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(manifest["scenario"]["settings"]["server"]["slots"]["peak"], 3);
    let results = Results { _place: place, folder };
    let _ = results.verify(&[]).success().stdout(contains("verified: all"));
}

#[test]
fn a_changed_row_is_found_with_its_line() {
    let results = Results::of(&["compare", "--replications", "2"]);
    results.edit("summary.csv", "server,1,,agents,count,5", "server,1,,agents,count,6");
    let changed = contains("summary.csv was changed after it was written");
    let row = "summary.csv:2: server,1,,agents,count,6, again server,1,,agents,count,5\n";
    results.verify(&[]).code(4).stderr(changed.clone().and(contains(row)));
    results.verify(&["--no-run"]).code(4).stderr(changed.clone());
    // Changed files cannot be combined with a sample.
    results.verify(&["--sample", "1"]).code(4).stderr(changed.and(contains("nothing was run")));
    // With an adjusted hash, only a run can detect the change.
    results.hide_edit("summary.csv");
    results.verify(&["--no-run"]).success();
    let different = || contains("summary.csv differs when run again").and(contains(row));
    results.verify(&[]).code(4).stderr(different());
    results.verify(&["--sample", "1"]).code(4).stderr(different());
}

#[test]
fn a_sample_looks_at_its_own_replications_alone() {
    let results = Results::of(&["compare", "--replications", "4"]);
    results.edit("summary.csv", "server,4,,agents,count,5", "server,4,,agents,count,6");
    results.hide_edit("summary.csv");
    let told = contains("replications repeated: 1, 2, 3, 4 of 4");
    results.verify(&["--sample", "9"]).code(4).stderr(told.and(contains("server,4,,agents")));
    // Estimates depend on all rows, including those that were not run.
    let told = contains("replications repeated: 1, 3 of 4").and(contains("estimates.csv:2:"));
    results.verify(&["--sample", "2"]).code(4).stderr(told);
}

#[test]
fn a_changed_seed_is_found() {
    let results = Results::of(&["compare", "--replications", "2", "--agents"]);
    results.edit("manifest.json", "\n  \"seed\": 1", "\n  \"seed\": 2");
    let seed = contains("manifest.json: seed: 2, again 1");
    results.verify(&[]).code(4).stderr(seed.clone());
    results.verify(&["--sample", "1"]).code(4).stderr(seed);
    // Another seed, also in the command line: then the numbers differ.
    let results = Results::of(&["compare", "--replications", "2", "--agents", "--seed", "1"]);
    results.edit("manifest.json", "\"--seed\",\n    \"1\"", "\"--seed\",\n    \"2\"");
    let told = contains("agents.csv differs when run again\n  agents.csv:2: ");
    results.verify(&[]).code(4).stderr(told);
}

#[test]
fn a_changed_hash_is_found_where_the_file_is_as_it_was() {
    let results = Results::of(&["run"]);
    results.edit("manifest.json", "\"links.csv\": \"", "\"links.csv\": \"f00");
    let named = contains("manifest.json: files_blake3.links.csv: \"f00");
    results.verify(&[]).code(4).stderr(named.and(contains("not verified: 1 file of")));
    results.verify(&["--no-run"]).code(4).stderr(contains("links.csv was changed"));
}

#[test]
fn files_that_are_gone_or_foreign_are_found() {
    let results = Results::of(&["run"]);
    fs::remove_file(results.folder.join("links.csv")).expect("a file");
    fs::write(results.folder.join("notes.txt"), "for the boss").expect("a file");
    let both = || {
        contains("links.csv is missing")
            .and(contains("notes.txt does not belong to these results"))
            .and(contains("not verified: 2 files of"))
    };
    results.verify(&["--no-run"]).code(4).stderr(both());
    let named = contains("\"verified\":false").and(contains("\"file\":\"notes.txt\""));
    results.verify(&["--no-run", "--format", "json"]).code(4).stdout(named);
    results.verify(&[]).code(4).stderr(both());
}

#[test]
fn another_version_is_said() {
    let results = Results::of(&["run"]);
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    results.edit("manifest.json", &version, "\"version\": \"0.0.9\"");
    let noted = contains("the results were written by updraft 0.0.9, this is");
    results.verify(&["--no-run"]).success().stdout(noted.clone());
    // Its name is on the page that was written.
    results.verify(&[]).code(4).stderr(noted.and(contains("report.html")));
}

#[test]
fn damaged_and_foreign_manifests_are_refused() {
    let results = Results::of(&["run"]);
    let kept = fs::read_to_string(results.folder.join("manifest.json")).expect("a manifest");
    for (from, to, told) in [
        ("\"run\"", "\"check\"", "command_line: unexpected argument"),
        ("\"run\",\n    \"small.toml\"", "\"report\"", "command_line: unexpected argument"),
        ("\"links.csv\"", "\"../links.csv\"", "`../links.csv` is not a file of this folder"),
        ("\"--seed\"", "\"--sede\"", "command_line: unexpected argument '--sede'"),
        ("\"scenario_toml\"", "\"scenario_tolm\"", "it has no scenario_toml"),
        ("duration = \\\"2 h\\\"", "duration = \\\"2 hh\\\"", "`hh` is not a unit of time"),
        ("\n  \"seed\": 1", "\n  \"seed\": \"one\"", "manifest.json: invalid type"),
        ("\"program\": \"updraft\"", "\"program\": \"other\"", "not a manifest of updraft"),
    ] {
        results.edit("manifest.json", from, to);
        results.verify(&[]).code(3).stderr(contains(told));
        fs::write(results.folder.join("manifest.json"), &kept).expect("a file");
    }
    // Results of an earlier updraft have at least their hashes.
    results.edit("manifest.json", "\"scenario_toml\"", "\"scenario_as_written\"");
    results.verify(&["--no-run"]).success().stdout(contains("nothing was run again"));
    for content in ["", "{}", "[1, 2", "{\"program\": \"make\", \"files_blake3\": {}}"] {
        fs::write(results.folder.join("manifest.json"), content).expect("a file");
        results.verify(&[]).code(3).stderr(contains("not a manifest of updraft"));
    }
    fs::remove_file(results.folder.join("manifest.json")).expect("a file");
    results.verify(&[]).code(1).stderr(contains("cannot read"));
}
