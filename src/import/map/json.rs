//! Graphs in JSON: node-link data (`NetworkX`, D3, `TopoHub`), Cytoscape, vis.js, Graphology, the JSON Graph
//! Format, `NetJSON`, and GNS3 projects.
//!
//! All have a list of nodes and a list of edges near the top, under different names. Lists and the positions of their
//! elements are kept as slices of the text.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::raw::{RawEdge, RawGraph, RawNode};
use super::unique_keys::UniqueKeys;
use crate::import::account::named;
use crate::import::quantity::quantity_of_header;
use crate::scenario::Diagnostic;

type Object<'t> = BTreeMap<String, &'t RawValue>;

/// Objects that contain the lists: JSON Graph Format, GNS3, Cytoscape.
const HOLDERS: [&str; 4] = ["graph", "topology", "elements", "network"];
const NODES: [&str; 4] = ["nodes", "vertices", "devices", "Nodes"];
const EDGES: [&str; 4] = ["links", "edges", "connections", "Links"];
const IDS: [&str; 5] = ["id", "node_id", "key", "name", "label"];
const SOURCES: [&str; 6] = ["source", "from", "src", "source_node", "a", "node1"];
const TARGETS: [&str; 6] = ["target", "to", "dst", "target_node", "b", "node2"];
/// Objects whose members are attributes of the node or the edge.
const WITHIN: [&str; 5] = ["data", "attributes", "metadata", "properties", "attrs"];
/// The object of GNS3 that has the delay of a link.
const FILTERS: &str = "filters";
/// What stands for an object or a list of texts in the attributes of an edge, so that it is not a missing value.
const NO_TEXT: &str = "{…}";

/// The graph in `text`.
///
/// # Errors
/// The JSON error, or the missing graph.
pub(super) fn read(text: &str) -> Result<RawGraph, Vec<Diagnostic>> {
    let refused = |error: serde_json::Error| vec![syntax(text, &error)];
    let _: UniqueKeys = serde_json::from_str(text).map_err(refused)?;
    let top: Object<'_> = serde_json::from_str(text).map_err(refused)?;
    let held = HOLDERS.iter().filter_map(|name| serde_json::from_str(top.get(*name)?.get()).ok());
    let mut held = std::iter::once(top.clone()).chain(held);
    let Some((holder, nodes, edges)) = held.find_map(|object| {
        let (nodes, edges) = (first(&object, &NODES)?, first(&object, &EDGES)?);
        Some((object, nodes, edges))
    }) else {
        let message = "there is no list of nodes and links in this JSON";
        let expected =
            "\"nodes\": […] and \"links\" or \"edges\": […], as node-link data have them";
        return Err(vec![Diagnostic::new("no-graph", 0..0, message, expected)]);
    };
    let reader = Reader { text };
    let of_graph = |key: &str| {
        let value = holder.get(key).or_else(|| top.get(key))?;
        plain_text(value.get())
    };
    let default =
        of_graph("directed").map_or_else(|| is_directed_by_options(&top), |text| text == "true");
    let mut graph = RawGraph::default();
    for key in ["name", "label", "title"] {
        if let Some(text) = of_graph(key) {
            let _ = graph.attributes.insert(key.into(), text);
        }
    }
    let mut problems = Vec::new();
    for (key, value) in reader.members(nodes, &mut problems) {
        let (Texts { mut attributes, others }, span) = (Reader::texts(value), reader.span(value));
        let id = key.or_else(|| IDS.iter().find_map(|id| attributes.get(*id)).cloned());
        let id = id.unwrap_or_else(|| graph.nodes.len().to_string());
        // The report names them.
        attributes.extend(others.into_iter().map(|(key, _)| (key, String::new())));
        let group = attributes.get("parent").cloned().filter(|group| !group.is_empty());
        graph.nodes.push(RawNode { id, attributes, group, span });
    }
    for (_, value) in reader.members(edges, &mut problems) {
        let (Texts { mut attributes, others }, span) = (Reader::texts(value), reader.span(value));
        let (ends, more) = Reader::ends(value, &attributes);
        let has_filters = !more.is_empty();
        attributes.extend(more);
        for (key, other) in others.into_iter().filter(|(key, _)| !has_filters || key != FILTERS) {
            if quantity_of_header(&key).is_some() {
                let message = format!("the {} of this link is an object or a list", named(&key));
                let expected = "a text such as \"2 Mbit/s\" or \"12 ms\", or a number";
                problems.push(Diagnostic::new("bad-value", reader.span(other), message, expected));
            }
            let _ = attributes.insert(key, NO_TEXT.into());
        }
        let [Some(source), Some(target)] = ends else {
            let message = "this link does not have two ends";
            problems.push(Diagnostic::new(
                "missing-key",
                span,
                message,
                "\"source\" and \"target\"",
            ));
            continue;
        };
        let mut says = |key: &str| attributes.remove(key).map(|text| text == "true");
        let (directed, undirected) = (says("directed"), says("undirected"));
        let is_directed = directed.or(undirected.map(|is| !is)).unwrap_or(default);
        graph.edges.push(RawEdge { source, target, is_directed, attributes, span });
    }
    number(&mut graph);
    if problems.is_empty() { Ok(graph) } else { Err(problems) }
}

/// Whether edges have one direction by the options of Graphology; those without are marked in a mixed graph.
fn is_directed_by_options(top: &Object<'_>) -> bool {
    let options: Option<Value> =
        top.get("options").and_then(|options| serde_json::from_str(options.get()).ok());
    let kind = options.as_ref().and_then(|options| options.get("type")?.as_str());
    kind.is_some_and(|kind| ["directed", "mixed"].contains(&kind))
}

/// Nodes without ids are named by their numbers, if edges use these (D3).
fn number(graph: &mut RawGraph) {
    let has_id = |node: &RawNode| {
        ["id", "node_id", "key"].iter().any(|id| node.attributes.contains_key(*id))
    };
    let count = graph.nodes.len();
    let is_number = |end: &String| end.parse().is_ok_and(|number: usize| number < count);
    let are_numbers =
        graph.edges.iter().all(|edge| is_number(&edge.source) && is_number(&edge.target));
    if !graph.edges.is_empty() && are_numbers && !graph.nodes.iter().any(has_id) {
        for (number, node) in graph.nodes.iter_mut().enumerate() {
            node.id = number.to_string();
        }
    }
}

fn first<'t>(object: &Object<'t>, names: &[&str]) -> Option<&'t RawValue> {
    names.iter().find_map(|name| object.get(*name)).copied()
}

fn syntax(text: &str, error: &serde_json::Error) -> Diagnostic {
    let line_start: usize =
        text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut at = (line_start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    Diagnostic::new("syntax", at..at, message, "JSON with a list of nodes and one of links")
}

struct Reader<'t> {
    text: &'t str,
}

/// The attributes of a node or an edge.
#[derive(Default)]
struct Texts<'t> {
    /// Texts, numbers and booleans as texts; lists of numbers as written.
    attributes: BTreeMap<String, String>,
    /// Objects and other lists.
    others: Vec<(String, &'t RawValue)>,
}

impl<'t> Texts<'t> {
    fn add(&mut self, key: String, value: &'t RawValue) {
        let is_none = || {
            let parsed = serde_json::from_str(value.get());
            parsed.is_ok_and(|value: Value| {
                value.is_null() || value.as_object().is_some_and(Map::is_empty)
            })
        };
        if let Some(text) = plain_text(value.get()) {
            let _ = self.attributes.insert(key, text);
        } else if !is_none() {
            self.others.push((key, value));
        }
    }
}

impl<'t> Reader<'t> {
    /// The position of a value in the file.
    fn span(&self, value: &RawValue) -> Range<usize> {
        let start = (value.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let start = start.min(self.text.len());
        let line = value.get().lines().next().unwrap_or_default().len();
        start..(start + line).min(self.text.len())
    }

    /// The elements of a list, or of an object, whose keys are their names.
    fn members(
        &self,
        value: &'t RawValue,
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<(Option<String>, &'t RawValue)> {
        if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(value.get()) {
            return list.into_iter().map(|value| (None, value)).collect();
        }
        if let Ok(object) = serde_json::from_str::<Object<'_>>(value.get()) {
            return object.into_iter().map(|(key, value)| (Some(key), value)).collect();
        }
        problems.push(Diagnostic::new(
            "syntax",
            self.span(value),
            "neither a list nor an object",
            "a list",
        ));
        Vec::new()
    }

    /// The attributes of a node or an edge.
    fn texts(value: &'t RawValue) -> Texts<'t> {
        let mut all = Texts::default();
        let Ok(object) = serde_json::from_str::<Object<'_>>(value.get()) else {
            // Names alone are nodes, too.
            all.attributes.extend(plain_text(value.get()).map(|text| ("id".to_string(), text)));
            return all;
        };
        for (key, value) in object {
            if WITHIN.contains(&key.as_str())
                && let Ok(inner) = serde_json::from_str::<Object<'_>>(value.get())
            {
                for (key, value) in inner {
                    all.add(key, value);
                }
            } else {
                all.add(key, value);
            }
        }
        all
    }

    /// The ends of an edge, and further values of its form.
    fn ends(
        value: &RawValue,
        attributes: &BTreeMap<String, String>,
    ) -> ([Option<String>; 2], BTreeMap<String, String>) {
        let named = |names: &[&str]| names.iter().find_map(|name| attributes.get(*name)).cloned();
        let mut more = BTreeMap::new();
        let ends = [named(&SOURCES), named(&TARGETS)];
        if ends.iter().all(Option::is_some) {
            return (ends, more);
        }
        // GNS3: a list of two ends, and filters such as a delay of 10 ms with a jitter of 0.
        let parsed: Value = serde_json::from_str(value.get()).unwrap_or_default();
        let ends = parsed.get("nodes").and_then(Value::as_array).map(|ends| {
            ends.iter()
                .filter_map(|end| end.get("node_id").and_then(Value::as_str))
                .collect::<Vec<_>>()
        });
        if let Some(delay) = parsed.pointer("/filters/delay/0").and_then(Value::as_f64) {
            let _ = more.insert("delay".into(), format!("{delay} ms"));
        }
        // Edges as pairs: `["a", "b"]`.
        let pair =
            parsed.as_array().map(|pair| pair.iter().filter_map(Value::as_str).collect::<Vec<_>>());
        match ends.or(pair).as_deref() {
            Some([source, target, ..]) => ([Some((*source).into()), Some((*target).into())], more),
            _ => ([None, None], more),
        }
    }
}

/// A text, a number or a boolean as a text; a list of numbers as written, without spaces.
fn plain_text(json: &str) -> Option<String> {
    match json.bytes().next()? {
        b'"' => serde_json::from_str(json).ok(),
        b'{' | b'n' => None,
        b'[' => {
            let numbers: Vec<f64> = serde_json::from_str(json).ok()?;
            let numbers: Vec<String> = numbers.iter().map(f64::to_string).collect();
            Some(format!("[{}]", numbers.join(", ")))
        }
        _ => Some(json.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<String> {
        let graph = read(text).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
        assert!(graph.nodes.len() >= 2);
        graph.edges.iter().map(|edge| format!("{} {}", edge.source, edge.target)).collect()
    }

    #[test]
    fn forms_of_many_programs_are_read() {
        for text in [
            r#"{"directed":false,"multigraph":false,"graph":{},"nodes":[{"id":"a"},{"id":"b"}],"links":[{"source":"a","target":"b"}]}"#,
            r#"{"nodes":[{"id":"a"},{"id":"b"}],"edges":[{"from":"a","to":"b","label":"2 Mbit/s"}]}"#,
            r#"{"elements":{"nodes":[{"data":{"id":"a"}},{"data":{"id":"b"}}],"edges":[{"data":{"source":"a","target":"b"}}]}}"#,
            r#"{"nodes":[{"key":"a","attributes":{}},{"key":"b"}],"edges":[{"key":"0","source":"a","target":"b"}]}"#,
            r#"{"graph":{"nodes":{"a":{"label":"A"},"b":{}},"edges":[{"source":"a","target":"b"}]}}"#,
            r#"{"name":"x","type":"topology","topology":{"nodes":[{"node_id":"a","name":"A"},{"node_id":"b","name":"B"}],"links":[{"nodes":[{"node_id":"a"},{"node_id":"b"}]}]}}"#,
            r#"{"nodes":["a","b"],"links":[["a","b"]]}"#,
        ] {
            assert_eq!(links(text), ["a b"], "{text}");
        }
    }

    #[test]
    fn objects_and_lists_of_texts_are_no_values_and_not_lost() {
        let of = |attributes: &str| {
            let text = format!(
                r#"{{"nodes":[{{"id":"a","ports":["x"]}},{{"id":"b"}}],"links":[{{"source":"a","target":"b",{attributes}}}]}}"#
            );
            (read(&text), text)
        };
        for (attributes, value) in [
            (r#""bandwidth":{"value":2,"unit":"Mbit/s"}"#, r#"{"value":2,"unit":"Mbit/s"}"#),
            (r#""latency":["300 ms"]"#, r#"["300 ms"]"#),
            (r#""data":{"capacity":["2 Mbit/s"]}"#, r#"["2 Mbit/s"]"#),
        ] {
            let (read, text) = of(attributes);
            let wrong = read.expect_err(attributes).remove(0);
            assert_eq!((wrong.code, &text[wrong.span]), ("bad-value", value));
        }
        let (read, _) = of(r#""ports":[{"number":1}],"style":null,"filters":{},"cap":4"#);
        let graph = read.expect("a graph");
        assert_eq!(graph.nodes[0].attributes["ports"], "");
        let names: Vec<&str> = graph.edges[0].attributes.keys().map(String::as_str).collect();
        assert_eq!(names, ["cap", "ports", "source", "target"]);
    }

    #[test]
    fn members_have_places_and_positions() {
        let text = "{\"nodes\":[{\"id\":0,\"name\":\"R0\",\"pos\":[2.35,48.86]},{\"id\":1}],\n\"links\":[{\"source\":0}]}";
        let wrong = read(text).expect_err("no target").remove(0);
        assert_eq!((wrong.code, &text[wrong.span]), ("missing-key", "{\"source\":0}"));
        let graph =
            read(&text.replace("\"source\":0", "\"source\":0,\"target\":1")).expect("a graph");
        assert_eq!(graph.nodes[0].attributes["pos"], "[2.35, 48.86]");
        assert_eq!(read("{\"a\":1}").expect_err("no graph")[0].code, "no-graph");
        let twice = text.replace("\"source\":0", "\"source\":0,\"target\":1,\"bw\":2,\"bw\":3");
        let wrong = read(&twice).expect_err("twice").remove(0);
        assert_eq!(wrong.message, "the key `bw` is there twice");
        assert!(twice[..wrong.span.start].ends_with("\"bw\":2,\"bw"));
        assert_eq!(read("{\"a\":\n é}").expect_err("no JSON")[0].code, "syntax");
    }
}
