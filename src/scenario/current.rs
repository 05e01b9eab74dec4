//! The value in force of any key.

use super::Scenario;
use super::keys::{self, Key, Section};
use super::provenance::Given;

impl Scenario {
    /// The value of the key that is written `name`, as in `--set`: what is written, or the default; `None` where there is
    /// neither, or no such key.
    pub fn value_of(&self, name: &str) -> Option<String> {
        in_force(&self.given, name)
    }
}

/// The value of a key among the values `all` of a scenario: as written, or its default.
pub(super) fn in_force(all: &[Given], key: &str) -> Option<String> {
    let written = all.iter().find(|given| given.key == key);
    written.map(|given| given.value.clone()).or_else(|| default(key, known(key), all))
}

/// The table and the key of a dotted key.
pub(super) fn known(dotted: &str) -> Option<(&'static Section, &'static Key)> {
    let name = dotted.rsplit('.').next()?;
    let table = &dotted[..dotted.len() - name.len()];
    let is_of = |section: &&&Section| {
        if section.repeated() {
            table.strip_prefix(section.name).is_some_and(|rest| rest.starts_with('.'))
        } else {
            table.trim_end_matches('.') == section.name
        }
    };
    let section = keys::SECTIONS.iter().filter(is_of).max_by_key(|section| section.name.len())?;
    Some((section, section.keys.iter().find(|key| key.name == name)?))
}

/// The default of a key in a scenario with the values `all`; `None` if its table does not exist.
fn default(
    dotted: &str,
    known: Option<(&'static Section, &'static Key)>,
    all: &[Given],
) -> Option<String> {
    let (section, key) = known?;
    let table = &dotted[..dotted.len() - key.name.len()];
    let is_there = !section.repeated() || all.iter().any(|given| given.key.starts_with(table));
    let default = key.default.filter(|default| !default.is_empty() && is_there)?;
    Some(default.into())
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Overrides, Scenario};

    #[test]
    fn what_is_written_counts_before_the_default() {
        let text = "name = \"small\"\nduration = \"2 h\"\n[headquarters]\nagents = 10\n\
                    internet_bandwidth = \"1 Mbit/s\"\n[[site]]\nname = \"branch\"\nagents = 2\n\
                    bandwidth = [\"1 Mbit/s\", \"2 Mbit/s\"]\n[[release]]\nname = \"r\"\n\
                    at = \"2 min\"\ncomponents = [\"Virus Pattern\"]\n";
        let set = Overrides(vec![("server.slots".into(), "7".into())]);
        let scenario = Scenario::parse(text, "small.toml", &set).expect("valid");
        let value = |name| scenario.value_of(name);
        assert_eq!(value("server.slots").as_deref(), Some("7"));
        assert_eq!(value("notification.threads").as_deref(), Some("20"));
        assert_eq!(value("server.schedule").as_deref(), Some("\"every 1 h\""));
        assert_eq!(value("site.branch.bandwidth").as_deref(), Some("[\"1 Mbit/s\", \"2 Mbit/s\"]"));
        assert_eq!(value("headquarters.internet_bandwidth").as_deref(), Some("\"1 Mbit/s\""));
        assert_eq!((value("server.slotz"), value("nothing.at")), (None, None));
    }
}
