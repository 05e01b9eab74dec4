//! The scenario reference, written from the table of keys.
//!
//! What follows is `docs/scenario.md`; a test holds the two together.
#![doc = include_str!("../../docs/scenario.md")]

use std::fmt::Write as _;

use super::form::Form;
use super::keys::{Key, PRESETS, SECTIONS};
use super::reader::title;

const PREFACE: &str = "\
# Scenario reference

A scenario is a TOML file. Quantities are texts with their unit (`\"15 min\"`, `\"60 MB\"`, `\"10 Mbit/s\"`); a
distribution is a value, two of them in brackets (drawn uniformly between), or a mixture
(`[{ share = 3, at = \"always-on\" }, { share = 1, at = \"laptop\" }]`). A value that ends in *assumed*
is ours, because the vendor's documents are silent: it is listed in every manifest. Ids such as SRC-3
are those of the rules in `ARCHITECTURE.md`. `--set TABLE.KEY=VALUE` changes any key for one run;
for a group of sites, `--set site.NAME.KEY=VALUE`. `docs/beginning.md` tells the other layers.
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
    for section in SECTIONS {
        let _ = write!(out, "\n## {}\n\n{}\n\n", heading(&title(section)), section.about);
        out.push_str("| key | value | default | meaning |\n|---|---|---|---|\n");
        for key in section.keys {
            let _ = writeln!(out, "{}", row(key));
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

fn heading(title: &str) -> String {
    if title.starts_with('[') { format!("`{title}`") } else { "The top of the file".into() }
}

fn row(key: &Key) -> String {
    let default = match key.default {
        None => "**required**".into(),
        Some("") => "–".into(),
        Some(text) if key.assumption => format!("`{text}` *assumed*"),
        Some(text) => format!("`{text}`"),
    };
    format!("| `{}` | {} | {default} | {} |", key.name, form(key.form), key.meaning)
        .replace('<', "&lt;")
}

/// What a value looks like, short.
fn form(form: Form) -> String {
    match form {
        Form::Count(from, to) if to >= 1_000_000_000 => format!("a whole number from {from}"),
        Form::Spread(of) => format!("{}, or a distribution", self::form(*of)),
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
        for section in SECTIONS {
            for key in section.keys {
                assert!(text.contains(&format!("| `{}` |", key.name)), "{}", key.name);
                assert!(!key.meaning.is_empty(), "{}", key.name);
                let default = key.default.filter(|default| !default.is_empty());
                let Some(default) = default else { continue };
                let value = toml::de::DeValue::parse(default).expect("a default is TOML");
                assert!(key.form.read(&value).is_ok(), "{}.{}", section.name, key.name);
            }
        }
    }
}
