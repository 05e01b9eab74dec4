//! The difference of two scenario files as an overlay.

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, TableLike, Value, value};

/// The overlay that turns the scenario file `base` into `changed`, with `remark` at its head: only the differences.
/// `None` if no overlay can express them, because a table of a list is missing, or a key whose absence has no value.
pub fn overlay(base: &str, changed: &str, remark: &str) -> Option<String> {
    let base: DocumentMut = base.parse().ok()?;
    let changed: DocumentMut = changed.parse().ok()?;
    let mut document = DocumentMut::new();
    *document.as_table_mut() = difference(base.as_table(), changed.as_table())?;
    Some(format!("# {remark}\n\n{document}"))
}

/// The whole list `list` of the scenario file `text`, with other values: each by the number of its table (from 0), its key
/// and its value in TOML. An overlay can only replace a list whose tables have no names. `None` if there is no such table or
/// a value is not TOML.
pub fn list_with(text: &str, list: &str, values: &[(usize, &str, &str)]) -> Option<String> {
    let document: DocumentMut = text.parse().ok()?;
    let own = document.get(list)?.clone().into_array_of_tables().ok()?;
    let mut all = ArrayOfTables::new();
    for table in &own {
        let mut table = table.clone();
        table.iter_mut().for_each(|(_, item)| *item = bare(item));
        table.decor_mut().clear();
        table.set_position(None);
        all.push(table);
    }
    for (number, key, text) in values {
        all.get_mut(*number)?[key] = Item::Value(text.parse().ok()?);
    }
    let mut document = DocumentMut::new();
    document[list] = Item::ArrayOfTables(all);
    Some(document.to_string())
}

/// The items of `changed` that differ from `base`.
fn difference(base: &dyn TableLike, changed: &dyn TableLike) -> Option<Table> {
    let mut table = Table::new();
    for (key, item) in changed.iter() {
        let own = base.get(key).filter(|own| !own.is_none());
        let differs = match own {
            Some(own) => item_difference(own, item)?,
            None => bare(item),
        };
        if !differs.is_none() {
            table.insert(key, differs);
        }
    }
    let gone = base.iter().filter(|(key, own)| !own.is_none() && !changed.contains_key(key));
    for (key, _) in gone {
        table.insert(key, absent(key)?);
    }
    Some(table)
}

/// The differences of the item `changed` from `own`, of the same key; [`Item::None`] if there are none.
fn item_difference(own: &Item, changed: &Item) -> Option<Item> {
    if let (Some(own), Some(changed)) = (own.as_table_like(), changed.as_table_like()) {
        let inner = difference(own, changed)?;
        return Some(if inner.is_empty() { Item::None } else { Item::Table(inner) });
    }
    let has_names = |item| names_in(item).is_some_and(|all| all.iter().any(|one| !one.is_empty()));
    if has_names(own) && has_names(changed) {
        let lists = [own, changed].map(|item| item.clone().into_array_of_tables().ok());
        let [Some(own), Some(changed)] = lists else { return None };
        let list = list_difference(&own, &changed)?;
        return Some(if list.is_empty() { Item::None } else { Item::ArrayOfTables(list) });
    }
    let says = |item: &Item| bare(item).to_string();
    Some(if says(own) == says(changed) { Item::None } else { bare(changed) })
}

/// The tables of `changed` that are new, or their differences, each with its name.
fn list_difference(own: &ArrayOfTables, changed: &ArrayOfTables) -> Option<ArrayOfTables> {
    let find = |list: &ArrayOfTables, name: &str| {
        list.iter().find(|table| name_of(*table) == name).cloned()
    };
    if own.iter().any(|table| find(changed, &name_of(table)).is_none()) {
        return None;
    }
    let mut list = ArrayOfTables::new();
    for table in changed {
        let name = name_of(table);
        let before = find(own, &name).unwrap_or_default();
        let differs = difference(&before, table)?;
        if !differs.is_empty() {
            let mut named = Table::new();
            named["name"] = value(name);
            named.extend(differs);
            list.push(named);
        }
    }
    Some(list)
}

/// The value that is equivalent to the absence of a key.
fn absent(key: &str) -> Option<Item> {
    match key {
        "update_agents" => Some(value(0)),
        "serves" => Some(value("site")),
        "update_agent" | "update_source" => Some(value(toml_edit::Array::new())),
        _ => None,
    }
}

/// The item without comments and position.
fn bare(item: &Item) -> Item {
    let mut item = item.clone();
    if let Some(value) = item.as_value_mut() {
        value.decor_mut().clear();
    }
    unplace(&mut item);
    item
}

/// Places tables after those before them, instead of at their positions in their own file.
fn unplace(item: &mut Item) {
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

/// The names of the elements of a list, in order, empty for those without a name; `None` if it is not a list.
fn names_in(list: &Item) -> Option<Vec<String>> {
    let of_value = |value: &Value| value.as_inline_table().map(|table| name_of(table));
    match list {
        Item::ArrayOfTables(list) => Some(list.iter().map(|table| name_of(table)).collect()),
        Item::Value(Value::Array(list)) => {
            Some(list.iter().map(|value| of_value(value).unwrap_or_default()).collect())
        }
        _ => None,
    }
}

fn name_of(table: &dyn TableLike) -> String {
    table.get("name").and_then(Item::as_str).unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "name = \"x\" # theirs\n[headquarters]\nagents = 4\nupdate_agents = 2\n\
        [[site]]\nname = \"a\"\nagents = 5\nupdate_agents = 1\n[[site]]\nname = \"b\"\nagents = 5\n";

    #[test]
    fn an_overlay_says_what_differs_and_nothing_else() {
        let changed = "name = \"x-plan\"\n[headquarters]\nagents = 4\n[server]\nslots = 9\n\
            [[site]]\nname = \"a\"\nagents = 5\n[[site]]\nname = \"b\"\nagents = 6\n\
            [[update_source]]\nrange = \"10.0.0.0/8\"\nsource = \"server\"\n";
        let expected = "# plan\n\nname = \"x-plan\"\n\n[headquarters]\nupdate_agents = 0\n\n\
            [server]\nslots = 9\n\n[[site]]\nname = \"a\"\nupdate_agents = 0\n\n\
            [[site]]\nname = \"b\"\nagents = 6\n\n\
            [[update_source]]\nrange = \"10.0.0.0/8\"\nsource = \"server\"\n";
        let said = overlay(BASE, changed, "plan").unwrap();
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut lines = [said.as_str(), expected].map(|text| {
            let mut tables: Vec<String> = text.split("\n[").map(words).collect();
            tables.sort();
            tables
        });
        let [said_tables, expected_tables] = &mut lines;
        assert_eq!(said_tables, expected_tables, "{said}");
    }

    #[test]
    fn a_list_without_names_is_written_whole() {
        let text = "name = \"x\"\n[[background]]\nsites = \"a\" # theirs\nshare = \"10 %\"\n\
                    [server]\nslots = 4\n[[background]]\nsites = \"b\"\nshare = \"20 %\"\n";
        let list = |number| list_with(text, "background", &[(number, "share", "\"35 %\"")]);
        let expected = "[[background]]\nsites = \"a\"\nshare = \"10 %\"\n\n[[background]]\n\
                        sites = \"b\"\nshare = \"35 %\"\n";
        assert_eq!(list(1).as_deref(), Some(expected));
        assert_eq!((list(2), list_with(text, "fault", &[])), (None, None));
    }

    #[test]
    fn an_overlay_contains_only_valid_values() {
        let without_b = "name = \"x\"\n[headquarters]\nagents = 4\nupdate_agents = 2\n\
            [[site]]\nname = \"a\"\nagents = 5\nupdate_agents = 1\n";
        assert_eq!(overlay(BASE, without_b, "plan"), None);
        assert_eq!(overlay(BASE, &BASE.replace("agents = 4\n", ""), "plan"), None);
    }
}
