//! Replications until the answer is certain: `--precision` and `--select`, from outside.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

/// A company with random variation: its laptops are switched on and off.
const LUCKY: &str = r#"name = "lucky"
start = "Mon 08:00"
duration = "10 h"
[headquarters]
agents = 40
internet_bandwidth = "20 Mbit/s"
update_agents = 1
[agents]
presence = "laptop"
[[release]]
name = "one"
at = "Mon 10:15"
components = ["Virus Pattern"]
"#;

fn updraft(place: &Path, arguments: &[&str]) -> Assert {
    let scenario = place.join("lucky.toml");
    fs::write(&scenario, LUCKY).expect("a file");
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("updraft"));
    command.args(arguments).arg(&scenario).arg("-o").arg(place.join("out")).assert()
}

fn files(place: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(place.join("out")).expect("a folder");
    let mut files: Vec<_> = entries
        .map(|entry| {
            let entry = entry.expect("an entry");
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, fs::read(entry.path()).expect("a readable file"))
        })
        .collect();
    files.sort();
    files
}

fn manifest(place: &Path) -> Value {
    let text = fs::read(place.join("out/manifest.json")).expect("a manifest");
    serde_json::from_slice(&text).expect("JSON")
}

fn table(place: &Path, name: &str) -> String {
    fs::read_to_string(place.join("out").join(name)).expect("a table")
}

/// Whether the output contains `text`, wherever its lines are broken.
fn says(text: &'static str) -> impl Predicate<str> {
    predicate::function(move |output: &str| {
        output.split_whitespace().collect::<Vec<_>>().join(" ").contains(text)
    })
}

#[test]
fn both_rules_decide_the_same_on_any_number_of_threads() {
    let place = tempfile::tempdir().expect("a temporary folder");
    for rule in [
        &["compare", "--precision", "4%", "--precision-of", "rounds"][..],
        &["compare", "--select", "exposure_agent_hours", "--indifference", "2"],
    ] {
        let mut first = None;
        for threads in ["1", "2", "7"] {
            updraft(place.path(), &[rule, &["--threads", threads]].concat()).success();
            let found = files(place.path());
            let first = first.get_or_insert_with(|| found.clone());
            assert!(*first == found, "{rule:?} with {threads} threads");
        }
    }
}

#[test]
fn replications_are_made_until_the_mean_is_precise_under_each_option() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let precision = &["compare", "--precision", "4%", "--precision-of", "rounds"];
    updraft(place.path(), precision)
        .success()
        .stdout(contains("the mean of rounds is within ±4 %"));
    let (manifest, estimates) = (manifest(place.path()), table(place.path(), "estimates.csv"));
    let decision = &manifest["decision"];
    assert_eq!(
        (&decision["rule"], &decision["ended_by"]),
        (&"precision".into(), &"precision".into())
    );
    let count = manifest["replications"].as_u64().expect("a number");
    assert_eq!(decision["precise_from"].as_u64(), Some(count - 5), "and looked at five more");
    assert!(count > 8, "not precise by chance at once: {count}");
    let of_rounds = estimates.lines().filter(|row| row.contains(",,rounds,"));
    for row in of_rounds.clone() {
        let cells: Vec<f64> =
            row.split(',').skip(4).map(|cell| cell.parse().expect("a number")).collect();
        assert!((cells[2] - cells[1]) / 2.0 <= 0.04 * cells[0], "{row}");
        assert!(row.ends_with(&format!(",{count}")), "{row}");
    }
    assert_eq!(of_rounds.count(), 4);
    // Equivalent to requesting that number.
    let (summary, count) = (table(place.path(), "summary.csv"), count.to_string());
    updraft(place.path(), &["compare", "--replications", &count]).success();
    assert!(summary == table(place.path(), "summary.csv"));
}

#[test]
fn compare_makes_as_many_as_it_takes_where_nobody_says_how_many() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let auto = "(--precision auto)";
    updraft(place.path(), &["compare"]).success().stdout(contains(auto));
    let (by_default, files_by_default) = (manifest(place.path()), files(place.path()));
    let decision = &by_default["decision"];
    assert_eq!(
        (&decision["rule"], &decision["metric"], &decision["at_most_events"]),
        (&"precision".into(), &"protected_p95_s".into(), &1_500_000.into())
    );
    assert!(by_default["replications"].as_u64() >= Some(8), "3 and 5 more to look ahead");
    updraft(place.path(), &["compare", "--precision", "auto", "--threads", "3"]).success();
    assert!(files_by_default == files(place.path()), "it is the same if it is asked for");
    // A number that is named counts, be it the default, wherever it is named; `run` makes one.
    for (words, count) in [
        (&["compare", "--replications", "2"][..], 2),
        (&["compare", "--set", "replications=1"], 1),
        (&["run"], 1),
    ] {
        updraft(place.path(), words).success().stdout(contains(auto).not());
        let manifest = manifest(place.path());
        assert_eq!(manifest["replications"], count, "{words:?}");
        assert_eq!(manifest["decision"]["rule"], "fixed", "{words:?}");
    }
}

#[test]
fn the_cap_is_said_and_so_is_what_never_comes_about() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let cap = &[
        "run",
        "--precision",
        "0.01%",
        "--precision-of",
        "exposure_agent_hours",
        "--max-replications",
        "10",
    ];
    let told =
        says("caution: after 10 replications, the maximum, the mean of exposure_agent_hours");
    updraft(place.path(), cap).success().stdout(told);
    assert_eq!(manifest(place.path())["decision"]["ended_by"], "cap");
    // A day that ends soon after the release.
    let short =
        ["--set", "duration=\"2.5 h\"", "--precision", "5%", "--precision-of", "protected_all_s"];
    let told = says("caution: protected_all_s was never reached in some replications (");
    updraft(place.path(), &[&["run"], &short[..]].concat()).success().stdout(told);
    let found = manifest(place.path());
    assert_eq!(
        (&found["decision"]["ended_by"], &found["replications"]),
        (&"never".into(), &8.into())
    );
    let cautions = found["cautions"].as_array().expect("cautions");
    assert!(cautions.iter().any(|caution| caution["name"] == "precision-of-never"), "{cautions:?}");
    // Redrawn, the folder is the same.
    let before = files(place.path());
    let mut report = Command::new(assert_cmd::cargo::cargo_bin("updraft"));
    report.arg("report").arg(place.path().join("out")).assert().success();
    assert!(before == files(place.path()));
}

#[test]
fn the_best_option_is_selected_and_the_others_get_no_more() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let select = &["compare", "--select", "exposure_agent_hours", "--indifference", "2"];
    let told = contains("selection by exposure_agent_hours, 95 % confidence for")
        .and(contains("best, after"));
    updraft(place.path(), select).success().stdout(told);
    let decision = &manifest(place.path())["decision"];
    let options = decision["options"].as_array().expect("options");
    let best: Vec<&Value> = options.iter().filter(|at| at["fate"] == "best").collect();
    assert_eq!((best.len(), &best[0]["option"]), (1, &decision["best"]));
    let summary = table(place.path(), "summary.csv");
    for option in options {
        let begin = format!("{},", option["option"].as_str().expect("a name"));
        let rows =
            summary.lines().filter(|row| row.starts_with(&begin) && row.contains(",,agents,"));
        assert_eq!(Some(rows.count() as u64), option["replications"].as_u64(), "{option}");
    }
}

#[test]
fn the_best_has_the_least_or_of_agents_up_to_date_the_most() {
    let place = tempfile::tempdir().expect("a temporary folder");
    for metric in ["exposure_agent_hours", "agents_up_to_date"] {
        let short = ["compare", "--set", "duration=\"2.75 h\"", "--indifference", "5"];
        updraft(place.path(), &[&short[..], &["--select", metric]].concat()).success();
        let estimates = table(place.path(), "estimates.csv");
        let of_metric = estimates.lines().filter(|row| row.contains(&format!(",,{metric},")));
        let mut means: Vec<(f64, &str)> = of_metric
            .map(|row| row.split(',').collect::<Vec<_>>())
            .map(|cells| (cells[4].parse().expect("a number"), cells[0]))
            .collect();
        means.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert_eq!(means.len(), 4);
        let first = if metric == "agents_up_to_date" { means[3] } else { means[0] };
        assert!(means[0].0 < means[3].0, "they differ: {means:?}");
        assert_eq!(manifest(place.path())["decision"]["best"], first.1, "{means:?}");
    }
}

#[test]
fn a_selection_that_stays_open_is_a_target_not_met() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let select = ["compare", "--select", "exposure_agent_hours", "--indifference", "0.0001"];
    let capped = [&select[..], &["--max-replications", "12"]].concat();
    let told = says("no option is known to be the best").and(contains(" leads"));
    updraft(place.path(), &capped).code(4).stdout(told);
    assert_eq!(manifest(place.path())["decision"]["best"], Value::Null);
    updraft(place.path(), &[&capped[..], &["--format", "json"]].concat())
        .code(4)
        .stdout(contains("\"rule\":\"selection\""));
}

#[test]
fn what_contradicts_itself_is_wrong_usage() {
    let place = tempfile::tempdir().expect("a temporary folder");
    for (arguments, told) in [
        (
            &["--precision", "5"][..],
            "expected a percentage above 0 and below 100, such as 5%, or auto",
        ),
        (&["--precision", "auto", "--replications", "9"], "cannot be used with"),
        (&["--precision", "0%"], "expected a percentage above 0"),
        (&["--precision", "5%", "--replications", "9"], "cannot be used with"),
        (&["--precision", "5%", "--precision-of", "protected_p59_s"], "did you mean `protected_p"),
        (&["--precision", "5%", "--select", "rounds"], "cannot be used with"),
        (&["--precision-of", "rounds"], "--precision <SHARE|auto>"),
        (&["--max-replications", "50"], "required arguments were not provided"),
        (&["--max-replications", "50", "--replications", "9"], "required arguments were not"),
        (&["--precision-of", "rounds", "--replications", "9"], "cannot be used with"),
        (&["--precision-of", "rounds", "--select", "protected_p95_s"], "cannot be used with"),
        (&["--indifference", "9", "--precision", "5%"], "cannot be used with"),
        (&["--indifference", "9", "--replications", "9"], "cannot be used with"),
        (&["--confidence", "90%", "--precision", "5%"], "cannot be used with"),
        (&["--select", "wan_bytes"], "--select wan_bytes needs --indifference"),
        (&["--select", "protected_p95_s", "--indifference", "5"], "a unit of time is missing"),
        (&["--select", "rounds", "--indifference", "0"], "not above 0"),
        (&["--select", "rounds", "--indifference", "nan"], "not above 0"),
        (&["--select", "rounds", "--indifference", "1", "--confidence", "50%"], "more than 50%"),
    ] {
        let all = [&["compare"], arguments].concat();
        updraft(place.path(), &all).code(2).stderr(contains(told));
    }
}
