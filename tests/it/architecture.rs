//! The architecture as a test: layers only depend downwards, no file depends on itself through others, each external
//! crate has an owner, and the other promises of `ARCHITECTURE.md`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::sources::{Source, Sources};

/// Each layer and the layers that it may name.
const LAYERS: [(&str, &[&str]); 16] = [
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
    ("import", &["units", "ids", "network", "model", "policy", "scenario"]),
    ("replay", &["units", "ids", "network", "model", "scenario", "import"]),
    (
        "experiment",
        &[
            "units",
            "ids",
            "random",
            "network",
            "model",
            "policy",
            "simulation",
            "scenario",
            "measure",
        ],
    ),
    ("answer", &["units", "model", "scenario", "measure", "experiment"]),
    ("report", &["units", "random", "model", "scenario", "measure", "experiment", "answer"]),
    (
        "cli",
        &[
            "units",
            "random",
            "network",
            "model",
            "scenario",
            "import",
            "replay",
            "measure",
            "experiment",
            "answer",
            "report",
        ],
    ),
];

/// The files and folders below `src` that may name an external crate. Each dependency is listed here or in
/// [`EVERYWHERE`].
const OWNED: [(&str, &[&str]); 40] = [
    ("anstream", &["cli/shared/terminal.rs"]),
    ("annotate_snippets", &["scenario"]),
    ("base64", &["report"]),
    ("blake3", &["experiment/sweep", "report"]),
    ("calamine", &["import/table/workbook.rs"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli/commands/completions.rs"]),
    ("clap_mangen", &["cli/commands/man.rs"]),
    ("csv", &["report"]),
    ("csv_core", &["scenario/rows.rs"]),
    ("encoding_rs", &["scenario/encoding.rs"]),
    ("indicatif", &["cli/shared/progress.rs"]),
    (
        "ipnet",
        &[
            "model",
            "scenario",
            "import",
            "replay/node_table.rs",
            "measure",
            "experiment/plan/placement.rs",
        ],
    ),
    ("minijinja", &["report"]),
    ("open", &["cli/shared/open_report.rs"]),
    ("parquet", &["report"]),
    ("pdf_writer", &["report"]),
    ("petgraph", &["network/topology.rs"]),
    ("plotters", &["report"]),
    ("plotters_backend", &["report"]),
    ("png", &["report"]),
    ("quick_junit", &["report"]),
    ("rand", &["random.rs"]),
    ("rand_chacha", &["random.rs"]),
    ("rayon", &["experiment"]),
    ("roxmltree", &["import/map"]),
    ("sha2", &["report"]),
    ("shlex", &["cli", "report"]),
    ("signal_hook", &["cli/shared/interruption.rs"]),
    ("statrs", &["experiment"]),
    ("strsim", &["units", "scenario"]),
    ("tempfile", &["report"]),
    ("terminal_size", &["cli/shared/terminal.rs"]),
    ("textwrap", &["cli", "import", "report", "scenario/diagnostic.rs"]),
    ("tiny_skia", &["report"]),
    ("toml", &["scenario", "experiment/sweep/design_file.rs"]),
    ("toml_edit", &["scenario"]),
    ("toml_writer", &["import"]),
    ("ttf_parser", &["report"]),
    ("yaml_rust2", &["import/map/containerlab.rs"]),
];

/// Crates that any layer may name.
const EVERYWHERE: [&str; 2] = ["serde", "serde_json"];

/// Layers without floating-point numbers.
const EXACT: [&str; 7] = ["ids", "engine", "network", "model", "policy", "simulation", "scenario"];

const SAYS_NOTHING: [&str; 6] = ["utils", "util", "helper", "helpers", "misc", "common"];

/// The code of a file: without comments, and without its tests.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let before_tests = text.split("#[cfg(test)]\nmod").next().unwrap_or(text);
    before_tests
        .lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line.split("//").next().unwrap_or("")))
}

/// The violations of the layers in one file.
fn wrong_layers(source: &Source) -> Vec<String> {
    let (file, layer) = (&source.file, source.layer());
    let Some((_, may)) = LAYERS.iter().find(|(name, _)| *name == layer) else { return Vec::new() };
    let mut wrong = Vec::new();
    for (line, named) in source.layers() {
        let is_layer = LAYERS.iter().any(|(name, _)| *name == named);
        if is_layer && named != layer && !may.contains(&named) {
            wrong.push(format!("{file}:{line}: {layer} may not name {named}"));
        }
    }
    wrong
}

/// Crates used outside their owners.
fn wrong_crates(source: &Source) -> Vec<String> {
    let file = &source.file;
    let mut wrong = Vec::new();
    for (line, name) in source.crates() {
        for (owned, owners) in OWNED.iter().filter(|(owned, _)| *owned == name) {
            if !owners.iter().any(|owner| file.starts_with(owner)) {
                wrong.push(format!("{file}:{line}: {owned} belongs to {}", owners.join(", ")));
            }
        }
    }
    wrong
}

/// The cycles of files in each layer, with the lines where one of its files names another.
fn wrong_circles(sources: &Sources) -> Vec<String> {
    let mut wrong = Vec::new();
    for (layer, _) in LAYERS {
        for circle in sources.circles(layer).iter().filter(|circle| circle.len() > 1) {
            wrong.push(format!("{layer}: {} files lead to each other", circle.len()));
            let members = sources.0.iter().filter(|at| circle.contains(&at.file.as_str()));
            for source in members {
                let named = sources.named_by(source).into_iter();
                let inside = named.filter(|(file, _)| circle.contains(file));
                wrong.extend(
                    inside.map(|(file, line)| format!("  {}:{line} names {file}", source.file)),
                );
            }
        }
    }
    wrong
}

fn none_of(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A file made up for a test.
fn planted(file: &str, text: &str) -> Sources {
    Sources::of(vec![(file.into(), text.into())])
}

#[test]
fn layers_only_point_down() {
    none_of(&Sources::read().0.iter().flat_map(wrong_layers).collect::<Vec<_>>());
}

#[test]
fn each_outside_crate_is_known_in_its_place_only() {
    none_of(&Sources::read().0.iter().flat_map(wrong_crates).collect::<Vec<_>>());
}

#[test]
fn each_dependency_has_an_owner_and_is_used() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    let manifest: toml::Table = text.expect("a file").parse().expect("TOML");
    let dependencies: BTreeSet<String> = manifest["dependencies"]
        .as_table()
        .expect("a table")
        .keys()
        .map(|name| name.replace('-', "_"))
        .collect();
    let known = OWNED.iter().map(|(name, _)| *name).chain(EVERYWHERE).map(String::from);
    assert_eq!(
        dependencies,
        known.collect(),
        "dependencies of Cargo.toml, and crates with an owner"
    );
    let sources = Sources::read();
    let used: BTreeSet<String> =
        sources.0.iter().flat_map(Source::crates).map(|(_, name)| name.to_string()).collect();
    let unused: Vec<&String> = dependencies.difference(&used).collect();
    assert!(unused.is_empty(), "nobody uses {unused:?}");
}

#[test]
fn no_file_leads_back_to_itself() {
    none_of(&wrong_circles(&Sources::read()));
}

#[test]
fn no_command_knows_another_and_what_they_share_knows_none() {
    let sources = Sources::read();
    let command = |file: &str| {
        let behind = file.strip_prefix("cli/commands/")?;
        Some(behind.split(['/', '.']).next().unwrap_or_default().to_string())
    };
    let mut wrong = Vec::new();
    for source in sources.0.iter().filter(|source| source.layer() == "cli") {
        let own = command(&source.file);
        if source.file == "cli/mod.rs" || source.file == "cli/commands/mod.rs" {
            continue;
        }
        for (named, line) in sources.named_by(source) {
            let is_front_door = named == "cli/mod.rs" || named == "cli/commands/mod.rs";
            let is_other = command(named).is_some_and(|other| own.as_ref() != Some(&other));
            if is_front_door || is_other {
                wrong.push(format!("{}:{line}: may not name {named}", source.file));
            }
        }
    }
    none_of(&wrong);
}

#[test]
fn plots_know_no_results() {
    let knows = |named: &str| {
        let layer = named.split(['/', '.']).next().unwrap_or_default();
        let shared = ["answer/quantities.rs", "answer/window.rs", "report/atomic_directory.rs"];
        ["units", "model"].contains(&layer)
            || named.starts_with("report/draw/")
            || shared.contains(&named)
    };
    let sources = Sources::read();
    let mut wrong = Vec::new();
    for source in sources.0.iter().filter(|source| source.file.starts_with("report/draw")) {
        for (named, line) in sources.named_by(source).into_iter().filter(|at| !knows(at.0)) {
            wrong.push(format!("{}:{line}: may not name {named}", source.file));
        }
    }
    none_of(&wrong);
}

#[test]
fn planted_violations_are_caught() {
    let of = |file: &str, text: &str, check: fn(&Source) -> Vec<String>| {
        planted(file, text).0.iter().flat_map(check).collect::<Vec<_>>()
    };
    let upwards = ["policy/planted.rs:1: policy may not name engine"];
    for text in [
        "use crate::engine::EventQueue;\n",
        "use crate::{engine::EventQueue, ids};\n",
        "use super::super::engine;\n",
        "fn f() -> crate::engine::EventQueue {}\n",
        "pub use crate::engine::EventQueue;\n",
    ] {
        assert_eq!(of("policy/planted.rs", text, wrong_layers), upwards, "{text}");
    }
    for text in ["// use crate::engine::EventQueue;\n", "const A: &str = \"crate::engine::b\";\n"] {
        assert!(of("policy/planted.rs", text, wrong_layers).is_empty(), "{text}");
    }
    for text in ["fn f() {}\nuse petgraph::Graph;\n", "fn f() {}\nfn g(a: &petgraph::Graph) {}\n"] {
        assert_eq!(
            of("model/planted.rs", text, wrong_crates),
            ["model/planted.rs:2: petgraph belongs to network/topology.rs"],
            "{text}"
        );
    }
}

#[test]
fn planted_circles_are_caught() {
    let circle = |files: &[(&str, &str)]| {
        let files = files.iter().map(|(file, text)| ((*file).into(), (*text).into()));
        let sources = Sources::of(files.collect());
        sources.circles("cli").iter().map(|circle| circle.join(" ")).collect::<Vec<_>>()
    };
    let root = ("cli/mod.rs", "mod a;\nmod b;\npub use a::One;\n");
    let both = "cli/a.rs cli/b.rs";
    assert_eq!(
        circle(&[root, ("cli/a.rs", "use super::b::Two;"), ("cli/b.rs", "use super::a::One;")]),
        [both]
    );
    // Through a re-export, and through an inline path.
    assert_eq!(
        circle(&[
            root,
            ("cli/a.rs", "use super::b::Two;"),
            ("cli/b.rs", "fn f() { crate::cli::One::new(); }")
        ]),
        [both]
    );
    // A module that is declared and re-exported is not thereby used.
    assert!(
        circle(&[root, ("cli/a.rs", "use super::b::Two;"), ("cli/b.rs", "use super::b::C;")])
            .is_empty()
    );
    // A child that uses a definition of its parent, which uses the child.
    assert_eq!(
        circle(&[("cli/a.rs", "mod b;\nuse b::C;\nstruct D;"), ("cli/a/b.rs", "use super::D;")]),
        ["cli/a.rs cli/a/b.rs"]
    );
}

#[test]
fn policy_changes_nothing() {
    let sources = Sources::read();
    let wrong: Vec<_> = sources
        .0
        .iter()
        .filter(|source| source.layer() == "policy")
        .flat_map(|Source { file, text, .. }| {
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
    for source in Sources::read().0.iter().filter(|source| EXACT.contains(&source.layer())) {
        let Source { file, text, .. } = source;
        for (number, line) in code(text) {
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
    for Source { file, text, .. } in &Sources::read().0 {
        // Tables of tests count less, because they are read one row at a time.
        let lines = text.split("#[cfg(test)]\nmod").next().unwrap_or(text).lines().count();
        if lines > 500 {
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
    let files: Vec<_> = Sources::read().0.into_iter().map(|at| (at.file, at.text)).collect();
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
