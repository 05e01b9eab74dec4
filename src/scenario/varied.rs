//! Keys that an experiment varies, and their values as numbers.

use super::diagnostic::nearest;
use super::keys::SECTIONS;
use super::merging::{WAVE, value_of};
use super::value_type::ValueType;

/// A key of a scenario that may be varied.
#[derive(Clone, Copy, Debug)]
pub struct VariedKey {
    form: ValueType,
}

impl VariedKey {
    /// The key named `name`, as in `--set`: `duration`, `server.slots`, `site.branch.count`.
    ///
    /// # Errors
    /// A message that there is none, with the nearest name.
    pub fn find(name: &str) -> Result<Self, String> {
        // Of all releases that come in waves.
        let name = match name.strip_prefix(WAVE) {
            Some(".gap") => "release.all.wave_gap",
            Some(".done") => "release.all.wave_done",
            _ => name,
        };
        let (table, key) = name.rsplit_once('.').unwrap_or(("", name));
        let (outer, which) = table.split_once('.').unwrap_or((table, ""));
        let mut known = SECTIONS.iter().filter(|section| {
            if section.repeated() {
                section.name == outer && !which.is_empty()
            } else {
                section.name == table
            }
        });
        let found = known.find_map(|section| section.keys.iter().find(|at| at.name == key));
        found.map(|key| Self { form: key.form }).ok_or_else(|| unknown(name, outer, which))
    }

    /// The form of a value, for messages.
    pub fn expected(self) -> String {
        self.form.expected()
    }

    /// The quantity of its numbers, by which two keys can be compared; none if it has no numbers.
    pub fn kind(self) -> Option<&'static str> {
        self.number_form().map(|_| if self.is_count() { "count" } else { self.unit_suffix() })
    }

    /// Whether its values are counts: whole numbers without a unit.
    pub fn is_count(self) -> bool {
        matches!(self.number_form(), Some(ValueType::Count(..)))
    }

    /// All possible values, if these are words: those of a choice, or `false` and `true`.
    pub fn words(self) -> Option<Vec<String>> {
        match self.form {
            ValueType::Flag => Some(vec!["false".into(), "true".into()]),
            ValueType::Choice(words) => Some(words.iter().copied().map(String::from).collect()),
            _ => None,
        }
    }

    /// The minimum and the maximum of its numbers, in base quantities.
    pub fn limits(self) -> (u64, u64) {
        let bounds = self.number_form().and_then(ValueType::bounds);
        bounds.map_or((0, u64::MAX), |bounds| (bounds.least, bounds.most))
    }

    /// A value as a number of base quantities (ns, bytes, bit/s, parts per million).
    ///
    /// # Errors
    /// Why it is not a number, as a fragment of a sentence.
    pub fn quantity(self, value: &str) -> Result<u64, String> {
        let form = self.number_form().ok_or("not a quantity")?;
        form.number(&value_of(value))
    }

    /// A number of base quantities in the notation of the key.
    pub fn written(self, number: u64) -> String {
        self.number_form().map_or_else(|| number.to_string(), |form| form.print(number))
    }

    /// The suffix of a column's name with its unit: `_s`, `_bytes`, `_bps`, `_percent` or nothing.
    pub fn unit_suffix(self) -> &'static str {
        match self.number_form() {
            Some(ValueType::Duration(..) | ValueType::Interval(..) | ValueType::Clock) => "_s",
            Some(ValueType::Bytes(..)) => "_bytes",
            Some(ValueType::Rate(..)) => "_bps",
            Some(ValueType::Percent) => "_percent",
            _ => "",
        }
    }

    /// The number of decimals of the base quantity in that unit: a nanosecond is 10⁻⁹ s.
    pub fn decimals(self) -> u32 {
        match self.number_form() {
            Some(ValueType::Duration(..) | ValueType::Interval(..) | ValueType::Clock) => 9,
            Some(ValueType::Percent) => 4,
            _ => 0,
        }
    }

    /// The type of one number; for a distribution, the type of its values.
    fn number_form(self) -> Option<ValueType> {
        let form = match self.form {
            ValueType::Spread(of) | ValueType::Between(of) => *of,
            form => form,
        };
        form.bounds().map(|_| form)
    }
}

/// A message that there is no key `name`, with the nearest one.
fn unknown(name: &str, outer: &str, which: &str) -> String {
    let names: Vec<String> = SECTIONS
        .iter()
        .flat_map(|section| {
            // Tables without a name are numbered from 0.
            let is_named = section.keys.iter().any(|key| key.name == "name");
            let any = if is_named { "NAME" } else { "0" };
            let which = if which.is_empty() { any } else { which };
            let table = match (section.name, section.repeated()) {
                ("", _) => String::new(),
                (table, true) => format!("{table}.{which}."),
                (table, false) => format!("{table}."),
            };
            section.keys.iter().map(move |key| format!("{table}{}", key.name))
        })
        .collect();
    let near = nearest(name, names.iter().map(String::as_str));
    let inside: Vec<&str> = SECTIONS
        .iter()
        .filter(|section| section.name == outer)
        .flat_map(|section| section.keys.iter().map(|key| key.name))
        .collect();
    let help = near.unwrap_or_else(|| {
        if inside.is_empty() {
            "docs/scenario.md lists all keys".into()
        } else {
            format!("`{outer}` has {}", inside.join(", "))
        }
    });
    format!("`{name}` is not a key of a scenario; {help}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_as_they_are_written() {
        for name in
            ["duration", "server.slots", "site.branch.bandwidth", "release.one.at", "wave.gap"]
        {
            assert!(VariedKey::find(name).is_ok(), "{name}");
        }
        for (name, said) in [
            ("server.slot", "did you mean `server.slots`?"),
            ("site.branch.cuont", "did you mean `site.branch.count`?"),
            ("site.count", "did you mean `site.NAME.count`?"),
            ("threshold.max", "did you mean `threshold.0.max`?"),
            ("durration", "did you mean `duration`?"),
            ("server.xyzxyzxyz", "`server` has schedule, "),
            ("nothing.of.the.sort", "docs/scenario.md"),
        ] {
            let error = VariedKey::find(name).unwrap_err();
            assert!(error.contains(said), "{name}: {error}");
        }
    }

    #[test]
    fn words_and_limits_are_those_of_the_form() {
        let key = |name| VariedKey::find(name).unwrap();
        let words = |name| key(name).words().map(|words| words.join(" "));
        assert_eq!(words("network.model"), Some("fluid tcp".into()));
        assert_eq!(words("sources.resumes"), Some("false true".into()));
        assert_eq!(words("server.slots"), None);
        assert_eq!(key("notification.attempts").limits(), (1, 100));
        assert_eq!(key("notification.unanswered").limits(), (0, 1_000_000));
        assert_eq!(key("agents.nic").limits().0, 1);
    }

    #[test]
    fn what_is_written_reads_back_as_the_same_number() {
        for (name, number, written) in [
            ("server.slots", 250, "250"),
            ("duration", 5_400_000_000_000, "1.5 h"),
            ("site.branch.bandwidth", 12_500_000, "12.5 Mbit/s"),
            ("sizes.program", 30_000_000, "30 MB"),
            ("agents.independent", 125_000, "12.5 %"),
            ("agents.independent", 0, "0 %"),
            ("working_day.arrival", 27_000_000_000_000, "07:30"),
        ] {
            let key = VariedKey::find(name).unwrap();
            assert_eq!(key.written(number), written, "{name}");
            assert_eq!(key.quantity(written), Ok(number), "{name}");
        }
        let key = VariedKey::find("network.model").unwrap();
        assert_eq!(key.quantity("tcp"), Err("not a quantity".into()));
        let slots = VariedKey::find("server.slots").unwrap();
        assert!(slots.quantity("-1").is_err() && slots.quantity("many").is_err());
    }
}
