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
}

#[derive(Debug)]
pub(super) struct RawNode {
    pub(super) id: String,
    pub(super) attributes: BTreeMap<String, String>,
    /// Where it stands in the file.
    pub(super) span: Range<usize>,
}

#[derive(Debug)]
pub(super) struct RawEdge {
    pub(super) source: String,
    pub(super) target: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) span: Range<usize>,
}
