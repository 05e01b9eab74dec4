//! The table of formats in `docs/import.md`: the file of every row is imported and simulated.

use std::collections::BTreeSet;

use super::{Place, data};

/// A row: the arguments of `init`, and the values that are read.
struct Format {
    arguments: Vec<String>,
    read: String,
}

/// The rows with a command.
fn table() -> Vec<Format> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/import.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let rows = page.lines().filter(|line| line.contains("| `--from-"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let arguments = shlex::split(cells[2].trim_matches('`')).expect("arguments");
        Format { arguments, read: cells[3].to_string() }
    })
    .collect()
}

/// A folder with all examples.
fn place() -> Place {
    let place = Place::new();
    for entry in std::fs::read_dir(data("imports/formats")).expect("the folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        let _ = std::fs::copy(entry.path(), place.path(&name)).expect("a copy");
    }
    place
}

#[test]
fn every_format_of_the_table_is_imported_and_runs() {
    let table = table();
    assert!(table.len() >= 30, "{}", table.len());
    for Format { arguments, read } in table {
        let place = place();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        place.init(&arguments).success();
        let (_, scenario) = place.scenario();
        let site = |name: &str| {
            let found = scenario.groups.iter().find(|group| group.name.eq_ignore_ascii_case(name));
            found.unwrap_or_else(|| panic!("{arguments:?} has no {name}"))
        };
        let [lyon, oslo] = ["Lyon", "Oslo"].map(site);
        if read.contains("rates") {
            let rates = [lyon, oslo].map(|site| site.bandwidth[0].from);
            assert_eq!(rates, [20_000_000, 8_000_000], "{arguments:?}");
        }
        if read.contains("latencies") {
            let latencies = [lyon, oslo].map(|site| site.latency[0].from);
            assert_eq!(latencies, [12_000_000, 25_000_000], "{arguments:?}");
        }
        if read.contains("agents") {
            assert_eq!([lyon, oslo].map(|site| site.agents[0].from), [2, 1], "{arguments:?}");
        }
        if read.contains("Update Agents") {
            assert_eq!([lyon, oslo].map(|site| site.update_agents), [1, 0], "{arguments:?}");
        }
        place.run();
    }
}

#[test]
fn every_example_stands_in_the_table() {
    let used: BTreeSet<String> = table().into_iter().flat_map(|row| row.arguments).collect();
    let unused: Vec<String> =
        place().names().into_iter().filter(|name| !used.contains(name)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}
