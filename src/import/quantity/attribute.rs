//! Parses `--attribute`: the attribute or column of a quantity, and its unit.

use super::header::plain;
use super::rate::{RateUnit, rate_unit};
use super::time::{nanoseconds, parse_latency, time_unit};
use super::{Point, is_missing, number, number_of_any_size};
use crate::scenario::nearest;
use crate::units::SimDuration;

/// The meaning of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// The bandwidth of a link, or the one towards a site.
    Bandwidth,
    /// The bandwidth away from a site, if it differs.
    BandwidthUp,
    /// The one-way latency of a link.
    Latency,
    /// The name of a site.
    Name,
}

impl Meaning {
    const ALL: [(&'static str, Self); 4] = [
        ("bandwidth", Self::Bandwidth),
        ("bandwidth_up", Self::BandwidthUp),
        ("latency", Self::Latency),
        ("name", Self::Name),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, meaning)| *meaning == self).map_or("", |(word, _)| word)
    }
}

/// The source of a quantity: `bandwidth="bw Mbit/s"`, `latency=dist*5us`, `name=hostname`.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeRule {
    pub(in crate::import) meaning: Meaning,
    /// The attribute or column.
    pub(in crate::import) attribute: String,
    scale: Scale,
}

/// The unit of a number without one.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Scale {
    /// The values have their own units, or are not numbers.
    Own,
    Rate(RateUnit),
    /// In nanoseconds.
    Time(f64),
    /// The nanoseconds of one of another quantity, such as a length.
    TimeOfOne(f64),
}

/// The form of the flag, for error messages.
const FORM: &str = "bandwidth=\"NAME UNIT\", bandwidth_up=\"NAME UNIT\", latency=\"NAME UNIT\", latency=NAME*5us or name=NAME";

impl AttributeRule {
    /// Parses the flag.
    ///
    /// # Errors
    /// A description of the error, and the form.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (word, value) = text.split_once('=').ok_or_else(|| format!("expected {FORM}"))?;
        let word = word.trim();
        let meaning = Meaning::ALL.iter().find(|(known, _)| *known == word).ok_or_else(|| {
            let help = nearest(word, Meaning::ALL.iter().map(|(known, _)| *known));
            let help = help.map_or(String::new(), |help| format!("; {help}"));
            format!("`{word}` is not one of bandwidth, bandwidth_up, latency, name{help}")
        })?;
        let meaning = meaning.1;
        let value = value.trim();
        let (attribute, scale) = match (meaning, value.rsplit_once('*'), value.rsplit_once(' ')) {
            (Meaning::Name, ..) => (value, Scale::Own),
            (_, Some((attribute, factor)), _) => {
                let scale = match scaled(meaning, factor.trim())? {
                    Scale::Time(one) => Scale::TimeOfOne(one),
                    scale => scale,
                };
                (attribute.trim(), scale)
            }
            (_, None, spaced) => spaced
                .and_then(|(attribute, unit)| {
                    Some((attribute.trim(), scale_of(meaning, unit, 1.0)?))
                })
                .unwrap_or((value, Scale::Own)),
        };
        if attribute.is_empty() {
            return Err(format!("no attribute is named: expected {FORM}"));
        }
        Ok(Self { meaning, attribute: attribute.into(), scale })
    }

    /// Whether it names the attribute `name`, ignoring case.
    pub(in crate::import) fn names(&self, name: &str) -> bool {
        self.attribute == name || plain(&self.attribute) == plain(name)
    }

    /// The unit of a rate that has none of its own.
    pub(in crate::import) fn rate_unit(&self) -> Option<RateUnit> {
        match self.scale {
            Scale::Rate(unit) => Some(unit),
            Scale::Own | Scale::Time(_) | Scale::TimeOfOne(_) => None,
        }
    }

    /// Parses a value as a latency; `point` is what a point may be in a number without a unit of its own.
    ///
    /// # Errors
    /// A description of the error.
    pub(in crate::import) fn latency(
        &self,
        text: &str,
        point: Point,
    ) -> Result<Option<SimDuration>, String> {
        match self.scale {
            Scale::TimeOfOne(one) if !is_missing(text) => {
                match number_of_any_size(text.trim(), point)? {
                    (value, "") => nanoseconds(value * one).map(Some),
                    _ => parse_latency(text, None, point),
                }
            }
            Scale::Time(one) => parse_latency(text, Some(one), point),
            _ => parse_latency(text, None, point),
        }
    }
}

/// A factor with its unit, such as `5us` or `100 kbit/s`.
fn scaled(meaning: Meaning, factor: &str) -> Result<Scale, String> {
    let (value, unit) = number(factor)?;
    scale_of(meaning, unit, value)
        .ok_or_else(|| format!("`{factor}` is not a number with a unit: expected {FORM}"))
}

fn scale_of(meaning: Meaning, unit: &str, factor: f64) -> Option<Scale> {
    match meaning {
        Meaning::Bandwidth | Meaning::BandwidthUp => match rate_unit(unit)? {
            // An explicit unit of bytes is accepted.
            RateUnit::Bits(one) | RateUnit::Bytes(one) => {
                Some(Scale::Rate(RateUnit::Bits(one * factor)))
            }
            RateUnit::Unclear => None,
        },
        Meaning::Latency => time_unit(unit).map(|one| Scale::Time(one * factor)),
        Meaning::Name => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::quantity::parse_rate;
    use crate::units::BitRate;

    fn rate(rule: &str, value: &str) -> Option<BitRate> {
        let unit = AttributeRule::parse(rule).expect(rule).rate_unit();
        parse_rate(value, unit, Point::Either).expect(value).map(|rate| rate.down)
    }

    #[test]
    fn a_rule_names_an_attribute_and_a_unit() {
        assert_eq!(rate("bandwidth=bw Mbit/s", "2"), Some(BitRate::from_megabits(2)));
        assert_eq!(rate("bandwidth=bw", "2 Mbit/s"), Some(BitRate::from_megabits(2)));
        assert_eq!(rate("bandwidth=link label", "2 Mbit/s"), Some(BitRate::from_megabits(2)));
        assert_eq!(rate("bandwidth=bw*100kbit/s", "20"), Some(BitRate::from_megabits(2)));
        assert_eq!(rate("bandwidth=bw MB/s", "2"), Some(BitRate::from_megabits(16)));
        let latency = |rule: &str, value: &str| {
            AttributeRule::parse(rule)
                .expect(rule)
                .latency(value, Point::Either)
                .expect(value)
                .map(SimDuration::as_nanos)
        };
        assert_eq!(latency("latency=dist*5us", "1343.2"), Some(6_716_000));
        assert_eq!(latency("latency=d ms", "300"), Some(300_000_000));
        assert_eq!(latency("latency=d ms", "3 us"), Some(3_000));
        assert_eq!(latency("latency=d", "N/A"), None);
        let length = AttributeRule::parse("latency=dist*5us").expect("a rule");
        assert!(length.latency("1.200", Point::Either).is_err());
        assert!(length.latency("1.200", Point::Decimal).is_ok());
        assert_eq!(latency("latency=d ms", "1.200"), Some(1_200_000));
    }

    #[test]
    fn an_invalid_rule_is_refused_with_the_expected_form() {
        for (text, said) in [
            ("bandwidth", "expected bandwidth="),
            ("bandwdth=x", "did you mean `bandwidth`?"),
            ("latency=*5us", "no attribute"),
            ("latency=dist*5", "not a number with a unit"),
        ] {
            let why = AttributeRule::parse(text).expect_err(text);
            assert!(why.contains(said), "{text}: {why}");
        }
    }
}
