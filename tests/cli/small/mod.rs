//! A small scenario and its result files, for tests that run the program many times.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Headquarters and two branches.
pub(crate) const SMALL: &str = r#"name = "small"
start = "Mon 10:00"
duration = "2 h"
[headquarters]
agents = 5
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
count = 2
agents = [5, 9]
bandwidth = ["4 Mbit/s", "20 Mbit/s"]
update_agents = 1
[[release]]
name = "one"
at = "Mon 10:15"
components = ["Virus Pattern"]
"#;

/// Headquarters alone.
pub(crate) const HEADQUARTERS: &str = r#"name = "small"
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

/// A folder with `scenario` as `small.toml`.
pub(crate) fn place(scenario: &str) -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a temporary folder");
    fs::write(place.path().join("small.toml"), scenario).expect("a file");
    place
}

/// All files of a results folder except its cache.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let files = entries.filter(|entry| entry.path().is_file());
    files
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, fs::read(entry.path()).expect("a readable file"))
        })
        .collect()
}
