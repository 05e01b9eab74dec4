//! The flags that commands have in common.

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::str::contains;
use serde_json::Value;
use tempfile::TempDir;

use crate::small::{SMALL, place};

fn updraft(place: &TempDir, words: &[&str]) -> Assert {
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.current_dir(place.path()).args(words).assert()
}

#[test]
fn flags_of_what_is_printed_are_accepted_by_every_command_that_reports() {
    let place = place(SMALL);
    let quiet = ["--quiet", "--no-progress", "--color", "never"];
    let json = ["--format", "json", "--no-progress", "--color", "never"];
    let shard = ["sweep", "small.toml", "--vary", "server.slots=1,9", "--shard", "1/1", "-o", "s"];
    let _ = updraft(&place, &[&shard, &quiet[..]].concat()).success();
    for words in [
        &["run", "small.toml", "-o", "run"][..],
        &["report", "run"],
        &["verify", "run"],
        &["diff", "run", "run"],
        &["merge", "s", "-o", "merged", "--force"],
        &["list", "metrics"],
        &["init", "-o", "new.toml", "--force"],
        &["check", "small.toml"],
    ] {
        let _ = updraft(&place, &[words, &quiet].concat()).success().stdout("").stderr("");
        let answer = updraft(&place, &[words, &json].concat()).success();
        let answer: Result<Value, _> = serde_json::from_slice(&answer.get_output().stdout);
        assert!(answer.is_ok(), "{words:?}: {answer:?}");
    }
}

#[test]
fn a_flag_and_another_value_of_its_key_are_refused() {
    let place = place(SMALL);
    let run = ["run", "small.toml", "-q", "-o", "out"];
    let vary = ["--vary", "server.slots=1,9", "-q", "-o", "out"];
    let sweep = [&["sweep", "small.toml"][..], &vary].concat();
    let sensitivity = [&["sensitivity", "small.toml"][..], &vary].concat();
    let explain = ["explain", "small.toml", "--failed", "-q"];
    let check = ["check", "small.toml", "-q"];
    for (command, key, value, other) in [
        (&run[..], "option", "server", "direct"),
        (&run, "seed", "4", "5"),
        (&run, "replications", "2", "3"),
        (&sweep, "option", "server", "direct"),
        (&sweep, "replications", "2", "3"),
        (&sensitivity, "option", "server", "direct"),
        (&explain, "option", "server", "direct"),
        (&explain, "seed", "4", "5"),
        (&check, "seed", "4", "5"),
    ] {
        let flag = format!("--{key}");
        let with = |set: &str| {
            let set = format!("{key}={set}");
            updraft(&place, &[command, &[flag.as_str(), value, "--set", &set]].concat())
        };
        let told = format!("--{key} {value} and --set {key}={other} contradict each other");
        let _ = with(other).code(2).stderr(contains(told));
        if command == run {
            let _ = with(value).success();
            let _ = updraft(&place, &["verify", "out", "-q"]).success();
        }
    }
}
