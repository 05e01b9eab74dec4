//! GraphML, as the Internet Topology Zoo and most graph programs write it.
//!
//! Source: *GraphML Primer*, <http://graphml.graphdrawing.org/primer/graphml-primer.html>. Attributes
//! are `<data>` elements whose names the `<key>` elements tell.

use std::collections::BTreeMap;
use std::ops::Range;

use roxmltree::{Document, Error, Node};

use super::raw::{RawEdge, RawGraph, RawNode};
use crate::scenario::Diagnostic;

/// The graph in `text`.
///
/// # Errors
/// What is no XML, or everything that is no simple graph.
pub(super) fn read(text: &str) -> Result<RawGraph, Vec<Diagnostic>> {
    let document = Document::parse(text).map_err(|error| vec![no_xml(text, &error)])?;
    let root = document.root_element();
    let mut graphs = root.children().filter(|node| node.has_tag_name_of("graph"));
    let (Some(element), None) = (graphs.next(), graphs.next()) else {
        let message = "the file does not hold one graph";
        let expected = "<graphml> with one <graph> in it";
        return Err(vec![Diagnostic::new("no-graph", opening(root), message, expected)]);
    };
    let names: BTreeMap<&str, &str> = root
        .children()
        .filter(|node| node.has_tag_name_of("key"))
        .filter_map(|key| {
            let id = key.attribute("id")?;
            Some((id, key.attribute("attr.name").unwrap_or(id)))
        })
        .collect();
    let mut graph = RawGraph {
        directed: element.attribute("edgedefault") == Some("directed"),
        attributes: data(element, &names),
        ..RawGraph::default()
    };
    let mut problems = Vec::new();
    for child in element.children().filter(Node::is_element) {
        let mut needed = |key: &str| {
            child.attribute(key).map_or_else(
                || {
                    let message = format!("this {} has no `{key}`", child.tag_name().name());
                    let expected = format!("{key}=\"…\"");
                    problems.push(Diagnostic::new(
                        "missing-key",
                        opening(child),
                        message,
                        expected,
                    ));
                    String::new()
                },
                str::to_string,
            )
        };
        let attributes = data(child, &names);
        let span = opening(child);
        match child.tag_name().name() {
            "node" => graph.nodes.push(RawNode { id: needed("id"), attributes, span }),
            "edge" => {
                let (source, target) = (needed("source"), needed("target"));
                graph.edges.push(RawEdge { source, target, attributes, span });
            }
            "hyperedge" => {
                let message = "an edge of more than two ends";
                problems.push(Diagnostic::new("hyperedge", span, message, "<edge> elements only"));
            }
            _ => {}
        }
        if child.children().any(|inner| inner.has_tag_name_of("graph")) {
            let message = "a graph within a node or an edge";
            problems.push(Diagnostic::new(
                "nested-graph",
                opening(child),
                message,
                "one flat graph",
            ));
        }
    }
    if problems.is_empty() { Ok(graph) } else { Err(problems) }
}

/// Whether an element has a name, whatever its namespace: some programs leave that out.
trait NamedInAnyNamespace {
    fn has_tag_name_of(&self, name: &str) -> bool;
}

impl NamedInAnyNamespace for Node<'_, '_> {
    fn has_tag_name_of(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}

/// The attributes of an element by their names.
fn data(element: Node<'_, '_>, names: &BTreeMap<&str, &str>) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for data in element.children().filter(|node| node.has_tag_name_of("data")) {
        let Some(key) = data.attribute("key") else { continue };
        let name = names.get(key).copied().unwrap_or(key);
        let text: String = data.children().filter_map(|node| node.text()).collect();
        all.entry(name.to_string()).or_insert(text);
    }
    all
}

/// Where the tag that opens an element stands.
fn opening(element: Node<'_, '_>) -> Range<usize> {
    let all = element.range();
    let text = &element.document().input_text()[all.clone()];
    let length = text.find(['>', '\n']).map_or(text.len(), |at| at + 1);
    all.start..all.start + length
}

fn no_xml(text: &str, error: &Error) -> Diagnostic {
    let position = error.pos();
    let line_start: usize =
        text.split_inclusive('\n').take(position.row as usize - 1).map(str::len).sum();
    let line = text[line_start..].lines().next().unwrap_or_default();
    let column = line.chars().take((position.col as usize).saturating_sub(1));
    let at = line_start + column.map(char::len_utf8).sum::<usize>();
    Diagnostic::new("syntax", at..at, error.to_string(), "GraphML without a DTD")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_are_named_by_their_keys() {
        let text = r#"<graphml><key id="d0" attr.name="label" for="node"/>
<graph edgedefault="directed"><data key="d9">x</data>
<node id="n1"><data key="d0">a &amp; b</data></node><node id="n2"/>
<edge source="n1" target="n2"/></graph></graphml>"#;
        let graph = read(text).expect("a graph");
        assert!(graph.directed);
        assert_eq!(graph.attributes["d9"], "x");
        assert_eq!(graph.nodes[0].attributes["label"], "a & b");
        assert_eq!((graph.edges[0].source.as_str(), graph.edges[0].target.as_str()), ("n1", "n2"));
    }

    #[test]
    fn what_is_no_simple_graph_has_its_place() {
        let first = |text: &str| {
            let problem = read(text).expect_err("wrong").remove(0);
            (problem.code, problem.span.start)
        };
        assert_eq!(first("<graphml>\n<graph></graphml>"), ("syntax", 17));
        assert_eq!(first("<!DOCTYPE x [<!ENTITY a \"b\">]><graphml/>").0, "syntax");
        assert_eq!(first("<graphml/>"), ("no-graph", 0));
        assert_eq!(first("<graphml><graph><node/></graph></graphml>"), ("missing-key", 16));
        let nested = "<graphml><graph><node id=\"a\"><graph/></node></graph></graphml>";
        assert_eq!(first(nested), ("nested-graph", 16));
        assert_eq!(first("<graphml><graph><hyperedge/></graph></graphml>").0, "hyperedge");
    }
}
