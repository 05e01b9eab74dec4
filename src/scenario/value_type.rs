//! The types of values in a scenario, and how each is parsed.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use super::diagnostic::{Diagnostic, is_control, nearest};
use super::schedules::{SCHEDULE_FORM, parse_schedule};
use crate::model::calendar::Schedule;
use crate::model::component::{ContentKind, KindSet};
use crate::units::decimal::Thousandths;
use crate::units::{BitRate, Bytes, SimDuration, text};

/// The type of a key's value, with its bounds. Reading, the schema, the reference and `--vary` are derived from it.
#[derive(Clone, Copy, Debug)]
pub enum ValueType {
    /// `"15 min"`, within these bounds.
    Duration(SimDuration, SimDuration),
    /// `"15 min"`, within these bounds, or `"0 s"`: never, or without a limit.
    Interval(SimDuration, SimDuration),
    /// `"60 MB"`, within these bounds.
    Bytes(Bytes, Bytes),
    /// `"10 Mbit/s"`, within these bounds.
    Rate(BitRate, BitRate),
    /// `"10:15"`.
    Clock,
    /// A whole number in this range.
    Count(u64, u64),
    /// A decimal number, stored in thousandths, or a quantity such as `"50 min"`, stored as text: in the unit of the
    /// limited metric.
    Limit,
    /// A price, a decimal number, stored in thousandths.
    Price,
    /// A percentage, stored in parts per million.
    Percent,
    /// `{ releases_behind = 20, reset = "log-off" }`, stored as the number of releases.
    Image,
    /// A schedule, which repeats at least once in this time.
    Schedule(SimDuration),
    /// Any text.
    Text,
    /// A value of another key, stored as it would be written.
    Written,
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// A list of content kinds.
    Kinds,
    /// A list of hours of the day, 0 to 23.
    Hours,
    /// A list of these, with at least one element and at most this many.
    List(&'static ValueType, usize),
    /// Fixed, drawn between two, or a mixture: `10`, `[5, 20]`, `[{ share = 1, at = [5, 20] }]`.
    Spread(&'static ValueType),
    /// Fixed, or drawn between two: `"45 min"`, `["45 min", "3 h"]`.
    Between(&'static ValueType),
    /// One of these words, or a mixture of them.
    Mix(&'static [&'static str]),
}

/// The bounds of a value, in base quantities (ns, bytes, bit/s, parts per million).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The smallest.
    pub least: u64,
    /// The maximum.
    pub most: u64,
    /// Whether zero is allowed although it is less than the minimum.
    pub or_zero: bool,
}

/// One part of a distribution: uniform from `from` to `to`, with a probability proportional to its share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Part {
    /// Its weight relative to the other parts.
    pub share: u64,
    /// The smallest value.
    pub from: u64,
    /// The largest value.
    pub to: u64,
}

/// A parsed value, in base quantities (ns, bytes, bit/s, parts per million).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Number(u64),
    Flag(bool),
    Text(String),
    /// As it was written, too.
    Schedule(String, Schedule),
    Texts(Vec<(String, Range<usize>)>),
    Kinds(KindSet),
    Hours(Vec<u64>),
    List(Vec<u64>),
    /// For a mixture of words, the values are their indices in the list.
    Parts(Vec<Part>),
}

/// More daily releases behind than this are taken for a typing error.
pub(super) const MOST_BEHIND: u64 = 5_000;

/// The names of the content kinds.
pub(super) const CONTENT_KINDS: [(&str, ContentKind); 3] = [
    ("components", ContentKind::Components),
    ("settings", ContentKind::Settings),
    ("programs", ContentKind::Programs),
];

impl ValueType {
    /// The form of such a value, for messages.
    pub fn expected(self) -> String {
        match self {
            Self::Duration(..) | Self::Interval(..) => {
                format!("{}{}", text::DURATION_FORM, self.range_text())
            }
            Self::Bytes(..) => format!("{}{}", text::BYTES_FORM, self.range_text()),
            Self::Rate(..) => format!("{}{}", text::RATE_FORM, self.range_text()),
            Self::Clock => text::CLOCK_FORM.into(),
            Self::Count(..) => format!("a whole number{}", self.range_text()),
            Self::Limit => "a number such as 7200, or a quantity such as \"2 h\"".into(),
            Self::Price => format!("a price such as 0.09{}", self.range_text()),
            Self::Percent => "a percentage such as \"2.5 %\"".into(),
            Self::Schedule(_) => SCHEDULE_FORM.into(),
            Self::Text => "a text".into(),
            Self::Written => "a value as that key has it".into(),
            Self::Image => "a table such as { releases_behind = 20, reset = \"log-off\" }".into(),
            Self::Flag => "true or false".into(),
            Self::Choice(words) => format!("one of {}", quoted(words)),
            Self::Texts => "a list of texts".into(),
            Self::Kinds => "a list of \"components\", \"settings\", \"programs\"".into(),
            Self::Hours => "a list of hours from 0 to 23".into(),
            Self::List(of, most) => format!("a list of 1 to {most}, each {}", of.expected()),
            Self::Spread(of) => format!(
                "{}, two of them in brackets, or a mixture [{{ share = 1, at = … }}]",
                of.expected()
            ),
            Self::Between(of) => format!("{}, or two of them in brackets", of.expected()),
            Self::Mix(words) => {
                format!("one of {}, or a mixture [{{ share = 1, at = … }}]", quoted(words))
            }
        }
    }

    /// The bounds of a value of this type; `None` if it has none.
    pub fn bounds(self) -> Option<Bounds> {
        let of = |least, most| Some(Bounds { least, most, or_zero: false });
        match self {
            Self::Duration(least, most) => of(least.as_nanos(), most.as_nanos()),
            Self::Interval(least, most) => {
                Some(Bounds { least: least.as_nanos(), most: most.as_nanos(), or_zero: true })
            }
            Self::Bytes(least, most) => of(least.count(), most.count()),
            Self::Rate(least, most) => of(least.bits_per_sec(), most.bits_per_sec()),
            Self::Clock => of(0, SimDuration::from_hours(24).as_nanos() - 1_000_000_000),
            Self::Count(least, most) => of(least, most),
            Self::Price => of(0, 1_000_000_000),
            Self::Percent => of(0, 1_000_000),
            Self::Spread(of) | Self::Between(of) => of.bounds(),
            _ => None,
        }
    }

    /// A number of base quantities in the notation of this type.
    pub fn print(self, number: u64) -> String {
        match self {
            Self::Duration(..) | Self::Interval(..) => {
                text::print_duration(SimDuration::from_nanos(number))
            }
            Self::Clock => text::print_clock(SimDuration::from_nanos(number)),
            Self::Bytes(..) => text::print_bytes(Bytes::new(number)),
            Self::Rate(..) => text::print_rate(BitRate::from_bits_per_sec(number)),
            Self::Percent => text::print_percent(number),
            Self::Limit | Self::Price => Thousandths::new(number).to_string(),
            Self::Spread(of) | Self::Between(of) => of.print(number),
            _ => number.to_string(),
        }
    }

    /// The bounds in words, as a suffix: ` from 1 s to 1 h`, `, at most 10 GB`.
    pub(super) fn range_text(self) -> String {
        let Some(bounds) = self.bounds() else { return String::new() };
        let [least, most] = [bounds.least, bounds.most].map(|number| self.print(number));
        match (bounds.or_zero, bounds.least, self) {
            (true, ..) => format!(", 0 s or from {least} to {most}"),
            (_, 0, Self::Duration(..) | Self::Bytes(..)) => format!(", at most {most}"),
            (_, _, Self::Count(..)) => format!(" from {least} to {most}"),
            _ => format!(", from {least} to {most}"),
        }
    }

    /// Parses a value of this type.
    pub(super) fn read(self, value: &Spanned<DeValue<'_>>) -> Result<Value, Diagnostic> {
        let wrong = |why: String| Diagnostic::new("bad-value", value.span(), why, self.expected());
        let found = value.get_ref();
        match (self, found) {
            (Self::Text | Self::Limit, DeValue::String(text)) => match control_character(text) {
                Some(why) => Err(wrong(why)),
                None => Ok(Value::Text(text.to_string())),
            },
            (Self::Written, _) => match super::written::written(found) {
                Some(text) => Ok(Value::Text(text)),
                None => Err(wrong(format!("found {} {}", article(found), found.type_str()))),
            },
            (Self::Schedule(longest), DeValue::String(text)) => {
                let wrong = |why| Diagnostic { code: "bad-schedule", ..wrong(why) };
                let schedule = match control_character(text) {
                    Some(why) => Err(why),
                    None => parse_schedule(text, longest),
                };
                let schedule = schedule.map_err(wrong)?;
                Ok(Value::Schedule(text.to_string(), schedule))
            }
            (
                Self::Duration(..)
                | Self::Interval(..)
                | Self::Bytes(..)
                | Self::Rate(..)
                | Self::Clock
                | Self::Percent
                | Self::Price
                | Self::Count(..)
                | Self::Limit,
                _,
            ) => self.number(found).map(Value::Number).map_err(wrong),
            (Self::Flag, DeValue::Boolean(flag)) => Ok(Value::Flag(*flag)),
            (Self::Choice(words), DeValue::String(word)) => {
                if words.contains(&word.as_ref()) {
                    Ok(Value::Text(word.to_string()))
                } else {
                    let help = nearest(word, words.iter().copied());
                    Err(wrong(format!("`{word}` is not a known word")).with_help(help))
                }
            }
            (Self::Texts, DeValue::Array(_)) => texts(found).map(Value::Texts).map_err(wrong),
            (Self::Kinds, DeValue::Array(_)) => kinds(found).map(Value::Kinds).map_err(wrong),
            (Self::Hours, DeValue::Array(list)) => list
                .iter()
                .map(|hour| Self::Count(0, 23).number(hour.get_ref()))
                .collect::<Result<_, _>>()
                .map(Value::Hours)
                .map_err(wrong),
            (Self::List(of, most), DeValue::Array(list)) if (1..=most).contains(&list.len()) => {
                list.iter()
                    .map(|item| of.number(item.get_ref()))
                    .collect::<Result<_, _>>()
                    .map(Value::List)
                    .map_err(wrong)
            }
            (Self::List(..), DeValue::Array(list)) => {
                Err(wrong(format!("found a list of {}", list.len())))
            }
            (Self::Image, DeValue::Table(_)) => image(found).map(Value::Number).map_err(wrong),
            (Self::Spread(_) | Self::Between(_) | Self::Mix(_), _) => {
                self.parts(found).map(Value::Parts).map_err(wrong)
            }
            _ => Err(wrong(format!("found {} {}", article(found), found.type_str()))),
        }
    }

    /// Parses a number of this type in base quantities, within its bounds.
    pub(super) fn number(self, value: &DeValue<'_>) -> Result<u64, String> {
        let number = self.quantity(value)?;
        match self.bounds() {
            Some(bounds) if bounds.or_zero && number == 0 => Ok(number),
            Some(bounds) if number < bounds.least => {
                Err(format!("less than {}", self.print(bounds.least)))
            }
            Some(bounds) if number > bounds.most => {
                Err(format!("more than {}", self.print(bounds.most)))
            }
            _ => Ok(number),
        }
    }

    /// Parses a number of this type, without checking its bounds.
    fn quantity(self, value: &DeValue<'_>) -> Result<u64, String> {
        match (self, value) {
            (Self::Count(_, most), DeValue::Integer(digits)) => {
                let number: Result<i128, _> = digits.as_str().replace('_', "").parse();
                let number = number.map_err(|_| "not a decimal number".to_string())?;
                if number < 0 {
                    return Err("negative".into());
                }
                u64::try_from(number).map_err(|_| format!("more than {}", self.print(most)))
            }
            (Self::Limit | Self::Price, DeValue::Integer(_) | DeValue::Float(_)) => {
                thousandths(value)
            }
            (Self::Percent, _) => percent(value),
            (Self::Duration(..) | Self::Interval(..), DeValue::String(words)) => {
                text::parse_duration(words).map(SimDuration::as_nanos)
            }
            (Self::Clock, DeValue::String(words)) => {
                text::parse_clock(words).map(SimDuration::as_nanos)
            }
            (Self::Bytes(..), DeValue::String(words)) => text::parse_bytes(words).map(Bytes::count),
            (Self::Rate(..), DeValue::String(words)) => {
                text::parse_rate(words).map(BitRate::bits_per_sec)
            }
            (Self::Mix(words), DeValue::String(word)) => words
                .iter()
                .position(|known| *known == word.as_ref())
                .map(|place| place as u64)
                .ok_or_else(|| format!("`{word}` is not a known word")),
            (Self::Spread(of) | Self::Between(of), _) => of.quantity(value),
            (_, DeValue::Integer(number)) => Err(format!("`{}` has no unit", number.as_str())),
            _ => Err(format!("found {} {}", article(value), value.type_str())),
        }
    }

    /// Parses a distribution.
    fn parts(self, value: &DeValue<'_>) -> Result<Vec<Part>, String> {
        let Some(list) = value.as_array() else {
            let fixed = self.number(value)?;
            return Ok(vec![Part { share: 1, from: fixed, to: fixed }]);
        };
        if list.iter().all(|item| item.get_ref().is_table()) && !list.is_empty() {
            if matches!(self, Self::Between(_)) {
                return Err("found a mixture".into());
            }
            let parts: Vec<Part> =
                list.iter().map(|part| self.part(part.get_ref())).collect::<Result<_, _>>()?;
            return match parts.iter().map(|part| part.share).sum() {
                0 => Err("all shares are zero".into()),
                _ => Ok(parts),
            };
        }
        let (from, to) = self.range(value)?;
        Ok(vec![Part { share: 1, from, to }])
    }

    fn part(self, value: &DeValue<'_>) -> Result<Part, String> {
        let table = value.as_table().ok_or("a part of a mixture is a table")?;
        if let Some((key, _)) =
            table.iter().find(|(key, _)| !["share", "at"].contains(&key.get_ref().as_ref()))
        {
            return Err(format!("a part of a mixture has no key `{}`", key.get_ref()));
        }
        let share = value.get("share").ok_or("a part of a mixture needs `share`")?;
        let share = Self::Count(0, 1_000_000_000).number(share.get_ref())?;
        let at = value.get("at").ok_or("a part of a mixture needs `at`")?;
        let (from, to) = self.range(at.get_ref())?;
        Ok(Part { share, from, to })
    }

    fn range(self, value: &DeValue<'_>) -> Result<(u64, u64), String> {
        let Some(list) = value.as_array() else {
            return self.number(value).map(|fixed| (fixed, fixed));
        };
        if matches!(self, Self::Mix(_)) || list.len() != 2 {
            return Err(format!("found a list of {}", list.len()));
        }
        let ends: Vec<u64> =
            list.iter().map(|end| self.number(end.get_ref())).collect::<Result<_, _>>()?;
        if ends[0] > ends[1] {
            return Err("the first is greater than the second".into());
        }
        Ok((ends[0], ends[1]))
    }
}

fn thousandths(value: &DeValue<'_>) -> Result<u64, String> {
    let digits = match value {
        DeValue::Float(number) => number.as_str(),
        _ => value.as_integer().map_or("", |number| number.as_str()),
    };
    Thousandths::parse(&digits.replace('_', "")).map(Thousandths::count)
}

fn percent(value: &DeValue<'_>) -> Result<u64, String> {
    let digits = match value {
        DeValue::Integer(number) => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        DeValue::String(words) => words,
        _ => return Err(format!("found {} {}", article(value), value.type_str())),
    };
    text::parse_percent(digits)
}

/// The problem with a text that contains a character that would affect a terminal.
fn control_character(text: &str) -> Option<String> {
    let found = text.chars().find(|c| is_control(*c))?;
    Some(format!("a control character (U+{:04X})", u32::from(found)))
}

fn texts(value: &DeValue<'_>) -> Result<Vec<(String, Range<usize>)>, String> {
    let list = value.as_array().ok_or("not a list")?;
    list.iter()
        .map(|item| match item.get_ref().as_str() {
            Some(text) => match control_character(text) {
                Some(why) => Err(why),
                None => Ok((text.to_string(), item.span())),
            },
            None => Err(format!("found {} {}", article(item.get_ref()), item.get_ref().type_str())),
        })
        .collect()
}

fn kinds(value: &DeValue<'_>) -> Result<KindSet, String> {
    let mut set = KindSet::NONE;
    for (word, _) in texts(value)? {
        let found = CONTENT_KINDS.iter().find(|(name, _)| *name == word);
        let (_, kind) = found.ok_or_else(|| format!("`{word}` is not a kind of content"))?;
        set = set.with_if(*kind, true);
    }
    Ok(set)
}

/// The number of daily releases that an image is behind.
fn image(value: &DeValue<'_>) -> Result<u64, String> {
    let table = value.as_table().ok_or("not a table")?;
    let known = ["releases_behind", "reset"];
    if let Some(key) = table.keys().find(|key| !known.contains(&key.get_ref().as_ref())) {
        return Err(format!("an image has no `{}`", key.get_ref()));
    }
    match value.get("reset").map(|reset| reset.get_ref().as_str()) {
        None | Some(Some("log-off")) => {}
        Some(_) => return Err("`reset` is \"log-off\"".into()),
    }
    let behind = value.get("releases_behind").ok_or("an image needs `releases_behind`")?;
    ValueType::Count(0, MOST_BEHIND).number(behind.get_ref())
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}

fn article(value: &DeValue<'_>) -> &'static str {
    if value.type_str().starts_with(['a', 'i']) { "an" } else { "a" }
}
