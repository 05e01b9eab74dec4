//! `updraft explain SUBJECT`: every rule, key, metric and diagnostic is explained, the latter with an invalid and a
//! corrected example.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;
use updraft::measure::METRICS;
use updraft::scenario::reference::{full_name, sections};
use updraft::scenario::{DIAGNOSTIC_KINDS, Layers, Overrides, Scenario, Source};

/// The scenario to which the examples are applied.
const BASE: &str = include_str!("../data/command_line/small.toml");

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

/// The codes of diagnostics in the sources, where they are literals.
fn given() -> BTreeSet<String> {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut codes = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(file).expect("a readable source");
        for made in text.split("Diagnostic::new(").skip(1) {
            if let Some(code) = made.trim_start().strip_prefix('"') {
                codes.insert(code.split('"').next().unwrap_or_default().to_string());
            }
        }
    }
    codes
}

#[test]
fn every_kind_of_problem_is_in_the_table_once_and_in_order() {
    let codes: Vec<&str> = DIAGNOSTIC_KINDS.iter().map(|kind| kind.code).collect();
    assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
    let missing: Vec<_> =
        given().into_iter().filter(|code| !codes.contains(&code.as_str())).collect();
    assert!(missing.is_empty(), "not in src/scenario/codes.rs: {missing:?}");
    assert!(given().len() > 30, "{:?}", given());
}

/// The codes of the problems of the small scenario with this example.
fn codes(source: Source, example: &str) -> Vec<&'static str> {
    let mut layers = Layers::default();
    if source == Source::Override {
        let (_, written) = example.split_once(' ').expect("--set KEY=VALUE");
        let (key, value) = written.split_once('=').expect("KEY=VALUE");
        layers.set = Overrides(vec![(key.into(), value.into())]);
    } else {
        layers.overlays = vec![("example.toml".into(), example.into())];
    }
    match Scenario::parse_with(BASE, "small.toml", &layers) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.list.iter().map(|problem| problem.code).collect(),
    }
}

#[test]
fn examples_have_their_problem_and_what_to_write_instead_has_none() {
    let mut tried = 0;
    for kind in DIAGNOSTIC_KINDS {
        if matches!(kind.source, Source::Scenario | Source::Override) {
            let found = codes(kind.source, kind.wrong);
            assert!(found.contains(&kind.code), "{}: {found:?}", kind.code);
            let found = codes(kind.source, kind.instead);
            assert!(found.is_empty(), "instead of {}: {found:?}", kind.code);
            tried += 1;
        }
    }
    assert!(tried >= 25, "{tried}");
}

fn explain(arguments: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/command_line");
    command.current_dir(place).arg("explain").args(arguments).assert()
}

/// The explanations of a subject, which may be several.
fn said(subject: &str) -> Vec<serde_json::Value> {
    let told = explain(&[subject, "--format", "json"]).success().stderr("");
    serde_json::from_slice(&told.get_output().stdout).expect("JSON")
}

#[test]
fn every_named_subject_is_explained() {
    for kind in DIAGNOSTIC_KINDS {
        let said = said(kind.code);
        assert_eq!(
            (&said[0]["subject"], &said[0]["text"]),
            (&kind.code.into(), &kind.meaning.into())
        );
    }
    let rules = include_str!("../../docs/rules.md").lines().filter(|line| line.starts_with("| "));
    let is_rule = |cell: &&str| {
        let id = cell.split_once('-').filter(|(family, _)| family.len() == 3);
        id.is_some_and(|(_, number)| number.parse::<u32>().is_ok())
    };
    let cells = rules.filter_map(|line| line.split('|').nth(1)).map(str::trim);
    let ids: Vec<&str> = cells.filter(is_rule).collect();
    assert!(ids.len() > 60, "{ids:?}");
    for rule in ids {
        let said = said(rule);
        assert!(said[0]["source"][0].as_str().is_some_and(|source| source != "the same"), "{rule}");
    }
    for metric in METRICS {
        let of_it = |it: &serde_json::Value| it["unit"][0] == metric.unit;
        assert!(said(metric.name).iter().any(of_it), "{}", metric.name);
    }
    for section in sections() {
        for key in section.keys {
            let name = full_name(section, key);
            let reference = format!("docs/scenario.md#{name}");
            let of_it = |it: &serde_json::Value| it["reference"][0] == reference.as_str();
            assert!(said(&name).iter().any(of_it), "{name}");
        }
    }
}

#[test]
fn a_word_that_is_several_things_is_all_of_them_and_names_within_keys_do_not_matter() {
    let kinds = said("agents").iter().map(|it| it["kind"].to_string()).collect::<Vec<_>>();
    assert_eq!(kinds, [r#""a table of a scenario""#, r#""a metric""#]);
    assert_eq!(said("site.my-branch.count"), said("site.count"));
    assert_eq!(said("src-9"), said("SRC-9"));
}

#[test]
fn an_unknown_subject_is_an_error_with_the_nearest_names() {
    for (subject, near) in [
        ("server.slot", "did you mean `server.slots`"),
        ("slots", "did you mean `server.slots`"),
        ("site.branch.cuont", "`site.count`"),
        ("src-99", "`SRC-9`"),
        ("unknown-kye", "`unknown-key`"),
        ("protected_p96_s", "`protected_p95_s`"),
        ("no/such/scenario.toml", "docs/scenario.md"),
    ] {
        let told = explain(&[subject]).code(2).stdout("");
        let _ = told.stderr(contains("is not a file, a rule").and(contains(near)));
    }
    let _ = explain(&["small.toml"]).code(2).stderr(contains("add --agent, --segment"));
    let _ = explain(&["SRC-9", "--option", "ua"]).code(2).stdout("").stderr(contains("--option"));
    let _ = explain(&["SRC-9", "--quiet"]).success().stdout("");
}
