//! Rewrites a scenario file with the values of other layers, or with other Update Agents. Everything else, including
//! comments, is kept.

use std::collections::BTreeMap;

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, TableLike, Value, value};

use super::diagnostic::Diagnostic;
use super::document::SYNTAX;
use super::layers::{Texts, in_variable};
use super::sources::{ExplicitUpdateAgent, ListedEntry};

/// The scenario file of `texts`, which were read, with the values of the project file, overlays and the environment
/// written into it; only `--set` remains separate.
///
/// # Errors
/// If one of them cannot be written there.
pub(super) fn with_layers(texts: &Texts) -> Result<String, Diagnostic> {
    let text = &texts.all[texts.scenario.clone()];
    let mut variables = texts.single.iter().filter(|single| single.is_variable).peekable();
    if texts.project.is_empty() && texts.overlays.is_empty() && variables.peek().is_none() {
        return Ok(text.into());
    }
    let parse = |text: &str, start: usize| {
        text.parse::<DocumentMut>().map_err(|error| {
            let span = error.span().unwrap_or_default();
            let span = span.start + start..span.end + start;
            Diagnostic::new(SYNTAX, span, error.message(), "valid TOML")
        })
    };
    let mut document = parse(text, 0)?;
    let project = parse(&texts.all[texts.project.clone()], texts.project.start)?;
    fill(document.as_table_mut(), project.into_table());
    for part in &texts.overlays {
        let overlay = parse(&texts.all[part.clone()], part.start)?;
        lay_over(document.as_table_mut(), overlay.into_table());
    }
    for single in variables {
        let parts: Vec<&str> = single.key.iter().map(String::as_str).collect();
        let parsed = single.value.parse().unwrap_or_else(|_| Value::from(single.value.as_str()));
        set(document.as_table_mut(), &parts, parsed, true).ok_or_else(|| {
            let message = "this value cannot be written into the scenario";
            let span = single.key_span.start..single.value_span.end;
            Diagnostic::new("bad-override", span, message, "the same value in the scenario file")
        })?;
    }
    Ok(document.to_string())
}

/// Adds the items of `below` that `table` lacks; tables are merged key by key.
fn fill(table: &mut dyn TableLike, below: impl IntoIterator<Item = (impl AsRef<str>, Item)>) {
    for (key, item) in below {
        match table.get_mut(key.as_ref()) {
            None | Some(Item::None) => {
                let _ = table.insert(key.as_ref(), item);
            }
            Some(own) => {
                let Some(own) = own.as_table_like_mut() else { continue };
                if let Ok(below) = item.into_table() {
                    fill(own, below);
                }
            }
        }
    }
}

/// Merges `above` over `table`: tables key by key, lists of named tables by name; other items are replaced.
fn lay_over(table: &mut dyn TableLike, above: Table) {
    for (key, mut item) in above {
        unplace(&mut item);
        match table.get_mut(&key) {
            None | Some(Item::None) => {
                let _ = table.insert(&key, item);
            }
            Some(own) if own.is_table_like() && item.is_table_like() => {
                if let (Some(own), Ok(above)) = (own.as_table_like_mut(), item.into_table()) {
                    lay_over(own, above);
                }
            }
            Some(own) => *own = joined(std::mem::take(own), item),
        }
    }
}

/// The list `above` merged over the list `own`, if both are lists of named tables; otherwise `above`.
fn joined(own: Item, above: Item) -> Item {
    let names = names_in(&own).unwrap_or_default();
    let has_names = |names: &[String]| names.iter().any(|name| !name.is_empty());
    if !has_names(&names) && !has_names(&names_in(&above).unwrap_or_default()) {
        return above;
    }
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        places.entry(name).or_insert(place);
    }
    let (mut list, above) = match (own.into_array_of_tables(), above.into_array_of_tables()) {
        (Ok(list), Ok(above)) => (list, above),
        (_, Ok(above)) => return Item::ArrayOfTables(above),
        (_, Err(above)) => return above,
    };
    for above in above {
        let name = name_of(&above);
        let place = places.get(name.as_str()).copied();
        match place.and_then(|place| list.get_mut(place)) {
            Some(own) => lay_over(own, above),
            None => list.push(above),
        }
    }
    Item::ArrayOfTables(list)
}

/// Places tables after those before them, instead of at their positions in their own file.
pub(super) fn unplace(item: &mut Item) {
    let unplace_table = |table: &mut Table| {
        table.set_position(None);
        table.iter_mut().for_each(|(_, inner)| unplace(inner));
    };
    match item {
        Item::Table(table) => unplace_table(table),
        Item::ArrayOfTables(list) => list.iter_mut().for_each(unplace_table),
        _ => {}
    }
}

/// The scenario file `text` with `overrides` written into it, these Update Agents and this list instead of its own, and
/// `remark` at its head. `-plan` is appended to its name.
///
/// `text` and `overrides` are those of a valid scenario.
///
/// # Errors
/// If the text is not TOML, or if an override names a missing table.
pub fn with_update_agents(
    text: &str,
    overrides: &[(String, String)],
    (agents, list): (&[ExplicitUpdateAgent], &[ListedEntry]),
    remark: &str,
) -> Result<String, String> {
    let mut document: DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| error.message().to_string())?;
    for (key, written) in overrides {
        let parts: Vec<&str> = key.split('.').collect();
        let parsed = written.parse::<Value>().unwrap_or_else(|_| Value::from(written.as_str()));
        set(document.as_table_mut(), &parts, parsed, false)
            .ok_or_else(|| format!("no place for {key}"))?;
    }
    let own = |table: &mut Table| {
        table.remove("update_agents");
        table.remove("serves");
    };
    if let Some(headquarters) = document.get_mut("headquarters").and_then(Item::as_table_mut) {
        own(headquarters);
    }
    if let Some(sites) = document.get_mut("site").and_then(Item::as_array_of_tables_mut) {
        sites.iter_mut().for_each(own);
    }
    let name = document.get("name").and_then(Item::as_str).unwrap_or_default();
    document["name"] = value(format!("{name}-plan"));
    document.remove("update_agent");
    document.remove("update_source");
    if !agents.is_empty() {
        let rows =
            agents.iter().map(|agent| [("name", agent.name.clone()), ("site", agent.site.clone())]);
        document["update_agent"] = tables(rows);
    }
    if !list.is_empty() {
        let rows = list.iter().map(|entry| {
            [("range", entry.range.to_string()), ("source", entry.source.name().to_string())]
        });
        document["update_source"] = tables(rows);
    }
    let head: Vec<String> = remark.lines().map(|line| format!("# {line}")).collect();
    Ok(format!("{}\n#\n{document}", head.join("\n")))
}

fn tables(rows: impl Iterator<Item = [(&'static str, String); 2]>) -> Item {
    let table = |row: [(&str, String); 2]| {
        let mut table = Table::new();
        for (key, text) in row {
            table[key] = value(text);
        }
        table
    };
    Item::ArrayOfTables(rows.map(table).collect::<ArrayOfTables>())
}

/// Sets `written` at the path `parts`, parsed as an override; in the name of a variable, names have the form of
/// [`in_variable`].
fn set(table: &mut dyn TableLike, parts: &[&str], written: Value, is_variable: bool) -> Option<()> {
    let (first, rest) = parts.split_first()?;
    let Some((which, below)) = rest.split_first() else {
        let _ = table.insert(first, value(written));
        return Some(());
    };
    if table.get(first).is_none() {
        let _ = table.insert(first, Item::Table(Table::new()));
    }
    let inner = table.get_mut(first)?;
    if inner.is_table_like() {
        return set(inner.as_table_like_mut()?, rest, written, is_variable);
    }
    let names = names_in(inner)?;
    let is_meant = |name: &String| is_variable && in_variable(name) == *which;
    let place = names.iter().position(|name| name == which);
    let place = place.or_else(|| names.iter().position(is_meant)).or_else(|| which.parse().ok())?;
    match inner {
        Item::ArrayOfTables(list) => set(list.get_mut(place)?, below, written, is_variable),
        Item::Value(list) => {
            let inner = list.as_array_mut()?.get_mut(place)?.as_inline_table_mut()?;
            set(inner, below, written, is_variable)
        }
        _ => None,
    }
}

/// The names of the elements of a list, in order, empty for those without a name; `None` if it is not a list.
pub(super) fn names_in(list: &Item) -> Option<Vec<String>> {
    let of_value = |value: &Value| value.as_inline_table().map(|table| name_of(table));
    match list {
        Item::ArrayOfTables(list) => Some(list.iter().map(|table| name_of(table)).collect()),
        Item::Value(Value::Array(list)) => {
            Some(list.iter().map(|value| of_value(value).unwrap_or_default()).collect())
        }
        _ => None,
    }
}

pub(super) fn name_of(table: &dyn TableLike) -> String {
    table.get("name").and_then(Item::as_str).unwrap_or_default().to_string()
}
