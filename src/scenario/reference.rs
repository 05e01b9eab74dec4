//! The scenario reference, generated from the table of keys.
//!
//! The result is `docs/scenario.md`; a test compares the two.
#![cfg_attr(doc, doc = include_str!("../../docs/scenario.md"))]

use std::fmt::Write as _;

use super::keys::{CHANGE, Key, LINK, NODE, PRESETS, SECTIONS, Section, changeable};
use super::section_names::title;
pub use super::section_names::{entry_of, full_name};
use super::value_type::ValueType;
use crate::model::change::Taken;

const PREFACE: &str = "\
# Scenario reference

A scenario is a TOML file. Quantities are texts with their unit (`\"15 min\"`, `\"60 MB\"`, `\"10 Mbit/s\"`); a
distribution is a value, two of them in brackets (drawn uniformly between), or a mixture
(`[{ share = 3, at = \"always-on\" }, { share = 1, at = \"laptop\" }]`). A default marked *assumed*
is our own value, because the vendor's documents are silent; every manifest lists it. Ids such as SRC-3
are those of the rules in `docs/rules.md`. `--set TABLE.KEY=VALUE` changes any key for one run;
for a group of sites, `--set site.NAME.KEY=VALUE`; for every release that comes in waves, `--set wave.gap=VALUE` and
`wave.done`. `docs/import.md` describes the other layers.
";

const VERSIONS: &str = "
## Product versions

`product` changes these defaults; an explicit key overrides them. `apex-one-current` is Apex One by the current revision of
KB 1034989, `apex-one` by that of 2019.

| product | other defaults |
|---|---|
";

/// Examples, by table; together with a small company each is a scenario.
pub const EXAMPLES: &[(&str, &str)] = &[
    (
        "agents",
        "[agents]\npresence = \"laptop\"\nroaming = \"20 %\"            # one in five times at another site\n\
         roams_to = [\"headquarters\"]  # without this line anywhere\n",
    ),
    (
        "change",
        "[[group]]\nname = \"offices\"\nsites = [\"branch\"]\n\n[[change]]                      # agents have it when they have \
         fetched their settings\nat = \"Mon 12:00\"\nkey = \"agents.schedule\"\nto = \"daily 12:00 for 2 h\"\ngroup = \
         \"offices\"\n\n[[change]]\nname = \"direct\"\nat = \"Mon 18:00\"\n\n[[update_source]]               # the list from \
         18:00 on\nchange = \"direct\"\nrange = \"10.0.0.0/8\"\nsource = \"active-update\"\n",
    ),
    (
        "release",
        "[[group]]\nname = \"pilot\"\nshare = \"5 %\"\n\n[[release]]                     # the pilot, a day later all others, if \
         95 % of the pilot have it\nname = \"hot-fix\"\nat = \"Mon 10:00\"\nprogram = true\nwaves = [\"pilot\"]\nwave_gap = \
         \"1 d\"\nwave_done = \"95 %\"\n",
    ),
];

/// The reference as Markdown.
pub fn reference() -> String {
    let mut out = String::from(PREFACE);
    for section in sections() {
        let _ = write!(out, "\n## {}\n\n{}", heading(section), section.about);
        if section.repeated() {
            let _ = write!(out, " At most {}.", section.most);
        }
        out.push_str("\n\n");
        out.push_str("| key | value | default | meaning |\n|---|---|---|---|\n");
        for key in section.keys {
            let _ = writeln!(out, "{}", row(section, key));
        }
        if section.name == CHANGE.name {
            out.push_str(&keys_that_change());
        }
        for (_, example) in EXAMPLES.iter().filter(|(name, _)| *name == section.name) {
            let _ = write!(out, "\nFor example:\n\n```toml\n{example}```\n");
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

/// The tables with an entry: those of a scenario, and those that only a network file has.
pub fn sections() -> impl Iterator<Item = &'static Section> {
    SECTIONS.iter().copied().chain([&NODE, &LINK])
}

/// The keys that a `[[change]]` can change, by who has the new value.
fn keys_that_change() -> String {
    let mut out = String::new();
    for (taken, who) in [
        (Taken::AtServer, "The server has at once"),
        (Taken::AtAgents, "An agent has when it has fetched its settings"),
        (Taken::ByUsers, "Users change at once"),
    ] {
        let of_these = changeable().filter(|(_, key)| key.changes == Some(taken));
        let names = of_these.map(|(section, key)| {
            let name = full_name(section, key);
            format!("[`{name}`](#{name})")
        });
        let _ = write!(out, "\n{who}: {}.\n", names.collect::<Vec<_>>().join(", "));
    }
    out.push_str(
        "\nA new update source list, which an agent has when it has fetched its settings, is that of the \
         `[[update_source]]` tables with the `change` by which it comes. All other keys stay as they are.\n",
    );
    out
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

/// The form of a value, in short.
fn form(form: ValueType) -> String {
    match form {
        ValueType::Duration(..) | ValueType::Interval(..) => {
            format!("a duration{}", form.range_text())
        }
        ValueType::Bytes(..) => format!("an amount of data{}", form.range_text()),
        ValueType::Rate(..) => format!("a data rate{}", form.range_text()),
        ValueType::List(of, most) => format!("a list of 1 to {most}, each {}", self::form(*of)),
        ValueType::Between(of) => format!("{}, or two of them in brackets", self::form(*of)),
        ValueType::Spread(of) => format!("{}, or a distribution", self::form(*of)),
        ValueType::Schedule(_) => "a schedule such as \"daily 12:00 for 2 h\"".into(),
        other => other.expected(),
    }
}
