//! A scenario file as a document: its tables, with all layers applied.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::Diagnostic;
use super::keys::{Key, PRESETS, Preset, Section};
use super::layers::Texts;
use super::merging::merged;
use super::reader::{Fields, subtables};
use super::section_names::{entry_of, title};
use super::value_type::Value;

/// The document.
#[derive(Debug)]
pub(crate) struct Document<'t> {
    root: Spanned<DeTable<'t>>,
    /// The tables that it may have.
    sections: &'static [&'static Section],
    /// The values of each table, read once; for a missing table, the defaults.
    values: BTreeMap<&'static str, Vec<Fields>>,
}

impl<'t> Document<'t> {
    /// Parses `texts` as a document with these `sections`, and reads all values.
    pub(crate) fn parse(
        sections: &'static [&'static Section],
        texts: &'t Texts,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let root = merged(texts, |_| true, problems);
        let mut document = Self { root, sections, values: BTreeMap::new() };
        for section in sections {
            let values = document.read(section, problems);
            document.values.insert(section.name, values);
        }
        document
    }

    /// The product version in the text.
    fn preset(&self) -> Option<&'static Preset> {
        let name = self.root.get_ref().get("product")?.get_ref().as_str()?;
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// The values of the single table of `section`.
    pub(crate) fn section(&self, section: &'static Section) -> &Fields {
        &self.values[section.name][0]
    }

    /// The values of all tables of `section`.
    pub(crate) fn sections(&self, section: &'static Section) -> &[Fields] {
        &self.values[section.name]
    }

    /// The values of the tables that exist once.
    pub(super) fn single(&self) -> Singles<'_> {
        let of = |section: &&'static Section| (section.name, &self.values[section.name][0]);
        let once = self.sections.iter().filter(|section| !section.repeated());
        let present = once.clone().filter(|section| self.has(section)).map(|section| section.name);
        Singles {
            present: present.collect(),
            values: once.map(of).map(|(name, fields)| (name, Cow::Borrowed(fields))).collect(),
        }
    }

    /// Whether the table of `section` is present.
    pub(super) fn has(&self, section: &Section) -> bool {
        self.value(section).is_some()
    }

    /// Reads the tables of `section`; an invalid table is replaced by an empty one, if only one is possible.
    fn read(&self, section: &'static Section, problems: &mut Vec<Diagnostic>) -> Vec<Fields> {
        let preset = self.preset();
        let fields = |table: &DeTable<'_>, span, problems: &mut Vec<Diagnostic>| {
            Fields::read(section, self.sections, table, span, problems).of_version(preset)
        };
        let value = self.value(section);
        if section.repeated() {
            return value.map_or_else(Vec::new, |value| {
                let tables = listed(section, value, problems).into_iter();
                tables.map(|(table, span)| fields(table, span, problems)).collect()
            });
        }
        let empty = DeTable::new();
        vec![match value.map(|value| (value.get_ref(), value.span())) {
            _ if section.name.is_empty() => fields(self.root.get_ref(), self.root.span(), problems),
            None => fields(&empty, 0..0, problems),
            Some((DeValue::Table(table), span)) => fields(table, span, problems),
            Some((_, span)) => {
                problems.push(wrong_table(section, span.clone()));
                // Missing keys of such a table are not reported as further problems.
                fields(&empty, span, &mut Vec::new())
            }
        }]
    }

    /// Adds to each of `problems` the entry of the reference for the innermost element at its position.
    pub(crate) fn refer(&self, problems: &mut [Diagnostic]) {
        let mut found: Vec<Option<(usize, bool, String)>> = vec![None; problems.len()];
        for section in self.sections {
            self.each_entry(section, &mut |span: Range<usize>, key: Option<&Key>| {
                for (problem, best) in problems.iter().zip(&mut found) {
                    let is_around =
                        span.start <= problem.span.start && problem.span.end <= span.end;
                    // `--set` has a key and its table at one position: then the key is used.
                    let rank = (span.start, key.is_some());
                    let is_inner = best.as_ref().is_none_or(|best| (best.0, best.1) <= rank);
                    if problem.reference.is_none() && is_around && is_inner {
                        *best = Some((rank.0, rank.1, entry_of(section, key)));
                    }
                }
            });
        }
        for (problem, found) in problems.iter_mut().zip(found) {
            if let Some((_, _, entry)) = found {
                problem.reference = Some(entry.into());
            }
        }
    }

    /// Calls `visit` for every element of `section`: its tables and their contents.
    fn each_entry(
        &self,
        section: &'static Section,
        visit: &mut dyn FnMut(Range<usize>, Option<&'static Key>),
    ) {
        let inner = subtables(section, self.sections);
        let of_table = |table: &DeTable<'_>, visit: &mut dyn FnMut(_, _)| {
            for (name, value) in table {
                if !inner.contains(&name.get_ref().as_ref()) {
                    let key = section.keys.iter().find(|key| key.name == name.get_ref().as_ref());
                    visit(name.span(), key);
                    visit(value.span(), key);
                }
            }
        };
        if section.name.is_empty() {
            return of_table(self.root.get_ref(), visit);
        }
        let Some(value) = self.value(section) else { return };
        for value in value.get_ref().as_array().into_iter().flatten().chain([value]) {
            if let Some(table) = value.get_ref().as_table() {
                of_table(table, visit);
            }
            visit(value.span(), None);
        }
    }

    /// The item with the name of `section`, in the table that contains it.
    fn value(&self, section: &Section) -> Option<&Spanned<DeValue<'t>>> {
        let (outer, name) = section.name.rsplit_once('.').unwrap_or(("", section.name));
        let mut table = self.root.get_ref();
        for part in outer.split('.').filter(|part| !part.is_empty()) {
            table = table.get(part)?.get_ref().as_table()?;
        }
        table.get(name)
    }
}

/// The values of tables that exist once, some of which may differ from those of the document.
#[derive(Clone, Debug)]
pub(super) struct Singles<'d> {
    /// The tables that are in the document.
    present: BTreeSet<&'static str>,
    values: BTreeMap<&'static str, Cow<'d, Fields>>,
}

impl Singles<'_> {
    /// The values of the table of `section`.
    pub(super) fn section(&self, section: &'static Section) -> &Fields {
        &self.values[section.name]
    }

    /// Whether the table of `section` is in the document.
    pub(super) fn has(&self, section: &Section) -> bool {
        self.present.contains(section.name)
    }

    /// Replaces the value of `key` by `value`, which was read at `span`.
    pub(super) fn set(
        &mut self,
        section: &'static Section,
        key: &'static str,
        value: Value,
        span: Range<usize>,
    ) {
        let changed = self.section(section).clone().with(key, value, span);
        let _ = self.values.insert(section.name, Cow::Owned(changed));
    }
}

/// The tables of a list with their positions; other items, and tables beyond the maximum, are problems.
fn listed<'v>(
    section: &'static Section,
    value: &'v Spanned<DeValue<'_>>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<(&'v DeTable<'v>, Range<usize>)> {
    let Some(list) = value.get_ref().as_array() else {
        problems.push(wrong_table(section, value.span()));
        return Vec::new();
    };
    if let Some(beyond) = list.get(section.most) {
        let message = format!("{} tables", list.len());
        let expected = format!("at most {} of {}", section.most, title(section));
        problems.push(Diagnostic::new("absurd", beyond.span(), message, expected));
    }
    let mut tables = Vec::new();
    for item in list.iter().take(section.most) {
        match item.get_ref() {
            DeValue::Table(table) => tables.push((table, item.span())),
            _ => problems.push(wrong_table(section, item.span())),
        }
    }
    tables
}

fn wrong_table(section: &Section, span: Range<usize>) -> Diagnostic {
    let message = format!("`{}` is not a table", section.name);
    Diagnostic::new("bad-table", span, message, title(section))
}
