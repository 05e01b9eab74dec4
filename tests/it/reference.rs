//! The scenario reference: `docs/scenario.md` is generated from the table of keys.

use updraft::scenario::keys::{PRESETS, PRODUCTS, SECTIONS};
use updraft::scenario::reference::{EXAMPLES, entry_of, reference, sections};
use updraft::scenario::{Overrides, Scenario};

#[test]
fn the_reference_in_the_docs_is_this_one() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() && std::env::var_os("CI").is_none() {
        std::fs::write(&path, reference()).expect("the docs can be written");
    }
    let kept = std::fs::read_to_string(path).expect("the docs");
    assert!(kept == reference(), "run this test with UPDATE_GOLDEN=1 and look at the change");
}

/// The anchors of a document: explicit ones, and those that renderers derive from headings.
fn anchors(text: &str) -> Vec<String> {
    let written = text.split("<a id=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let slug = |heading: &str| -> String {
        let kept = |c: &char| c.is_alphanumeric() || " -_".contains(*c);
        heading.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")
    };
    let headings = text.lines().filter_map(|line| line.strip_prefix("## ")).map(slug);
    written.map(String::from).chain(headings).collect()
}

#[test]
fn every_entry_that_a_problem_may_name_is_in_the_docs_once() {
    let anchors = anchors(&reference());
    for section in sections() {
        let keys = section.keys.iter().map(Some).chain([None]);
        for entry in keys.map(|key| entry_of(section, key)) {
            let anchor = entry.strip_prefix("docs/scenario.md#").expect("the reference");
            let count = anchors.iter().filter(|known| *known == anchor).count();
            assert_eq!(count, 1, "{entry}");
        }
    }
}

#[test]
fn every_default_of_a_version_is_one_of_a_key() {
    for preset in PRESETS {
        for (table, name, default) in preset.defaults {
            let section = SECTIONS.iter().find(|section| section.name == *table).expect(table);
            let key = section.keys.iter().find(|key| key.name == *name).expect(name);
            assert!(key.takes(default), "{table}.{name}");
        }
    }
    let names: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
    assert_eq!(names, PRODUCTS);
}

#[test]
fn every_key_has_a_row_and_a_default_of_its_form() {
    let text = reference();
    for section in sections() {
        for key in section.keys {
            assert!(text.contains(&format!("</a>`{}` |", key.name)), "{}", key.name);
            assert!(!key.meaning.is_empty(), "{}", key.name);
            let default = key.default.filter(|default| !default.is_empty());
            let Some(default) = default else { continue };
            assert!(key.takes(default), "{}.{}", section.name, key.name);
        }
    }
}

/// What the company of the examples has besides.
const COMPANY: &str = "name = \"example\"\nstart = \"Mon 08:00\"\nduration = \"7 d\"\n[headquarters]\nagents = 20\n\
                       internet_bandwidth = \"10 Mbit/s\"\n[[site]]\nname = \"branch\"\nagents = 9\n\
                       bandwidth = \"2 Mbit/s\"\n";

#[test]
fn each_example_is_part_of_a_scenario() {
    for (table, example) in EXAMPLES {
        let text = format!("{COMPANY}{example}");
        let read = Scenario::parse(&text, "example.toml", &Overrides::default());
        assert!(read.is_ok(), "{table}: {}", read.expect_err("it is not"));
        assert!(example.contains(&format!("[{table}]")), "{table}");
    }
}
