//! `--ensemble`: each replication uses one plausible overlay, the same under every option, and results say so.

use std::fs;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::str::contains;
use tempfile::TempDir;

const SMALL: &str = include_str!("../data/command_line/small.toml");

/// Bandwidths of branches, which the time of updates shows.
const RATES: [&str; 3] = ["1 Mbit/s", "2 Mbit/s", "8 Mbit/s"];

/// A folder with a scenario, and an ensemble of [`RATES`].
fn place() -> TempDir {
    let place = tempfile::tempdir().expect("a temporary folder");
    fs::write(place.path().join("small.toml"), SMALL).expect("a file");
    fs::create_dir(place.path().join("ensemble")).expect("a folder");
    for (number, rate) in (1..).zip(RATES) {
        let overlay = format!("[[site]]\nname = \"branch\"\nbandwidth = \"{rate}\"\n");
        write(&place, &format!("ensemble/{number:03}.toml"), &overlay);
    }
    place
}

fn write(place: &TempDir, name: &str, text: &str) {
    fs::write(place.path().join(name), text).expect("a file");
}

fn updraft(place: &TempDir, words: &[&str]) -> Assert {
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.current_dir(place.path()).args(words).assert()
}

/// The metric under an option in a replication.
fn metric(place: &TempDir, folder: &str, option: &str, replication: u32, metric: &str) -> String {
    let table = fs::read_to_string(place.path().join(folder).join("summary.csv")).expect("a table");
    let begin = format!("{option},{replication},,{metric},");
    let row = table.lines().find(|line| line.starts_with(&begin)).expect("a row");
    row.rsplit(',').next().expect("a value").to_string()
}

const LATE: &str = "protected_all_s";

#[test]
fn each_replication_is_a_run_of_its_overlay() {
    let place = place();
    let words = ["compare", "small.toml", "--ensemble", "ensemble", "-o", "out"];
    let _ = updraft(&place, &words)
        .success()
        .stdout(contains("ensemble: each replication uses another of 3 plausible overlays"));
    // The same replication of a scenario with that overlay.
    for (number, replication) in [("001", 1), ("002", 2), ("003", 3)] {
        let overlay = format!("ensemble/{number}.toml");
        let alone = ["compare", "small.toml", "--overlay", &overlay, "--replications", "3"];
        let _ = updraft(&place, &[&alone[..], &["-o", number, "--quiet"]].concat()).success();
        for option in ["server", "server-ua", "ua", "direct"] {
            let of = |folder| metric(&place, folder, option, replication, LATE);
            assert_eq!(of("out"), of(number), "{option} {replication}");
        }
    }
    let late = |replication| metric(&place, "out", "server", replication, LATE);
    assert!(late(1) != late(3), "the bandwidth matters: {}", late(1));
    // More replications than overlays: they come in turn; fewer: the first ones. Any number of threads gives the same.
    let more = ["run", "small.toml", "--ensemble", "ensemble", "--option", "server"];
    let more = |rest: &[&str]| updraft(&place, &[&more[..], rest].concat()).success();
    let _ = more(&["--replications", "5", "-o", "five"]).stdout(contains("one of 3 plausible"));
    let _ = more(&["--replications", "2", "-o", "two", "--threads", "1"])
        .stdout(contains("of which 2 are"));
    for replication in [1, 2] {
        let of = |folder| metric(&place, folder, "server", replication, LATE);
        assert_eq!((of("five"), of("two")), (of("out"), of("out")));
    }
    let _ = updraft(
        &place,
        &[
            "run",
            "small.toml",
            "--overlay",
            "ensemble/002.toml",
            "--option",
            "server",
            "--replications",
            "5",
            "-o",
            "second",
            "--quiet",
        ],
    )
    .success();
    let fifth = |folder| metric(&place, folder, "server", 5, LATE);
    assert_eq!(fifth("five"), fifth("second"));
    // What is set is stronger.
    let set = ["--set", "site.branch.bandwidth=4 Mbit/s", "-o", "set", "--replications", "3"];
    let _ = more(&set);
    let plain = ["run", "small.toml", "--option", "server", "--replications", "3", "-o", "plain"];
    let _ = updraft(&place, &plain).success();
    for replication in 1..=3 {
        let of = |folder| metric(&place, folder, "server", replication, LATE);
        assert_eq!(of("set"), of("plain"));
    }
}

#[test]
fn the_folder_of_results_is_all_that_is_needed_to_repeat_them() {
    let place = place();
    let words = ["run", "small.toml", "--ensemble", "ensemble", "-o", "out", "--log-as", "csv"];
    let _ = updraft(&place, &words).success();
    let manifest = fs::read_to_string(place.path().join("out/manifest.json")).expect("a manifest");
    assert!(manifest.contains("\"name\": \"003.toml\""), "{manifest}");
    let page = fs::read(place.path().join("out/report.html")).expect("a page");
    fs::remove_dir_all(place.path().join("ensemble")).expect("a folder");
    fs::remove_file(place.path().join("small.toml")).expect("a file");
    let _ = updraft(&place, &["verify", "out"]).success();
    let _ = updraft(&place, &["verify", "out", "--sample", "2"]).success();
    let _ = updraft(&place, &["report", "out"]).success();
    assert_eq!(fs::read(place.path().join("out/report.html")).expect("a page"), page);
    // Another ensemble would have given other numbers.
    let other = manifest.replacen("1 Mbit/s", "16 Mbit/s", 1);
    fs::write(place.path().join("out/manifest.json"), other).expect("a manifest");
    let _ = updraft(&place, &["verify", "out"]).code(4);
}

#[test]
fn a_plan_holds_under_all_that_is_plausible() {
    let place = place();
    let plan = |rest: &[&str]| {
        let plan = ["plan", "small.toml", "--target", "protected_all_s <= 100 min"];
        let days = ["--days", "6", "--fresh-days", "6", "--confidence", "50 %", "-o"];
        updraft(&place, &[&plan[..], &days, rest].concat()).success()
    };
    let told = plan(&["out", "--ensemble", "ensemble"]);
    let _ = told.stdout(contains("each day uses one of 3 plausible overlays"));
    let _ = updraft(&place, &["verify", "out"]).success();
    // Where all overlays are equal, the plan is that of the scenario with one of them.
    for number in ["001", "002", "003"] {
        write(&place, &format!("ensemble/{number}.toml"), "[server]\nslots = 3\n");
    }
    let _ = plan(&["equal", "--ensemble", "ensemble"]);
    let _ = plan(&["one", "--overlay", "ensemble/001.toml"]);
    let days = |folder: &str| {
        fs::read_to_string(place.path().join(folder).join("days.csv")).expect("a table")
    };
    assert_eq!(days("equal"), days("one"));
}

#[test]
fn an_ensemble_that_does_not_fit_is_refused() {
    let place = place();
    let check = |folder: &str| updraft(&place, &["check", "small.toml", "--ensemble", folder]);
    let _ = check("ensemble").success().stdout(contains("one of 3 plausible overlays, all valid"));
    let _ = check("nowhere").code(3).stderr(contains("cannot be read as a folder of overlays"));
    let _ = check("small.toml").code(3).stderr(contains("cannot be read as a folder of overlays"));
    fs::create_dir(place.path().join("empty")).expect("a folder");
    let _ = check("empty").code(3).stderr(contains("`empty` has no overlay"));
    let _ = check(".").code(3).stderr(contains("did you mean `./ensemble`?"));
    for (text, said) in [
        ("[[site]]\nname = \"branch\"\ncount = 3\n", "`004.toml` changes the sites"),
        ("seed = 9\n", "changes the seed, the number of replications or the option"),
        ("[[release]]\nname = \"more\"\nat = \"Mon 11:00\"\n", "004.toml"),
        ("[server]\nslotz = 3\n", "did you mean `slots`?"),
        ("[server\n", "004.toml"),
    ] {
        write(&place, "ensemble/004.toml", text);
        for command in ["check", "run", "compare"] {
            let words = [command, "small.toml", "--ensemble", "ensemble"];
            let _ = updraft(&place, &words).code(3).stderr(contains(said));
        }
        let plan = ["plan", "small.toml", "--target", "fallbacks <= 9", "--ensemble", "ensemble"];
        let _ = updraft(&place, &plan).code(3).stderr(contains(said));
    }
    assert!(!place.path().join("results/small/manifest.json").exists());
    write(&place, "ensemble/004.toml", "[server]\nslots = 3\n");
    let what_if = ["run", "small.toml", "--ensemble", "ensemble", "--what-if"];
    let _ = updraft(&place, &what_if).code(2).stderr(contains("no meaning with --ensemble"));
}

#[test]
fn a_difference_of_ensembles_is_told() {
    let place = place();
    let run = |more: &[&str], folder: &str| {
        let words = ["run", "small.toml", "--option", "server", "--replications", "3", "--quiet"];
        let _ = updraft(&place, &[&words[..], more, &["-o", folder]].concat()).success();
    };
    run(&[], "without");
    run(&["--ensemble", "ensemble"], "with");
    let told = |before: &str, after: &str| {
        let done = updraft(&place, &["diff", before, after]).success();
        String::from_utf8(done.get_output().stdout.clone()).expect("UTF-8")
    };
    let line =
        |text: String| text.lines().find(|line| line.contains("--ensemble")).map(String::from);
    assert!(line(told("without", "with")).expect("a line").contains("3 plausible overlays"));
    assert_eq!(line(told("with", "with")), None);
    write(&place, "ensemble/001.toml", "[server]\nslots = 3\n");
    run(&["--ensemble", "ensemble"], "other");
    assert!(line(told("with", "other")).expect("a line").contains("other 3 plausible overlays"));
}
