//! The file as a document: its tables, with the overrides of the command line applied.

use std::fmt::Write as _;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{PRESETS, Preset, Section};
use super::problem::{Problem, nearest};
use super::reader::{Fields, title};

/// The code of a problem that is none of scenarios but of TOML.
pub(super) const SYNTAX: &str = "syntax";

/// `--set KEY=VALUE` of the command line, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Overrides(pub Vec<(String, String)>);

impl Overrides {
    /// The text of the file with the overrides behind it, so that errors in them have a place too.
    pub(super) fn behind(&self, text: &str) -> String {
        let mut all = text.to_string();
        if !self.0.is_empty() {
            all.push_str("\n# --set on the command line:\n");
        }
        for (key, value) in &self.0 {
            let _ = writeln!(all, "{key} = {value}");
        }
        all
    }
}

/// The document.
#[derive(Debug)]
pub(super) struct Document<'t> {
    root: Spanned<DeTable<'t>>,
    /// The tables that it may have.
    sections: &'static [&'static Section],
}

impl<'t> Document<'t> {
    /// Parses `text`, of which the first `file_length` bytes are the file and the rest `overrides`,
    /// as a document of these `sections`.
    pub(super) fn parse(
        sections: &'static [&'static Section],
        text: &'t str,
        file_length: usize,
        overrides: &'t Overrides,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let (root, errors) = DeTable::parse_recoverable(&text[..file_length]);
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            problems.push(Problem::new(SYNTAX, span, error.message(), "valid TOML"));
        }
        let mut document = Self { root, sections };
        let mut at = text.len();
        for (key, value) in overrides.0.iter().rev() {
            at -= key.len() + value.len() + " = \n".len();
            document.set(key, value, at, problems);
        }
        document
    }

    /// Applies one override that stands at `at`.
    fn set(&mut self, key: &'t str, value: &'t str, at: usize, problems: &mut Vec<Problem>) {
        let span = at..at + key.len() + value.len() + " = ".len();
        let value = value_of(value);
        let parts: Vec<&str> = key.split('.').collect();
        if let Err(why) = insert(self.root.get_mut(), &parts, value, &span) {
            let expected = "a key such as `server.slots` or `site.branch.count`";
            problems.push(Problem::new("bad-override", span, why, expected));
        }
    }

    /// The values of `table`, with the defaults of the product version.
    fn fields(
        &self,
        section: &'static Section,
        table: &Spanned<DeTable<'_>>,
        problems: &mut Vec<Problem>,
    ) -> Fields {
        Fields::read(section, self.sections, table, problems).of_version(self.preset())
    }

    /// The product version that is written.
    fn preset(&self) -> Option<&'static Preset> {
        let name = self.root.get_ref().get("product")?.get_ref().as_str()?;
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// The values of the one table of `section`, or of an empty one.
    pub(super) fn section(&self, section: &'static Section, problems: &mut Vec<Problem>) -> Fields {
        if section.name.is_empty() {
            return self.fields(section, &self.root, problems);
        }
        let empty = Spanned::new(0..0, DeTable::new());
        let Some(value) = self.value(section) else {
            return self.fields(section, &empty, problems);
        };
        if let DeValue::Table(table) = value.get_ref() {
            let table = Spanned::new(value.span(), table.clone());
            self.fields(section, &table, problems)
        } else {
            problems.push(wrong_table(section, value.span()));
            self.fields(section, &empty, problems)
        }
    }

    /// Whether the table of `section` was written.
    pub(super) fn has(&self, section: &Section) -> bool {
        self.value(section).is_some()
    }

    /// The values of all tables of a repeated section.
    pub(super) fn sections(
        &self,
        section: &'static Section,
        problems: &mut Vec<Problem>,
    ) -> Vec<Fields> {
        let Some(value) = self.value(section) else { return Vec::new() };
        let Some(list) = value.get_ref().as_array() else {
            problems.push(wrong_table(section, value.span()));
            return Vec::new();
        };
        let mut all = Vec::new();
        for item in list {
            match item.get_ref() {
                DeValue::Table(table) => {
                    let table = Spanned::new(item.span(), table.clone());
                    all.push(self.fields(section, &table, problems));
                }
                _ => problems.push(wrong_table(section, item.span())),
            }
        }
        all
    }

    /// What was written under the name of `section`, in the table that holds it.
    fn value(&self, section: &Section) -> Option<&Spanned<DeValue<'t>>> {
        let (outer, name) = section.name.rsplit_once('.').unwrap_or(("", section.name));
        let mut table = self.root.get_ref();
        for part in outer.split('.').filter(|part| !part.is_empty()) {
            table = table.get(part)?.get_ref().as_table()?;
        }
        table.get(name)
    }
}

/// A value as it is written on the command line, where a text needs no quotes. No key has a date or a
/// TOML time, so that what looks like one is a text, too: `07:30`.
pub(super) fn value_of(text: &str) -> DeValue<'_> {
    match DeValue::parse(text).map(Spanned::into_inner) {
        Ok(DeValue::Datetime(_)) | Err(_) => DeValue::String(text.into()),
        Ok(value) => value,
    }
}

fn wrong_table(section: &Section, span: Range<usize>) -> Problem {
    let message = format!("`{}` is not written as a table", section.name);
    Problem::new("bad-table", span, message, title(section))
}

/// Puts `value` at the path `parts`; a table of a list is named by its `name` or its number from 0.
fn insert<'t>(
    table: &mut DeTable<'t>,
    parts: &[&'t str],
    value: DeValue<'t>,
    span: &Range<usize>,
) -> Result<(), String> {
    let (first, rest) = parts.split_first().ok_or("no key")?;
    let key = table.keys().find(|key| key.get_ref() == *first).cloned();
    let key = key.unwrap_or_else(|| Spanned::new(span.clone(), (*first).into()));
    if rest.is_empty() {
        table.insert(key, Spanned::new(span.clone(), value));
        return Ok(());
    }
    let inner = table
        .entry(key)
        .or_insert_with(|| Spanned::new(span.clone(), DeValue::Table(DeTable::new())));
    match inner.get_mut() {
        DeValue::Table(inner) => insert(inner, rest, value, span),
        DeValue::Array(list) => {
            let (which, rest) = rest.split_first().ok_or("no key")?;
            let names: Vec<String> = list.iter().map(|item| name_of(item.get_ref())).collect();
            let place = names
                .iter()
                .position(|name| name == which)
                .or_else(|| which.parse().ok().filter(|place| *place < names.len()));
            let Some(place) = place else {
                let help = nearest(which, names.iter().map(String::as_str)).unwrap_or_default();
                return Err(format!("`{first}` has no `{which}`; {help}"));
            };
            match list.get_mut(place).map(Spanned::get_mut) {
                Some(DeValue::Table(inner)) => insert(inner, rest, value, span),
                _ => Err(format!("`{which}` is not a table")),
            }
        }
        _ => Err(format!("`{first}` is not a table")),
    }
}

fn name_of(value: &DeValue<'_>) -> String {
    value.get("name").and_then(|name| name.get_ref().as_str()).unwrap_or_default().to_string()
}
