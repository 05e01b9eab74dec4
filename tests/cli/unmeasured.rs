//! Metrics that a scenario does not measure: a question about them is an error, never answered by default values.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

use crate::small::{SMALL, place};

/// Runs `updraft` with `words` in `place`.
fn run(place: &Path, words: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("updraft").expect("the program").current_dir(place).args(words).assert()
}

/// Every flag that names a metric.
const ASKED: [&[&str]; 7] = [
    &["compare", "small.toml", "--select", "wan_cost", "--indifference", "1"],
    &["run", "small.toml", "--precision", "5%", "--precision-of", "wan_cost"],
    &["sweep", "small.toml", "--vary", "server.slots=5,9", "--metric", "wan_cost"],
    &["sensitivity", "small.toml", "--vary", "server.slots=5..9", "--metric", "wan_cost"],
    &["plan", "small.toml", "--target", "wan_cost <= 5"],
    &["plan", "small.toml", "--minimise", "cost"],
    &["diff", "small.toml", "small.toml", "--metric", "wan_cost"],
];

#[test]
fn commands_refuse_them_and_say_what_they_require() {
    let place = place(SMALL);
    for words in ASKED {
        let told = run(place.path(), words).code(2);
        let told = String::from_utf8(told.get_output().stderr.clone()).expect("text");
        assert!(told.contains(" it requires a "), "{words:?}: {told}");
        assert_eq!(fs::read_dir(&place).expect("a folder").count(), 1, "{words:?} wrote something");
    }
}

/// A sweep of a price measures costs at some of its points; and where nothing is recalled, no agent has a recalled
/// release, so that the first recall is a difference.
#[test]
fn what_one_side_measures_is_enough_where_the_other_has_none() {
    let place = place(SMALL);
    let priced = ["sweep", "small.toml", "--vary", "cost.per_gb=1,2", "--metric", "wan_cost"];
    let _ = run(place.path(), &priced).success();
    let recalled =
        SMALL.replace("at = \"Mon 10:15\"", "at = \"Mon 10:15\"\nwithdrawn_at = \"Mon 11:30\"");
    assert_ne!(recalled, SMALL);
    fs::write(place.path().join("recalled.toml"), recalled).expect("a file");
    for (words, code) in [
        (["small.toml", "recalled.toml", "--fail-on", "worse"], 4),
        (["recalled.toml", "small.toml", "--fail-on", "worse"], 0),
    ] {
        let words = [&["diff", "--metric", "carried_agents"][..], &words].concat();
        let told = run(place.path(), &words).code(code);
        let told = String::from_utf8(told.get_output().stdout.clone()).expect("text");
        assert!(told.contains("carried_agents"), "{told}");
    }
}
