//! A scenario file written again with other Update Agents; everything else stays, comments too.

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value, value};

use super::sources::{ExplicitUpdateAgent, ListedEntry};

/// The scenario file `text` with `overrides` written into it, these Update Agents and this list
/// instead of its own, and `remark` at its head. Its name ends in `-plan` from now on.
///
/// `text` and `overrides` are those of a scenario that was read.
///
/// # Errors
/// If the text is no TOML, or an override names what is not there.
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
        set(document.as_table_mut(), &parts, parsed)
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

/// Writes `written` at the path `parts`, as an override would be read.
fn set(table: &mut Table, parts: &[&str], written: Value) -> Option<()> {
    let (first, rest) = parts.split_first()?;
    let Some((which, below)) = rest.split_first() else {
        table[first] = value(written);
        return Some(());
    };
    let inner = table.entry(first).or_insert_with(|| Item::Table(Table::new()));
    if let Item::ArrayOfTables(list) = inner {
        let called = |table: &Table| table.get("name").and_then(Item::as_str) == Some(which);
        let named = list.iter().position(called).or_else(|| which.parse().ok())?;
        return set(list.get_mut(named)?, below, written);
    }
    set(inner.as_table_mut()?, rest, written)
}
