//! Conditions on points: comparisons of varied keys with each other or with a value.

use std::cmp::Ordering;
use std::fmt;

use super::factor::FactorError;
use crate::scenario::{VariedKey, nearest};

/// A comparison, such as `server.slots >= notification.threads` or `network.model = tcp`.
#[derive(Clone, Debug)]
pub struct Condition {
    text: String,
    left: Side,
    comparison: Comparison,
    right: Side,
}

/// A side of a comparison.
#[derive(Clone, Debug)]
enum Side {
    /// The value of a key, by its index in the design.
    Key(usize, VariedKey),
    /// A number of base quantities (ns, bytes, bit/s, parts per million).
    Quantity(u64),
    /// A word.
    Word(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Less,
    AtMost,
    Equal,
    Unequal,
    AtLeast,
    More,
}

/// The operators; one that begins with another comes before it.
const COMPARISONS: [(&str, Comparison); 7] = [
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("!=", Comparison::Unequal),
    ("==", Comparison::Equal),
    ("<", Comparison::Less),
    (">", Comparison::More),
    ("=", Comparison::Equal),
];

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::AtLeast => order.is_ge(),
            Self::More => order.is_gt(),
        }
    }

    fn is_of_order(self) -> bool {
        !matches!(self, Self::Equal | Self::Unequal)
    }
}

impl Condition {
    /// Parses a comparison over the varied `keys`.
    ///
    /// # Errors
    /// A description of the error.
    pub fn parse(text: &str, keys: &[String]) -> Result<Self, FactorError> {
        let invalid = |why: String| FactorError::Invalid(format!("`{text}`: {why}"));
        let (left, comparison, right) = split(text).ok_or_else(|| {
            let expected = "expected KEY, one of <= >= < > = !=, and a KEY or a value";
            FactorError::Malformed(format!("`{text}`: {expected}"))
        })?;
        let key = |side: &str| varied(side, keys).map_err(invalid);
        let (left, right) = match (key(left)?, key(right)?) {
            (Some(one), Some(other)) => {
                if one.1.kind() != other.1.kind() {
                    return Err(invalid("these are quantities of different kinds".into()));
                }
                (Side::Key(one.0, one.1), Side::Key(other.0, other.1))
            }
            (Some((place, key)), None) => {
                (Side::Key(place, key), value(key, right).map_err(invalid)?)
            }
            (None, Some((place, key))) => {
                (value(key, left).map_err(invalid)?, Side::Key(place, key))
            }
            (None, None) => return Err(invalid(unknown(left, keys))),
        };
        let of_words = [&left, &right].iter().any(|side| match side {
            Side::Key(_, key) => key.kind().is_none(),
            Side::Quantity(_) => false,
            Side::Word(_) => true,
        });
        if of_words && comparison.is_of_order() {
            return Err(invalid("words can only be compared with = or !=".into()));
        }
        Ok(Self { text: text.trim().into(), left, comparison, right })
    }

    /// Whether a point with these values, in the order of the keys, meets it.
    ///
    /// # Errors
    /// If a value cannot be compared, and why.
    pub fn holds(&self, values: &[String]) -> Result<bool, String> {
        let quantities = (self.left.quantity(values)?, self.right.quantity(values)?);
        let order = match quantities {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => self.left.word(values).cmp(self.right.word(values)),
        };
        Ok(self.comparison.holds(order))
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Side {
    /// A number of base quantities; none for a word.
    fn quantity(&self, values: &[String]) -> Result<Option<u64>, String> {
        match self {
            Self::Key(place, key) if key.kind().is_some() => {
                let value = &values[*place];
                let number = key.quantity(value);
                number.map(Some).map_err(|_| format!("`{value}` is not a single quantity"))
            }
            Self::Quantity(number) => Ok(Some(*number)),
            Self::Key(..) | Self::Word(_) => Ok(None),
        }
    }

    fn word<'a>(&'a self, values: &'a [String]) -> &'a str {
        match self {
            Self::Key(place, _) => values[*place].trim_matches('"'),
            Self::Word(word) => word,
            Self::Quantity(_) => "",
        }
    }
}

/// The left side, the operator, and the right side of a comparison.
fn split(text: &str) -> Option<(&str, Comparison, &str)> {
    let place = text.find(['<', '>', '=', '!'])?;
    let rest = &text[place..];
    let (sign, comparison) = COMPARISONS.into_iter().find(|(sign, _)| rest.starts_with(sign))?;
    let (left, right) = (text[..place].trim(), rest[sign.len()..].trim());
    let is_whole = !left.is_empty() && !right.is_empty() && !right.starts_with(['<', '>', '=']);
    is_whole.then_some((left, comparison, right))
}

/// The index of a varied key, if `side` is one.
fn varied(side: &str, keys: &[String]) -> Result<Option<(usize, VariedKey)>, String> {
    match (keys.iter().position(|key| key == side), VariedKey::find(side)) {
        (Some(place), Ok(key)) => Ok(Some((place, key))),
        (None, Ok(_)) => {
            Err(format!("`{side}` is not varied: write its value, or vary it with a single value"))
        }
        // A text that resembles a key may be a misspelt one.
        (_, Err(why)) if side.contains('.') && side.starts_with(char::is_alphabetic) => Err(why),
        (_, Err(_)) => Ok(None),
    }
}

/// A possible value of `key`.
fn value(key: VariedKey, text: &str) -> Result<Side, String> {
    if key.kind().is_some() {
        let number = key.quantity(text);
        return number
            .map(Side::Quantity)
            .map_err(|why| format!("`{text}`: {why}: expected {}", key.expected()));
    }
    let word = text.trim_matches('"');
    match key.words() {
        Some(words) if !words.iter().any(|known| known == word) => {
            Err(format!("`{word}`: expected {}", key.expected()))
        }
        _ => Ok(Side::Word(word.into())),
    }
}

/// The error that `side` is not a varied key, with the varied keys.
fn unknown(side: &str, keys: &[String]) -> String {
    let near = nearest(side, keys.iter().map(String::as_str));
    let help = near.unwrap_or_else(|| format!("the varied keys are {}", keys.join(", ")));
    format!("neither side is a varied key; {help}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 5] = [
        "server.slots",
        "notification.threads",
        "site.branch.bandwidth",
        "network.model",
        "duration",
    ];
    const POINT: [&str; 5] = ["50", "15", "10 Mbit/s", "tcp", "90 min"];

    fn parse(text: &str) -> Result<Condition, FactorError> {
        Condition::parse(text, &KEYS.map(String::from))
    }

    #[test]
    fn keys_are_compared_with_keys_numbers_with_units_and_words() {
        for (text, holds) in [
            ("server.slots >= notification.threads", true),
            ("server.slots<notification.threads", false),
            ("server.slots = 50", true),
            ("50 == server.slots", true),
            ("60 > server.slots", true),
            ("server.slots != 50", false),
            ("site.branch.bandwidth <= 10000 kbit/s", true),
            ("site.branch.bandwidth > 9.9 Mbit/s", true),
            ("duration < 1.5 h", false),
            ("network.model = tcp", true),
            ("network.model != \"tcp\"", false),
        ] {
            assert_eq!(parse(text).unwrap().holds(&POINT.map(String::from)), Ok(holds), "{text}");
        }
    }

    #[test]
    fn an_invalid_condition_is_reported() {
        for (text, said) in [
            ("server.slots", "expected KEY, one of <= >="),
            ("server.slots >=", "expected KEY, one of <= >="),
            ("server.slots >=< 5", "expected KEY, one of <= >="),
            ("server.slotz >= 5", "did you mean `server.slots`?"),
            ("server.slots >= notification.thread", "did you mean `notification.threads`?"),
            ("server.report_buffer >= 5", "is not varied"),
            ("slots >= 5", "neither side is a varied key"),
            ("server.slots >= 5 Mbit/s", "expected a whole number"),
            ("server.slots >= duration", "quantities of different kinds"),
            ("network.model = udp", "expected"),
            ("network.model < tcp", "only be compared"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
        let mixed = ["50", "15", "[\"4 Mbit/s\", \"8 Mbit/s\"]", "tcp", "2 h"].map(String::from);
        let error = parse("site.branch.bandwidth > 1 Mbit/s").unwrap().holds(&mixed).unwrap_err();
        assert!(error.contains("not a single quantity"), "{error}");
    }
}
