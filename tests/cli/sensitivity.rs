//! Sensitivity from the command line: rankings, times that were never reached, assumptions, and invalid requests.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::small::{SMALL, files, place};
use assert_cmd::Command;
use predicates::prelude::*;

/// Runs `updraft sensitivity small.toml` with `words` in `place`.
fn run(place: &Path, words: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.current_dir(place).args(["sensitivity", "small.toml"]).args(words).assert()
}

/// The rows of `sensitivity.csv` as keys and indices with their values.
fn indices(folder: &Path) -> BTreeMap<(String, String), String> {
    let text = fs::read_to_string(folder.join("sensitivity.csv")).expect("a table");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("method,option,metric,key,index,value,ci95_low,ci95_high"));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            ((cells[3].into(), cells[4].into()), cells[5].into())
        })
        .collect()
}

fn number(indices: &BTreeMap<(String, String), String>, key: &str, index: &str) -> f64 {
    indices[&(key.to_string(), index.to_string())].parse().expect("a number")
}

const RANGES: [&str; 6] = [
    "--vary",
    "site.branch.bandwidth=1 Mbit/s..64 Mbit/s log",
    "--vary",
    "server.report_size=1 kB..4 kB",
    "--vary",
    "network.model=fluid,tcp",
];

fn with<'a>(words: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    words.iter().chain(more).copied().collect()
}

#[test]
fn the_key_that_matters_comes_first_by_both_methods() {
    let place = place(SMALL);
    let morris = with(&RANGES, &["--option", "server", "-o", "morris"]);
    run(place.path(), &morris).success().stdout(
        predicate::str::contains("protected_p95_s under server: elementary effects")
            .and(predicate::str::contains("Results: morris")),
    );
    let found = indices(&place.path().join("morris"));
    let of = |key| number(&found, key, "mu_star");
    assert!(of("site.branch.bandwidth") > 2.0 * of("network.model"), "{found:?}");
    assert!(of("network.model") > of("server.report_size"), "{found:?}");
    assert!(number(&found, "site.branch.bandwidth", "mu") < 0.0, "more bandwidth, less time");
    let svg = &files(&place.path().join("morris"))["effects-protected_p95_s-server.svg"];
    let svg = String::from_utf8(svg.clone()).expect("a text");
    assert!(svg.contains("1  site.branch.bandwidth") && svg.contains("protected_p95_s: σ"));

    let sobol = ["--method", "sobol", "--samples", "64", "--option", "server", "-o", "sobol"];
    run(place.path(), &with(&RANGES, &sobol)).success();
    let found = indices(&place.path().join("sobol"));
    assert!(number(&found, "site.branch.bandwidth", "ST") > 0.7, "{found:?}");
    assert!(number(&found, "server.report_size", "ST") < 0.1, "{found:?}");
    assert!(files(&place.path().join("sobol")).contains_key("shares-protected_p95_s-server.png"));
}

#[test]
fn threads_and_what_is_known_change_no_byte() {
    let place = place(SMALL);
    let words = with(&RANGES, &["--trajectories", "4", "--replications", "2", "--option", "all"]);
    run(place.path(), &with(&words, &["-o", "one", "--threads", "1"])).success();
    run(place.path(), &with(&words, &["-o", "two", "--threads", "3", "--no-cache"])).success();
    let one = files(&place.path().join("one"));
    assert_eq!(one, files(&place.path().join("two")));
    let again = run(place.path(), &with(&words, &["-o", "one", "--resume"])).success();
    assert!(all_known(&again.get_output().stdout));
    assert_eq!(one, files(&place.path().join("one")));
    // The points are a design, and a sweep reuses their runs.
    let sweep = ["sweep", "small.toml", "--design", "one/points.csv", "--replications", "2"];
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    let swept = command.current_dir(place.path()).args(sweep).args(["--option", "all"]);
    let swept = swept.args(["--cache", "one/.cache", "-o", "swept"]).assert().success();
    assert!(all_known(&swept.get_output().stdout));
}

/// Whether all runs were cached: `… N runs, N of them cached`.
fn all_known(output: &[u8]) -> bool {
    let text = String::from_utf8_lossy(output);
    let (before, after) = text.split_once(" runs, ").expect("a count of runs");
    let runs = before.rsplit(' ').next().expect("a number");
    runs.parse::<u32>().is_ok() && after.starts_with(&format!("{runs} of them cached"))
}

#[test]
fn values_never_reached_are_reported_and_not_averaged() {
    let place = place(SMALL);
    let words = ["--vary", "duration=20 min,2 h", "--vary", "server.slots=1,9", "-o", "out"];
    let more = ["--option", "server", "--metric", "protected_all_s", "--metric", "rounds"];
    run(place.path(), &with(&words, &more)).success().stdout(
        predicate::str::contains("protected_all_s was never reached at 2 of 4 points")
            .and(predicate::str::contains("never in 10 of 10, 10 by it")),
    );
    let text = fs::read_to_string(place.path().join("out/sensitivity.csv")).expect("a table");
    for row in [
        "morris,server,protected_all_s,duration,mu_star,,,",
        "morris,server,protected_all_s,duration,never,10,,",
        "morris,server,protected_all_s,duration,never_by_key,10,,",
    ] {
        assert!(text.contains(row), "{row}\n{text}");
    }
    assert!(!text.contains("rounds,duration,mu_star,,,"), "what has a value is told: {text}");
}

#[test]
fn assumptions_are_varied_or_left_out_for_a_reason() {
    let place = place(SMALL);
    let words = ["--assumptions", "--vary", "server.slots=3..9", "--trajectories", "2"];
    let more = ["--option", "server", "-o", "out", "--metric", "exposure_agent_hours"];
    let set = ["--set", "sources.stale=accept"];
    run(place.path(), &with(&with(&words, &more), &set)).success().stdout(
        predicate::str::contains("Assumptions that were not varied")
            .and(predicate::str::contains("\n  No effect at these points: "))
            .and(predicate::str::contains("  sources.stale: --set says `accept`\n")),
    );
    let text = fs::read_to_string(place.path().join("out/factors.csv")).expect("a table");
    for row in [
        "server.slots,3..9,",
        "notification.attempts,2..10 log,",
        "sources.resumes,\"false,true\",",
        "server.max_transfers,,`0` is zero: there is no range from half to double",
    ] {
        assert!(text.contains(&format!("\n{row}\n")), "{row}\n{text}");
    }
    assert_eq!(text.matches("server.slots,").count(), 1, "a key has one range");
}

#[test]
fn programs_get_json() {
    let place = place(SMALL);
    let words = with(&RANGES, &["--format", "json", "--trajectories", "2", "-o", "out"]);
    let words = with(&words, &["--metric", "protected_p95_s", "--metric", "protected_p95_s"]);
    let output = run(place.path(), &words).success().get_output().stdout.clone();
    let told: serde_json::Value = serde_json::from_slice(&output).expect("JSON");
    assert_eq!(told["method"], "morris");
    assert_eq!(told["analyses"].as_array().map(Vec::len), Some(1), "a metric counts once");
    let keys = told["analyses"][0]["keys"].as_array().expect("keys");
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| key["indices"]["mu_star"]["value"].is_f64()), "{told}");
}

#[test]
fn an_invalid_analysis_is_refused_and_nothing_is_written() {
    let place = place(SMALL);
    for (words, code, said) in [
        (vec![], 2, "nothing is varied"),
        (vec!["--vary", "server.slots=7"], 2, "`server.slots` has one level only"),
        (vec!["--vary", "server.slots=7..7"], 2, "one level only"),
        (vec!["--vary", "server.slots=1..9", "--vary", "server.slots=2..3"], 2, "varied twice"),
        (vec!["--vary", "server.slots=9..1"], 3, "the first is greater"),
        (vec!["--vary", "server.slot=1..9"], 3, "did you mean `server.slots`?"),
        (vec!["--vary", "network.model=fluid,tpc"], 3, "did you mean `tcp`?"),
        (vec!["--vary", "server.slots=1..9", "--samples", "64"], 2, "--method sobol"),
        (vec!["--vary", "server.slots=1..9", "--metric", "rouns"], 2, "did you mean `rounds`?"),
        (vec!["--vary", "server.slots=1..9", "--trajectories", "1"], 2, "2..=100000"),
        (vec!["--vary", "seed=1..9"], 2, "cannot be varied"),
        (vec!["--vary", "server.slots=1..9", "--set", "server.slots=5"], 2, "set with --set"),
    ] {
        run(place.path(), &words).code(code).stderr(predicate::str::contains(said));
    }
    assert_eq!(fs::read_dir(place.path()).expect("a folder").count(), 1);
}
