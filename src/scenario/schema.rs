//! The scenario format as a JSON Schema (draft 7), generated from the table of keys, so that editors complete keys,
//! explain them and mark errors during typing.
//!
//! Every scenario that is read without a problem is valid under it. The converse does not hold: constraints between
//! keys, and references to names, are checked only by reading.

use serde_json::{Map, Value, json};

use super::keys::{Key, SECTIONS, Section, TOP};
use super::section_names::entry_of;
use super::value_type::{CONTENT_KINDS, MOST_BEHIND, ValueType};
use crate::units::text;

/// The schema.
pub fn schema() -> Value {
    let mut schema = table(&TOP);
    let tables = SECTIONS.iter().filter(|section| !section.name.is_empty());
    for section in tables {
        let one = table(section);
        let written = if section.repeated() {
            let (about, most) = (section.about, section.most);
            json!({ "type": "array", "items": one, "maxItems": most, "description": about })
        } else {
            one
        };
        schema["properties"][section.name] = written;
        let is_needed = !section.repeated() && section.keys.iter().any(|key| key.default.is_none());
        if is_needed && let Some(required) = schema["required"].as_array_mut() {
            required.push(section.name.into());
        }
    }
    schema["$schema"] = "http://json-schema.org/draft-07/schema#".into();
    schema["title"] = "A scenario of updraft".into();
    schema
}

/// A table with its keys.
fn table(section: &Section) -> Value {
    let properties: Map<String, Value> =
        section.keys.iter().map(|key| (key.name.into(), value(section, key))).collect();
    let needed = section.keys.iter().filter(|key| key.default.is_none());
    json!({
        "type": "object",
        "description": section.about,
        "properties": properties,
        "required": needed.map(|key| key.name).collect::<Vec<_>>(),
        "additionalProperties": false,
    })
}

/// The schema of a key's value, with its meaning.
fn value(section: &Section, key: &Key) -> Value {
    let mut value = form(key.form);
    let assumed = if key.assumption { " (its default is an assumption)" } else { "" };
    value["description"] = format!(
        "{}{assumed}: {}. See {}",
        key.meaning,
        key.form.expected(),
        entry_of(section, Some(key))
    )
    .into();
    let default = key.default.filter(|default| !default.is_empty());
    if let Some(default) = default {
        let read: Map<String, Value> =
            toml::from_str(&format!("default = {default}")).expect("a default is TOML");
        value.as_object_mut().expect("a form is an object").extend(read);
    }
    value
}

/// The schema of values of a type.
fn form(form: ValueType) -> Value {
    // A schema cannot compare texts with units: their bounds are notes for users.
    let quantity = |pattern: String| {
        let bounds = form.bounds().expect("a quantity has bounds");
        let [least, most] = [bounds.least, bounds.most].map(|number| form.print(number));
        json!({ "type": "string", "pattern": pattern, "x-minimum": least, "x-maximum": most })
    };
    match form {
        ValueType::Duration(..) | ValueType::Interval(..) => quantity(text::duration_pattern()),
        ValueType::Bytes(..) => quantity(text::bytes_pattern()),
        ValueType::Rate(..) => quantity(text::rate_pattern()),
        ValueType::Clock => quantity(text::CLOCK_PATTERN.into()),
        ValueType::Count(from, to) => json!({ "type": "integer", "minimum": from, "maximum": to }),
        ValueType::Limit => json!({ "anyOf": [
            { "type": "number", "minimum": 0 },
            { "type": "string", "pattern": text::duration_pattern() },
            { "type": "string", "pattern": text::bytes_pattern() },
            { "type": "string", "pattern": text::rate_pattern() },
        ] }),
        ValueType::Price => json!({ "type": "number", "minimum": 0, "maximum": 1_000_000 }),
        ValueType::Percent => json!({ "anyOf": [
            { "type": "string", "pattern": text::percent_pattern() },
            { "type": "number", "minimum": 0, "maximum": 100 },
        ] }),
        ValueType::Text | ValueType::Schedule(_) => json!({ "type": "string" }),
        ValueType::Written => json!({
            "type": ["string", "number", "boolean", "array"],
            "items": { "type": ["string", "number"] },
        }),
        ValueType::Image => json!({
            "type": "object",
            "properties": {
                "releases_behind": { "type": "integer", "minimum": 0, "maximum": MOST_BEHIND },
                "reset": { "type": "string", "enum": ["log-off"] },
            },
            "required": ["releases_behind"],
            "additionalProperties": false,
        }),
        ValueType::Flag => json!({ "type": "boolean" }),
        ValueType::Choice(words) => json!({ "type": "string", "enum": words }),
        ValueType::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        ValueType::Kinds => {
            let kinds = CONTENT_KINDS.map(|(name, _)| name);
            json!({ "type": "array", "items": { "type": "string", "enum": kinds } })
        }
        ValueType::Hours => {
            json!({ "type": "array", "items": { "type": "integer", "minimum": 0, "maximum": 23 } })
        }
        ValueType::List(of, most) => {
            json!({ "type": "array", "items": self::form(*of), "minItems": 1, "maxItems": most })
        }
        ValueType::Spread(of) => {
            let one_or_two = self::form(ValueType::Between(of));
            let parts = mixture(&one_or_two);
            let mut all = one_or_two;
            all["anyOf"].as_array_mut().expect("a list of forms").push(parts);
            all
        }
        ValueType::Between(of) => {
            let one = self::form(*of);
            let two = json!({ "type": "array", "items": one, "minItems": 2, "maxItems": 2 });
            json!({ "anyOf": [one, two] })
        }
        ValueType::Mix(words) => {
            let word = json!({ "type": "string", "enum": words });
            json!({ "anyOf": [word, mixture(&word)] })
        }
    }
}

/// A mixture of such values.
fn mixture(at: &Value) -> Value {
    let share = json!({ "type": "integer", "minimum": 0, "maximum": 1_000_000_000 });
    let part = json!({
        "type": "object",
        "properties": { "share": share, "at": at },
        "required": ["share", "at"],
        "additionalProperties": false,
    });
    json!({ "type": "array", "items": part, "minItems": 1 })
}
