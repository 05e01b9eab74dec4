//! Factors: a varied key and its levels.

use std::fmt;

use crate::scenario::VariedKey;

/// A key and its levels.
#[derive(Clone, Debug)]
pub struct Factor {
    /// The key as in `--set`.
    pub key: String,
    /// Its levels.
    pub levels: Levels,
}

/// The levels of a factor.
#[derive(Clone, Debug)]
pub enum Levels {
    /// These values, as written.
    Listed(Vec<String>),
    /// Any quantity of a range, for sampling.
    Range {
        /// The key, which defines the type of its values.
        key: VariedKey,
        /// The minimum, in base quantities (ns, bytes, bit/s, parts per million).
        from: u64,
        /// The maximum.
        to: u64,
        /// The spacing of the levels.
        spacing: Spacing,
    },
}

/// The spacing of the levels of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spacing {
    /// Even.
    Linear,
    /// Even in the logarithm.
    Logarithmic,
}

/// Why a factor could not be parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FactorError {
    /// It does not have the form of a factor.
    Malformed(String),
    /// Its key or a value is invalid in a scenario.
    Invalid(String),
}

impl fmt::Display for FactorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(cause) | Self::Invalid(cause) => f.write_str(cause),
        }
    }
}

impl std::error::Error for FactorError {}

/// The maximum number of levels of one factor; more are treated as a typing error.
const MOST: u64 = 1_000_000;
/// A sampled quantity is rounded to a power of ten that divides its range into at least this many.
const STEPS: u64 = 1_000_000;

impl Factor {
    /// Parses `KEY=V1,V2,…`, `KEY=LOW..HIGH step STEP`, `KEY=LOW..HIGH` or `KEY=LOW..HIGH log`. A value that contains a
    /// comma is quoted or bracketed.
    ///
    /// # Errors
    /// A description of the error.
    pub fn parse(text: &str) -> Result<Self, FactorError> {
        let malformed = |why: String| FactorError::Malformed(format!("`{text}`: {why}"));
        let (key, values) = text
            .split_once('=')
            .map(|(key, values)| (key.trim(), values.trim()))
            .filter(|(key, values)| !key.is_empty() && !values.is_empty())
            .ok_or_else(|| malformed("expected KEY=V1,V2,… or KEY=LOW..HIGH".into()))?;
        let known = VariedKey::find(key).map_err(FactorError::Invalid)?;
        let levels = match values.split_once("..").filter(|_| !values.contains(['"', '[', ','])) {
            Some((from, rest)) => range(known, from, rest).map_err(|why| {
                FactorError::Invalid(format!("`{text}`: {why}: expected {}", known.expected()))
            })?,
            None => Levels::Listed(listed(values).map_err(malformed)?),
        };
        Ok(Self { key: key.into(), levels })
    }
}

/// `LOW..HIGH`, with a step, or `log`.
fn range(key: VariedKey, from: &str, rest: &str) -> Result<Levels, String> {
    let (to, step) = rest.split_once("step").map_or((rest, None), |(to, step)| (to, Some(step)));
    let (to, spacing) = match to.trim().strip_suffix("log") {
        Some(to) if step.is_none() => (to, Spacing::Logarithmic),
        _ => (to, Spacing::Linear),
    };
    let (from, to) = (key.quantity(from.trim())?, key.quantity(to.trim())?);
    if from > to {
        return Err("the first is greater than the second".into());
    }
    if spacing == Spacing::Logarithmic && from == 0 {
        return Err("a logarithmic range cannot begin at zero".into());
    }
    let Some(step) = step else { return Ok(Levels::Range { key, from, to, spacing }) };
    let step = key.quantity(step.trim())?;
    if step == 0 || (to - from) / step >= MOST {
        return Err("the step is too small".into());
    }
    let levels = (0..=(to - from) / step).map(|place| key.written(from + place * step));
    Ok(Levels::Listed(levels.collect()))
}

/// The values between commas, outside quotes and brackets.
///
/// # Errors
/// If a value is empty or listed twice.
pub fn listed(values: &str) -> Result<Vec<String>, String> {
    let (mut depth, mut is_quoted) = (0_usize, false);
    let mut all = vec![String::new()];
    for letter in values.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '[' | '{' if !is_quoted => depth += 1,
            ']' | '}' if !is_quoted => depth = depth.saturating_sub(1),
            ',' if !is_quoted && depth == 0 => {
                all.push(String::new());
                continue;
            }
            _ => {}
        }
        all.last_mut().expect("never empty").push(letter);
    }
    let all: Vec<String> = all.iter().map(|value| value.trim().to_string()).collect();
    if all.iter().any(String::is_empty) {
        return Err("a value is empty".into());
    }
    match all.iter().enumerate().find(|(place, value)| all[..*place].contains(value)) {
        Some((_, twice)) => Err(format!("`{twice}` is listed twice")),
        None => Ok(all),
    }
}

impl Levels {
    /// The level at `share` / 2⁶⁴ of the way from the first to the last; all are equally probable.
    pub(in crate::experiment) fn at(&self, share: u64) -> String {
        let nth = |count: u64| {
            u64::try_from((u128::from(share) * u128::from(count)) >> 64).expect("below the count")
        };
        match self {
            Self::Listed(values) => {
                values[usize::try_from(nth(values.len() as u64)).expect("a place")].clone()
            }
            Self::Range { key, from, to, spacing: Spacing::Linear } => {
                let grain = if key.is_count() { 1 } else { grain(to - from) };
                key.written(from + nth((to - from) / grain + 1) * grain)
            }
            Self::Range { key, from, to, spacing: Spacing::Logarithmic } => {
                let grain = if key.is_count() { 1 } else { grain(*from) };
                let exact = from_to(*from, *to, share);
                key.written(((exact + grain / 2) / grain * grain).clamp(*from, *to))
            }
        }
    }
}

impl fmt::Display for Levels {
    /// As written after `KEY=`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listed(values) => f.write_str(&values.join(",")),
            Self::Range { key, from, to, spacing } => {
                write!(f, "{}..{}", key.written(*from), key.written(*to))?;
                if *spacing == Spacing::Logarithmic { f.write_str(" log") } else { Ok(()) }
            }
        }
    }
}

/// The power of ten to which quantities of a range of `span` are rounded, for readability.
fn grain(span: u64) -> u64 {
    10_u64.pow((span / STEPS).checked_ilog10().unwrap_or(0))
}

/// `from` · (`to` / `from`) ^ (`share` / 2⁶⁴), by square roots, which are the same on every machine; powers are not.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "of the ends of a range, rounded afterwards"
)]
fn from_to(from: u64, to: u64, share: u64) -> u64 {
    let mut root = to as f64 / from as f64;
    let mut power = 1.0;
    for place in (0..64).rev() {
        root = root.sqrt();
        if share >> place & 1 == 1 {
            power *= root;
        }
    }
    (from as f64 * power).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(text: &str) -> Vec<String> {
        match Factor::parse(text).unwrap().levels {
            Levels::Listed(values) => values,
            Levels::Range { .. } => panic!("{text} is a range"),
        }
    }

    #[test]
    fn lists_and_steps_are_levels() {
        assert_eq!(levels("server.slots=50, 100,250"), ["50", "100", "250"]);
        assert_eq!(levels("server.slots = 10..50 step 20"), ["10", "30", "50"]);
        assert_eq!(levels("server.slots=10..49 step 20"), ["10", "30"]);
        assert_eq!(
            levels("site.branch.bandwidth=10 Mbit/s..12 Mbit/s step 1 Mbit/s"),
            ["10 Mbit/s", "11 Mbit/s", "12 Mbit/s"]
        );
        assert_eq!(
            levels("site.branch.bandwidth=[\"4 Mbit/s\", \"8 Mbit/s\"],9 Mbit/s"),
            ["[\"4 Mbit/s\", \"8 Mbit/s\"]", "9 Mbit/s"]
        );
        assert_eq!(
            levels("agents.schedule=\"every 1 h, spread\",\"every 2 h, spread\""),
            ["\"every 1 h, spread\"", "\"every 2 h, spread\""]
        );
        assert_eq!(levels("network.model=fluid,tcp"), ["fluid", "tcp"]);
    }

    #[test]
    fn levels_are_written_as_they_were_read() {
        for text in ["1..9", "1 Mbit/s..64 Mbit/s log", "2,3"] {
            let key = if text.contains('M') { "site.b.bandwidth" } else { "server.slots" };
            let factor = Factor::parse(&format!("{key}={text}")).unwrap();
            assert_eq!(factor.levels.to_string(), text);
        }
    }

    #[test]
    fn an_invalid_factor_is_reported() {
        for (text, said) in [
            ("server.slots", "expected KEY="),
            ("server.slots=", "expected KEY="),
            ("server.slots=1,,2", "a value is empty"),
            ("server.slots=1,2,1", "`1` is listed twice"),
            ("server.slot=1", "did you mean `server.slots`?"),
            ("server.slots=9..3", "the first is greater"),
            ("server.slots=1..9 step 0", "the step is too small"),
            ("server.slots=1..many", "expected a whole number"),
            ("notification.ua_threshold=0..9 log", "cannot begin at zero"),
            ("network.model=fluid..tcp", "not a quantity"),
        ] {
            let error = Factor::parse(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }

    #[test]
    fn a_range_is_met_from_end_to_end() {
        let at = |text: &str, share| Factor::parse(text).unwrap().levels.at(share);
        assert_eq!(at("server.slots=10..20", 0), "10");
        assert_eq!(at("server.slots=10..20", u64::MAX), "20");
        assert_eq!(at("server.slots=10..20", 1 << 63), "15");
        assert_eq!(at("duration=1 h..3 h", 1 << 63), "2 h");
        assert_eq!(at("site.b.bandwidth=1 Mbit/s..100 Mbit/s log", 1 << 63), "10 Mbit/s");
        assert_eq!(at("site.b.bandwidth=1 Mbit/s..100 Mbit/s log", u64::MAX), "100 Mbit/s");
        assert_eq!(at("server.slots=7..7", u64::MAX), "7");
        assert_eq!(at("network.model=fluid,tcp", 1 << 63), "tcp");
    }
}
