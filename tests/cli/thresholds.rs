//! Thresholds from outside: output, files, and exit codes.

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;

use crate::small::HEADQUARTERS;

/// A place with a scenario in it.
struct Place(tempfile::TempDir);

impl Place {
    fn with(thresholds: &str) -> Self {
        let place = tempfile::tempdir().expect("a temporary folder");
        fs::write(place.path().join("small.toml"), format!("{HEADQUARTERS}{thresholds}"))
            .expect("a file");
        Self(place)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn updraft(&self, arguments: &[&str]) -> assert_cmd::assert::Assert {
        let mut command = Command::cargo_bin("updraft").expect("the program is built");
        command
            .current_dir(self.0.path())
            .args(arguments)
            .args(["small.toml", "-o", "out"])
            .assert()
    }

    fn manifest(&self) -> serde_json::Value {
        let text = fs::read(self.at("out/manifest.json")).expect("a manifest");
        serde_json::from_slice(&text).expect("JSON")
    }
}

#[test]
fn a_threshold_that_holds_is_said_and_the_program_is_done() {
    let place = Place::with("[[threshold]]\nmetric = \"protected_p95_s\"\nmax = 7200\n");
    let run = place.updraft(&["compare"]).success();
    let run = run.stdout(contains("✓ protected_p95_s ≤ 2 h under server: "));
    let _ = run.stdout(contains("✓ protected_p95_s ≤ 2 h under direct: "));
    assert_eq!(place.manifest()["thresholds"].as_array().expect("a row an option").len(), 4);
    assert_eq!(place.manifest()["thresholds"][3]["verdict"], "kept");
    let page = fs::read_to_string(place.at("out/report.html")).expect("a page");
    assert!(page.contains("protected_p95_s ≤ 2 h"));
}

#[test]
fn a_broken_threshold_is_exit_code_4_and_the_results_are_written() {
    let place = Place::with(
        "[[threshold]]\nmetric = \"agents\"\noption = \"server\"\nmin = 6.5\n\
         [[threshold]]\nmetric = \"agents\"\noption = \"direct\"\nmin = 6.5\n",
    );
    let broken = "✗ agents ≥ 6.5 under server: 5\n";
    let run = place.updraft(&["run", "--option", "server"]).code(4).stderr("");
    let run = run.stdout(contains(broken).and(contains("1 of 2 thresholds broken")));
    let _ = run.stdout(contains("– agents ≥ 6.5 under direct: not judged\n  direct was not run\n"));
    assert_eq!(place.manifest()["thresholds"][0]["verdict"], "broken");
    // Printed if nothing else is.
    let quiet = place.updraft(&["run", "--option", "server", "--quiet"]).code(4).stdout("");
    let _ = quiet.stderr(contains(broken));
    let json = place.updraft(&["run", "--option", "server", "--format", "json"]).code(4);
    let printed = json.stdout(contains(r#""verdict":"broken""#)).stderr(contains(broken));
    let printed: serde_json::Value =
        serde_json::from_slice(&printed.get_output().stdout).expect("JSON");
    assert_eq!(printed["thresholds"][1]["verdict"], "not-judged");
}

#[test]
fn never_breaks_a_maximum() {
    let place = Place::with(
        "[[threshold]]\nmetric = \"protected_all_s\"\nmax = 1e9\n\
         [[fault]]\nat = \"server\"\nfrom = \"1 s\"\n",
    );
    let _ = place
        .updraft(&["run", "--option", "server"])
        .code(4)
        .stdout(contains("✗ protected_all_s ≤ 11,574 d 1 h 46 min 40 s under server: never\n"));
}

#[test]
fn junit_is_written_aside_and_never_among_the_results() {
    let place = Place::with("[[threshold]]\nmetric = \"agents\"\nmax = 4\n");
    let _ = place.updraft(&["run", "--junit", "reports/junit.xml"]).code(4);
    let text = fs::read_to_string(place.at("reports/junit.xml")).expect("a file");
    assert!(text.contains("<failure message=\"5\" type=\"broken\"/>"), "{text}");
    assert_eq!(fs::read_dir(place.at("reports")).expect("a folder").count(), 1);
    let before = fs::read(place.at("out/manifest.json")).expect("a manifest");
    let among = place.updraft(&["run", "--seed", "9", "--junit", "out/junit.xml"]).code(2);
    let _ = among.stderr(contains("--junit needs a file outside the results folder"));
    assert_eq!(fs::read(place.at("out/manifest.json")).expect("a manifest"), before);
    // An earlier one is replaced, and nothing else is.
    let _ = place.updraft(&["run", "--junit", "reports/junit.xml", "--force"]).code(4);
    fs::write(place.at("notes.txt"), "mine").expect("a file");
    let over = place.updraft(&["run", "--junit", "notes.txt", "--force"]).code(2);
    let _ = over.stderr(contains("--junit would overwrite notes.txt"));
    assert_eq!(fs::read(place.at("notes.txt")).expect("a file"), b"mine");
}

#[test]
fn drawn_again_the_verdicts_are_the_same_to_the_byte() {
    let place = Place::with("[[threshold]]\nmetric = \"agents\"\nmin = 1\nmax = 4.25\n");
    let _ = place.updraft(&["compare", "--replications", "2"]).code(4);
    let files = ["manifest.json", "report.html"].map(|name| place.at("out").join(name));
    let before = files.clone().map(|file| fs::read(file).expect("a file"));
    let mut report = Command::cargo_bin("updraft").expect("the program is built");
    let _ = report.arg("report").arg(place.at("out")).assert().success();
    assert_eq!(files.map(|file| fs::read(file).expect("a file")), before);
}

#[test]
fn without_thresholds_nothing_of_them_is_written() {
    let place = Place::with("");
    let _ = place.updraft(&["run"]).success();
    let manifest = place.manifest();
    assert!(
        manifest.get("thresholds").is_none() && manifest["scenario"].get("thresholds").is_none()
    );
    let page = fs::read_to_string(place.at("out/report.html")).expect("a page");
    assert!(!page.contains("id=\"thresholds\""));
}

/// A threshold at a limit between the values of two days; the mean of all is 127.
fn undecided(more: &str) -> String {
    format!(
        "[[site]]\nname = \"branch\"\ncount = 4\nagents = [1, 60]\nbandwidth = \"4 Mbit/s\"\n\
         [[threshold]]\nmetric = \"agents\"\noption = \"server\"\nmax = 140\n{more}"
    )
}

#[test]
fn what_replications_do_not_decide_is_told_and_fails_only_where_it_is_asked_to() {
    let place = Place::with(&undecided(""));
    let command = ["run", "--option", "server", "--replications", "3", "--junit", "junit.xml"];
    let run = place.updraft(&command).success().stderr("");
    let _ = run.stdout(
        contains("? agents ≤ 140 under server: ")
            .and(contains("more replications would probably decide"))
            .and(contains("1 of 1 threshold undecided")),
    );
    let row = place.manifest()["thresholds"][0].clone();
    assert_eq!(row["verdict"], "undecided");
    let more = row["more_replications"].as_u64().expect("a number");
    let junit = fs::read_to_string(place.at("junit.xml")).expect("a file");
    assert!(junit.contains("skipped=\"1\" failures=\"0\"") && junit.contains("type=\"undecided\""));
    let page = fs::read_to_string(place.at("out/report.html")).expect("a page");
    assert!(page.contains("<td class=\"name undecided\">"));
    // The stated number of replications does decide here.
    let all = (3 + more).to_string();
    let _ = place.updraft(&["run", "--option", "server", "--replications", &all]);
    assert_ne!(place.manifest()["thresholds"][0]["verdict"], "undecided");

    let place = Place::with(&undecided("on_undecided = \"fail\"\n"));
    let run = place.updraft(&[&command[..], &["--quiet"]].concat()).code(4).stdout("");
    let _ = run.stderr(contains("it fails because on_undecided = \"fail\""));
    let junit = fs::read_to_string(place.at("junit.xml")).expect("a file");
    assert!(junit.contains("failures=\"1\"") && junit.contains("type=\"undecided\""));
    // One replication has no interval: its value decides.
    let _ = place.updraft(&["run", "--option", "server"]);
    assert_ne!(place.manifest()["thresholds"][0]["verdict"], "undecided");
}
