//! The value in force of any key.

use super::Scenario;
use super::keys::SECTIONS;

impl Scenario {
    /// The value of the key that is written `name`, as in `--set`: what is written, or the default; `None` where there is
    /// neither, or no such key.
    pub fn value_of(&self, name: &str) -> Option<String> {
        if let Some(given) = self.given.iter().find(|given| given.key == name) {
            return Some(given.value.clone());
        }
        let (table, key) = name.rsplit_once('.').unwrap_or(("", name));
        let outer = table.split_once('.').map_or(table, |(outer, _)| outer);
        let section = SECTIONS.iter().find(|section| section.name == outer)?;
        let default = section.keys.iter().find(|at| at.name == key)?.default?;
        (!default.is_empty()).then(|| default.into())
    }
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
