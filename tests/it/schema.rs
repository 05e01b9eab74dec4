//! `updraft schema`: which scenarios are valid under it, judged by an independent validator.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::Value;
use updraft::scenario::keys::{SECTIONS, Section};
use updraft::scenario::schema::schema;
use updraft::scenario::{Overrides, Scenario};

fn validator() -> Validator {
    jsonschema::draft7::new(&schema()).expect("a schema")
}

/// The files of a folder with the extension `.toml`.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let paths =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    paths.filter(|path| path.extension().is_some_and(|ending| ending == "toml")).collect()
}

/// A scenario as JSON, as an editor sees it.
fn json(text: &str) -> Option<Value> {
    toml::from_str(text).ok()
}

/// The positions of a scenario at which the schema reports errors: paths such as `/site/0/agents`.
fn faults(validator: &Validator, scenario: &Value) -> Vec<String> {
    validator.iter_errors(scenario).map(|fault| fault.instance_path().to_string()).collect()
}

#[test]
fn it_is_a_schema_of_draft_7() {
    assert!(jsonschema::draft7::meta::is_valid(&schema()));
    assert_eq!(schema()["$schema"], "http://json-schema.org/draft-07/schema#");
}

/// The properties of a table in the schema.
fn properties<'s>(schema: &'s Value, section: &Section) -> &'s Value {
    if section.name.is_empty() {
        return &schema["properties"];
    }
    let table = &schema["properties"][section.name];
    if section.repeated() { &table["items"]["properties"] } else { &table["properties"] }
}

#[test]
fn every_key_is_in_it_with_its_meaning_and_default() {
    let schema = schema();
    for section in SECTIONS {
        for key in section.keys {
            let property = &properties(&schema, section)[key.name];
            let said = property["description"].as_str().unwrap_or_default();
            assert!(said.starts_with(key.meaning), "{}.{}: {said}", section.name, key.name);
            assert!(said.contains(&key.form.expected()), "{}.{}", section.name, key.name);
            let has_default = key.default.is_some_and(|default| !default.is_empty());
            assert_eq!(property.get("default").is_some(), has_default, "{}", key.name);
        }
        let keys: Vec<&str> = section.keys.iter().map(|key| key.name).collect();
        let properties = properties(&schema, section).as_object().expect("properties");
        let is_table =
            |name: &str| section.name.is_empty() && SECTIONS.iter().any(|s| s.name == name);
        for name in properties.keys() {
            assert!(keys.contains(&name.as_str()) || is_table(name), "{}.{name}", section.name);
        }
    }
}

#[test]
fn every_default_is_valid_where_it_stands() {
    let schema = schema();
    for section in SECTIONS {
        for key in section.keys {
            let property = &properties(&schema, section)[key.name];
            let Some(default) = property.get("default") else { continue };
            let own = jsonschema::draft7::new(property).expect("a schema");
            assert!(own.is_valid(default), "{}.{} = {default}", section.name, key.name);
        }
    }
}

#[test]
fn every_shipped_scenario_is_valid() {
    let validator = validator();
    let mut all = files("scenarios");
    all.extend(files("tests/data/stories"));
    assert!(all.len() >= 12);
    for path in all {
        let text = fs::read_to_string(&path).expect("a scenario");
        let scenario = json(&text).expect("TOML");
        assert_eq!(faults(&validator, &scenario), [""; 0], "{}", path.display());
    }
}

/// The part of each bad scenario that a schema can detect; references, such as to sites, it cannot.
#[test]
fn what_a_schema_can_catch_in_a_bad_scenario_it_catches() {
    let mut expected = BTreeMap::from([
        (
            "typing-slips",
            vec!["/duration", "/headquarters", "/headquarters", "/headquarters/agents"],
        ),
        ("contradictions", vec![]),
        ("not-toml", vec![]),
        ("thresholds", vec!["/threshold/1/option", "/threshold/4"]),
    ]);
    let validator = validator();
    for path in files("tests/data/bad_scenarios") {
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        let text = fs::read_to_string(&path).expect("a scenario");
        let mut found = json(&text).map_or(Vec::new(), |scenario| faults(&validator, &scenario));
        found.sort();
        let expected = expected.remove(name).unwrap_or_else(|| panic!("what of {name}?"));
        assert_eq!(found, expected, "{name}");
    }
    assert!(expected.is_empty(), "{expected:?}");
}

const GOOD: &str = r#"name = "small"
start = "Mon 10:00"
duration = "4 h"
[headquarters]
agents = 5
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
agents = [5, 9]
bandwidth = "4 Mbit/s"
[[release]]
name = "one"
at = "Mon 10:15"
components = ["Virus Pattern"]
[agents]
independent = "2.5 %"
[working_day]
arrival = "07:30"
[sizes]
settings = "50 kB"
"#;

/// Whether a scenario in which `from` is replaced by `to` can be read, and whether it is valid.
fn judgements(validator: &Validator, from: &str, to: &str) -> (bool, bool) {
    assert!(GOOD.contains(from), "{from}");
    let text = GOOD.replacen(from, to, 1);
    let is_read = Scenario::parse(&text, "good.toml", &Overrides::default()).is_ok();
    (is_read, json(&text).is_some_and(|scenario| validator.is_valid(&scenario)))
}

#[test]
fn it_judges_as_reading_does() {
    let validator = validator();
    let agree = [
        ("\"4 h\"", "\"4 h\"", true),
        ("\"4 h\"", "\"3 h 59 min 60s\"", true),
        ("\"4 h\"", "\"1_4.5h\"", true),
        ("\"4 h\"", "\"4 hours\"", false),
        ("\"4 h\"", "\"4\"", false),
        ("\"4 h\"", "4", false),
        ("\"4 h\"", "\"-4 h\"", false),
        ("\"4 h\"", "\"1.2.3 h\"", false),
        ("\"4 h\"", "\"\"", false),
        ("\"100 Mbit/s\"", "\"100Mbit/s\"", true),
        ("\"100 Mbit/s\"", "\"100 MB/s\"", false),
        ("\"50 kB\"", "\"50 KiB\"", true),
        ("\"50 kB\"", "\"50 KB\"", false),
        ("\"2.5 %\"", "2.5", true),
        ("\"2.5 %\"", "\"2.5\"", true),
        ("\"2.5 %\"", "0", true),
        ("\"2.5 %\"", "100", true),
        ("\"2.5 %\"", "-1", false),
        ("\"2.5 %\"", "101", false),
        ("\"2.5 %\"", "\"half\"", false),
        ("\"07:30\"", "\"07:30:59\"", true),
        ("\"07:30\"", "[\"07:30\", \"08:00\"]", true),
        ("\"07:30\"", "\"7:30\"", false),
        ("\"07:30\"", "\"24:00\"", false),
        ("[5, 9]", "[{ share = 1, at = 5 }, { share = 2, at = [6, 7] }]", true),
        ("[5, 9]", "[{ share = 1, at = 5, of = 3 }]", false),
        ("[5, 9]", "10000001", false),
        ("[5, 9]", "-1", false),
        ("[5, 9]", "[5, 6, 7]", false),
        ("[5, 9]", "[]", false),
        ("[5, 9]", "\"5\"", false),
        ("independent =", "scan = [{ share = 1, at = \"smart\" }]\nindependent =", true),
        ("independent =", "scan = \"smrt\"\nindependent =", false),
        ("independent =", "scna = \"smart\"\nindependent =", false),
        ("name = \"small\"\n", "", false),
        ("[[release]]", "[release]", false),
        ("[headquarters]\nagents = 5\ninternet_bandwidth = \"100 Mbit/s\"\n", "", false),
        ("[sizes]", "[server]\npeak_hours = [9, 23]\n[sizes]", true),
        ("[sizes]", "[server]\npeak_hours = [24]\n[sizes]", false),
        ("[sizes]", "[sources]\nfallback_to_server = [\"settings\"]\n[sizes]", true),
        ("[sizes]", "[sources]\nfallback_to_server = [\"setings\"]\n[sizes]", false),
    ];
    for (from, to, is_good) in agree {
        assert_eq!(judgements(&validator, from, to), (is_good, is_good), "{from} → {to}");
    }
    // Errors that a schema cannot detect.
    for (from, to) in [("[5, 9]", "[9, 5]"), ("Virus Pattern", "Virus Patern")] {
        assert_eq!(judgements(&validator, from, to), (false, true), "{from} → {to}");
    }
}

static VALIDATOR: LazyLock<Validator> = LazyLock::new(validator);

proptest! {
    /// An editor never marks what would be read.
    #[test]
    fn what_is_read_is_valid(
        every in "[0-9._]{1,3} ?(h|min|s|m)( ?[0-9_.]{1,3} ?(s|ms|us))?",
        share in "[0-9._]{1,3} ?%?",
    ) {
        let every = format!("name = \"small\"\nsample_every = \"{every}\"");
        let share = format!("\"{share}\"");
        for (from, to) in [("name = \"small\"", &every), ("\"2.5 %\"", &share)] {
            let (is_read, is_valid) = judgements(&VALIDATOR, from, to);
            prop_assert!(is_valid || !is_read, "{to}");
        }
    }
}
