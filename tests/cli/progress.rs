//! Progress from outside: nothing on a pipe unless a program asks for it, and then lines of JSON.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

use crate::small::HEADQUARTERS;

const NETWORK: &str = r#"[network]
model = "fluid"
[[network.node]]
name = "a"
[[network.node]]
name = "b"
[[network.link]]
from = "a"
to = "b"
bandwidth = "8 Mbit/s"
latency = "0 ms"
"#;

fn updraft(place: &Path, arguments: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.current_dir(place).args(arguments).assert()
}

fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a temporary folder");
    fs::write(place.path().join("small.toml"), HEADQUARTERS).expect("a file");
    place
}

fn lines(stderr: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(stderr).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn on_a_pipe_there_is_nothing_unless_it_is_asked_for() {
    let place = place();
    for more in [&[][..], &["--no-progress"], &["--quiet"], &["--quiet", "--progress", "json"]] {
        let arguments = [&["run", "small.toml", "-o", "out"], more].concat();
        let _ = updraft(place.path(), &arguments).success().stderr("");
    }
    let both = ["run", "small.toml", "--no-progress", "--progress", "json"];
    let _ = updraft(place.path(), &both).code(2);
}

#[test]
fn lines_of_json_lead_each_run_to_its_end() {
    let place = place();
    let arguments = ["compare", "small.toml", "--replications", "3", "-o", "out"];
    let silent = updraft(place.path(), &arguments).success();
    let manifest = || fs::read(place.path().join("out/manifest.json")).expect("a manifest");
    let before = manifest();
    let told = updraft(place.path(), &[&arguments[..], &["--progress", "json"]].concat()).success();
    assert_eq!(silent.get_output().stdout, told.get_output().stdout);
    assert_eq!(manifest(), before);
    let lines = lines(&told.get_output().stderr);
    let mut runs: BTreeMap<u64, Vec<&Value>> = BTreeMap::new();
    for line in &lines {
        runs.entry(line["run"].as_u64().expect("a number")).or_default().push(line);
        assert_eq!(line["runs"], 12);
    }
    assert_eq!(runs.keys().copied().collect::<Vec<_>>(), (1..=12).collect::<Vec<_>>());
    let manifest: Value = serde_json::from_slice(&before).expect("JSON");
    for (run, lines) in runs {
        assert!((50..=101).contains(&lines.len()), "{} lines", lines.len());
        let at = |line: &Value| line["simulated_s"].as_f64().expect("a number");
        assert!(lines.windows(2).all(|pair| at(pair[0]) < at(pair[1])));
        let last = lines[lines.len() - 1];
        let index = usize::try_from(run - 1).expect("small");
        assert_eq!((&last["simulated_s"], &last["duration_s"]), (&7200.0.into(), &7200.0.into()));
        assert_eq!((&last["agents"], &last["up_to_date"]), (&5.into(), &5.into()));
        assert_eq!(last["events"], manifest["work"][index]["events"]);
        assert_eq!(last["option"], manifest["work"][index]["option"]);
        assert_eq!(last["replication"], manifest["work"][index]["replication"]);
    }
    let last = &lines[lines.len() - 1];
    assert_eq!((&last["share"], &last["eta_s"]), (&1.0.into(), &0.0.into()));
}

#[test]
fn a_replay_tells_of_its_transfers() {
    let place = place();
    fs::write(place.path().join("network.toml"), NETWORK).expect("a file");
    let rows = (0..40).map(|id| format!("{id},{id},a,b,1000"));
    let transfers: Vec<String> =
        std::iter::once("id,start_s,from,to,bytes".into()).chain(rows).collect();
    fs::write(place.path().join("transfers.csv"), transfers.join("\n")).expect("a file");
    let arguments = ["replay", "network.toml", "transfers.csv", "-o", "out.csv"];
    let told = updraft(place.path(), &[&arguments[..], &["--progress", "json"]].concat()).success();
    let lines = lines(&told.get_output().stderr);
    let done: Vec<u64> = lines.iter().map(|line| line["done"].as_u64().expect("one")).collect();
    assert!(done.is_sorted() && done.len() > 1, "{done:?}");
    assert_eq!(lines[lines.len() - 1]["share"], 1.0);
    let _ = updraft(place.path(), &arguments).success().stderr("");
}
