//! A point of a design as it is written.

use std::ops::Range;

/// A key or a value and its place in the file.
pub(in crate::scenario) type Placed = (String, Range<usize>);

/// What a point sets, and where it stands.
pub(in crate::scenario) struct Settings {
    pub(in crate::scenario) all: Vec<(Placed, Placed)>,
    pub(in crate::scenario) span: Range<usize>,
}
