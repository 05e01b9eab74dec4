//! The results folder from outside: what happens when the disk is full, or another writes it too.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use predicates::prelude::*;

const SMALL: &str = r#"name = "small"
start = "Mon 10:00"
duration = "2 h"
[headquarters]
agents = 5
internet_bandwidth = "100 Mbit/s"
[[release]]
name = "one"
at = "Mon 10:15"
components = ["Virus Pattern"]
"#;

/// The files of a folder with their contents.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let mut files: Vec<_> = entries
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, fs::read(entry.path()).expect("a readable file"))
        })
        .collect();
    files.sort();
    files
}

fn program() -> std::path::PathBuf {
    assert_cmd::cargo::cargo_bin("updraft")
}

/// A full disk, as a limit on the size of files: a write ends with an error in the same way.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_earlier_results_and_nothing_aside() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let scenario = place.path().join("small.toml");
    fs::write(&scenario, SMALL).expect("a file");
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
fn two_at_once_never_mix_their_files() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let scenario = place.path().join("small.toml");
    fs::write(&scenario, SMALL).expect("a file");
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
    let manifest = &written.iter().find(|(name, _)| name == "manifest.json").expect("a manifest").1;
    let manifest: serde_json::Value = serde_json::from_slice(manifest).expect("JSON");
    let hashes = manifest["files_blake3"].as_object().expect("hashes");
    for (name, content) in written.iter().filter(|(name, _)| name != "manifest.json") {
        assert_eq!(hashes[name], blake3::hash(content).to_hex().to_string(), "{name}");
    }
    assert_eq!(fs::read_dir(place.path()).expect("a folder").count(), 2, "nothing is left aside");
}

#[test]
fn a_manifest_says_the_model_and_the_work() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let scenario = place.path().join("small.toml");
    fs::write(&scenario, SMALL).expect("a file");
    for model in ["fluid", "tcp"] {
        let out = place.path().join(model);
        let mut command = Command::new(program());
        command.args(["compare", "--quiet", "--set", &format!("network.model={model}"), "-o"]);
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
