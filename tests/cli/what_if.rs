//! `--what-if`: each lever one step, tried at once.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

use crate::small::{SMALL, files, place};

fn updraft(place: &Path, arguments: &[&str]) -> Assert {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("updraft"));
    command.current_dir(place).args(arguments).assert()
}

fn json(told: &Assert) -> Value {
    serde_json::from_slice(&told.get_output().stdout).expect("JSON")
}

#[test]
fn each_lever_is_tried_and_its_numbers_are_those_of_a_run_with_it() {
    let place = place(SMALL);
    let place = place.path();
    let run = ["run", "small.toml", "--option", "server", "--replications", "2", "-o"];
    let plain = updraft(place, &[&run[..], &["plain", "--format", "json"]].concat()).success();
    let told = updraft(place, &[&run[..], &["out", "--what-if", "--format", "json"]].concat());
    let told = json(&told.success());
    assert_eq!(json(&plain)["what_if"], Value::Null);
    assert!(files(&place.join("plain")) == files(&place.join("out")), "the folder is the same");
    // The server looks each hour, 45 min after the release: twice as often is the first lever.
    let levers = told["what_if"]["levers"].as_array().expect("levers");
    let first = &levers[0];
    assert_eq!(
        (&first["key"], &first["before"], &first["after"]),
        (&"server.schedule".into(), &"every 1 h".into(), &"every 30 min".into())
    );
    for lever in levers {
        let set = format!(
            "{}={}",
            lever["key"].as_str().expect("a key"),
            lever["after"].as_str().expect("a value")
        );
        let more = ["with", "--set", &set, "--format", "json", "--force"];
        let with = json(&updraft(place, &[&run[..], &more].concat()).success());
        for (metric, change) in lever["changes"].as_object().expect("changes") {
            let rows = with["estimates"].as_array().expect("rows").iter();
            let mut rows = rows.filter(|row| row["metric"] == metric.as_str());
            assert_eq!(rows.next().expect("a row")["mean"], change["after"], "{set} {metric}");
        }
    }
    let gain = |lever: &Value| lever["changes"]["protected_p95_s"]["difference"].as_f64();
    let gains: Vec<f64> = levers.iter().filter_map(gain).collect();
    assert!(gains.is_sorted() && gains[0] < -600.0, "{gains:?}");
}

#[test]
fn levers_are_printed_for_people_and_meaningless_requests_are_refused() {
    let place = place(SMALL);
    let place = place.path();
    let compare = ["compare", "small.toml", "--replications", "1", "--what-if"];
    let told = "What if: each lever one step, alone, under server; what brings most first\n";
    let lever = "  server.schedule = every 30 min, now every 1 h\n";
    updraft(place, &compare).success().stdout(contains(told).and(contains(lever)));
    updraft(place, &[&compare[..], &["--format", "markdown"]].concat())
        .success()
        .stdout(contains(told));
    let refused = updraft(place, &[&compare[..], &["--quiet"]].concat()).code(2);
    let _ = refused.stderr(contains("cannot be used with"));
    let refused = updraft(place, &[&compare[..], &["-o", "-"]].concat()).code(2);
    let _ = refused.stderr(contains("--what-if has no effect with it"));
}

#[test]
fn a_plan_that_fails_says_which_lever_would_bring_most() {
    let place = place(SMALL);
    let place = place.path();
    fs::write(place.join("small.toml"), SMALL).expect("a file");
    let plan = ["plan", "small.toml", "--target", "protected_p95_s <= 20 min", "--days", "2"];
    let more = ["--fresh-days", "60", "--max-update-agents", "2"];
    let told = updraft(place, &[&plan[..], &more].concat()).code(4);
    let _ = told.stdout(
        contains("What if: ").and(contains("  server.schedule = every 30 min, now every 1 h")),
    );
}
