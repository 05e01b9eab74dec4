//! Real signals to real processes: finished runs are kept and reused, and files are never half-written. The tests do
//! not depend on time: a process whose output nobody reads cannot finish.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use predicates::prelude::*;
use predicates::str::contains;

/// A server that refuses requests, so that runs have cautions.
const REFUSING: &str = "[server]\nmax_transfers = 2\noverflow = \"refuse\"\n";

const SMALL: &str = r#"name = "small"
start = "Mon 10:00"
duration = "4 h"
[headquarters]
agents = 5
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
count = 2
agents = [5, 9]
bandwidth = "4 Mbit/s"
update_agents = 1
[[release]]
name = "one"
at = "Mon 10:15"
components = ["Virus Pattern"]
"#;

/// Enough runs for their lines of progress to fill a pipe many times over.
const COMPARE: [&str; 8] =
    ["compare", "small.toml", "--replications", "12", "--threads", "1", "--agents", "--quiet"];

/// Rules that decide the number of runs: until a mean is precise, until the best is known. For each, how many runs have
/// begun when it is interrupted; in the last case the rule has made a further request.
const RULES: [(&[&str], [usize; 3]); 2] = [
    (
        &[
            "run",
            "small.toml",
            "--precision",
            "0.01%",
            "--precision-of",
            "exposure_agent_hours",
            "--max-replications",
            "40",
            "--threads",
            "1",
        ],
        [3, 9, 20],
    ),
    (
        &[
            "compare",
            "small.toml",
            "--select",
            "protected_all_s",
            "--indifference",
            "1 s",
            "--max-replications",
            "14",
            "--threads",
            "1",
        ],
        [3, 30, 42],
    ),
];

/// A folder with a scenario in it.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = tempfile::tempdir().expect("a temporary folder");
        fs::write(place.path().join("small.toml"), SMALL).expect("a file");
        Self(place)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs the program to its end.
    fn updraft(&self, arguments: &[&str], more: &[&str]) -> assert_cmd::assert::Assert {
        let mut command = assert_cmd::Command::cargo_bin("updraft").expect("the program is built");
        command.current_dir(self.0.path()).args(arguments).args(more).assert()
    }

    /// The files of an uninterrupted run.
    fn whole(&self) -> Vec<(String, Vec<u8>)> {
        let _ = self.updraft(&COMPARE, &["-o", "whole"]).success();
        files(&self.at("whole"))
    }

    /// Starts a comparison into `out`.
    fn begin(&self, more: &[&str]) -> Begun {
        self.begin_with(&COMPARE[..COMPARE.len() - 1], more)
    }

    /// Starts a command into `out`.
    fn begin_with(&self, arguments: &[&str], more: &[&str]) -> Begun {
        let child = program()
            .current_dir(self.0.path())
            .args(arguments)
            .args(["--progress", "json", "-o", "out"])
            .args(more)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.expect("it starts");
        let lines = BufReader::new(child.stderr.take().expect("a pipe"));
        Begun { child, lines }
    }

    /// The files other than the scenario and the uninterrupted results.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = files_and_folders(self.0.path());
        names.retain(|name| name != "small.toml" && name != "whole");
        names
    }
}

/// The program, which the system ends at a signal until it handles signals itself: a shell ignores Ctrl-C for what it
/// starts in the background, and processes inherit this.
fn program() -> Command {
    let program = assert_cmd::cargo::cargo_bin("updraft");
    if cfg!(not(target_os = "linux")) {
        return Command::new(program);
    }
    let mut command = Command::new("env");
    let _ = command.arg("--default-signal=INT,TERM").arg(program);
    command
}

/// A running process.
struct Begun {
    child: Child,
    lines: BufReader<std::process::ChildStderr>,
}

impl Begun {
    /// The next line of its progress.
    fn line(&mut self) -> serde_json::Value {
        let mut line = String::new();
        let _ = self.lines.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// Waits until this many runs have begun: on one thread, all but one of them are finished.
    fn wait_for_run(&mut self, wanted: usize) {
        let mut seen = std::collections::BTreeSet::new();
        while seen.len() < wanted {
            let _ = seen.insert(self.line()["run"].as_u64().expect("a number"));
        }
    }

    fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    /// Lets it end; returns its remaining output and its exit.
    fn end(mut self) -> (String, ExitStatus) {
        let mut words = String::new();
        let _ = self.lines.read_to_string(&mut words).expect("text");
        let said = words.lines().filter(|line| !line.starts_with('{')).collect::<Vec<_>>();
        (said.join("\n"), self.child.wait().expect("it ends"))
    }
}

fn signal(process: u32, name: &str) {
    let status = Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status();
    assert!(status.expect("kill is there").success());
}

fn files_and_folders(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let mut names: Vec<_> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The files of a folder with their contents.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let read = |name: String| {
        let content = fs::read(folder.join(&name)).expect("a readable file");
        (name, content)
    };
    files_and_folders(folder).into_iter().map(read).collect()
}

fn assert_same(found: &[(String, Vec<u8>)], expected: &[(String, Vec<u8>)]) {
    let names = |files: &[(String, Vec<u8>)]| -> Vec<String> {
        files.iter().map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(names(found), names(expected));
    for ((name, found), (_, expected)) in found.iter().zip(expected) {
        assert!(found == expected, "{name} differs");
    }
}

#[test]
fn an_interrupted_comparison_is_gone_on_with_to_the_same_bytes() {
    let place = Place::new();
    fs::write(place.at("small.toml"), format!("{SMALL}{REFUSING}")).expect("a file");
    let whole = place.whole();
    let text = fs::read_to_string(place.at("whole/manifest.json")).expect("a manifest");
    assert!(
        text.contains("requests were refused by the server (") && text.contains(" runs)"),
        "{text}"
    );
    for (name, code) in [("INT", 130), ("TERM", 5)] {
        let mut begun = place.begin(&[]);
        begun.wait_for_run(4);
        begun.signal(name);
        let (said, status) = begun.end();
        assert_eq!(status.code(), Some(code), "{said}");
        assert!(said.starts_with("interrupted: ") && said.contains("of 48 runs"), "{said}");
        assert!(said.contains("saved in out.partial") && said.contains("--resume"), "{said}");
        assert_eq!(place.names(), ["out.partial"]);
        // Interrupted again, it has more finished runs.
        let mut begun = place.begin(&["--resume"]);
        begun.wait_for_run(9);
        begun.signal(name);
        let (said, status) = begun.end();
        assert_eq!(status.code(), Some(code), "{said}");
        let _ = place.updraft(&COMPARE, &["-o", "out", "--resume"]).success();
        assert_same(&files(&place.at("out")), &whole);
        assert_eq!(place.names(), ["out"], "what was kept is taken away");
        fs::remove_dir_all(place.at("out")).expect("a folder");
    }
}

#[test]
fn where_a_rule_decides_it_is_gone_on_with_to_the_same_bytes() {
    for (rule, begun) in RULES {
        let place = Place::new();
        let ended = |output: &str, more: &[&str]| {
            let more = [&["--quiet", "-o", output], more].concat();
            place.updraft(rule, &more).get_output().status.code()
        };
        let code = ended("whole", &[]);
        let whole = files(&place.at("whole"));
        for (turn, runs) in begun.into_iter().enumerate() {
            let more: &[&str] = if turn == 0 { &[] } else { &["--resume"] };
            let mut begun = place.begin_with(rule, more);
            begun.wait_for_run(runs);
            begun.signal("INT");
            let (said, status) = begun.end();
            assert_eq!(status.code(), Some(130), "{said}");
            assert!(said.starts_with("interrupted: ") && said.contains(" of at least "), "{said}");
            assert_eq!(place.names(), ["out.partial"]);
        }
        let other = [&rule[..rule.len() - 3], &["13", "--quiet", "-o", "out", "--resume"]].concat();
        let _ = place.updraft(&other, &[]).code(3).stderr(contains("the command is"));
        assert_eq!(ended("out", &["--resume"]), code);
        assert_same(&files(&place.at("out")), &whole);
        assert_eq!(place.names(), ["out"], "what was kept is taken away");
    }
}

#[test]
fn what_was_kept_of_another_experiment_is_refused_and_stays() {
    let place = Place::new();
    let mut begun = place.begin(&[]);
    begun.wait_for_run(3);
    begun.signal("INT");
    assert_eq!(begun.end().1.code(), Some(130));
    let kept = files(&place.at("out.partial"));
    let refused = |more: &[&str], why: &str| {
        let more = [&["-o", "out", "--resume"], more].concat();
        let _ = place.updraft(&COMPARE, &more).code(3).stderr(contains(why));
        assert_same(&files(&place.at("out.partial")), &kept);
        assert_eq!(place.names(), ["out.partial"]);
    };
    refused(&["--seed", "7"], "seed 1 there, 7 here");
    refused(&["--set", "headquarters.agents=6"], "the scenario differs");
    let run = ["run", "small.toml", "--quiet", "-o", "out", "--resume"];
    let _ = place.updraft(&run, &[]).code(3).stderr(contains("the command is"));
    let report = place.updraft(&["report", "out.partial"], &[]).code(3);
    let _ = report.stderr(contains("runs are missing").and(contains("--resume")));
    let manifest = place.at("out.partial/manifest.json");
    let text = fs::read_to_string(&manifest).expect("a manifest");
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    fs::write(&manifest, text.replace(&version, "\"version\": \"0.0.1\"")).expect("a file");
    let _ = place.updraft(&COMPARE, &["-o", "out", "--resume"]).code(3).stderr(contains("0.0.1"));
    // A foreign file at the checkpoint's path is reported before the work begins, not after it.
    fs::write(place.at("out.partial/notes.txt"), "for the boss").expect("a file");
    let _ = place.updraft(&COMPARE, &["-o", "out"]).code(1).stderr(contains("notes.txt"));
    fs::remove_file(place.at("out.partial/notes.txt")).expect("a file");
    // A command that starts over needs no permission.
    let _ = place.updraft(&COMPARE, &["-o", "out"]).success();
    assert_eq!(place.names(), ["out"]);
}

#[test]
fn a_second_interruption_ends_it_at_once() {
    let place = Place::new();
    // The pipe is full before it begins: it can neither proceed nor print anything.
    let shell = "head -c 65536 /dev/zero >&2; exec \"$@\"";
    let mut child = Command::new("sh")
        .current_dir(place.0.path())
        .args(["-c", shell, "sh"])
        .arg(assert_cmd::cargo::cargo_bin("updraft"))
        .args(["compare", "small.toml", "--progress", "json", "-o", "out"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let status = format!("/proc/{}/status", child.id());
    let listens = || {
        let text = fs::read_to_string(&status).expect("a process");
        let caught = text.lines().find_map(|line| line.strip_prefix("SigCgt:")).expect("a mask");
        let is_updraft = text.starts_with("Name:\tupdraft");
        is_updraft && u64::from_str_radix(caught.trim(), 16).expect("a mask") & 2 != 0
    };
    while !listens() {
        std::thread::yield_now();
    }
    let ended = loop {
        signal(child.id(), "INT");
        if let Some(ended) = child.try_wait().expect("a child") {
            break ended;
        }
    };
    assert_eq!(ended.code(), Some(130));
    let _ = place.updraft(&["compare", "small.toml", "-o", "out"], &[]).success();
    assert_eq!(place.names(), ["out"]);
}

#[test]
fn the_remains_of_a_killed_run_do_not_affect_later_runs() {
    let place = Place::new();
    let whole = place.whole();
    for runs in [1, 5, 48] {
        let mut begun = place.begin(&[]);
        begun.wait_for_run(runs);
        if runs == 48 {
            // It is writing its results, or has written them.
            while begun.line()["share"] != 1.0 {}
        }
        begun.signal("KILL");
        let _ = begun.end();
        if place.at("out").exists() {
            assert_same(&files(&place.at("out")), &whole);
        }
        let _ = place.updraft(&COMPARE, &["-o", "out", "--resume"]).success();
        assert_same(&files(&place.at("out")), &whole);
        assert_eq!(place.names(), ["out"]);
    }
}

#[test]
fn two_signals_end_it_whenever_they_come_and_nothing_is_half_written() {
    use std::os::unix::process::ExitStatusExt;

    let place = Place::new();
    let signals = [("INT", 2, 130), ("TERM", 15, 5)].repeat(10);
    for ((name, number, code), millis) in signals.into_iter().zip(0..) {
        let begun = place.begin(&[]);
        std::thread::sleep(std::time::Duration::from_millis(millis));
        begun.signal(name);
        begun.signal(name);
        let (said, status) = begun.end();
        // The system ends a process that does not handle signals yet.
        let is_ended = status.code() == Some(code) || status.signal() == Some(number);
        assert!(is_ended, "{status}: {said}");
        assert!(!place.at("out").exists(), "{:?}", place.names());
    }
}
