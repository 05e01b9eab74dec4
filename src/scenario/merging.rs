//! Merges documents into one, in which each value keeps its position.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// Adds the items of `below`, which begins at `start`, that `table` lacks: tables are merged key by key; other items in
/// both, including lists, remain as in `table`.
pub(super) fn fill<'t>(table: &mut DeTable<'t>, below: DeTable<'t>, start: usize) {
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
pub(super) fn lay_over<'t>(table: &mut DeTable<'t>, above: DeTable<'t>, start: usize) {
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
pub(super) fn shifted(span: Range<usize>, by: usize) -> Range<usize> {
    span.start + by..span.end + by
}

/// The name of a table; empty if it has none.
pub(super) fn name_of<'v>(value: &'v DeValue<'_>) -> &'v str {
    value.get("name").and_then(|name| name.get_ref().as_str()).unwrap_or_default()
}
