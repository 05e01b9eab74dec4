//! How sections and keys are called: in a file, on the command line and in the reference.

use super::keys::{Key, Section};

/// How a section is written.
pub(super) fn title(section: &Section) -> String {
    match (section.name, section.repeated()) {
        ("", _) => "the top of the file".into(),
        (name, true) => format!("[[{name}]]"),
        (name, false) => format!("[{name}]"),
    }
}

/// Where the reference says what `key` is, or else what its table is: a link from the top of the
/// repository.
pub fn entry_of(section: &Section, key: Option<&Key>) -> String {
    let anchor = match key {
        Some(key) => full_name(section, key),
        // Headings have the anchors that every renderer gives them.
        None if section.name.is_empty() => "the-top-of-the-file".into(),
        None => section.name.replace('.', ""),
    };
    format!("docs/scenario.md#{anchor}")
}

/// A key as `--set` names it, which is its anchor too.
pub fn full_name(section: &Section, key: &Key) -> String {
    if section.name.is_empty() { key.name.into() } else { format!("{}.{}", section.name, key.name) }
}
