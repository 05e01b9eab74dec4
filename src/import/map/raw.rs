//! A graph as read from a file, for all formats.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::import::quantity::Point;

/// Nodes and edges whose attributes are still texts.
#[derive(Debug, Default)]
pub(super) struct RawGraph {
    /// What a point in a number without a unit may be.
    pub(super) point: Point,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) nodes: Vec<RawNode>,
    pub(super) edges: Vec<RawEdge>,
    /// Notes on what the reader left out or converted.
    pub(super) notes: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct RawNode {
    pub(super) id: String,
    pub(super) attributes: BTreeMap<String, String>,
    /// The id of its group.
    pub(super) group: Option<String>,
    /// Its position in the file.
    pub(super) span: Range<usize>,
}

#[derive(Debug, Default)]
pub(super) struct RawEdge {
    pub(super) source: String,
    pub(super) target: String,
    /// Whether its attributes are those of the direction from `source` to `target` only.
    pub(super) is_directed: bool,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) span: Range<usize>,
}
