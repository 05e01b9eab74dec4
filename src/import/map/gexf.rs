//! GEXF, as written by Gephi and `NetworkX`.
//!
//! Source: *GEXF 1.2 Primer*, <https://gexf.net>. Attributes are `<attvalue>` elements whose titles are in the
//! `<attribute>` elements; a node inside a node, or with a `pid`, is in a group.

use std::collections::BTreeMap;

use roxmltree::Node;

use super::raw::{RawEdge, RawGraph, RawNode};
use super::xml::{NamedInAnyNamespace, needed, opening, parse, text_of, without_doctype};
use crate::scenario::Diagnostic;

/// The maximum nesting depth of nodes.
const DEEPEST: usize = 32;

/// The graph in `text`.
///
/// # Errors
/// The XML error, or all problems of the map.
pub(super) fn read(text: &str) -> Result<RawGraph, Vec<Diagnostic>> {
    let text = without_doctype(text);
    let document = parse(&text, "GEXF without a DTD")?;
    let root = document.root_element();
    let mut graphs = root.all_called("graph");
    let Some(element) = graphs.next() else {
        let message = "the file contains no graph";
        return Err(vec![Diagnostic::new(
            "no-graph",
            opening(root),
            message,
            "<gexf> with a <graph> in it",
        )]);
    };
    if let Some(second) = graphs.next() {
        let message = "there is a second graph in the file";
        return Err(vec![Diagnostic::new("two-graphs", opening(second), message, "one graph")]);
    }
    let mut graph = RawGraph::default();
    if let Some(title) = root.first_called("meta").and_then(|meta| meta.first_called("title")) {
        let _ = graph.attributes.insert("title".into(), title.text().unwrap_or_default().into());
    }
    let mut problems = Vec::new();
    let declared = Declared::of(element, "node");
    let mut open: Vec<(Node<'_, '_>, Option<String>, usize)> =
        element.all_called("nodes").map(|nodes| (nodes, None, 0)).collect();
    open.reverse();
    while let Some((nodes, group, depth)) = open.pop() {
        for node in nodes.children().filter(|child| child.is_called("node")) {
            let id = needed(node, "id", &mut problems);
            let attributes = declared.values(node);
            let group = group.clone().or_else(|| node.attribute("pid").map(str::to_string));
            let span = opening(node);
            if let Some(inner) = node.children().find(|child| child.is_called("nodes")) {
                if depth == DEEPEST {
                    let message = "nodes nested too deeply";
                    problems.push(Diagnostic::new("nested-graph", span.clone(), message, "a map"));
                } else {
                    open.push((inner, Some(id.clone()), depth + 1));
                }
            }
            graph.nodes.push(RawNode { id, attributes, group, span });
        }
    }
    let declared = Declared::of(element, "edge");
    let default = element.attribute("defaultedgetype");
    for edge in element.all_called("edges").flat_map(|edges| edges.children().collect::<Vec<_>>()) {
        if edge.is_called("edge") {
            let source = needed(edge, "source", &mut problems);
            let target = needed(edge, "target", &mut problems);
            let is_directed = edge.attribute("type").or(default) == Some("directed");
            let mut attributes = declared.values(edge);
            let _ = attributes.remove("type");
            graph.edges.push(RawEdge {
                source,
                target,
                is_directed,
                attributes,
                span: opening(edge),
            });
        }
    }
    if problems.is_empty() { Ok(graph) } else { Err(problems) }
}

/// The `<attribute>` elements of nodes or of edges.
#[derive(Default)]
struct Declared<'t> {
    /// Titles by ids.
    titles: BTreeMap<&'t str, &'t str>,
    /// Titles with the values of elements without such an `<attvalue>`.
    defaults: Vec<(&'t str, String)>,
}

impl<'t> Declared<'t> {
    fn of(graph: Node<'t, '_>, kind: &str) -> Self {
        let mut declared = Self::default();
        let of_kind =
            graph.all_called("attributes").filter(|all| all.attribute("class") == Some(kind));
        for one in of_kind.flat_map(|all| all.children().collect::<Vec<_>>()) {
            let Some(id) = one.attribute("id").filter(|_| one.is_called("attribute")) else {
                continue;
            };
            let title = one.attribute("title").unwrap_or(id);
            let _ = declared.titles.insert(id, title);
            let default = one.children().find(|child| child.is_called("default")).map(text_of);
            declared.defaults.extend(default.map(|text| (title, text)));
        }
        declared
    }

    /// The attributes of a node or an edge: its own, those with titles, and the defaults of others.
    fn values(&self, element: Node<'_, '_>) -> BTreeMap<String, String> {
        let own = element
            .attributes()
            .map(|attribute| (attribute.name().into(), attribute.value().into()));
        let mut all: BTreeMap<String, String> = own.collect();
        for values in element.children().filter(|child| child.is_called("attvalues")) {
            for value in values.children().filter(|child| child.is_called("attvalue")) {
                // Version 1.0 has `id` instead of `for`.
                let key = value.attribute("for").or_else(|| value.attribute("id"));
                let (Some(key), Some(text)) = (key, value.attribute("value")) else { continue };
                let name = self.titles.get(key).copied().unwrap_or(key);
                let _ = all.insert(name.into(), text.into());
            }
        }
        for (title, text) in &self.defaults {
            let _ = all.entry((*title).into()).or_insert_with(|| text.clone());
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_named_by_their_titles_and_nodes_may_be_in_nodes() {
        let text = r#"<gexf xmlns="http://gexf.net/1.3"><graph defaultedgetype="undirected">
<attributes class="edge"><attribute id="0" title="bandwidth" type="string"/></attributes>
<nodes><node id="a" label="HQ"><nodes><node id="c"/></nodes></node><node id="b" label="Lyon"/></nodes>
<edges><edge id="0" source="c" target="b"><attvalues><attvalue for="0" value="2 Mbit/s"/></attvalues></edge></edges>
</graph></gexf>"#;
        let graph = read(text).expect("a graph");
        let groups: Vec<_> =
            graph.nodes.iter().map(|node| (node.id.as_str(), node.group.as_deref())).collect();
        assert_eq!(groups, [("a", None), ("b", None), ("c", Some("a"))]);
        assert_eq!(graph.nodes[1].attributes["label"], "Lyon");
        assert_eq!(graph.edges[0].attributes["bandwidth"], "2 Mbit/s");
    }

    #[test]
    fn an_attribute_without_a_value_has_its_default() {
        let text = r#"<gexf><graph>
<attributes class="node"><attribute id="0" title="site"><default>yes</default></attribute></attributes>
<attributes class="edge"><attribute id="0" title="bandwidth"><default> 2 Mbit/s </default></attribute>
<attribute id="1" title="latency"/></attributes>
<nodes><node id="a"/><node id="b"/></nodes>
<edges><edge source="a" target="b"/>
<edge source="b" target="a"><attvalues><attvalue for="0" value="8 Mbit/s"/></attvalues></edge></edges>
</graph></gexf>"#;
        let graph = read(text).expect("a graph");
        assert_eq!(graph.nodes[0].attributes["site"], "yes");
        let rates = graph.edges.iter().map(|edge| edge.attributes["bandwidth"].trim());
        assert_eq!(rates.collect::<Vec<_>>(), ["2 Mbit/s", "8 Mbit/s"]);
        assert!(!graph.edges[0].attributes.contains_key("latency"));
    }

    #[test]
    fn an_invalid_map_is_refused() {
        assert_eq!(read("<gexf/>").expect_err("wrong")[0].code, "no-graph");
        let two = read("<gexf><graph/><graph/></gexf>").expect_err("wrong").remove(0);
        assert_eq!((two.code, two.span.start), ("two-graphs", 14));
        assert_eq!(
            read("<gexf><graph><nodes><node/></nodes></graph></gexf>").expect_err("wrong")[0].code,
            "missing-key"
        );
    }
}
