//! Results of `init`: templates, inventories and topologies become valid scenarios that run, whatever their names are.

mod cases;
mod formats;
mod hostile;
mod inventory;
mod product;
mod templates;
mod topology;

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use updraft::scenario::{Overrides, Scenario};

fn updraft() -> Command {
    Command::cargo_bin("updraft").expect("the program is built")
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// A temporary folder in which commands are run.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).expect("a file");
        path
    }

    /// The names in the folder.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("the folder");
        let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        let mut names: Vec<_> = entries.map(|entry| name(entry.expect("an entry"))).collect();
        names.sort();
        names
    }

    /// `updraft init ARGUMENTS… -o out.toml` here.
    fn init(&self, arguments: &[&str]) -> assert_cmd::assert::Assert {
        updraft().current_dir(&self.0).arg("init").args(arguments).args(["-o", "out.toml"]).assert()
    }

    /// The scenario written by `init`.
    fn scenario(&self) -> (String, Scenario) {
        let text = fs::read_to_string(self.path("out.toml")).expect("what was written");
        let scenario = Scenario::parse(&text, "out.toml", &Overrides::default());
        (text, scenario.expect("it is valid"))
    }

    /// Runs the scenario written by `init`, for an hour of simulated time.
    fn run(&self) {
        let short = ["--set", "duration=1 h", "-o", "out", "--quiet"];
        updraft().current_dir(&self.0).args(["run", "out.toml"]).args(short).assert().success();
        assert!(self.path("out/report.html").is_file());
    }
}

fn names(scenario: &Scenario) -> Vec<&str> {
    scenario.groups.iter().map(|group| group.name.as_str()).collect()
}
