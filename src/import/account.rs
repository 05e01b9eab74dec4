//! Names in the report of an import.

pub(super) use crate::units::text::counted;

/// The maximum number of names that are listed; the others are counted.
const LISTED: usize = 30;

/// `name` in the form for a message.
pub(crate) fn named(name: &str) -> String {
    let shown: String =
        name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(60).collect();
    format!("`{}`", shown.trim())
}

/// A name without control characters, which a scenario does not accept.
pub(super) fn printable(name: &str) -> String {
    name.chars().filter(|c| !c.is_control() || ['\t', '\n'].contains(c)).collect()
}

/// A link by its ends.
pub(super) fn joined(one: &str, other: &str) -> String {
    format!("{} – {}", named(one), named(other))
}

/// Names in words, at most the first thirty.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    let shown: Vec<String> = names.iter().take(LISTED).map(|name| named(name)).collect();
    let rest = names.len().saturating_sub(LISTED);
    if rest > 0 { format!("{} and {rest} more", shown.join(", ")) } else { shown.join(", ") }
}
