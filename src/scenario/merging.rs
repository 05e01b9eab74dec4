//! Documents merged into one, in which each value keeps its place.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// Puts what `below`, which stands at `start`, has and `table` lacks into `table`: tables are joined
/// key by key; of anything else that both have, lists among it, the one in `table` stays.
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

/// Lays `above`, which stands at `start`, over `table`: tables are joined key by key, lists of tables
/// with names name by name; anything else is replaced.
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

/// Joins each table of `above` with that of the same name in `list`, or puts it behind them. What
/// `above` repeats is repeated, so that it is found.
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

/// Whether both are lists of tables that are told apart by their names.
fn are_named(own: &DeArray<'_>, above: &DeArray<'_>) -> bool {
    let mut all = own.iter().chain(above.iter()).map(Spanned::get_ref);
    !above.is_empty()
        && all.clone().all(DeValue::is_table)
        && all.any(|table| !name_of(table).is_empty())
}

/// `value` with all its places `by` further on.
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

/// The item itself; nobody looks at what is left.
fn taken<'t>(item: &mut Spanned<DeValue<'t>>) -> Spanned<DeValue<'t>> {
    std::mem::replace(item, Spanned::new(0..0, DeValue::Boolean(false)))
}

/// The place `by` further on.
pub(super) fn shifted(span: Range<usize>, by: usize) -> Range<usize> {
    span.start + by..span.end + by
}

/// The name of a table, empty where it has none.
pub(super) fn name_of<'v>(value: &'v DeValue<'_>) -> &'v str {
    value.get("name").and_then(|name| name.get_ref().as_str()).unwrap_or_default()
}
