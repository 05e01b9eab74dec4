//! A graph as a file has it, whatever the form of the file.

use std::collections::BTreeMap;
use std::ops::Range;

/// Nodes and edges with attributes that are texts yet.
#[derive(Debug, Default)]
pub(super) struct RawGraph {
    pub(super) directed: bool,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) nodes: Vec<RawNode>,
    pub(super) edges: Vec<RawEdge>,
    /// What the reader left out or took for something else.
    pub(super) notes: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct RawNode {
    pub(super) id: String,
    pub(super) attributes: BTreeMap<String, String>,
    /// The id of the group that it is drawn in.
    pub(super) group: Option<String>,
    /// Where it stands in the file.
    pub(super) span: Range<usize>,
}

#[derive(Debug, Default)]
pub(super) struct RawEdge {
    pub(super) source: String,
    pub(super) target: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) span: Range<usize>,
}
