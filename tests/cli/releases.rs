//! Several releases in one scenario: each is measured separately, and the worst is the headline.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;

/// A pattern at 10:15 that every branch has within the hour, and an agent program at 14:00 that takes
/// five hours and a half over 2 Mbit/s.
const TWO: &str = r#"name = "two-releases"
option = "server"
start = "Mon 10:00"
duration = "48 h"
[headquarters]
agents = 200
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
count = 10
agents = 30
bandwidth = "2 Mbit/s"
[agents]
presence = "always-on"
[[release]]
name = "pattern"
at = "Mon 10:15"
components = ["Virus Pattern"]
[[release]]
name = "upgrade"
at = "Mon 14:00"
program = true
"#;

struct Place(tempfile::TempDir);

impl Place {
    fn with(thresholds: &str) -> Self {
        let place = tempfile::tempdir().expect("a temporary folder");
        fs::write(place.path().join("two.toml"), format!("{TWO}{thresholds}")).expect("a file");
        Self(place)
    }

    fn run(&self) -> assert_cmd::assert::Assert {
        let mut command = Command::cargo_bin("updraft").expect("the program is built");
        command.current_dir(self.0.path()).args(["run", "two.toml", "-o", "out"]).assert()
    }

    fn out(&self) -> PathBuf {
        self.0.path().join("out")
    }
}

/// The cells of a table, row by row.
fn cells(folder: &Path, table: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(folder.join(table)).expect("a table");
    text.lines().map(|line| line.split(',').map(String::from).collect()).collect()
}

/// The value of a metric for a release; the headline for none.
fn value(folder: &Path, release: &str, metric: &str) -> f64 {
    let rows = cells(folder, "summary.csv");
    let row = rows.iter().find(|row| row[2] == release && row[3] == metric);
    row.expect("a row")[5].parse().expect("a number")
}

#[test]
fn each_release_has_its_metrics_and_the_worst_is_the_headline() {
    let place = Place::with("");
    let told = contains("Time from the release until protected, the worst release")
        .and(contains("Time from each release until 95 % have it"))
        .and(contains("  pattern "))
        .and(contains("  upgrade "));
    place.run().success().stdout(told);
    let out = place.out();
    assert_eq!(
        cells(&out, "summary.csv")[0],
        ["option", "replication", "release", "metric", "unit", "value"]
    );
    for metric in ["protected_p50_s", "protected_p95_s", "protected_p99_s", "protected_all_s"] {
        let [pattern, upgrade] = ["pattern", "upgrade"].map(|name| value(&out, name, metric));
        assert!(pattern < 2.0 * 3600.0 && upgrade > 1.5 * pattern, "{metric}: {pattern} {upgrade}");
        assert!((value(&out, "", metric) - upgrade).abs() < 1e-9, "{metric}");
    }
    let all = value(&out, "upgrade", "protected_all_s");
    assert!((5.0 * 3600.0..6.0 * 3600.0).contains(&all), "{all}");
    // A program released at the server itself does not wait for the server's check.
    assert!(value(&out, "upgrade", "server_offers_s").abs() < 1e-9);
    assert!(value(&out, "pattern", "server_offers_s") > 0.0);
    let exposure = ["pattern", "upgrade"].map(|name| value(&out, name, "exposure_agent_hours"));
    let total = value(&out, "", "exposure_agent_hours");
    assert!((exposure[0] + exposure[1] - total).abs() < 1e-6, "{exposure:?} {total}");
    let sites = cells(&out, "sites.csv");
    let of = |release: &str| sites.iter().filter(|row| row[2] == release).count();
    assert_eq!((of(""), of("pattern"), of("upgrade")), (11, 11, 11));
    let estimates = cells(&out, "estimates.csv");
    assert_eq!(estimates[0][..4], ["option", "release", "metric", "unit"]);
    assert!(estimates.iter().any(|row| row[1] == "upgrade" && row[2] == "protected_p95_s"));
    let manifest = fs::read(out.join("manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
    let times = [("pattern", 15_u64), ("upgrade", 240)].map(
        |(name, minutes)| serde_json::json!({ "at_ns": minutes * 60_000_000_000, "name": name }),
    );
    assert_eq!(manifest["releases"], serde_json::json!(times));
    // Every second of every outdated agent is attributed to one cause.
    let waits = cells(&out, "waits.csv");
    assert_eq!(waits[0], ["option", "replication", "cause", "where", "agent_seconds"]);
    let seconds = |row: &Vec<String>| row[4].parse::<f64>().expect("a number");
    let waited: f64 = waits[1..].iter().map(seconds).sum();
    assert!((waited / 3600.0 - total).abs() < 1e-6, "{waited} {total}");
    // 500 agents wait 45 minutes for the server's hourly check, and longest for 2 Mbit/s.
    let of = |cause: &str| -> f64 { waits.iter().filter(|row| row[2] == cause).map(seconds).sum() };
    assert!((of("server-look") - 1_350_000.0).abs() < 500.0, "{}", of("server-look"));
    assert!(of("link") > 0.7 * waited);
    // Redrawn from its files, the folder is the same.
    let before = fs::read(out.join("report.html")).expect("a page");
    let mut report = Command::cargo_bin("updraft").expect("the program is built");
    report.arg("report").arg(&out).assert().success();
    assert!(before == fs::read(out.join("report.html")).expect("a page"));
}

#[test]
fn programs_get_each_release_and_the_cautions() {
    let place = Place::with("");
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.current_dir(place.0.path()).args(["run", "two.toml", "-o", "out"]);
    let told = command.args(["--set", "duration=5 h", "--format", "json"]).assert().success();
    let told: serde_json::Value = serde_json::from_slice(&told.get_output().stdout).expect("JSON");
    let of = |release: &str| {
        let rows = told["release_estimates"].as_array().expect("rows").iter();
        let mut rows =
            rows.filter(|row| row["release"] == release && row["metric"] == "protected_p95_s");
        rows.next().expect("a row")["mean"].as_f64()
    };
    let pattern = value(&place.out(), "pattern", "protected_p95_s");
    assert!(of("pattern").is_some_and(|mean| (mean - pattern).abs() < 1e-6), "{pattern}");
    assert_eq!(of("upgrade"), None, "it takes longer");
    let headlines = told["estimates"].as_array().expect("rows");
    assert!(headlines.iter().all(|row| row.get("release").is_none()));
    let cautions = told["cautions"].as_array().expect("rows");
    assert!(cautions.iter().any(|caution| caution["name"] == "horizon-too-short"), "{told}");
    assert!(cautions.iter().all(|at| at["seen"].is_string() && at["advice"].is_string()));
}

#[test]
fn a_threshold_is_about_the_worst_release_unless_it_says_which() {
    let worst = Place::with("[[threshold]]\nmetric = \"protected_p95_s\"\nmax = \"2 h\"\n");
    let told = contains("✗ protected_p95_s ≤ 2 h under server: 5 h")
        .and(contains(", of the release upgrade"));
    worst.run().code(4).stdout(told);
    let one = "[[threshold]]\nmetric = \"protected_p95_s\"\nmax = 7200\nrelease = \"pattern\"\n";
    let told = contains("✓ protected_p95_s of pattern ≤ 2 h under server: ");
    Place::with(one).run().success().stdout(told);
    let each =
        "[[threshold]]\nmetric = \"protected_p95_s\"\nmax = \"120 min\"\nrelease = \"each\"\n";
    let told = contains("✓ protected_p95_s of pattern ≤ 2 h")
        .and(contains("✗ protected_p95_s of upgrade ≤ 2 h"))
        .and(contains("1 of 2 thresholds broken"));
    Place::with(each).run().code(4).stdout(told);
}

#[test]
fn unknown_releases_and_quantities_are_reported() {
    for (threshold, part) in [
        ("metric = \"protected_p95_s\"\nmax = 1\nrelease = \"upgrad\"\n", "did you mean `upgrade`"),
        ("metric = \"wan_bytes\"\nmax = 1\nrelease = \"each\"\n", "one value for all releases"),
        ("metric = \"protected_p95_s\"\nmax = \"2 GB\"\n", "expected a duration"),
        ("metric = \"wan_bytes\"\nmax = \"2 h\"\n", "expected an amount of data"),
        ("metric = \"rounds\"\nmax = \"2 h\"\n", "expected a number"),
    ] {
        let place = Place::with(&format!("[[threshold]]\n{threshold}"));
        place.run().code(3).stderr(contains(part));
        assert!(!place.out().exists());
    }
}

/// Ten agents, and hourly checks by the server.
const TEN: &str = "name = \"ten\"\nstart = \"Mon 06:00\"\nduration = \"6 h\"\noption = \"server\"\n\
                   [headquarters]\nagents = 10\ninternet_bandwidth = \"20 Mbit/s\"\n";

/// A run of [`TEN`] with these tables: what it prints, and its folder.
fn ten(tables: &str, more: &[&str]) -> (String, Place) {
    let place = Place(tempfile::tempdir().expect("a temporary folder"));
    fs::write(place.0.path().join("ten.toml"), format!("{TEN}{tables}")).expect("a file");
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.current_dir(place.0.path()).args(["run", "ten.toml", "-o", "out"]).args(more);
    let printed = command.assert().success().get_output().stdout.clone();
    (String::from_utf8(printed).expect("text"), place)
}

#[test]
fn a_recalled_release_is_not_the_slowest() {
    let (told, place) = ten(
        "[[release]]\nname = \"kept\"\nat = \"Mon 06:30\"\ncomponents = [\"Virus Pattern\"]\n\
         [[release]]\nname = \"bad\"\nat = \"Mon 08:10\"\ncomponents = [\"Virus Pattern\"]\n\
         withdrawn_at = \"Mon 08:20\"\n\
         [[threshold]]\nmetric = \"protected_p95_s\"\nmax = \"5 h\"\n",
        &[],
    );
    assert!(told.contains("the slowest release (kept)"), "{told}");
    assert!(told.contains("of the release kept"), "{told}");
    // So it is in a page that is drawn from the folder.
    let page = || fs::read(place.out().join("report.html")).expect("a page");
    let before = page();
    let mut report = Command::cargo_bin("updraft").expect("the program is built");
    report.arg("report").arg(place.out()).assert().success();
    assert!(before == page());
}

#[test]
fn an_agent_that_a_withdrawal_brings_up_to_date_is_among_the_slowest() {
    let (_, place) = ten(
        "[server]\ndeploys = false\n[[release]]\nname = \"bad\"\nat = \"Mon 06:30\"\n\
         components = [\"Virus Pattern\"]\nwithdrawn_at = \"Mon 09:30\"\n",
        &["--agents"],
    );
    for table in ["agents.csv", "slowest_agents.csv"] {
        let rows = cells(&place.out(), table);
        let at = |name: &str| rows[0].iter().position(|cell| cell == name).expect(name);
        let [outcome, when, source] = ["outcome", "updated_at_s", "source"].map(at);
        assert_eq!(rows.len(), 11, "{table}");
        for row in &rows[1..] {
            let row = [&row[outcome], &row[source], &row[when]].map(String::as_str);
            assert_eq!(row, ["updated", "", "12600"], "{table}");
        }
    }
}

/// A release to a fifth of the agents first, 30 minutes before the server's next check.
const WAVES: &str = "[[group]]\nname = \"pilot\"\nshare = \"20 %\"\n[[release]]\nname = \"w\"\n\
                     at = \"Mon 07:30\"\ncomponents = [\"Virus Pattern\"]\nwaves = [\"pilot\"]\n\
                     wave_gap = \"1 h\"\n";

#[test]
fn a_wave_has_the_time_until_the_server_offers_the_release() {
    let threshold = "[[threshold]]\nmetric = \"server_offers_s\"\nrelease = \"w: wave pilot\"\n\
                     max = \"2 h\"\n";
    let (told, place) = ten(&format!("{WAVES}{threshold}"), &[]);
    assert!(told.contains("✓ server_offers_s"), "{told}");
    let offers = |release: &str| value(&place.out(), release, "server_offers_s");
    let [whole, first, second] = ["w", "w: wave pilot", "w: wave others"].map(offers);
    assert!((1800.0..1900.0).contains(&whole), "{whole}");
    assert!(first <= whole && second.abs() < 1e-9, "{first} {second}");
}

#[test]
fn no_release_is_named_that_is_not_the_slowest_each_time() {
    let laptops = "[agents]\npresence = \"laptop\"\n";
    let release = |name: &str, at: &str, component: &str| {
        format!("[[release]]\nname = \"{name}\"\nat = \"{at}\"\ncomponents = [\"{component}\"]\n")
    };
    let [one, two] = [
        release("one", "Mon 10:00", "Virus Pattern"),
        release("two", "Mon 11:00", "Spyware Pattern"),
    ];
    let threshold = "[[threshold]]\nmetric = \"protected_p95_s\"\nmax = \"5 h\"\n";
    let more = ["--set", "duration=12 h", "--set", "headquarters.agents=20", "--replications", "6"];
    let (told, place) = ten(&format!("{laptops}{one}{two}{threshold}"), &more);
    let estimates = cells(&place.out(), "estimates.csv");
    let mean = |release: &str| {
        let row = estimates.iter().find(|row| row[1] == release && row[2] == "protected_p95_s");
        row.expect("a row")[4].clone()
    };
    assert!(mean("") != mean("one") && mean("") != mean("two"), "{told}");
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("have the slowest release of each replication after"), "{told}");
    assert!(!told.contains(", of the release"), "{told}");
}

#[test]
fn waves_do_not_count_as_releases() {
    let (alone, _) = ten(WAVES, &[]);
    assert!(!alone.contains("the worst release"), "{alone}");
    assert!(alone.contains("w: wave pilot"), "{alone}");

    let release = |hour: u32| {
        format!(
            "[[release]]\nname = \"r{hour}\"\nat = \"Mon {hour:02}:10\"\ncomponents = [\"Virus Pattern\"]\n"
        )
    };
    let told = |hours: std::ops::Range<u32>| {
        let all: String = hours.map(release).collect();
        ten(&format!("{WAVES}{all}"), &["--set", "duration=16 h"]).0
    };
    let twelve = told(8..19);
    assert!(!twelve.contains(", the slowest"), "{twelve}");
    let thirteen = told(8..20);
    assert!(thirteen.contains(", the slowest 12 of 13 releases"), "{thirteen}");
    let is_shown =
        |name: &str| thirteen.lines().any(|line| line.starts_with(&format!("  {name} ")));
    let shown = (8..20).filter(|hour| is_shown(&format!("r{hour}"))).count();
    assert!(is_shown("w") && is_shown("w: wave pilot"), "{thirteen}");
    assert_eq!(shown, 11, "{thirteen}");
}
