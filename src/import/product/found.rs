//! The inputs and results of the readers of the product's files.

use super::ini::Entry;
use crate::scenario::Diagnostic;

/// Rules for values that the file does not contain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductRules {
    /// Components by their entries, such as `P.48020000`, before the known ones.
    pub components: Vec<(String, String)>,
}

/// The result of a reader.
#[derive(Default)]
pub(super) struct Found {
    /// The tables of the partial scenario.
    pub(super) text: String,
    /// What was read as what.
    pub(super) read: Vec<String>,
    /// Further notes.
    pub(super) notes: Vec<String>,
    /// The problems.
    pub(super) problems: Vec<Diagnostic>,
    /// Entries that correspond to no key.
    pub(super) unread: Vec<String>,
}

/// A problem in an entry's value.
pub(super) fn bad_line(
    entry: &Entry<'_>,
    message: impl Into<String>,
    expected: &str,
) -> Diagnostic {
    Diagnostic::new("bad-line", entry.value_span.clone(), message, expected)
}
