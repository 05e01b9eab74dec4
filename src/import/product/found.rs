//! What the readers of the product's files are asked and what they answer.

use super::ini::Entry;
use crate::scenario::Diagnostic;

/// What the file does not say of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductRules {
    /// Components by the entries that are theirs, such as `P.48020000`, before those that are known.
    pub components: Vec<(String, String)>,
}

/// What a reader has made of a file.
#[derive(Default)]
pub(super) struct Found {
    /// The tables of the partial scenario.
    pub(super) text: String,
    /// What was read as what.
    pub(super) read: Vec<String>,
    /// What is to be said of it beside.
    pub(super) notes: Vec<String>,
    /// What is wrong.
    pub(super) problems: Vec<Diagnostic>,
    /// Entries that no key is made of.
    pub(super) unread: Vec<String>,
}

/// What is wrong with an entry's value.
pub(super) fn bad_line(
    entry: &Entry<'_>,
    message: impl Into<String>,
    expected: &str,
) -> Diagnostic {
    Diagnostic::new("bad-line", entry.value_span.clone(), message, expected)
}
