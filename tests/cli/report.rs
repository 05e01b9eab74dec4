//! The results folder from outside: a full disk, and concurrent writers.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use predicates::prelude::*;

use crate::small::{HEADQUARTERS, files};

fn program() -> std::path::PathBuf {
    assert_cmd::cargo::cargo_bin("updraft")
}

/// A full disk, imitated by a limit on the size of files: a write fails in the same way.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_earlier_results_and_nothing_aside() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let scenario = place.path().join("small.toml");
    fs::write(&scenario, HEADQUARTERS).expect("a file");
    let out = place.path().join("out");
    let run = |shell: &str, seed: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", shell, "sh"]).arg(program()).arg("compare").arg(&scenario);
        command.arg("-o").arg(&out).args(["--seed", seed]).assert()
    };
    run("exec \"$@\"", "1").success();
    let before = files(&out);
    let full = "trap '' XFSZ; ulimit -f 2; exec \"$@\"";
    run(full, "2").code(1).stderr(predicate::str::contains("cannot write"));
    assert_eq!(files(&out), before);
    assert_eq!(fs::read_dir(place.path()).expect("a folder").count(), 2, "nothing is left aside");
    run("exec \"$@\"", "2").success();
    assert_ne!(files(&out), before);
}

#[test]
fn two_processes_never_mix_their_files() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let scenario = place.path().join("small.toml");
    fs::write(&scenario, HEADQUARTERS).expect("a file");
    let out = place.path().join("out");
    let start = |seed: &str| {
        std::process::Command::new(program())
            .args(["compare", "--quiet", "--seed", seed, "-o"])
            .args([&out, &scenario])
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("it starts")
    };
    let children: Vec<_> = ["1", "2", "3", "4"].map(start).into_iter().collect();
    let mut done = 0;
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => done += 1,
            Some(1) => assert!(said.contains("another updraft"), "{said}"),
            other => panic!("{other:?}: {said}"),
        }
    }
    assert!(done > 0, "at least the first can write");
    let written = files(&out);
    let manifest =
        &written.iter().find(|(name, _)| *name == "manifest.json").expect("a manifest").1;
    let manifest: serde_json::Value = serde_json::from_slice(manifest).expect("JSON");
    let hashes = manifest["files_blake3"].as_object().expect("hashes");
    for (name, content) in written.iter().filter(|(name, _)| *name != "manifest.json") {
        assert_eq!(hashes[name], blake3::hash(content).to_hex().to_string(), "{name}");
    }
    assert_eq!(fs::read_dir(place.path()).expect("a folder").count(), 2, "nothing is left aside");
}

#[test]
fn a_manifest_says_the_model_and_the_work() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let scenario = place.path().join("small.toml");
    fs::write(&scenario, HEADQUARTERS).expect("a file");
    for model in ["fluid", "tcp"] {
        let out = place.path().join(model);
        let mut command = Command::new(program());
        command.args(["compare", "--replications", "1", "--quiet"]);
        command.args(["--set", &format!("network.model={model}"), "-o"]);
        let _ = command.args([&out, &scenario]).assert().success();
        let text = fs::read(out.join("manifest.json")).expect("a manifest");
        let manifest: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        assert_eq!(manifest["network_model"], model);
        let work = manifest["work"].as_array().expect("a row for each run");
        assert_eq!(work.len(), 4);
        for run in work {
            for count in [
                "events",
                "transfers",
                "rate_settlements",
                "classes_touched",
                "channels_touched",
                "clock_moves",
            ] {
                assert!(run[count].as_u64() > Some(0), "{count}: {run}");
            }
            assert_eq!(run["solver_rounds"].as_u64(), Some(0), "all is trees: {run}");
        }
    }
}
/// Sites with names that are markup, formulas and separators.
const HOSTILE: &str = r#"
[[site]]
name = "<script>alert(1)</script>"
count = 2
agents = 3
bandwidth = "1 Mbit/s"
update_agents = 1
[[site]]
name = "=1+1, \"x\" – </script> → 'y'"
count = 1
agents = 3
bandwidth = "1 Mbit/s"
"#;

#[test]
fn drawn_again_a_results_folder_is_the_same_to_the_byte() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let scenario = place.path().join("small.toml");
    fs::write(&scenario, format!("{HEADQUARTERS}{HOSTILE}")).expect("a file");
    let out = place.path().join("out");
    let updraft = |arguments: &[&str]| {
        let mut command = Command::new(program());
        command.args(arguments).arg(&scenario).arg("-o").arg(&out).assert().success();
    };
    for arguments in [&["compare", "--replications", "2", "--agents"][..], &["run"]] {
        updraft(arguments);
        let before = files(&out);
        assert!(before.contains_key("protection.png"));
        Command::new(program()).arg("report").arg(&out).assert().success();
        for ((name, kept), (_, found)) in before.iter().zip(files(&out)) {
            assert!(*kept == found, "{name} differs after {arguments:?}");
        }
    }
}

#[test]
fn only_results_as_they_were_written_are_drawn_again() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let scenario = place.path().join("small.toml");
    fs::write(&scenario, HEADQUARTERS).expect("a file");
    let out = place.path().join("out");
    Command::new(program()).arg("run").arg(&scenario).arg("-o").arg(&out).assert().success();
    let report = || Command::new(program()).arg("report").arg(&out).assert();
    let protection = out.join("protection.csv");
    let kept = fs::read_to_string(&protection).expect("a table");
    fs::write(&protection, kept.replace(",5,", ",4,")).expect("a file");
    let before = files(&out);
    report().code(3).stderr(predicate::str::contains("protection.csv: it was changed"));
    assert_eq!(files(&out), before);
    // Even if its hash was adjusted, the file must be a valid table.
    let (wrong, manifest) = (kept.replacen(",5,", ",five,", 1), out.join("manifest.json"));
    fs::write(&protection, &wrong).expect("a file");
    let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
    let text = fs::read_to_string(&manifest).expect("a manifest");
    fs::write(&manifest, text.replace(&hash(&kept), &hash(&wrong))).expect("a file");
    report().code(3).stderr(predicate::str::contains("protection.csv:2: "));
    fs::remove_file(&protection).expect("a file");
    report().code(1).stderr(predicate::str::contains("cannot read"));
    fs::write(&manifest, "{}").expect("a file");
    report().code(3).stderr(predicate::str::contains("not a manifest of updraft"));
    fs::remove_dir_all(&out).expect("a folder");
    report().code(1).stderr(predicate::str::contains("cannot read"));
}

#[test]
fn the_slowest_agents_are_those_of_all_that_were_last() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let scenario = place.path().join("small.toml");
    let site = "[[site]]\nname = \"b\"\ncount = 4\nagents = 40\nbandwidth = \"1 Mbit/s\"\n\
                releases_behind = [0, 20]\n";
    // Agents far behind need more time than there is.
    fs::write(&scenario, format!("{HEADQUARTERS}{site}")).expect("a file");
    let out = place.path().join("out");
    let mut command = Command::new(program());
    command.args(["run", "--option", "server", "--agents", "--replications", "2", "-o"]);
    command.arg(&out).arg(&scenario).assert().success();
    let read = |name: &str| fs::read_to_string(out.join(name)).expect("a table");
    let (all, slowest) = (read("agents.csv"), read("slowest_agents.csv"));
    let (header, rows) = all.split_once('\n').expect("a header");
    let of_first = |row: &&str| {
        cell(row, header, "replication") == "1" && cell(row, header, "outcome") != "current"
    };
    let mut expected: Vec<&str> = rows.lines().filter(of_first).collect();
    let late = |row: &&str| cell(row, header, "updated_at_s").parse().unwrap_or(f64::INFINITY);
    expected.sort_by(|a, b| late(b).total_cmp(&late(a)));
    expected.truncate(100);
    let never = expected.iter().filter(|row| late(row).is_infinite()).count();
    assert!((1..100).contains(&never), "{never} of 100 never");
    assert_eq!(slowest.lines().collect::<Vec<_>>(), [&[header], expected.as_slice()].concat());
}

/// Names that are paths, formulas and markup, from the scenario to every file.
#[test]
fn hostile_names_stay_in_the_folder_and_are_data_in_every_file() {
    const NAMES: [&str; 4] =
        ["../../escape", "/etc/escape", "=cmd|' /C calc'!A0", "<img src=x onerror=alert(1)>"];
    let place = tempfile::tempdir().expect("a temporary folder");
    let work = place.path().join("work");
    fs::create_dir(&work).expect("a folder");
    let site = |name: &&str| {
        format!(
            "[[site]]\nname = \"{name}\"\ncount = 2\nagents = 3\nbandwidth = \"1 Mbit/s\"\n\
             update_agents = 1\ninternet = \"own\"\ninternet_bandwidth = \"1 Mbit/s\"\n"
        )
    };
    let sites: String = NAMES.iter().map(site).collect();
    let headquarters =
        HEADQUARTERS.replace("[headquarters]", "[headquarters]\nname = \"@SUM(A1)\"");
    fs::write(work.join("small.toml"), format!("{headquarters}{sites}")).expect("a file");
    let arguments = ["compare", "small.toml", "--agents", "--quiet", "-o", "out"];
    Command::new(program()).current_dir(&work).args(arguments).assert().success();
    assert_eq!(fs::read_dir(place.path()).expect("a folder").count(), 1, "nothing beside work");
    let names: Vec<String> = files(&work.join("out")).into_keys().collect();
    assert_eq!(fs::read_dir(&work).expect("a folder").count(), 2, "the scenario and the results");
    assert!(names.iter().all(|name| !name.contains("escape") && !name.starts_with('=')));
    for (name, content) in files(&work.join("out")) {
        if Path::new(&name).extension().is_none_or(|ending| ending != "csv") {
            continue;
        }
        let text = String::from_utf8(content).expect("UTF-8");
        // No name here contains a comma or a quote that would split a cell.
        let cells =
            text.lines().flat_map(|line| line.split(',')).map(|cell| cell.trim_matches('"'));
        let runs = |cell: &&str| cell.starts_with(['=', '+', '@', '\t']);
        assert_eq!(cells.clone().find(runs), None, "{name}");
        if ["sites.csv", "agents.csv", "slowest_agents.csv"].contains(&name.as_str()) {
            assert!(
                cells.clone().any(|cell| cell.starts_with("'=cmd|' /C calc'!A0-001")),
                "{name}"
            );
        }
    }
    let page = fs::read_to_string(work.join("out/report.html")).expect("a page");
    assert!(page.contains("Content-Security-Policy") && !page.contains("<img"));
    assert!(page.contains("=cmd|' /C calc'!A0-001"), "as text, as it was written");
}

/// The cell of a row in the column called `name`.
fn cell<'a>(row: &'a str, header: &str, name: &str) -> &'a str {
    let place = header.split(',').position(|column| column == name).expect("a column");
    row.split(',').nth(place).expect("a cell")
}

#[test]
fn the_sites_add_up_to_the_company() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let scenario = place.path().join("small.toml");
    let site = "[[site]]\nname = \"b\"\ncount = 3\nagents = [4, 9]\nbandwidth = \"1 Mbit/s\"\n";
    fs::write(&scenario, format!("{HEADQUARTERS}{site}")).expect("a file");
    let out = place.path().join("out");
    Command::new(program()).arg("run").arg(&scenario).arg("-o").arg(&out).assert().success();
    let read = |name: &str| fs::read_to_string(out.join(name)).expect("a table");
    let (sites, summary) = (read("sites.csv"), read("summary.csv"));
    let (header, rows) = sites.split_once('\n').expect("a header");
    let number = |row: &str, name: &str| cell(row, header, name).parse::<f64>().expect("a number");
    let sum = |name: &str| rows.lines().map(|row| number(row, name)).sum::<f64>();
    let most = |name: &str| rows.lines().map(|row| number(row, name)).fold(0.0, f64::max);
    let metric = |name: &str| {
        let row = summary
            .lines()
            .find(|row| row.split(',').skip(2).take(2).eq(["", name]))
            .expect("a metric");
        row.split(',').next_back().expect("a value").parse::<f64>().expect("a number")
    };
    assert_eq!(rows.lines().count(), 4);
    let same = |a: f64, b: f64, name: &str| assert!((a - b).abs() < 1e-9, "{name}: {a} is not {b}");
    same(sum("agents"), metric("agents"), "agents");
    same(sum("agents_up_to_date"), metric("agents_up_to_date"), "agents up to date");
    same(most("protected_all_s"), metric("protected_all_s"), "the last agent");
    assert!(
        metric("protected_all_s") > 0.0 && most("protected_p50_s") >= metric("protected_p50_s")
    );
}
