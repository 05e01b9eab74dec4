//! Differences between two results: folders, scenarios, and combinations.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

use crate::small::{SMALL, place};

fn updraft(place: &Path, words: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("updraft").expect("the program").current_dir(place).args(words).assert()
}

fn json(place: &Path, words: &[&str]) -> Value {
    let words = [&["diff"], words, &["--format", "json"]].concat();
    let told = updraft(place, &words).success();
    serde_json::from_slice(&told.get_output().stdout).expect("JSON")
}

/// A folder with `small.toml`, and `slow.toml`, whose branches have a twentieth of the bandwidth and no Update Agents.
fn two() -> tempfile::TempDir {
    let place = place(SMALL);
    let slow = SMALL.replace(r#"["4 Mbit/s", "20 Mbit/s"]"#, r#"["200 kbit/s", "1 Mbit/s"]"#);
    let slow = slow.replace("update_agents = 1", "update_agents = 0");
    fs::write(place.path().join("slow.toml"), slow).expect("a file");
    place
}

fn change<'a>(told: &'a Value, option: &str, metric: &str) -> &'a Value {
    let changes = told["changes"].as_array().expect("a list");
    let found = changes.iter().find(|at| at["option"] == option && at["metric"] == metric);
    found.expect("a change")
}

#[test]
fn folders_scenarios_and_any_mix_of_them_say_the_same() {
    let place = two();
    let place = place.path();
    for name in ["small", "slow"] {
        let file = format!("{name}.toml");
        let words = ["compare", &file, "--replications", "3", "--seed", "7", "-o", name, "--quiet"];
        let _ = updraft(place, &words).success();
    }
    let folders = json(place, &["small", "slow"]);
    let more: &[&str] = &["--replications", "3", "--seed", "7"];
    let scenarios = json(place, &[&["small.toml", "slow.toml"], more].concat());
    // A scenario is simulated with the parameters of the folder it is compared with.
    let mixed = [json(place, &["small", "slow.toml"]), json(place, &["small.toml", "slow"])];
    assert_eq!(folders["paired"], true);
    for told in [&scenarios, &mixed[0], &mixed[1]] {
        for part in ["changes", "scenario", "worse", "better"] {
            assert_eq!(told[part], folders[part], "{part}");
        }
    }
    let keys: Vec<&str> = folders["scenario"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|at| at["key"].as_str())
        .collect();
    assert_eq!(keys, ["site.branch.bandwidth", "site.branch.update_agents"]);
    // Without Update Agents all branches' computers fetch from the server.
    let requests = change(&folders, "server-ua", "server_requests");
    assert_eq!(
        (&requests["verdict"], &requests["replications"]),
        (&"worse".into(), &[3, 3].into())
    );
    // The means are those of the results.
    let estimates = fs::read_to_string(place.join("slow/estimates.csv")).expect("estimates");
    let row = estimates.lines().find(|row| row.starts_with("server-ua,,wan_bytes,"));
    let mean: f64 = row.and_then(|row| row.split(',').nth(4)?.parse().ok()).expect("a mean");
    let told = change(&folders, "server-ua", "wan_bytes")["after"].as_f64().expect("a mean");
    assert!((mean - told).abs() <= 1e-9 * mean, "{mean} {told}");
}

#[test]
fn other_random_numbers_do_not_pair_and_are_told() {
    let place = two();
    let place = place.path();
    let _ =
        updraft(place, &["compare", "small.toml", "--replications", "1", "-o", "one", "--quiet"])
            .success();
    let told = json(place, &["one", "small.toml", "--seed", "2"]);
    assert_eq!(told["paired"], false);
    assert_eq!(told["not_paired_because"], "the seeds are 1 and 2");
    // One replication with other random numbers shows nothing.
    assert_eq!((&told["worse"], &told["better"]), (&0.into(), &0.into()));
    let more = json(place, &["one", "small.toml", "--set", "site.branch.agents=30"]);
    assert_eq!(more["not_paired_because"], "the agents or their sites differ");
}

#[test]
fn what_is_worse_fails_where_it_is_asked_to_and_is_annotated() {
    let place = two();
    let place = place.path();
    let asked = ["diff", "small.toml", "slow.toml", "--replications", "2"];
    let fails: &[&str] = &["--fail-on", "worse", "--metric", "server_requests"];
    let _ = updraft(place, &asked).success().stderr("");
    let told =
        updraft(place, &[&asked, fails, &["--annotations", "--format", "markdown"]].concat());
    let output = told.code(4).get_output().clone();
    let [out, err] =
        [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("text"));
    assert!(out.contains("| **worse** | server-ua | server\\_requests | "), "{out}");
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines.len(), out.matches("**worse**").count());
    assert!(
        lines[0].starts_with("::error file=slow.toml,title=worse::server_requests under "),
        "{err}"
    );
    // In the opposite direction nothing is worse.
    let back = ["diff", "slow.toml", "small.toml", "--replications", "2"];
    let _ = updraft(place, &[&back, fails].concat()).success();
    // With --quiet, failures are printed on stderr.
    let quiet = updraft(place, &[&asked, fails, &["--quiet"]].concat()).code(4).stdout("");
    let said = String::from_utf8(quiet.get_output().stderr.clone()).expect("text");
    assert!(said.starts_with("worse: server_requests under "), "{said}");
}
