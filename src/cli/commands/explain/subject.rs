//! `updraft explain SUBJECT`: explains a rule, a diagnostic, a key or a metric, from the tables that reading, schema
//! and reference use.

use serde_json::{Map, Value, json};

use crate::cli::shared::rules::{Rule, rules};
use crate::cli::shared::terminal::columns;
use crate::measure::METRICS;
use crate::measure::run::Metric;
use crate::scenario::keys::{Key, PRESETS, SECTIONS, Section};
use crate::scenario::reference::{entry_of, full_name, sections};
use crate::scenario::{DIAGNOSTIC_KINDS, DiagnosticKind, Source, nearest_names};

/// The explanation of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Explanation {
    name: String,
    kind: &'static str,
    text: String,
    /// Further facts, each with a label.
    more: Vec<(&'static str, Vec<String>)>,
}

/// The width of lines where the terminal does not say its own, the same as for timelines.
const WIDTH: usize = 100;
/// The column after the labels.
const INDENT: usize = 14;

/// The explanations of `subject`; a table and a metric may have the same name.
///
/// # Errors
/// If it is unknown: similar names.
pub(super) fn explain(subject: &str) -> Result<Vec<Explanation>, String> {
    let rules = rules();
    let named = |id: &&Rule| id.id.eq_ignore_ascii_case(subject);
    let mut all: Vec<Explanation> = rules.iter().filter(named).map(of_rule).collect();
    let kinds = DIAGNOSTIC_KINDS.iter().filter(|kind| kind.code == subject);
    all.extend(kinds.map(of_problem));
    let bare = without_name(subject);
    for section in sections() {
        if !section.name.is_empty() && section.name == subject {
            all.push(of_table(section));
        }
        let keys = section.keys.iter().filter(|key| full_name(section, key) == bare);
        all.extend(keys.map(|key| of_key(section, key, &rules)));
    }
    let metrics = METRICS.iter().filter(|metric| metric.name == subject);
    all.extend(metrics.map(|metric| of_metric(metric, &rules)));
    if all.is_empty() { Err(unknown(subject, &bare, &rules)) } else { Ok(all) }
}

/// A key of one of several tables without the table's own name: `site.count` for `site.branch.count`.
fn without_name(subject: &str) -> String {
    let mut parts: Vec<&str> = subject.split('.').collect();
    let is_of_several = |name: &str| sections().any(|at| at.repeated() && at.name == name);
    if parts.len() == 3 && is_of_several(parts[0]) {
        parts.remove(1);
    }
    parts.join(".")
}

fn unknown(subject: &str, bare: &str, rules: &[Rule]) -> String {
    let keys = sections().flat_map(|section| {
        let keys = section.keys.iter().map(|key| full_name(section, key));
        keys.chain([section.name.to_string()]).collect::<Vec<_>>()
    });
    let others =
        DIAGNOSTIC_KINDS.iter().map(|kind| kind.code).chain(METRICS.iter().map(|at| at.name));
    let others = others.chain(rules.iter().map(|rule| rule.id)).map(String::from);
    let names: Vec<String> = keys.chain(others).filter(|name| !name.is_empty()).collect();
    let names = || names.iter().map(String::as_str);
    // The last part of a key, or else similar spellings.
    let last = format!(".{subject}");
    let mut near: Vec<&str> = names().filter(|name| name.ends_with(&last)).take(3).collect();
    for written in [bare, &subject.to_uppercase()] {
        if near.is_empty() {
            near = nearest_names(written, names(), 3);
        }
    }
    let help = match near[..] {
        [] => "`updraft list` lists rules and metrics, docs/scenario.md all keys".to_string(),
        _ => format!("did you mean `{}`?", near.join("`, `")),
    };
    format!("`{subject}` is not a file, a rule, a diagnostic, a key or a metric; {help}")
}

fn of_rule(rule: &Rule) -> Explanation {
    let is_of_it = |metric: &&Metric| mentions(metric.question, rule.id);
    let metrics = METRICS.iter().filter(is_of_it).map(|metric| metric.name.into()).collect();
    Explanation {
        name: rule.id.into(),
        kind: "a rule of the product",
        text: rule.words.into(),
        more: vec![
            ("source", vec![rule.source.into()]),
            ("keys", rule.keys.iter().copied().map(String::from).collect()),
            ("metrics", metrics),
            ("reference", vec!["docs/rules.md".into()]),
        ],
    }
}

fn of_problem(kind: &DiagnosticKind) -> Explanation {
    let source = match kind.source {
        Source::Scenario => "a scenario",
        Source::Override => "--set, or a variable of the environment",
        Source::Table => "the network or the transfers of `replay`, or the design of a sweep",
        Source::Beginning => "an inventory or a map, which `init` reads",
    };
    let lines = |text: &str| text.lines().map(String::from).collect();
    Explanation {
        name: kind.code.into(),
        kind: "a diagnostic",
        text: kind.meaning.into(),
        more: vec![
            ("input", vec![source.into()]),
            ("wrong", lines(kind.wrong)),
            ("instead", lines(kind.instead)),
        ],
    }
}

fn of_table(section: &'static Section) -> Explanation {
    let keys = section.keys.iter().map(|key| full_name(section, key)).collect();
    let written = if section.repeated() {
        format!("[[{}]]", section.name)
    } else {
        format!("[{}]", section.name)
    };
    Explanation {
        name: section.name.into(),
        kind: "a table of a scenario",
        text: section.about.into(),
        more: vec![
            ("example", vec![written]),
            ("keys", keys),
            ("reference", vec![entry_of(section, None)]),
        ],
    }
}

fn of_key(section: &'static Section, key: &'static Key, rules: &[Rule]) -> Explanation {
    let name = full_name(section, key);
    let default = match key.default {
        None => "none: it is required".into(),
        Some("") => "none: it is optional".into(),
        Some(text) if key.assumption => {
            format!("{text}, an assumption: the vendor's documents are silent")
        }
        Some(text) => text.to_string(),
    };
    let of_product = PRESETS.iter().flat_map(|preset| {
        let mine = preset.defaults.iter().filter(|at| (at.0, at.1) == (section.name, key.name));
        mine.map(|(_, _, default)| format!("{default} of product {}", preset.name))
    });
    let is_of_it =
        |rule: &&Rule| rule.keys.contains(&name.as_str()) || mentions(key.meaning, rule.id);
    let has_names = section.keys.iter().any(|key| key.name == "name");
    let path = match (section.repeated(), has_names) {
        (false, _) => name.clone(),
        (true, true) => format!("{}.NAME.{}", section.name, key.name),
        // Tables without names are numbered from 0.
        (true, false) => format!("{}.0.{}", section.name, key.name),
    };
    let value = key.default.filter(|text| !text.is_empty()).map_or("VALUE", without_quotes);
    // A network file of `replay` takes no `--set`.
    let is_of_scenario = SECTIONS.iter().any(|known| known.name == section.name);
    let example = is_of_scenario.then(|| format!("--set '{path}={value}'")).into_iter().collect();
    Explanation {
        kind: "a key of a scenario",
        text: key.meaning.into(),
        more: vec![
            ("value", vec![key.form.expected()]),
            ("default", std::iter::once(default).chain(of_product).collect()),
            ("example", example),
            ("rules", rules.iter().filter(is_of_it).map(told).collect()),
            ("reference", vec![entry_of(section, Some(key))]),
        ],
        name,
    }
}

/// A default as `--set` takes it: a text needs quotes only if it is empty.
fn without_quotes(default: &str) -> &str {
    let text = default.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    text.filter(|text| !text.is_empty()).unwrap_or(default)
}

fn of_metric(metric: &Metric, rules: &[Rule]) -> Explanation {
    let is_of_it = |rule: &&Rule| mentions(metric.question, rule.id);
    Explanation {
        name: metric.name.into(),
        kind: "a metric",
        text: metric.question.into(),
        more: vec![
            ("unit", vec![metric.unit.into()]),
            ("example", vec![format!("--target '{} <= 100'", metric.name)]),
            ("rules", rules.iter().filter(is_of_it).map(told).collect()),
            ("reference", vec!["results/README.md".into()]),
        ],
    }
}

/// A rule in one line, with its source.
fn told(rule: &Rule) -> String {
    format!("{}: {} ({})", rule.id, rule.words, rule.source)
}

/// Whether `text` names the rule, not only a rule whose id begins with it.
fn mentions(text: &str, id: &str) -> bool {
    let is_part_of_id = |c: char| c.is_ascii_alphanumeric() || c == '-';
    text.split(|c| !is_part_of_id(c)).any(|word| word == id)
}

/// As text.
pub(super) fn as_text(all: &[Explanation]) -> String {
    all.iter().map(Explanation::text).collect::<Vec<_>>().join("\n")
}

/// As JSON: a list.
pub(super) fn as_json(all: &[Explanation]) -> String {
    let all: Value = all.iter().map(Explanation::json).collect();
    format!("{all:#}\n")
}

impl Explanation {
    fn text(&self) -> String {
        let mut out = format!("{}: {}\n\n", self.name, self.kind);
        let indented = |text: &str, first: &str, rest: &str| {
            let options = textwrap::Options::new(columns().unwrap_or(WIDTH).min(WIDTH))
                .word_splitter(textwrap::WordSplitter::NoHyphenation);
            textwrap::fill(text, options.initial_indent(first).subsequent_indent(rest)) + "\n"
        };
        let mut sentence = self.text.trim_end_matches('.').to_string();
        if let Some(first) = sentence.get(..1) {
            sentence = first.to_uppercase() + &sentence[1..];
        }
        let end = if sentence.ends_with('?') { "" } else { "." };
        out.push_str(&indented(&format!("{sentence}{end}"), "  ", "  "));
        out.push('\n');
        for (word, lines) in self.more.iter().filter(|(_, lines)| !lines.is_empty()) {
            let behind = " ".repeat(INDENT);
            for (number, line) in lines.iter().enumerate() {
                let word = if number == 0 { *word } else { "" };
                out.push_str(&indented(line, &format!("  {word:0$}", INDENT - 2), &behind));
            }
        }
        out
    }

    fn json(&self) -> Value {
        let mut all = Map::new();
        let _ = all.insert("subject".into(), json!(self.name));
        let _ = all.insert("kind".into(), json!(self.kind));
        let _ = all.insert("text".into(), json!(self.text));
        all.extend(self.more.iter().map(|(word, lines)| ((*word).to_string(), json!(lines))));
        Value::Object(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Overrides, Scenario};

    /// A scenario that has each table, those of lists once and named as their list.
    const FULL: &str = r#"
name = "full"
duration = "1 d"
[headquarters]
agents = 5
internet_bandwidth = "1 Gbit/s"
[proxy]
bandwidth = "1 Gbit/s"
[smart_protection]
[cost]
[notification]
batch = 5
[update_agents]
download = "1 Mbit/s"
[network]
model = "tcp"
[[site]]
name = "site"
agents = 5
nat = true
bandwidth = "1 Mbit/s"
internet = "own"
internet_bandwidth = "1 Mbit/s"
[[router]]
name = "router"
[[link]]
name = "link"
from = "site"
to = "router"
bandwidth = "1 Mbit/s"
[[group]]
name = "group"
scheduled = "5 %"
[[other_source]]
name = "other_source"
[[update_agent]]
name = "update_agent"
site = "site"
[[change]]
name = "change"
at = "1 h"
key = "server.slots"
to = 5
[[update_source]]
range = "10.0.0.0/8"
source = "server"
[[release]]
name = "release"
at = "1 h"
program = true
waves = ["group"]
[[command]]
at = "1 h"
what = "update-now"
[[fault]]
at = "server"
from = "1 h"
to = "2 h"
[[background]]
sites = "site"
hours = [3]
share = "5 %"
[[component]]
name = "Virus Pattern"
[[threshold]]
metric = "protected_p95_s"
max = "5 h"
"#;

    #[test]
    fn every_example_of_a_key_can_be_pasted() {
        let codes_of = |set: &str| -> Vec<&str> {
            let (path, value) = set.split_once('=').expect("KEY=VALUE");
            let overrides = Overrides(vec![(path.into(), value.into())]);
            match Scenario::parse(FULL, "full.toml", &overrides) {
                Ok(_) => Vec::new(),
                Err(problems) => problems.list.iter().map(|problem| problem.code).collect(),
            }
        };
        let mut pasted = 0;
        for section in SECTIONS.iter().copied() {
            let name = if section.name == "component" { "Virus Pattern" } else { section.name };
            for key in section.keys {
                let explained = of_key(section, key, &[]);
                let examples = explained.more.iter().find(|(label, _)| *label == "example");
                let example = &examples.expect("an example").1[0];
                let set = example.strip_prefix("--set '").and_then(|rest| rest.strip_suffix('\''));
                let set = set.expect(example).replace(".NAME.", &format!(".{name}."));
                assert!(!set.contains('\''), "{example}");
                let mut wrong = vec!["bad-override", "unknown-key"];
                if !set.ends_with("=VALUE") {
                    wrong.extend(["bad-value", "bad-schedule", "bad-name", "syntax"]);
                    pasted += 1;
                }
                let codes = codes_of(&set);
                assert!(codes.iter().all(|code| !wrong.contains(code)), "{example}: {codes:?}");
            }
        }
        assert!(pasted > 100, "{pasted}");
    }
}
