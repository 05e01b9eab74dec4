//! Merges the documents of all layers into one, in which each value keeps its position, and so its layer.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::diagnostic::{Diagnostic, nearest};
use super::keys::UPDATE_SOURCE;
use super::layers::{Overlay, Single, Texts, in_variable};
use super::source_table;
use crate::units::text::counted;

/// The code of problems of TOML, not of a scenario.
pub(crate) const SYNTAX: &str = "syntax";

/// The maximum number of parts of a key, the same as for the TOML parser.
const DEEPEST: usize = 80;

/// The document of all layers of `texts`, with the single values that `counts`.
pub(super) fn merged<'t>(
    texts: &'t Texts,
    counts: impl Fn(&Single) -> bool,
    problems: &mut Vec<Diagnostic>,
) -> Spanned<DeTable<'t>> {
    let mut root = parsed(texts, &texts.scenario, problems);
    if !texts.project.is_empty() {
        let project = parsed(texts, &texts.project, problems).into_inner();
        fill(root.get_mut(), project, texts.project.start);
    }
    for Overlay { part, is_table } in &texts.overlays {
        if *is_table {
            let list = source_list(texts, part, problems);
            lay_list_of_start_over(root.get_mut(), list, part.start);
        } else {
            lay_over(root.get_mut(), parsed(texts, part, problems).into_inner(), part.start);
        }
    }
    for single in texts.single.iter().filter(|single| counts(single)) {
        set(root.get_mut(), single, problems);
    }
    root
}

/// A part of `texts` as a document.
fn parsed<'t>(
    texts: &'t Texts,
    part: &Range<usize>,
    problems: &mut Vec<Diagnostic>,
) -> Spanned<DeTable<'t>> {
    let (root, errors) = DeTable::parse_recoverable(&texts.all[part.clone()]);
    for error in errors {
        let span = shifted(error.span().unwrap_or(0..0), part.start);
        problems.push(Diagnostic::new(SYNTAX, span, error.message(), "valid TOML"));
    }
    root
}

/// A part of `texts` that is the list of update sources as a table.
fn source_list(
    texts: &Texts,
    part: &Range<usize>,
    problems: &mut Vec<Diagnostic>,
) -> DeTable<'static> {
    let mut wrong = Vec::new();
    let list = source_table::document(&texts.all[part.clone()], &mut wrong);
    let moved = |problem: Diagnostic| {
        let span = shifted(problem.span.clone(), part.start);
        Diagnostic { span, ..problem }
    };
    problems.extend(wrong.into_iter().map(moved));
    list
}

/// Applies a single value.
fn set<'t>(root: &mut DeTable<'t>, single: &'t Single, problems: &mut Vec<Diagnostic>) {
    if single.key.len() > DEEPEST {
        let message = format!("a key of {} parts", single.key.len());
        let expected = format!("at most {DEEPEST} parts, the limit of TOML");
        let span = single.key_span.clone();
        problems.push(Diagnostic::new("bad-override", span, message, expected));
        return;
    }
    let done = match &single.key[..] {
        [first, part] if first == WAVE && !single.is_variable => set_in_waves(root, part, single),
        key => insert(root, key, value_of(&single.value), single),
    };
    if let Err(why) = done {
        let expected = "a key such as `server.slots` or `site.branch.count`";
        let span = single.key_span.start..single.value_span.end;
        problems.push(Diagnostic::new("bad-override", span, why, expected));
    }
}

/// The name by which single values mean the waves of each release that has some.
pub(super) const WAVE: &str = "wave";

/// Sets `wave_gap` or `wave_done` of each release that comes in waves, as `wave.gap` and `wave.done` mean them.
fn set_in_waves<'t>(root: &mut DeTable<'t>, part: &str, single: &'t Single) -> Result<(), String> {
    let name = match part {
        "gap" => "wave_gap",
        "done" => "wave_done",
        _ => return Err(format!("`{WAVE}` has gap and done, not `{part}`")),
    };
    let mut found = false;
    for release in list_in(root, "release").into_iter().flat_map(|list| list.iter_mut()) {
        let DeValue::Table(release) = release.get_mut() else { continue };
        if release.contains_key("waves") {
            found = true;
            let key = Spanned::new(single.key_span.clone(), name.into());
            let value = value_of(&single.value);
            release.insert(key, Spanned::new(single.value_span.clone(), value));
        }
    }
    if found { Ok(()) } else { Err("no [[release]] has `waves`".into()) }
}

/// Sets `value`, given by `single`, at the path `parts`; a table of a list is selected by its `name` or its number from
/// 0.
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
            let names = || list.iter().map(|item| name_of(item.get_ref()));
            let is_meant = |name: &str| single.is_variable && in_variable(name) == *which;
            let place = names()
                .position(|name| name == which)
                .or_else(|| names().position(is_meant))
                .or_else(|| which.parse().ok().filter(|place| *place < list.len()));
            let Some(place) = place else {
                let near = nearest(which, names());
                let help = near.map_or_else(String::new, |near| format!("; {near}"));
                return Err(format!("`{first}` has no `{which}`, only {}{help}", tables_of(list)));
            };
            match list.get_mut(place).map(Spanned::get_mut) {
                Some(DeValue::Table(inner)) => insert(inner, rest, value, single),
                _ => Err(format!("`{which}` is not a table")),
            }
        }
        _ => Err(format!("`{first}` is not a table")),
    }
}

/// The maximum number of names that are listed; the others are counted.
const LISTED: usize = 10;

/// The tables of `list` by name, or their number if they have none.
fn tables_of(list: &DeArray<'_>) -> String {
    let names: Vec<&str> =
        list.iter().map(|item| name_of(item.get_ref())).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return format!("{}, numbered from 0", counted(list.len(), "table", "tables"));
    }
    let shown: Vec<String> = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(LISTED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A value in command-line form, where a text needs no quotes. No key has a TOML date or time, so a text such as
/// `07:30` is a text, too.
pub(super) fn value_of(text: &str) -> DeValue<'_> {
    match DeValue::parse(text).map(Spanned::into_inner) {
        Ok(DeValue::Datetime(_)) | Err(_) => DeValue::String(text.into()),
        Ok(value) => value,
    }
}

/// Adds the items of `below`, which begins at `start`, that `table` lacks: tables are merged key by key; other items in
/// both, including lists, remain as in `table`.
fn fill<'t>(table: &mut DeTable<'t>, below: DeTable<'t>, start: usize) {
    for (key, value) in below {
        match (table.get_mut(key.get_ref().as_ref()).map(Spanned::get_mut), value) {
            (Some(DeValue::Table(inner)), value) if value.get_ref().is_table() => {
                if let DeValue::Table(below) = value.into_inner() {
                    fill(inner, below, start);
                }
            }
            (Some(_), _) => {}
            (None, value) => {
                let key = Spanned::new(shifted(key.span(), start), key.into_inner());
                table.insert(key, moved(value, start));
            }
        }
    }
}

/// Merges `above`, which begins at `start`, over `table`: tables key by key, lists of named tables by name; other items
/// are replaced.
fn lay_over<'t>(table: &mut DeTable<'t>, above: DeTable<'t>, start: usize) {
    for (key, value) in above {
        let Some(own) = table.get_mut(key.get_ref().as_ref()) else {
            let key = Spanned::new(shifted(key.span(), start), key.into_inner());
            table.insert(key, moved(value, start));
            continue;
        };
        let span = value.span();
        match (own.get_mut(), value.into_inner()) {
            (DeValue::Table(own), DeValue::Table(above)) => lay_over(own, above, start),
            (DeValue::Array(own), DeValue::Array(above)) if are_named(own, &above) => {
                lay_list_over(own, above, start);
            }
            (_, value) => *own = moved(Spanned::new(span, value), start),
        }
    }
}

/// Replaces the update source list of the start in `table` by that of `above`, which begins at `start`; the lists that come
/// by a change stay.
fn lay_list_of_start_over<'t>(table: &mut DeTable<'t>, above: DeTable<'t>, start: usize) {
    let is_of_change = |entry: &&mut Spanned<DeValue<'_>>| entry.get_ref().get("change").is_some();
    let own = list_in(table, UPDATE_SOURCE.name).into_iter().flat_map(|list| list.iter_mut());
    let kept: Vec<_> = own.filter(is_of_change).map(taken).collect();
    lay_over(table, above, start);
    if let Some(list) = list_in(table, UPDATE_SOURCE.name) {
        for entry in kept {
            list.push(entry);
        }
    }
}

/// The list called `name` in `table`.
fn list_in<'a, 't>(table: &'a mut DeTable<'t>, name: &str) -> Option<&'a mut DeArray<'t>> {
    match table.get_mut(name)?.get_mut() {
        DeValue::Array(list) => Some(list),
        _ => None,
    }
}

/// Merges each table of `above` into the one with that name in `list`, or appends it. Duplicates in `above` are kept,
/// so that they are reported.
fn lay_list_over<'t>(list: &mut DeArray<'t>, mut above: DeArray<'t>, start: usize) {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (place, own) in list.iter().enumerate() {
        places.entry(name_of(own.get_ref()).into()).or_insert(place);
    }
    places.remove("");
    for item in above.iter_mut().map(taken) {
        let place = places.get(name_of(item.get_ref())).copied();
        match place.and_then(|place| list.get_mut(place)).map(Spanned::get_mut) {
            Some(DeValue::Table(own)) => {
                if let DeValue::Table(above) = item.into_inner() {
                    lay_over(own, above, start);
                }
            }
            _ => list.push(moved(item, start)),
        }
    }
}

/// Whether both are lists of tables with names.
fn are_named(own: &DeArray<'_>, above: &DeArray<'_>) -> bool {
    let mut all = own.iter().chain(above.iter()).map(Spanned::get_ref);
    !above.is_empty()
        && all.clone().all(DeValue::is_table)
        && all.any(|table| !name_of(table).is_empty())
}

/// `value` with all positions shifted by `by`.
fn moved(value: Spanned<DeValue<'_>>, by: usize) -> Spanned<DeValue<'_>> {
    let span = shifted(value.span(), by);
    let value = match value.into_inner() {
        DeValue::Table(inner) => {
            let mut table = DeTable::new();
            fill(&mut table, inner, by);
            DeValue::Table(table)
        }
        DeValue::Array(mut list) => {
            for item in list.iter_mut() {
                *item = moved(taken(item), by);
            }
            DeValue::Array(list)
        }
        other => other,
    };
    Spanned::new(span, value)
}

/// Takes the item itself, leaving an unused one.
fn taken<'t>(item: &mut Spanned<DeValue<'t>>) -> Spanned<DeValue<'t>> {
    std::mem::replace(item, Spanned::new(0..0, DeValue::Boolean(false)))
}

/// The position shifted by `by`.
fn shifted(span: Range<usize>, by: usize) -> Range<usize> {
    span.start + by..span.end + by
}

/// The name of a table; empty if it has none.
fn name_of<'v>(value: &'v DeValue<'_>) -> &'v str {
    value.get("name").and_then(|name| name.get_ref().as_str()).unwrap_or_default()
}
