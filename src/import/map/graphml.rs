//! GraphML, as written by the Internet Topology Zoo, `NetworkX`, igraph, Gephi and yEd.
//!
//! Source: *GraphML Primer*, <http://graphml.graphdrawing.org/primer/graphml-primer.html>. Attributes are `<data>`
//! elements whose names are in the `<key>` elements. yEd draws nodes and edges with `NodeLabel` and `EdgeLabel`, and
//! its groups are nodes with a graph in them.

use std::collections::BTreeMap;

use roxmltree::Node;

use super::raw::{RawEdge, RawGraph, RawNode};
use super::xml::{NamedInAnyNamespace, needed, opening, parse, text_of, without_doctype};
use crate::scenario::Diagnostic;

/// The maximum nesting depth of graphs.
const DEEPEST: usize = 32;

/// The content of the `<key>` elements.
struct Keys<'t> {
    /// Names by ids.
    names: BTreeMap<&'t str, &'t str>,
    /// The defaults of elements without such a `<data>`, by type of element.
    defaults: Vec<(&'t str, &'t str, String)>,
}

/// The graph in `text`.
///
/// # Errors
/// The XML error, or all problems of the map.
pub(super) fn read(text: &str) -> Result<RawGraph, Vec<Diagnostic>> {
    let text = without_doctype(text);
    let document = parse(&text, "GraphML without a DTD")?;
    let root = document.root_element();
    let mut graphs = root.all_called("graph");
    let (Some(element), None) = (graphs.next(), graphs.next()) else {
        let message = "the file does not contain exactly one graph";
        let expected = "<graphml> with one <graph> in it";
        return Err(vec![Diagnostic::new("no-graph", opening(root), message, expected)]);
    };
    let keys = Keys::of(root);
    let mut graph = RawGraph { attributes: keys.data(element, "graph"), ..RawGraph::default() };
    let mut problems = Vec::new();
    // Each graph with the node that contains it.
    let mut open = vec![(element, None::<String>, 0)];
    while let Some((element, group, depth)) = open.pop() {
        let default = element.attribute("edgedefault") == Some("directed");
        for child in element.children().filter(Node::is_element) {
            let attributes = keys.data(child, child.tag_name().name());
            let span = opening(child);
            let id = match child.tag_name().name() {
                "node" => {
                    let id = needed(child, "id", &mut problems);
                    let group = group.clone();
                    graph.nodes.push(RawNode {
                        id: id.clone(),
                        attributes,
                        group,
                        span: span.clone(),
                    });
                    Some(id)
                }
                "edge" => {
                    graph.edges.push(edge(child, attributes, default, &mut problems));
                    None
                }
                "hyperedge" => {
                    let message = "an edge with more than two ends";
                    problems.push(Diagnostic::new(
                        "hyperedge",
                        span.clone(),
                        message,
                        "<edge> elements only",
                    ));
                    None
                }
                _ => None,
            };
            let Some(inner) = child.first_called("graph") else { continue };
            if id.is_none() || depth == DEEPEST {
                let message = "a graph inside an edge, or nested too deeply";
                problems.push(Diagnostic::new(
                    "nested-graph",
                    span,
                    message,
                    "graphs in nodes, which are groups",
                ));
            } else {
                open.push((inner, id, depth + 1));
            }
        }
    }
    if problems.is_empty() { Ok(graph) } else { Err(problems) }
}

/// An edge, which has one direction if it says so, or by default.
fn edge(
    element: Node<'_, '_>,
    attributes: BTreeMap<String, String>,
    default: bool,
    problems: &mut Vec<Diagnostic>,
) -> RawEdge {
    let says = element.attribute("directed");
    RawEdge {
        source: needed(element, "source", problems),
        target: needed(element, "target", problems),
        is_directed: says.map_or(default, |text| ["true", "1"].contains(&text)),
        attributes,
        span: opening(element),
    }
}

impl<'t> Keys<'t> {
    fn of(root: Node<'t, '_>) -> Self {
        let (mut names, mut defaults) = (BTreeMap::new(), Vec::new());
        for key in root.children().filter(|child| child.is_called("key")) {
            let Some(id) = key.attribute("id") else { continue };
            let name = key.attribute("attr.name").unwrap_or(id);
            let _ = names.insert(id, name);
            let text = key
                .children()
                .find(|child| child.is_called("default"))
                .map(text_of)
                .unwrap_or_default();
            if !text.is_empty() {
                defaults.push((key.attribute("for").unwrap_or("all"), name, text));
            }
        }
        Self { names, defaults }
    }

    /// The attributes of an element by their names.
    fn data(&self, element: Node<'_, '_>, kind: &str) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        for data in element.children().filter(|child| child.is_called("data")) {
            let Some(key) = data.attribute("key") else { continue };
            let name = self.names.get(key).copied().unwrap_or(key);
            if !data.children().any(|child| child.is_element()) {
                let text: String = data.children().filter_map(|node| node.text()).collect();
                all.entry(name.to_string()).or_insert(text);
                continue;
            }
            for label in ["NodeLabel", "EdgeLabel"] {
                let drawn = data.descendants().filter(|inner| inner.is_called(label)).map(written);
                let texts: Vec<String> = drawn.filter(|text| !text.is_empty()).collect();
                if !texts.is_empty() {
                    let text = if label == "NodeLabel" {
                        texts[0].replace('\n', " ")
                    } else {
                        texts.join("\n")
                    };
                    all.entry(label.into()).or_insert(text);
                }
            }
        }
        for (of, name, text) in &self.defaults {
            if *of == kind || *of == "all" {
                all.entry((*name).to_string()).or_insert_with(|| text.clone());
            }
        }
        all
    }
}

/// The text of a label itself, without yEd's layout data.
fn written(label: Node<'_, '_>) -> String {
    let texts: String =
        label.children().filter(Node::is_text).filter_map(|node| node.text()).collect();
    texts.trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_are_named_by_their_keys() {
        let text = r#"<graphml><key id="d0" attr.name="label" for="node"/>
<key id="d1" attr.name="speed" for="edge"><default>2 Mbit/s</default></key>
<graph edgedefault="directed"><data key="d9">x</data>
<node id="n1"><data key="d0">a &amp; b</data></node><node id="n2"/>
<edge source="n1" target="n2"/><edge source="n1" target="n2" directed="false"/></graph></graphml>"#;
        let graph = read(text).expect("a graph");
        assert_eq!(graph.attributes["d9"], "x");
        assert_eq!(graph.nodes[0].attributes["label"], "a & b");
        assert_eq!(graph.edges[0].attributes["speed"], "2 Mbit/s");
        let directions: Vec<_> = graph.edges.iter().map(|edge| edge.is_directed).collect();
        assert_eq!(directions, [true, false]);
        assert_eq!((graph.edges[0].source.as_str(), graph.edges[0].target.as_str()), ("n1", "n2"));
    }

    #[test]
    fn nodes_in_a_node_belong_to_it() {
        let text = "<graphml><graph><node id=\"a\"><graph><node id=\"b\"/></graph></node></graph></graphml>";
        let graph = read(text).expect("a graph");
        let groups: Vec<_> =
            graph.nodes.iter().map(|node| (node.id.as_str(), node.group.as_deref())).collect();
        assert_eq!(groups, [("a", None), ("b", Some("a"))]);
    }

    #[test]
    fn an_invalid_map_is_reported_with_its_position() {
        let first = |text: &str| {
            let problem = read(text).expect_err("wrong").remove(0);
            (problem.code, problem.span.start)
        };
        assert_eq!(first("<graphml>\n<graph></graphml>"), ("syntax", 17));
        assert_eq!(first("<!DOCTYPE x [<!ENTITY a \"b\">]><graphml/>").0, "syntax");
        assert_eq!(first("<graphml/>"), ("no-graph", 0));
        assert_eq!(first("<graphml><graph><node/></graph></graphml>"), ("missing-key", 16));
        let nested =
            "<graphml><graph><edge source=\"a\" target=\"a\"><graph/></edge></graph></graphml>";
        assert_eq!(first(nested), ("nested-graph", 16));
        assert_eq!(first("<graphml><graph><hyperedge/></graph></graphml>").0, "hyperedge");
    }
}
