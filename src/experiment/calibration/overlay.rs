//! Writes estimates as an overlay of the scenario: each key with a comment on its source.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::estimate::Estimate;
use super::plausible::Plausible;

/// Lists of tables, of which a key selects one by name.
const LISTS: [&str; 2] = ["site", "component"];

/// A key of a table, and its value.
type Setting<'a> = (&'a str, &'a Estimate, &'a Plausible);

/// The choice of values of an overlay.
#[expect(missing_debug_implementations, reason = "it holds a closure")]
pub enum Choice<'a> {
    /// The best value of each key, with comments.
    Best,
    /// A plausible value of each key; draws are uniform from 0 to 1.
    Drawn(&'a mut dyn FnMut() -> f64),
}

/// The overlay with the values of the keys among `estimates`, with `remark` at its head.
pub fn overlay(estimates: &[Estimate], remark: &str, mut choice: Choice<'_>) -> String {
    let mut tables: BTreeMap<(&str, &str), Vec<Setting<'_>>> = BTreeMap::new();
    for estimate in estimates.iter().filter(|estimate| estimate.is_key) {
        let Some(plausible) = &estimate.plausible else { continue };
        let Some((table, key)) = estimate.key.rsplit_once('.') else { continue };
        let list = table.split_once('.').filter(|(list, _)| LISTS.contains(list));
        tables.entry(list.unwrap_or((table, ""))).or_default().push((key, estimate, plausible));
    }
    let mut out = String::new();
    for line in remark.lines() {
        let _ = writeln!(out, "# {line}");
    }
    for ((table, name), keys) in tables {
        if name.is_empty() {
            let _ = write!(out, "\n[{table}]\n");
        } else {
            let _ = write!(out, "\n[[{table}]]\nname = {name:?}\n");
        }
        for (key, estimate, plausible) in keys {
            let value = match &mut choice {
                Choice::Best => {
                    let _ = write!(out, "{}", comment(estimate));
                    plausible.best()
                }
                Choice::Drawn(uniform) => plausible.draw(uniform),
            };
            let _ = writeln!(out, "{key} = {value}");
        }
    }
    out
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
        let best = overlay(&estimates, "from logs", Choice::Best);
        assert_eq!(
            best,
            "# from logs\n\n[[component]]\nname = \"Virus Pattern\"\n# 7.00 bytes (mode; 3 lines)\n# \nfull = 7\n\n\
             [notification]\n# 20.00 count, 90 % interval 20.00 to 20.00 (overlap; 40 lines)\n# at most 20\n\
             threads = 20\n"
        );
        let drawn = overlay(&estimates, "member 1", Choice::Drawn(&mut || 0.5));
        assert!(drawn.contains("threads = 20\n") && !drawn.contains("at most"), "{drawn}");
    }
}
