//! A point of a design as written.

use std::ops::Range;

/// A key or a value and its position in the file.
pub(super) type Placed = (String, Range<usize>);

/// The settings of a point, and its position.
pub(super) struct Settings {
    pub(super) all: Vec<(Placed, Placed)>,
    pub(super) span: Range<usize>,
}
