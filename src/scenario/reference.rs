//! The scenario reference, written from the table of keys.
//!
//! What follows is `docs/scenario.md`; a test holds the two together.
#![doc = include_str!("../../docs/scenario.md")]

use std::fmt::Write as _;

use super::keys::{Key, LINK, NODE, PRESETS, SECTIONS, Section};
use super::reader::title;
use super::value_type::ValueType;

const PREFACE: &str = "\
# Scenario reference

A scenario is a TOML file. Quantities are texts with their unit (`\"15 min\"`, `\"60 MB\"`, `\"10 Mbit/s\"`); a
distribution is a value, two of them in brackets (drawn uniformly between), or a mixture
(`[{ share = 3, at = \"always-on\" }, { share = 1, at = \"laptop\" }]`). A value that ends in *assumed*
is ours, because the vendor's documents are silent: it is listed in every manifest. Ids such as SRC-3
are those of the rules in `docs/rules.md`. `--set TABLE.KEY=VALUE` changes any key for one run;
for a group of sites, `--set site.NAME.KEY=VALUE`. `docs/import.md` tells the other layers.
";

const VERSIONS: &str = "
## Product versions

`product` changes these defaults; a key that is written wins.

| product | other defaults |
|---|---|
";

/// The reference as Markdown.
pub fn reference() -> String {
    let mut out = String::from(PREFACE);
    for section in sections() {
        let _ = write!(out, "\n## {}\n\n{}\n\n", heading(section), section.about);
        out.push_str("| key | value | default | meaning |\n|---|---|---|---|\n");
        for key in section.keys {
            let _ = writeln!(out, "{}", row(section, key));
        }
    }
    out.push_str(VERSIONS);
    for preset in PRESETS {
        let defaults: Vec<String> = preset
            .defaults
            .iter()
            .map(|(table, key, default)| format!("`{table}.{key} = {default}`"))
            .collect();
        let defaults = if defaults.is_empty() { "none".into() } else { defaults.join(", ") };
        let _ = writeln!(out, "| `{}` | {defaults} |", preset.name);
    }
    out
}

/// What has an entry: the tables of a scenario, and those of a network file that it has not.
pub fn sections() -> impl Iterator<Item = &'static Section> {
    SECTIONS.iter().copied().chain([&NODE, &LINK])
}

/// Where the reference says what `key` is, or else what its table is: a link from the top of the
/// repository.
pub fn entry_of(section: &Section, key: Option<&Key>) -> String {
    let anchor = match key {
        Some(key) => full_name(section, key),
        // Headings have the anchors that every renderer gives them.
        None if section.name.is_empty() => "the-top-of-the-file".into(),
        None => section.name.replace('.', ""),
    };
    format!("docs/scenario.md#{anchor}")
}

/// A key as `--set` names it, which is its anchor too.
pub fn full_name(section: &Section, key: &Key) -> String {
    if section.name.is_empty() { key.name.into() } else { format!("{}.{}", section.name, key.name) }
}

fn heading(section: &Section) -> String {
    if section.name.is_empty() {
        "The top of the file".into()
    } else {
        format!("`{}`", title(section))
    }
}

fn row(section: &Section, key: &Key) -> String {
    let default = match key.default {
        None => "**required**".into(),
        Some("") => "–".into(),
        Some(text) if key.assumption => format!("`{text}` *assumed*"),
        Some(text) => format!("`{text}`"),
    };
    let anchor = format!("<a id=\"{}\"></a>", full_name(section, key));
    let cells = format!("`{}` | {} | {default} | {}", key.name, form(key.form), key.meaning);
    format!("| {anchor}{} |", cells.replace('<', "&lt;"))
}

/// What a value looks like, short.
fn form(form: ValueType) -> String {
    match form {
        ValueType::Count(from, to) if to >= 1_000_000_000 => format!("a whole number from {from}"),
        ValueType::Spread(of) => format!("{}, or a distribution", self::form(*of)),
        other => other.expected(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_in_the_docs_is_this_one() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario.md");
        if std::env::var_os("UPDATE_GOLDEN").is_some() && std::env::var_os("CI").is_none() {
            std::fs::write(&path, reference()).expect("the docs can be written");
        }
        let kept = std::fs::read_to_string(path).expect("the docs");
        assert!(kept == reference(), "run this test with UPDATE_GOLDEN=1 and look at the change");
    }

    /// The anchors of a document: those written, and those that renderers give to headings.
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
                let value = toml::de::DeValue::parse(default).expect("a default is TOML");
                assert!(key.form.read(&value).is_ok(), "{table}.{name}");
            }
        }
        let names: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
        assert_eq!(names, crate::scenario::keys::PRODUCTS);
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
                let value = toml::de::DeValue::parse(default).expect("a default is TOML");
                assert!(key.form.read(&value).is_ok(), "{}.{}", section.name, key.name);
            }
        }
    }
}
