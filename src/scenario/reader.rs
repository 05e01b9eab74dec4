//! Reads a table of the file into values, and collects all problems.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::{Diagnostic, nearest};
use super::keys::{Key, Preset, Section};
use super::section_names::{entry_of, title};
use super::value_type::{Part, Value, ValueType};
use super::words::Words;
use crate::model::calendar::Schedule;
use crate::model::component::KindSet;
use crate::model::presence::Between;
use crate::units::decimal::Thousandths;
use crate::units::{BitRate, Bytes, SimDuration};

/// The values of one table.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    section: &'static Section,
    values: BTreeMap<&'static str, (Value, Range<usize>)>,
    /// Keys with an invalid value.
    misread: Vec<&'static str>,
    /// The position of the table.
    pub(super) span: Range<usize>,
    /// The product version whose defaults apply.
    preset: Option<&'static Preset>,
}

impl Fields {
    /// Reads `table`, which is at `span`, as `section` of a document of `sections`; invalid values are reported and
    /// replaced by their defaults.
    pub(super) fn read(
        section: &'static Section,
        sections: &[&Section],
        table: &DeTable<'_>,
        span: Range<usize>,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut values = BTreeMap::new();
        let mut misread = Vec::new();
        let tables = LazyCell::new(|| subtables(section, sections));
        for (name, value) in table {
            let Some(key) = section.keys.iter().find(|key| key.name == name.get_ref().as_ref())
            else {
                if !tables.contains(&name.get_ref().as_ref()) {
                    problems.push(unknown(section, &tables, name));
                }
                continue;
            };
            match key.form.read(value) {
                Ok(Value::Text(text)) if text.is_empty() && is_name(key) => {
                    misread.push(key.name);
                    let (span, message) = (value.span(), "an empty name");
                    problems.push(Diagnostic::new("bad-name", span, message, "a name"));
                }
                Ok(read) => {
                    values.insert(key.name, (read, value.span()));
                }
                Err(problem) => {
                    misread.push(key.name);
                    problems.push(problem);
                }
            }
        }
        for key in section.keys {
            let missing = !table.keys().any(|name| name.get_ref() == key.name);
            if key.default.is_none() && missing {
                let message = format!("`{}` is missing in {}", key.name, title(section));
                let expected = format!("{} = {}", key.name, key.form.expected());
                let problem = Diagnostic::new("missing-key", span.clone(), message, expected);
                problems.push(problem.with_reference(entry_of(section, Some(key))));
            }
        }
        Self { section, values, misread, span, preset: None }
    }

    /// The same with the defaults of a product version.
    pub(super) fn of_version(self, preset: Option<&'static Preset>) -> Self {
        Self { preset, ..self }
    }

    /// A table of `section` in which nothing is present.
    pub(super) fn empty(section: &'static Section, span: Range<usize>) -> Self {
        Self { section, values: BTreeMap::new(), misread: Vec::new(), span, preset: None }
    }

    /// The same with `value`, which was read at `span`, for `key`.
    pub(super) fn with(mut self, key: &'static str, value: Value, span: Range<usize>) -> Self {
        self.values.insert(key, (value, span));
        self
    }

    /// The default of a key: the product version's, or the table's.
    fn default_of(&self, key: &Key) -> Option<&'static str> {
        let differs = self.preset.and_then(|preset| {
            let mut defaults = preset.defaults.iter();
            defaults.find(|(table, name, _)| (*table, *name) == (self.section.name, key.name))
        });
        differs.map(|(_, _, default)| *default).or(key.default)
    }

    /// Whether `name` is present, even with an invalid value.
    pub(super) fn mentions(&self, name: &str) -> bool {
        self.has(name) || self.misread.contains(&name)
    }

    /// Whether `name` is present.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Whether each of `keys` that is present has a valid value; consequences of an invalid value are not reported as
    /// further problems.
    pub(super) fn are_sound(&self, keys: &[&str]) -> bool {
        !keys.iter().any(|key| self.misread.contains(key))
    }

    /// The names of the keys that are present.
    pub(super) fn written(&self) -> impl Iterator<Item = &'static str> {
        self.values.keys().copied()
    }

    /// Reports a problem if `key` is present although it has no effect without `wanted`.
    pub(crate) fn check_meaning(
        &self,
        key: &'static str,
        has_meaning: bool,
        wanted: &str,
        problems: &mut Vec<Diagnostic>,
    ) {
        if self.has(key) && !has_meaning {
            let message = format!("`{key}` has no effect here");
            problems.push(Diagnostic::new("conflict", self.span_of(key), message, wanted));
        }
    }

    /// The position of the value of `name`, or of the table if the key is absent.
    pub(crate) fn span_of(&self, name: &str) -> Range<usize> {
        self.values.get(name).map_or_else(|| self.span.clone(), |(_, span)| span.clone())
    }

    /// The value of `name`, its default, or nothing if it has none.
    fn value(&self, name: &str) -> Option<Value> {
        if let Some((value, _)) = self.values.get(name) {
            return Some(value.clone());
        }
        let key = self.section.keys.iter().find(|key| key.name == name);
        let key = key.unwrap_or_else(|| panic!("{} has no key {name}", title(self.section)));
        self.default_value(key)
    }

    /// The parsed default of a key, if it has one.
    fn default_value(&self, key: &Key) -> Option<Value> {
        let default = self.default_of(key).filter(|text| !text.is_empty())?;
        let default = DeValue::parse(default).expect("a default is TOML");
        Some(key.form.read(&default).expect("a default has its form"))
    }

    fn number(&self, name: &str) -> u64 {
        self.maybe_number(name).unwrap_or_default()
    }

    fn maybe_number(&self, name: &str) -> Option<u64> {
        match self.value(name)? {
            Value::Number(number) => Some(number),
            other => panic!("{name} is {other:?}, not a number"),
        }
    }

    /// A duration.
    pub(crate) fn duration(&self, name: &str) -> SimDuration {
        SimDuration::from_nanos(self.number(name))
    }

    /// An amount of data.
    pub(super) fn bytes(&self, name: &str) -> Bytes {
        Bytes::new(self.number(name))
    }

    /// An amount of data, if present.
    pub(super) fn maybe_bytes(&self, name: &str) -> Option<Bytes> {
        self.maybe_number(name).map(Bytes::new)
    }

    /// A limit on a quantity with this `unit`, if present; a limit that is not such a quantity is reported.
    pub(super) fn maybe_limit(
        &self,
        name: &str,
        unit: &str,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Thousandths> {
        match self.value(name)? {
            Value::Number(number) => Some(Thousandths::new(number)),
            Value::Text(words) => match Thousandths::parse_quantity(&words, unit) {
                Ok(limit) => Some(limit),
                Err(why) => {
                    let (message, expected) =
                        why.split_once("; expected ").unwrap_or((&why, "a number"));
                    let span = self.span_of(name);
                    problems.push(Diagnostic::new("bad-value", span, message, expected));
                    None
                }
            },
            other => panic!("{name} is {other:?}, not a limit"),
        }
    }

    /// A data rate.
    pub(crate) fn rate(&self, name: &str) -> BitRate {
        BitRate::from_bits_per_sec(self.number(name))
    }

    /// A whole number; the table of keys ensures that it fits.
    pub(super) fn count<N: TryFrom<u64>>(&self, name: &str) -> N {
        N::try_from(self.number(name)).ok().expect("the registry bounds it")
    }

    /// A whole number, if present or defaulted.
    pub(super) fn maybe_count<N: TryFrom<u64>>(&self, name: &str) -> Option<N> {
        let number = self.maybe_number(name)?;
        Some(N::try_from(number).ok().expect("the registry bounds it"))
    }

    /// A data rate, if present or defaulted.
    pub(super) fn maybe_rate(&self, name: &str) -> Option<BitRate> {
        self.maybe_number(name).map(BitRate::from_bits_per_sec)
    }

    /// A flag, if present or defaulted.
    pub(super) fn maybe_flag(&self, name: &str) -> Option<bool> {
        match self.value(name)? {
            Value::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// Whether each present value is valid.
    pub(super) fn all_sound(&self) -> bool {
        self.misread.is_empty()
    }

    /// A flag.
    pub(super) fn flag(&self, name: &str) -> bool {
        matches!(self.value(name), Some(Value::Flag(true)))
    }

    /// A text; empty if it has no default and is absent.
    pub(crate) fn text(&self, name: &str) -> String {
        match self.value(name) {
            Some(Value::Text(text)) => text,
            _ => String::new(),
        }
    }

    /// The meaning of the word of `name`, present or by default.
    pub(super) fn word<W: Words>(&self, name: &str) -> W {
        self.maybe_word(name).unwrap_or_else(|| panic!("{name} has no word"))
    }

    /// The meaning of the word of `name`, if present or defaulted.
    pub(super) fn maybe_word<W: Words>(&self, name: &str) -> Option<W> {
        let word = self.text(name);
        let meaning =
            || W::named(&word).unwrap_or_else(|| panic!("{name} = {word} has no meaning"));
        (!word.is_empty()).then(meaning)
    }

    /// Whether `name`, a choice of words, is `word`.
    pub(super) fn says(&self, name: &str, word: &str) -> bool {
        let key = self.section.keys.iter().find(|key| key.name == name);
        let has = |key: &Key| matches!(key.form, ValueType::Choice(words) if words.contains(&word));
        assert!(key.is_some_and(has), "{name} may not be `{word}`");
        self.text(name) == word
    }

    /// A text, if the section has such a key.
    pub(super) fn text_if_any(&self, name: &str) -> Option<String> {
        self.section.keys.iter().any(|key| key.name == name).then(|| self.text(name))
    }

    /// The values that are present and differ from the default, with their positions, in the order of the keys.
    pub(super) fn differing(&self) -> Vec<(&'static str, Range<usize>)> {
        let keys = self.section.keys.iter();
        keys.filter_map(|key| {
            let (value, span) = self.values.get(key.name)?;
            (Some(value) != self.default_value(key).as_ref()).then(|| (key.name, span.clone()))
        })
        .collect()
    }

    /// Defaults in force that come from the product version: key, default and version.
    pub(super) fn of_product(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        let Some(preset) = self.preset else { return Vec::new() };
        let all = preset
            .defaults
            .iter()
            .filter(|(table, name, _)| *table == self.section.name && !self.has(name));
        all.map(|(_, name, default)| (*name, *default, preset.name)).collect()
    }

    /// Texts with their positions.
    pub(super) fn texts(&self, name: &str) -> Vec<(String, Range<usize>)> {
        match self.value(name) {
            Some(Value::Texts(texts)) => texts,
            _ => Vec::new(),
        }
    }

    /// A schedule.
    pub(super) fn schedule(&self, name: &str) -> Schedule {
        self.maybe_schedule(name).unwrap_or_else(|| panic!("{name} has no schedule"))
    }

    /// A schedule, if written or defaulted.
    pub(super) fn maybe_schedule(&self, name: &str) -> Option<Schedule> {
        match self.value(name)? {
            Value::Schedule(_, schedule) => Some(schedule),
            other => panic!("{name} is {other:?}, not a schedule"),
        }
    }

    /// Content kinds, if present or defaulted.
    pub(super) fn kinds(&self, name: &str) -> Option<KindSet> {
        match self.value(name)? {
            Value::Kinds(kinds) => Some(kinds),
            _ => None,
        }
    }

    /// Hours of the day.
    pub(super) fn hours(&self, name: &str) -> Vec<u64> {
        match self.value(name) {
            Some(Value::Hours(hours)) => hours,
            _ => Vec::new(),
        }
    }

    /// Amounts of data, if present.
    pub(super) fn amounts(&self, name: &str) -> Option<Vec<Bytes>> {
        match self.value(name)? {
            Value::List(amounts) => Some(amounts.into_iter().map(Bytes::new).collect()),
            _ => None,
        }
    }

    /// A distribution, if present or defaulted.
    pub(super) fn parts(&self, name: &str) -> Option<Vec<Part>> {
        match self.value(name)? {
            Value::Parts(parts) => Some(parts),
            _ => None,
        }
    }

    /// The two ends of a span of time that is fixed or drawn between them.
    pub(super) fn between(&self, name: &str) -> Between<SimDuration> {
        let parts = self.parts(name).unwrap_or_default();
        let [Part { from, to, .. }] = parts[..] else {
            panic!("{name} is {parts:?}, not one span")
        };
        Between { from: SimDuration::from_nanos(from), to: SimDuration::from_nanos(to) }
    }

    /// Every assumption of this section with its current value, as text.
    pub(super) fn assumptions(&self) -> Vec<(String, String, &'static str)> {
        let keys = self.section.keys.iter().filter(|key| key.assumption);
        keys.map(|key| {
            let name = format!("{}.{}", self.section.name, key.name);
            (name, describe(self.value(key.name).as_ref(), key.form), key.meaning)
        })
        .collect()
    }
}

/// Whether `key` names its table, which always has a name.
fn is_name(key: &Key) -> bool {
    key.name == "name" && key.default != Some("")
}

fn describe(value: Option<&Value>, form: ValueType) -> String {
    match (value, form) {
        (Some(Value::Number(number)), _) => form.print(*number),
        (Some(Value::Text(text) | Value::Schedule(text, _)), _) => text.clone(),
        (Some(Value::Flag(flag)), _) => flag.to_string(),
        (Some(Value::Parts(parts)), ValueType::Spread(of) | ValueType::Between(of)) => parts
            .iter()
            .map(|part| format!("{} to {}", of.print(part.from), of.print(part.to)))
            .collect::<Vec<_>>()
            .join(", "),
        (None, _) => "not set".into(),
        _ => String::new(),
    }
}

/// The names of the tables in `section`.
pub(super) fn subtables<'s>(section: &Section, sections: &[&'s Section]) -> Vec<&'s str> {
    let in_it = |known: &&'s Section| {
        let (outer, name) = known.name.rsplit_once('.').unwrap_or(("", known.name));
        (outer == section.name && !name.is_empty()).then_some(name)
    };
    sections.iter().filter_map(in_it).collect()
}

fn unknown(
    section: &'static Section,
    tables: &[&str],
    name: &Spanned<std::borrow::Cow<'_, str>>,
) -> Diagnostic {
    let written = name.get_ref().as_ref();
    let keys = section.keys.iter().map(|key| key.name);
    let names: Vec<&str> = keys.chain(tables.iter().copied()).collect();
    let message = format!("`{written}` is not a key of {}", title(section));
    Diagnostic::new("unknown-key", name.span(), message, format!("one of {}", names.join(", ")))
        .with_help(nearest(written, names.iter().copied()))
}
