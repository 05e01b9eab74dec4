//! A point of a design as it is written.

use std::ops::Range;

/// A key or a value and its place in the file.
pub(super) type Placed = (String, Range<usize>);

/// What a point sets, and where it stands.
pub(super) struct Settings {
    pub(super) all: Vec<(Placed, Placed)>,
    pub(super) span: Range<usize>,
}
