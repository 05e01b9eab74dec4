//! Every command that writes results is killed at each of its writes, renames and removals in turn. After each, either
//! the earlier results or the new ones are complete, and the same command produces the new ones and leaves no other
//! files. Needs `strace`; see `left_out` if it is missing.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// A run of some milliseconds.
const SCENARIO: &str = r#"name = "crash"
duration = "3 h"
sample_every = "1 h"
[headquarters]
agents = 2
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
agents = 2
bandwidth = "4 Mbit/s"
[[release]]
name = "one"
at = "1 min"
components = ["Virus Pattern"]
"#;

const PROGRAM: &str = env!("CARGO_BIN_EXE_updraft");

const COMMANDS: [&[&str]; 4] = [
    &["run", "crash.toml"],
    &["compare", "crash.toml", "--replications", "1"],
    &["sweep", "crash.toml", "--vary", "server.slots=1,2"],
    &["plan", "crash.toml", "--target", "protected_p95_s <= 7200"],
];

/// System calls that change the content of a folder.
const CALLS: &str = "write,writev,pwrite64,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,\
                     rmdir,ftruncate,fsync,fdatasync,link,linkat";

/// The files of a results folder by name.
type Files = BTreeMap<String, Vec<u8>>;

/// Runs the suite; returns whether it passed.
pub(crate) fn passes() -> bool {
    if Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_err() {
        return crate::has_passed("crash points", crate::left_out("strace is missing"));
    }
    let mut is_whole = true;
    for command in COMMANDS {
        match survives(command) {
            Ok(points) => println!("crash points: {} survives {points}", command[0]),
            Err(why) => {
                is_whole = false;
                println!("crash points: {}: FAILED: {why}", command[0]);
            }
        }
    }
    is_whole
}

/// Kills `command` at every point in turn and returns their number.
fn survives(command: &[&str]) -> Result<usize, String> {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    fs::write(place.join("crash.toml"), SCENARIO).expect("a file");
    run(place, command, &["--seed", "2", "-o", "old"])?;
    run(place, command, &["-o", "new"])?;
    let [old, new] = ["old", "new"].map(|name| files(&place.join(name)));
    for point in 1.. {
        let at = |why: String| format!("killed at point {point}: {why}");
        let _ = fs::remove_dir_all(place.join("out"));
        copy(&place.join("old"), &place.join("out"));
        if !is_killed(place, command, point) {
            return if files(&place.join("out")) == new {
                Ok(point - 1)
            } else {
                Err(at("it was not killed, and made something else".into()))
            };
        }
        // The next reader of the results finds complete ones.
        run(place, &["report", "out"], &[]).map_err(at)?;
        let found = files(&place.join("out"));
        if found != old && found != new {
            return Err(at(differences(&found, &new)));
        }
        run(place, command, &["-o", "out"]).map_err(at)?;
        let found = files(&place.join("out"));
        if found != new {
            return Err(at(format!("done again, {}", differences(&found, &new))));
        }
        let beside = names(place);
        if beside != ["crash.toml", "new", "old", "out"] {
            return Err(at(format!("it leaves {beside:?}")));
        }
    }
    Ok(0)
}

/// Whether the command was killed at its call number `point`.
fn is_killed(place: &Path, command: &[&str], point: usize) -> bool {
    let status = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={CALLS}")])
        .args(["-e", &format!("inject={CALLS}:signal=SIGKILL:when={point}")])
        .arg(PROGRAM)
        .args(command)
        .args(["-o", "out", "--threads", "1", "--quiet", "--no-progress"])
        .current_dir(place)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    !status.expect("strace runs").success()
}

fn run(place: &Path, command: &[&str], more: &[&str]) -> Result<(), String> {
    let output = Command::new(PROGRAM)
        .args(command)
        .args(more)
        .arg("--quiet")
        .current_dir(place)
        .output()
        .expect("updraft runs");
    let told = String::from_utf8_lossy(&output.stderr);
    let told = format!("{command:?}: {}: {told}", output.status);
    if output.status.success() { Ok(()) } else { Err(told) }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The files of a folder, without its cache and without the command line in the manifest.
fn files(folder: &Path) -> Files {
    let names = names(folder).into_iter().filter(|name| folder.join(name).is_file());
    let read = |name: String| {
        let mut bytes = fs::read(folder.join(&name)).expect("a readable file");
        if name == "manifest.json" {
            let mut manifest: serde_json::Value =
                serde_json::from_slice(&bytes).expect("a manifest is JSON");
            let _ = manifest.as_object_mut().and_then(|all| all.remove("command_line"));
            bytes = manifest.to_string().into_bytes();
        }
        (name, bytes)
    };
    names.map(read).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for name in names(from) {
        if from.join(&name).is_file() {
            fs::copy(from.join(&name), to.join(&name)).expect("a copy");
        }
    }
}

fn differences(found: &Files, expected: &Files) -> String {
    let all = found.keys().chain(expected.keys());
    let mut differing: Vec<&String> =
        all.filter(|name| found.get(*name) != expected.get(*name)).collect();
    differing.dedup();
    format!("these differ or are missing: {differing:?}")
}
