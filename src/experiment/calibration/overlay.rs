//! Writes estimates as an overlay of the scenario: each key with a comment on its source.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::estimate::Estimate;
use super::history_matching::{CUT_OFF, History, MatchedPoint, RUNS};
use super::match_space::in_toml;
use crate::scenario::{keys, list_with};

/// A setting: the key in its table, the comment above it and the value in TOML.
type Setting<'a> = (&'a str, String, String);

/// The choice of values of an overlay.
#[expect(missing_debug_implementations, reason = "it holds a closure")]
pub enum Choice<'a> {
    /// The best value of each key, with comments.
    Best,
    /// A plausible value of each key; draws are uniform from 0 to 1.
    Drawn(&'a mut dyn FnMut() -> f64),
}

/// Values of keys that were matched, in addition to the estimates.
#[derive(Clone, Copy, Debug)]
pub struct MatchedValues<'a> {
    /// The keys and their values.
    pub values: &'a [(&'a str, &'a str)],
    /// The scenario as written, of which a list without names is written whole.
    pub scenario: &'a str,
}

/// The overlay with the values of the keys among `estimates` and of matched ones, with `remark` at its head. A key that was
/// matched is not taken from the estimates.
///
/// # Errors
/// The key, if an overlay cannot set it: it is of a table that does not exist.
pub fn overlay(
    estimates: &[Estimate],
    matched: MatchedValues<'_>,
    remark: &str,
    mut choice: Choice<'_>,
) -> Result<String, String> {
    let mut tables: BTreeMap<(&str, &str), Vec<Setting<'_>>> = BTreeMap::new();
    let is_matched = |key: &str| matched.values.iter().any(|(matched, _)| *matched == key);
    for estimate in estimates.iter().filter(|estimate| estimate.is_key) {
        let Some(plausible) = &estimate.plausible else { continue };
        let Some((table, key)) = place(&estimate.key) else { continue };
        let (comment, value) = match &mut choice {
            Choice::Best => (comment(estimate), plausible.best()),
            Choice::Drawn(uniform) => (String::new(), plausible.draw(uniform)),
        };
        if !is_matched(&estimate.key) {
            tables.entry(table).or_default().push((key, comment, value));
        }
    }
    let mut lists: BTreeMap<&str, Vec<(usize, &str, String)>> = BTreeMap::new();
    for (key, value) in matched.values {
        let value = in_toml(key, value);
        let unknown = || format!("`{key}`: no overlay can set it");
        let ((table, name), key) = place(key).ok_or_else(unknown)?;
        match name.parse() {
            Ok(number) => lists.entry(table).or_default().push((number, key, value)),
            Err(_) => tables.entry((table, name)).or_default().push((key, String::new(), value)),
        }
    }
    let mut out = String::new();
    for line in remark.lines() {
        let _ = writeln!(out, "# {line}");
    }
    for ((table, name), settings) in tables {
        if !table.is_empty() {
            let heading = match name {
                "" => format!("\n[{table}]\n"),
                name => format!("\n[[{table}]]\nname = {name:?}\n"),
            };
            out.push_str(&heading);
        }
        for (key, comment, value) in settings {
            let _ = writeln!(out, "{comment}{key} = {value}");
        }
    }
    for (list, values) in lists {
        let borrowed: Vec<(usize, &str, &str)> =
            values.iter().map(|(number, key, value)| (*number, *key, value.as_str())).collect();
        let unknown = || format!("`{list}`: no overlay can set the value of a table in it");
        let text = list_with(matched.scenario, list, &borrowed).ok_or_else(unknown)?;
        let _ = write!(out, "\n{text}");
    }
    Ok(out)
}

/// The table of a dotted key with its name in a list, and the key in it.
fn place(dotted: &str) -> Option<((&str, &str), &str)> {
    let (table, key) = dotted.rsplit_once('.').unwrap_or(("", dotted));
    let is_list = |list: &str| {
        keys::SECTIONS.iter().any(|section| section.name == list && section.repeated())
    };
    let place = match table.split_once('.').filter(|(list, _)| is_list(list)) {
        Some(place) => place,
        None => (table, ""),
    };
    (!key.is_empty()).then_some((place, key))
}

/// What history matching left, in words: a line for the method, one for each key, and one for the space.
pub fn history_told(history: &History) -> Vec<String> {
    let (Some(first), Some(last)) = (history.waves.first(), history.waves.last()) else {
        return Vec::new();
    };
    let waves = history.waves.len();
    let mut told = vec![format!(
        "History matching of what the logs do not identify: {waves} {} of {} points, {RUNS} runs each; plausible is an \
         implausibility below {CUT_OFF}.",
        if waves == 1 { "wave" } else { "waves" },
        first.points,
    )];
    for ((left, share), whole) in last.left.iter().zip(&last.shares).zip(&history.space) {
        let (key, left, whole) = (&left.key, &left.levels, &whole.levels);
        told.push(if *share < 1.0 {
            format!("{key}: {left} is left of {whole} ({:.0} %)", share * 100.0)
        } else {
            format!("{key}: all of {whole} is left")
        });
    }
    told.push(match history.best() {
        Some(best) if !history.has_plausible() => format!(
            "No values are plausible: the least implausibility is {:.1}.",
            best.implausibility
        ),
        _ => format!(
            "{:.1} % of the space is plausible; the scenario's own values are {}.",
            last.space_left * 100.0,
            if history.keeps_own() {
                "plausible and stay"
            } else {
                "not, and the least implausible ones replace them"
            }
        ),
    });
    told
}

/// The values of a point by key; none for the scenario's own.
pub fn values_of<'a>(history: &'a History, point: &'a MatchedPoint) -> Vec<(&'a str, &'a str)> {
    history.keys().zip(point.values.iter().map(String::as_str)).collect()
}

/// The comment above a key.
fn comment(estimate: &Estimate) -> String {
    let number = |value: f64| short(value);
    let value = estimate.value.map_or_else(|| "no number".into(), number);
    let interval = estimate.interval.map_or(String::new(), |(low, high)| {
        format!(", 90 % interval {} to {}", number(low), number(high))
    });
    let (unit, method, evidence) = (estimate.unit, estimate.method, &estimate.evidence);
    format!("# {value} {unit}{interval} ({method}; {} lines)\n# {evidence}\n", estimate.lines)
}

/// A number with its significant digits.
pub fn short(value: f64) -> String {
    if value == 0.0 {
        "0".into()
    } else if value.abs() >= 1_000.0 {
        format!("{value:.0}")
    } else if value.abs() >= 1.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.5}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::calibration::plausible::Plausible;

    #[test]
    fn keys_stand_in_their_tables_with_what_they_are_from() {
        let estimates = [
            Estimate::of("notification.threads", "count", "overlap", 40)
                .valued(20.0, Some((20.0, 20.0)))
                .from("at most 20".into())
                .given(Plausible::Count(20)),
            Estimate::of("answer_to_update.hq", "s", "log-normal", 9)
                .without_key()
                .valued(3.0, None),
            Estimate::of("site.branch.bandwidth", "bit/s", "envelope", 7)
                .from("not identified".into()),
            Estimate::of("component.Virus Pattern.full", "bytes", "mode", 3)
                .valued(7.0, None)
                .given(Plausible::Count(7)),
        ];
        let nothing = MatchedValues { values: &[], scenario: "" };
        let best = overlay(&estimates, nothing, "from logs", Choice::Best);
        assert_eq!(
            best.expect("an overlay"),
            "# from logs\n\n[[component]]\nname = \"Virus Pattern\"\n# 7.00 bytes (mode; 3 lines)\n# \nfull = 7\n\n\
             [notification]\n# 20.00 count, 90 % interval 20.00 to 20.00 (overlap; 40 lines)\n# at most 20\n\
             threads = 20\n"
        );
        let drawn = overlay(&estimates, nothing, "member 1", Choice::Drawn(&mut || 0.5));
        let drawn = drawn.expect("an overlay");
        assert!(drawn.contains("threads = 20\n") && !drawn.contains("at most"), "{drawn}");
        // Matched keys stand with the others, and a list without names is written whole.
        let matched = MatchedValues {
            values: &[
                ("notification.threads", "7"),
                ("server.overflow", "queue"),
                ("background.0.share", "12.5 %"),
            ],
            scenario: "[[background]]\nsites = \"a\"\nshare = \"1 %\"\n",
        };
        let laid = overlay(&estimates, matched, "both", Choice::Best).expect("an overlay");
        assert!(laid.contains("[notification]\nthreads = 7\n"), "{laid}");
        assert!(laid.contains("[server]\noverflow = \"queue\"\n"), "{laid}");
        assert!(laid.ends_with("[[background]]\nsites = \"a\"\nshare = \"12.5 %\"\n"), "{laid}");
        let without = MatchedValues { scenario: "", ..matched };
        let refused = overlay(&estimates, without, "none", Choice::Best);
        assert_eq!(
            refused,
            Err("`background`: no overlay can set the value of a table in it".into())
        );
    }
}
