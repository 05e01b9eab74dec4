//! The differences between the scenarios of two results.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::answer::quantities::counted;
use crate::report::run::Record;
use crate::scenario::{ChangedKey, Given, changed_keys};

/// The keys that differ, and the ensembles if these do.
pub(super) fn changed(before: &Record, after: &Record) -> Vec<ChangedKey> {
    let mut all = changed_in_scenario(before, after);
    if before.ensemble != after.ensemble {
        let [before, after] = [before, after].map(ensemble);
        // Two of the same size have different overlays.
        let other = if before == after { "other " } else { "" };
        let after = after.map(|after| format!("{other}{after}"));
        all.push(ChangedKey { key: "--ensemble".into(), before, after });
    }
    all
}

/// The ensemble of a run in words; `None` without one.
fn ensemble(record: &Record) -> Option<String> {
    let overlays = record.ensemble.len();
    (overlays > 0).then(|| counted(overlays, "plausible overlay"))
}

/// The keys that differ: as written if both scenarios can be read again, or else as resolved in the manifests.
fn changed_in_scenario(before: &Record, after: &Record) -> Vec<ChangedKey> {
    if before.scenario == after.scenario {
        return Vec::new();
    }
    let written = given(before).zip(given(after));
    let keys = written.map(|(before, after)| changed_keys(&before, &after)).unwrap_or_default();
    if !keys.is_empty() {
        return keys;
    }
    let mut resolved = Vec::new();
    differing("", &before.scenario, &after.scenario, &mut resolved);
    resolved
}

/// The values of a scenario that are not the default, read again from a manifest.
fn given(record: &Record) -> Option<Vec<Given>> {
    Some(record.scenario()?.given)
}

/// The values below `path` that differ; elements of lists of named tables are matched by name.
fn differing(path: &str, before: &Value, after: &Value, changed: &mut Vec<ChangedKey>) {
    if before == after {
        return;
    }
    if let (Some(own), Some(other)) = (entries(before), entries(after)) {
        let names: BTreeSet<&String> = own.iter().chain(&other).map(|(name, _)| name).collect();
        let of = |all: &[(String, &Value)], name: &str| {
            all.iter().find(|at| at.0 == name).map_or(Value::Null, |at| at.1.clone())
        };
        for name in names {
            let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            differing(&below, &of(&own, name), &of(&other, name), changed);
        }
        return;
    }
    let told = |value: &Value| (!value.is_null()).then(|| value.to_string());
    changed.push(ChangedKey { key: path.into(), before: told(before), after: told(after) });
}

/// The items of a table by key, and of a list of named tables by name; `None` for other values.
fn entries(value: &Value) -> Option<Vec<(String, &Value)>> {
    match value {
        Value::Object(table) => {
            Some(table.iter().map(|(key, value)| (key.clone(), value)).collect())
        }
        Value::Array(list) if !list.is_empty() => {
            let named = |at: &'_ Value| at["name"].as_str().map(String::from);
            let names: BTreeSet<String> = list.iter().map(named).collect::<Option<_>>()?;
            let by_name = || list.iter().map(|at| Some((named(at)?, at))).collect();
            if names.len() == list.len() { by_name() } else { None }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn resolved_values_are_told_by_their_names() {
        let before = json!({ "a": 1, "sites": [{ "name": "x", "n": 1 }, { "name": "y", "n": 2 }] });
        let after = json!({ "a": 1, "sites": [{ "name": "y", "n": 3 }, { "name": "x", "n": 1 }] });
        let mut changed = Vec::new();
        differing("", &before, &after, &mut changed);
        let (before, after) = (Some("2".into()), Some("3".into()));
        assert_eq!(changed, [ChangedKey { key: "sites.y.n".into(), before, after }]);
    }
}
