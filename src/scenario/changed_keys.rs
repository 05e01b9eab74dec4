//! The keys in which two scenarios differ, with their values as written.

use std::collections::BTreeSet;

use toml::de::DeValue;

use super::current::{in_force, known};
use super::keys::{Key, Section};
use super::provenance::Given;

/// A key whose value differs between two scenarios.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ChangedKey {
    /// The dotted key; for one of several tables with the table's name or number.
    pub key: String,
    /// Its value before, as written, or its default; `None` if it has none, or if there is no such table.
    pub before: Option<String>,
    /// The same after.
    pub after: Option<String>,
}

/// The keys whose values differ between two scenarios, in the order of `before`, followed by those only in `after`.
/// Different spellings of the same value are not a difference.
pub fn changed_keys(before: &[Given], after: &[Given]) -> Vec<ChangedKey> {
    let mut seen = BTreeSet::new();
    let mut changed = Vec::new();
    for Given { key, .. } in before.iter().chain(after).filter(|given| seen.insert(&given.key)) {
        let [before, after] = [before, after].map(|all| in_force(all, key));
        if !same(known(key), before.as_deref(), after.as_deref()) {
            changed.push(ChangedKey { key: key.clone(), before, after });
        }
    }
    changed
}

fn same(
    known: Option<(&'static Section, &'static Key)>,
    before: Option<&str>,
    after: Option<&str>,
) -> bool {
    let read = |written: Option<&str>| {
        let (_, key) = known?;
        let value = DeValue::parse(written?).ok()?;
        key.form.read(&value).ok()
    };
    before == after || read(before).is_some_and(|value| Some(value) == read(after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Overrides, Scenario};

    const BASE: &str = "name = \"a\"\nduration = \"2 h\"\n[headquarters]\nagents = 5\n\
        internet_bandwidth = \"100 Mbit/s\"\n[[release]]\nname = \"r\"\nat = \"5 min\"\n\
        components = [\"Virus Pattern\"]\n[[site]]\nname = \"b\"\nagents = 3\n\
        bandwidth = \"4 Mbit/s\"\n";

    fn told(other: &str) -> Vec<String> {
        let given = |text: &str| {
            let read = Scenario::parse(text, "a.toml", &Overrides::default());
            read.unwrap_or_else(|problems| panic!("{}", problems.render(false))).given
        };
        let told = |at: ChangedKey| {
            let value = |value: Option<String>| value.unwrap_or_else(|| "none".into());
            format!("{}: {} → {}", at.key, value(at.before), value(at.after))
        };
        changed_keys(&given(BASE), &given(other)).into_iter().map(told).collect()
    }

    #[test]
    fn keys_are_told_as_they_are_written_and_defaults_too() {
        assert_eq!(told(BASE), Vec::<String>::new());
        assert_eq!(told(&BASE.replace("4 Mbit/s", "4000 kbit/s")), Vec::<String>::new());
        assert_eq!(
            told(&format!("{}[server]\nslots = 9\n", BASE.replace("agents = 3", "agents = 4"))),
            ["site.b.agents: 3 → 4", "server.slots: 250 → 9"]
        );
    }

    #[test]
    fn a_table_that_is_new_has_no_values_before() {
        let more = "[[site]]\nname = \"c\"\nagents = 1\nbandwidth = \"1 Mbit/s\"\n";
        assert_eq!(
            told(&format!("{BASE}{more}")),
            ["site.c.agents: none → 1", "site.c.bandwidth: none → \"1 Mbit/s\""]
        );
    }
}
