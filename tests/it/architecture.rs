//! The architecture as a test: layers only point down, and what else `ARCHITECTURE.md` promises.

use std::fs;
use std::path::{Path, PathBuf};

/// Each layer and what it may name.
const LAYERS: [(&str, &[&str]); 14] = [
    ("units", &[]),
    ("ids", &[]),
    ("random", &["units"]),
    ("engine", &["units", "ids"]),
    ("network", &["units", "ids"]),
    ("model", &["units", "ids"]),
    ("policy", &["units", "ids", "random", "model"]),
    ("simulation", &["units", "ids", "random", "engine", "network", "model", "policy"]),
    ("measure", &["units", "ids", "network", "model", "policy", "simulation"]),
    ("scenario", &["units", "ids", "random", "network", "model", "policy"]),
    ("import", &["units", "ids", "network", "policy", "scenario"]),
    ("experiment", &["units", "random", "network", "model", "simulation", "scenario", "measure"]),
    ("report", &["units", "random", "model", "scenario", "measure", "experiment"]),
    (
        "cli",
        &[
            "units",
            "random",
            "network",
            "model",
            "scenario",
            "import",
            "measure",
            "experiment",
            "report",
        ],
    ),
];

/// Crates that one place alone knows, or as few as stand here.
const OWNED: [(&str, &str); 27] = [
    ("petgraph", "network/topology.rs"),
    ("rand", "random.rs"),
    ("rand_chacha", "random.rs"),
    ("toml", "scenario"),
    ("csv", "report/tables"),
    ("parquet", "report/tables"),
    ("csv", "report/replay_output.rs"),
    ("csv", "report/load/rows.rs"),
    ("minijinja", "report/page"),
    ("minijinja", "report/batch.rs"),
    ("minijinja", "report/sweep/page.rs"),
    ("minijinja", "report/sensitivity/page.rs"),
    ("quick_junit", "report/thresholds.rs"),
    ("signal_hook", "cli/interruption.rs"),
    ("csv_core", "scenario/rows.rs"),
    ("csv_core", "scenario/design_file"),
    ("roxmltree", "import/topology/graphml.rs"),
    ("toml_writer", "import/scenario_writer.rs"),
    ("plotters", "report/plots"),
    ("plotters_backend", "report/plots"),
    ("tiny_skia", "report/plots/raster.rs"),
    ("ttf_parser", "report/plots/raster.rs"),
    ("clap", "cli"),
    ("clap_complete", "cli/completions.rs"),
    ("clap_mangen", "cli/man.rs"),
    ("indicatif", "cli/progress.rs"),
    ("open", "cli/opening.rs"),
];

/// Layers without floating-point numbers.
const EXACT: [&str; 7] = ["ids", "engine", "network", "model", "policy", "simulation", "scenario"];

const SAYS_NOTHING: [&str; 6] = ["utils", "util", "helper", "helpers", "misc", "common"];

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of the sources") {
            let path: PathBuf = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&root).expect("below src").display().to_string();
                files.push((name, fs::read_to_string(&path).expect("a readable source")));
            }
        }
    }
    files.sort();
    files
}

/// The code of a file: without comments, and without its tests.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let before_tests = text.split("#[cfg(test)]\nmod").next().unwrap_or(text);
    before_tests
        .lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line.split("//").next().unwrap_or("")))
}

fn layer_of(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap_or_default()
}

/// What is wrong with the layers of one file.
fn wrong_layers(file: &str, text: &str) -> Vec<String> {
    let layer = layer_of(file);
    let Some((_, may)) = LAYERS.iter().find(|(name, _)| *name == layer) else { return Vec::new() };
    let mut wrong = Vec::new();
    for (number, line) in code(text) {
        for part in line.split("crate::").skip(1) {
            let named = part.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
            let is_layer = LAYERS.iter().any(|(name, _)| *name == named);
            if is_layer && named != layer && !may.contains(&named) {
                wrong.push(format!("{file}:{number}: {layer} may not name {named}"));
            }
        }
    }
    wrong
}

/// Crates used outside the place that owns them.
fn wrong_crates(file: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (number, line) in code(text) {
        for (name, owner) in OWNED {
            let used =
                line.contains(&format!("use {name}::")) || line.contains(&format!(" {name}::"));
            let mut owners = OWNED.iter().filter(|owned| owned.0 == name);
            if used && !owners.any(|owned| file.starts_with(owned.1)) {
                wrong.push(format!("{file}:{number}: {name} belongs to {owner}"));
            }
        }
    }
    wrong
}

fn none_of(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn layers_only_point_down() {
    let wrong: Vec<_> =
        sources().iter().flat_map(|(file, text)| wrong_layers(file, text)).collect();
    none_of(&wrong);
}

#[test]
fn each_outside_crate_is_known_in_its_place_only() {
    let wrong: Vec<_> =
        sources().iter().flat_map(|(file, text)| wrong_crates(file, text)).collect();
    none_of(&wrong);
}

#[test]
fn a_planted_violation_is_caught() {
    let planted = "use crate::engine::EventQueue;\n";
    assert_eq!(
        wrong_layers("policy/planted.rs", planted),
        ["policy/planted.rs:1: policy may not name engine"]
    );
    let planted = "fn f() {}\nuse petgraph::Graph;\n";
    assert_eq!(
        wrong_crates("model/planted.rs", planted),
        ["model/planted.rs:2: petgraph belongs to network/topology.rs"]
    );
}

#[test]
fn policy_changes_nothing() {
    let wrong: Vec<_> = sources()
        .iter()
        .filter(|(file, _)| layer_of(file) == "policy")
        .flat_map(|(file, text)| {
            code(text)
                .filter(|(_, line)| line.contains("&mut "))
                .map(move |(number, _)| format!("{file}:{number}: policy takes no &mut"))
        })
        .collect();
    none_of(&wrong);
}

#[test]
fn the_core_has_no_floats() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        if !EXACT.contains(&layer_of(&file)) {
            continue;
        }
        for (number, line) in code(&text) {
            if line.contains("f64") || line.contains("f32") {
                wrong.push(format!("{file}:{number}: no floats here"));
            }
        }
    }
    none_of(&wrong);
}

#[test]
fn files_are_short_and_their_names_say_something() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        // Tables of tests count less: they are read one row at a time.
        let lines = text.split("#[cfg(test)]\nmod").next().unwrap_or(&text).lines().count();
        if lines > 400 {
            wrong.push(format!("{file}: {lines} lines"));
        }
        let says_nothing =
            file.split(['/', '.']).any(|part| SAYS_NOTHING.contains(&part) || part == "manager");
        if says_nothing {
            wrong.push(format!("{file}: a name that says nothing"));
        }
    }
    none_of(&wrong);
}

#[test]
fn every_file_is_declared() {
    let files = sources();
    let mut wrong = Vec::new();
    for (file, _) in &files {
        let path = Path::new(file);
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if ["lib", "main"].contains(&stem) {
            continue;
        }
        let (name, folder) = if stem == "mod" {
            let folder = path.parent().expect("a folder");
            let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            (name, folder.parent().unwrap_or(Path::new("")))
        } else {
            (stem, path.parent().unwrap_or(Path::new("")))
        };
        let by = [folder.join("mod.rs"), folder.join("lib.rs"), folder.with_extension("rs")];
        let declared = files
            .iter()
            .filter(|(parent, _)| by.iter().any(|by| by.as_path() == Path::new(parent)))
            .any(|(_, text)| text.contains(&format!("mod {name};")));
        if !declared {
            wrong.push(format!("{file}: no `mod {name};` anywhere"));
        }
    }
    none_of(&wrong);
}
