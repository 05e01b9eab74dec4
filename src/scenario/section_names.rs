//! The names of sections and keys: in a file, on the command line and in the reference.

use super::keys::{Key, Section};

/// The title of a section.
pub(super) fn title(section: &Section) -> String {
    match (section.name, section.repeated()) {
        ("", _) => "the top of the file".into(),
        (name, true) => format!("[[{name}]]"),
        (name, false) => format!("[{name}]"),
    }
}

/// The entry of the reference for `key`, or else for its table: a link from the top of the repository.
pub fn entry_of(section: &Section, key: Option<&Key>) -> String {
    let anchor = match key {
        Some(key) => full_name(section, key),
        // Renderers derive the same anchors from headings.
        None if section.name.is_empty() => "the-top-of-the-file".into(),
        None => section.name.replace('.', ""),
    };
    format!("docs/scenario.md#{anchor}")
}

/// A key in the form of `--set`, which is also its anchor.
pub fn full_name(section: &Section, key: &Key) -> String {
    if section.name.is_empty() { key.name.into() } else { format!("{}.{}", section.name, key.name) }
}
