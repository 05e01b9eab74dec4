//! The file as a document: its tables, with all layers applied.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::{Diagnostic, nearest};
use super::keys::{Key, PRESETS, Preset, Section};
use super::layers::{Single, Texts, in_variable};
use super::merging::{fill, lay_over, shifted};
use super::reader::{Fields, subtables, title};
use super::reference::entry_of;

/// The code of a problem that is none of scenarios but of TOML.
pub(super) const SYNTAX: &str = "syntax";

/// `--set KEY=VALUE` of the command line, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Overrides(pub Vec<(String, String)>);

/// Something that is written, and what the reference says of it.
#[derive(Debug)]
struct Entry {
    span: Range<usize>,
    section: &'static Section,
    key: Option<&'static Key>,
}

/// The document.
#[derive(Debug)]
pub(super) struct Document<'t> {
    root: Spanned<DeTable<'t>>,
    /// The tables that it may have.
    sections: &'static [&'static Section],
}

impl<'t> Document<'t> {
    /// Parses `texts` as a document of these `sections`.
    pub(super) fn parse(
        sections: &'static [&'static Section],
        texts: &'t Texts,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut parse = |part: &Range<usize>| {
            let (root, errors) = DeTable::parse_recoverable(&texts.all[part.clone()]);
            for error in errors {
                let span = shifted(error.span().unwrap_or(0..0), part.start);
                problems.push(Diagnostic::new(SYNTAX, span, error.message(), "valid TOML"));
            }
            root
        };
        let mut root = parse(&texts.scenario);
        if !texts.project.is_empty() {
            let project = parse(&texts.project).into_inner();
            fill(root.get_mut(), project, texts.project.start);
        }
        for part in &texts.overlays {
            let overlay = parse(part).into_inner();
            lay_over(root.get_mut(), overlay, part.start);
        }
        let mut document = Self { root, sections };
        for single in &texts.single {
            document.set(single, problems);
        }
        document
    }

    /// Applies a single value.
    fn set(&mut self, single: &'t Single, problems: &mut Vec<Diagnostic>) {
        let value = value_of(&single.value);
        if let Err(why) = insert(self.root.get_mut(), &single.key, value, single) {
            let expected = "a key such as `server.slots` or `site.branch.count`";
            let span = single.key_span.start..single.value_span.end;
            problems.push(Diagnostic::new("bad-override", span, why, expected));
        }
    }

    /// The values of `table`, with the defaults of the product version.
    fn fields(
        &self,
        section: &'static Section,
        table: &Spanned<DeTable<'_>>,
        problems: &mut Vec<Diagnostic>,
    ) -> Fields {
        Fields::read(section, self.sections, table, problems).of_version(self.preset())
    }

    /// The product version that is written.
    fn preset(&self) -> Option<&'static Preset> {
        let name = self.root.get_ref().get("product")?.get_ref().as_str()?;
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// The values of the one table of `section`, or of an empty one.
    pub(super) fn section(
        &self,
        section: &'static Section,
        problems: &mut Vec<Diagnostic>,
    ) -> Fields {
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

    /// Where it is said that there is no table of a repeated section: at the head of the file, unless an
    /// empty list was written.
    pub(super) fn place_of_none(&self, section: &Section) -> Option<Range<usize>> {
        match self.value(section) {
            None => Some(0..0),
            Some(value) => {
                let is_empty = value.get_ref().as_array().is_some_and(|list| list.is_empty());
                is_empty.then(|| value.span())
            }
        }
    }

    /// The values of all tables of a repeated section.
    pub(super) fn sections(
        &self,
        section: &'static Section,
        problems: &mut Vec<Diagnostic>,
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

    /// Gives each of `problems` the entry of the reference for what stands where it is.
    pub(super) fn refer(&self, problems: &mut [Diagnostic]) {
        let mut entries: Vec<Entry> =
            self.sections.iter().flat_map(|section| self.entries(section)).collect();
        // `--set` writes a key and its table at one place: then the key counts.
        entries.sort_by_key(|entry| (entry.span.start, entry.key.is_some()));
        for problem in problems.iter_mut().filter(|problem| problem.reference.is_none()) {
            let (start, end) = (problem.span.start, problem.span.end);
            let before = entries.partition_point(|entry| entry.span.start <= start);
            // What begins last is innermost: a key of an inline table, not the table.
            let around = entries[..before].iter().rev().find(|entry| end <= entry.span.end);
            problem.reference = around.map(|entry| entry_of(entry.section, entry.key).into());
        }
    }

    /// Everything that is written of `section`: its tables, and what they hold.
    fn entries(&self, section: &'static Section) -> Vec<Entry> {
        let inner = subtables(section, self.sections);
        let of_table = |table: &DeTable<'_>| {
            let own = table.iter().filter(|(name, _)| !inner.contains(&name.get_ref().as_ref()));
            own.flat_map(|(name, value)| {
                let key = section.keys.iter().find(|key| key.name == name.get_ref().as_ref());
                [name.span(), value.span()].map(|span| Entry { span, section, key })
            })
            .collect::<Vec<_>>()
        };
        if section.name.is_empty() {
            return of_table(self.root.get_ref());
        }
        let Some(value) = self.value(section) else { return Vec::new() };
        let tables = value.get_ref().as_array().into_iter().flatten().chain([value]);
        tables
            .flat_map(|value| {
                let keys = value.get_ref().as_table().map(of_table).unwrap_or_default();
                keys.into_iter().chain([Entry { span: value.span(), section, key: None }])
            })
            .collect()
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

fn wrong_table(section: &Section, span: Range<usize>) -> Diagnostic {
    let message = format!("`{}` is not written as a table", section.name);
    Diagnostic::new("bad-table", span, message, title(section))
}

/// Puts `value`, given by `single`, at the path `parts`; a table of a list is named by its `name` or
/// its number from 0.
fn insert<'t>(
    table: &mut DeTable<'t>,
    parts: &'t [String],
    value: DeValue<'t>,
    single: &Single,
) -> Result<(), String> {
    let (first, rest) = parts.split_first().ok_or("no key")?;
    let key = table.keys().find(|key| *key.get_ref() == *first).cloned();
    let key = key.unwrap_or_else(|| Spanned::new(single.key_span.clone(), first.as_str().into()));
    if rest.is_empty() {
        table.insert(key, Spanned::new(single.value_span.clone(), value));
        return Ok(());
    }
    let inner = table
        .entry(key)
        .or_insert_with(|| Spanned::new(single.key_span.clone(), DeValue::Table(DeTable::new())));
    match inner.get_mut() {
        DeValue::Table(inner) => insert(inner, rest, value, single),
        DeValue::Array(list) => {
            let (which, rest) = rest.split_first().ok_or("no key")?;
            let names: Vec<String> = list.iter().map(|item| name_of(item.get_ref())).collect();
            let is_meant = |name: &String| single.is_variable && in_variable(name) == *which;
            let place = names
                .iter()
                .position(|name| name == which)
                .or_else(|| names.iter().position(is_meant))
                .or_else(|| which.parse().ok().filter(|place| *place < names.len()));
            let Some(place) = place else {
                let help = nearest(which, names.iter().map(String::as_str)).unwrap_or_default();
                return Err(format!("`{first}` has no `{which}`; {help}"));
            };
            match list.get_mut(place).map(Spanned::get_mut) {
                Some(DeValue::Table(inner)) => insert(inner, rest, value, single),
                _ => Err(format!("`{which}` is not a table")),
            }
        }
        _ => Err(format!("`{first}` is not a table")),
    }
}

pub(super) fn name_of(value: &DeValue<'_>) -> String {
    value.get("name").and_then(|name| name.get_ref().as_str()).unwrap_or_default().to_string()
}
