//! `check --watch`: checks again at each save of any layer, until Ctrl-C.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

use predicates::str::contains;

/// A process that watches a folder, and reports when it has checked.
struct Watched {
    place: tempfile::TempDir,
    child: Child,
    complaints: BufReader<ChildStderr>,
}

impl Watched {
    fn new(line: &str) -> Self {
        let place = tempfile::tempdir().expect("a temporary folder");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/command_line");
        for name in ["small.toml", "more.toml"] {
            let _ = fs::copy(root.join(name), place.path().join(name)).expect("a copy");
        }
        let printed = File::create(place.path().join("printed")).expect("a file");
        let mut child = Command::new(env!("CARGO_BIN_EXE_updraft"))
            .current_dir(&place)
            .args(line.split_whitespace())
            .stdout(printed)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program is built");
        let complaints = BufReader::new(child.stderr.take().expect("its complaints"));
        Self { place, child, complaints }
    }

    /// The diagnostics of the next check; the process must not have ended.
    fn complaints(&mut self) -> String {
        let mut all = String::new();
        loop {
            let start = all.len();
            let read = self.complaints.read_line(&mut all).expect("a line");
            assert!(read > 0, "it ended by itself: {all}");
            if all[start..].starts_with("watching") {
                return all[..start].into();
            }
        }
    }

    /// Changes a file as editors do, by putting another in its place.
    fn save(&self, name: &str, text: &str) {
        let aside = self.place.path().join("aside");
        fs::write(&aside, text).expect("a file");
        fs::rename(aside, self.place.path().join(name)).expect("a file");
    }

    fn printed(&self) -> String {
        fs::read_to_string(self.place.path().join("printed")).expect("what it printed")
    }

    /// Sends Ctrl-C; returns the exit.
    fn end(mut self) -> Option<i32> {
        let kill = format!("kill -INT {}", self.child.id());
        let sent = Command::new("sh").args(["-c", &kill]).status().expect("a shell");
        assert!(sent.success());
        self.child.wait().expect("its end").code()
    }
}

#[test]
fn it_checks_again_at_each_save_of_any_layer_until_it_is_interrupted() {
    let mut watched = Watched::new("check small.toml --overlay more.toml --watch");
    assert_eq!(watched.complaints(), "");
    assert!(watched.printed().contains("17 agents at 3 sites"), "{}", watched.printed());
    let text = fs::read_to_string(watched.place.path().join("small.toml")).expect("a scenario");
    watched.save("small.toml", &text.replace("agents = 6", "agents = six"));
    assert!(watched.complaints().contains("small.toml:12:10"));
    watched.save("small.toml", &text.replace("agents = 6", "agents = 7"));
    assert_eq!(watched.complaints(), "");
    assert!(watched.printed().contains("19 agents at 3 sites"), "{}", watched.printed());
    watched.save("more.toml", "seed = -1");
    assert!(watched.complaints().contains("more.toml:1:8"));
    fs::remove_file(watched.place.path().join("more.toml")).expect("it is there");
    assert!(watched.complaints().contains("cannot read more.toml"));
    watched.save("more.toml", "");
    assert_eq!(watched.complaints(), "");
    watched.save("updraft.toml", "sede = 1");
    assert!(watched.complaints().contains("updraft.toml:1:1"));
    assert_eq!(watched.end(), Some(130));
}

#[test]
fn standard_input_cannot_be_watched() {
    let mut command = assert_cmd::Command::cargo_bin("updraft").expect("the program is built");
    let told = command.args(["check", "-", "--watch"]).write_stdin("").assert().code(2);
    told.stdout("").stderr(contains("--watch needs a scenario file"));
}
