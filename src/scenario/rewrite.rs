//! Rewrites a scenario file with the values of other layers, or with other Update Agents. Everything else, including
//! comments, is kept.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeString, DeTable, DeValue};
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, TableLike, Value, value};

use super::diagnostic::Diagnostic;
use super::layers::{Layers, Overrides, Single, Texts};
use super::merging::{SYNTAX, merged};
use super::sources::{ExplicitUpdateAgent, ListedEntry};

/// The scenario file of `texts`, which were read, with the values of the project file, overlays and the environment
/// written into it; only `--set` remains separate.
///
/// # Errors
/// If the scenario file is not TOML.
pub(super) fn with_layers(texts: &Texts) -> Result<String, Diagnostic> {
    let has_variables = texts.single.iter().any(|single| single.is_variable);
    if texts.project.is_empty() && texts.overlays.is_empty() && !has_variables {
        return Ok(texts.all[texts.scenario.clone()].into());
    }
    Ok(written(texts, |single| single.is_variable)?.to_string())
}

/// The scenario file of `texts` with the values of all other layers, of single values with those that `counts`.
fn written(texts: &Texts, counts: impl Fn(&Single) -> bool) -> Result<DocumentMut, Diagnostic> {
    let mut problems = Vec::new();
    let merged = merged(texts, counts, &mut problems);
    if let Some(problem) = problems.pop() {
        return Err(problem);
    }
    let mut document: DocumentMut =
        texts.all[texts.scenario.clone()].parse().map_err(|error: toml_edit::TomlError| {
            let span = error.span().unwrap_or_default();
            Diagnostic::new(SYNTAX, span, error.message(), "valid TOML")
        })?;
    Writer { texts }.write(document.as_table_mut(), merged.get_ref());
    Ok(document)
}

/// Writes what other layers say into the scenario file: each value of the merged document has its position in `texts`.
struct Writer<'t> {
    texts: &'t Texts,
}

impl Writer<'_> {
    /// Makes `table`, which is the scenario file's, equal to `merged`.
    fn write(&self, table: &mut dyn TableLike, merged: &DeTable<'_>) {
        for (key, value) in in_order(merged) {
            let name = key.get_ref().as_ref();
            let is_own = self.texts.scenario.contains(&value.span().start);
            let own = if is_own { table.get_mut(name) } else { None };
            match (own, value.get_ref()) {
                (Some(own), DeValue::Table(merged)) => {
                    if let Some(own) = own.as_table_like_mut() {
                        self.write(own, merged);
                    }
                }
                (Some(own), DeValue::Array(merged)) => self.write_list(own, merged),
                (Some(_), _) => {}
                (None, _) => {
                    let _ = table.insert(name, self.item(value));
                }
            }
        }
    }

    /// Makes the list `own` equal to `merged`, whose first elements are those of `own`.
    fn write_list(&self, own: &mut Item, merged: &DeArray<'_>) {
        for (place, element) in merged.iter().enumerate() {
            let Some(merged) = element.get_ref().as_table() else { continue };
            match own {
                Item::ArrayOfTables(list) => match list.get_mut(place) {
                    Some(own) => self.write(own, merged),
                    None => list.push(self.table(merged)),
                },
                Item::Value(Value::Array(list)) => match list.get_mut(place) {
                    Some(own) => {
                        if let Some(own) = own.as_inline_table_mut() {
                            self.write(own, merged);
                        }
                    }
                    None => list.push(self.table(merged).into_inline_table()),
                },
                _ => {}
            }
        }
    }

    /// `value` of another layer.
    fn item(&self, value: &Spanned<DeValue<'_>>) -> Item {
        if let Some(same) = self.as_written(value) {
            return Item::Value(same);
        }
        match value.get_ref() {
            DeValue::Table(merged) => Item::Table(self.table(merged)),
            DeValue::Array(list) if list.is_empty() => Item::Value(Value::Array(Array::new())),
            DeValue::Array(list) => {
                let tables = list.iter().filter_map(|element| element.get_ref().as_table());
                Item::ArrayOfTables(tables.map(|merged| self.table(merged)).collect())
            }
            // A text without quotes: of a variable, of `--set` or of a table.
            DeValue::String(text) => Item::Value(Value::from(text.as_ref())),
            _ => Item::Value(Value::from(&self.texts.all[value.span()])),
        }
    }

    fn table(&self, merged: &DeTable<'_>) -> Table {
        let items = in_order(merged).into_iter();
        items.map(|(key, value)| (key.get_ref().as_ref(), self.item(value))).collect()
    }

    /// The text of `value`, if all that is in it is there: a list of tables is elsewhere, too, and a stronger layer
    /// may have replaced a part.
    fn as_written(&self, value: &Spanned<DeValue<'_>>) -> Option<Value> {
        let written: Value = self.texts.all[value.span()].parse().ok()?;
        let is_same = match value.get_ref() {
            DeValue::Table(_) => written.is_inline_table(),
            DeValue::Array(_) => written.is_array(),
            DeValue::String(text) => written.as_str() == Some(text.as_ref()),
            _ => true,
        };
        (is_same && lies_within(value, &value.span())).then_some(written)
    }
}

/// The entries of a table in the order of their positions.
fn in_order<'m, 't>(
    table: &'m DeTable<'t>,
) -> Vec<(&'m Spanned<DeString<'t>>, &'m Spanned<DeValue<'t>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

/// Whether `value` and all that is in it are in `span`.
fn lies_within(value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> bool {
    let of = value.span();
    span.start <= of.start
        && of.end <= span.end
        && match value.get_ref() {
            DeValue::Table(table) => table.values().all(|inner| lies_within(inner, span)),
            DeValue::Array(list) => list.iter().all(|inner| lies_within(inner, span)),
            _ => true,
        }
}

/// The scenario file `text` with `overrides` written into it.
///
/// `text` and `overrides` are those of a valid scenario.
///
/// # Errors
/// If the text is not TOML, or if an override names a missing table.
pub fn with_settings(text: &str, overrides: &Overrides) -> Result<String, String> {
    let texts = Texts::new(text, &Layers { set: overrides.clone(), ..Layers::default() });
    let document = written(&texts, |_| true).map_err(|problem| problem.message)?;
    Ok(document.to_string())
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
    let set = Overrides(overrides.to_vec());
    let texts = Texts::new(text, &Layers { set, ..Layers::default() });
    let mut document = written(&texts, |_| true).map_err(|problem| problem.message)?;
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
    if let Some(changes) = document.get_mut("change").and_then(Item::as_array_of_tables_mut) {
        // The others bring nothing but a list.
        changes.retain(|change| change.contains_key("key"));
        if changes.is_empty() {
            document.remove("change");
        }
    }
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
