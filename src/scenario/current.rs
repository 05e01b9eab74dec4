//! The value in force of any key.

use super::Scenario;
use super::keys::{self, Key, Section};
use super::merging::WAVE;
use super::other_sources::WrittenSource;
use super::provenance::Given;
use super::varied::VariedKey;
use crate::model::wave::Waves;

impl Scenario {
    /// The value of the key that is written `name`, as in `--set`: what is written, or the default; `None` where there is
    /// neither, or no such key, or where releases with waves differ in it.
    pub fn value_of(&self, name: &str) -> Option<String> {
        if let Some(part) = name.strip_prefix(WAVE).and_then(|rest| rest.strip_prefix('.')) {
            return self.value_in_waves(name, part);
        }
        in_force(&self.given, name).or_else(|| self.default_of_other_source(name))
    }

    /// The value that all releases with waves have.
    fn value_in_waves(&self, name: &str, part: &str) -> Option<String> {
        let number = |waves: &Waves| match part {
            "gap" => Some(waves.gap.as_nanos()),
            "done" => Some(waves.done_per_million.into()),
            _ => None,
        };
        let mut all = self.releases.iter().filter_map(|release| number(release.waves.as_ref()?));
        let first = all.next()?;
        let is_same = all.all(|other| other == first);
        is_same.then(|| VariedKey::find(name).ok()).flatten().map(|key| key.written(first))
    }

    /// The default of a key of another update source, of which possibly nothing but the name is written.
    fn default_of_other_source(&self, name: &str) -> Option<String> {
        let (section, key) = known(name)?;
        let is_it = |source: &WrittenSource| {
            name == format!("{}.{}.{}", section.name, source.name, key.name)
        };
        let default = key.default.filter(|default| !default.is_empty())?;
        self.other_sources.iter().any(is_it).then(|| default.into())
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

    #[test]
    fn keys_of_tables_with_only_a_name_and_of_all_waves_have_values() {
        let text = "name = \"small\"\nduration = \"2 d\"\n[headquarters]\nagents = 10\n\
                    internet_bandwidth = \"1 Mbit/s\"\n[[other_source]]\nname = \"mirror\"\n\
                    [sources]\nexternal = \"mirror\"\n[[group]]\nname = \"pilot\"\nshare = \"5 %\"\n\
                    [[release]]\nname = \"r\"\nat = \"2 min\"\nprogram = true\nwaves = [\"pilot\"]\n\
                    wave_gap = \"1 d\"\n";
        let value = |text: &str, name| {
            let scenario = Scenario::parse(text, "small.toml", &Overrides::default());
            scenario.expect("valid").value_of(name)
        };
        assert_eq!(value(text, "other_source.mirror.lag").as_deref(), Some("\"1 h\""));
        assert_eq!(value(text, "other_source.other.lag"), None);
        assert_eq!(value(text, "wave.gap").as_deref(), Some("1 d"));
        assert_eq!(
            (value(text, "wave.done").as_deref(), value(text, "wave.x")),
            (Some("0 %"), None)
        );
        let second = "[[release]]\nname = \"s\"\nat = \"4 min\"\nprogram = true\nwaves = [\"pilot\"]\n\
                      wave_gap = \"2 d\"\n";
        assert_eq!(value(&(text.to_owned() + second), "wave.gap"), None);
    }
}
