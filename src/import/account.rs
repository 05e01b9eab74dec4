//! What an import says at its end: short lists of names.

/// So many names are listed; the others are counted.
const LISTED: usize = 30;

/// `name` as it stands in a message.
pub(super) fn named(name: &str) -> String {
    let shown: String =
        name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(60).collect();
    format!("`{}`", shown.trim())
}

/// A name without what a terminal would obey: a scenario takes no such name.
pub(super) fn printable(name: &str) -> String {
    name.chars().filter(|c| !c.is_control() || ['\t', '\n'].contains(c)).collect()
}

/// A link by its ends.
pub(super) fn joined(one: &str, other: &str) -> String {
    format!("{} – {}", named(one), named(other))
}

/// Names in words, the first thirty of them.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    let shown: Vec<String> = names.iter().take(LISTED).map(|name| named(name)).collect();
    let rest = names.len().saturating_sub(LISTED);
    if rest > 0 { format!("{} and {rest} more", shown.join(", ")) } else { shown.join(", ") }
}

/// `count` things, in words.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
