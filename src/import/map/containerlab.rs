//! Topologies of containerlab (YAML).
//!
//! Source: <https://containerlab.dev/manual/topo-def-file/>. Nodes are the keys of `topology.nodes`; a link has two
//! endpoints, `node:interface` each, or objects with a `node`. The format has no bandwidth. Aliases are refused, to
//! prevent expansion.

use std::collections::BTreeMap;

use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::scanner::Marker;

use super::raw::{RawEdge, RawGraph, RawNode};
use crate::scenario::Diagnostic;

/// The maximum nesting depth of a topology.
const DEEPEST: usize = 32;

/// A value with its position.
struct Value {
    kind: Kind,
    at: usize,
}

enum Kind {
    Text(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

impl Value {
    fn get(&self, key: &str) -> Option<&Self> {
        let Kind::Map(pairs) = &self.kind else { return None };
        pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    fn text(&self) -> Option<&str> {
        if let Kind::Text(text) = &self.kind { Some(text) } else { None }
    }
}

/// The graph in `text`.
///
/// # Errors
/// The error if it is not YAML, or not a topology.
pub(super) fn read(text: &str) -> Result<RawGraph, Vec<Diagnostic>> {
    let top = parse(text).map_err(|problem| vec![problem])?;
    let topology = top.get("topology");
    let Some(Kind::Map(nodes)) =
        topology.and_then(|topology| topology.get("nodes")).map(|nodes| &nodes.kind)
    else {
        let message = "there are no nodes of containerlab in this YAML";
        return Err(vec![Diagnostic::new(
            "no-graph",
            0..0,
            message,
            "`topology:` with `nodes:` and `links:`",
        )]);
    };
    let mut graph = RawGraph::default();
    if let Some(name) = top.get("name").and_then(Value::text) {
        let _ = graph.attributes.insert("name".into(), name.into());
    }
    for (name, value) in nodes {
        let attributes = BTreeMap::from([("name".to_string(), name.clone())]);
        graph.nodes.push(RawNode {
            id: name.clone(),
            attributes,
            span: value.at..value.at,
            group: None,
        });
    }
    let mut problems = Vec::new();
    let links = topology.and_then(|topology| topology.get("links"));
    let Some(Kind::List(links)) = links.map(|links| &links.kind) else { return Ok(graph) };
    for link in links {
        let ends = link.get("endpoints").map(|ends| &ends.kind);
        let ends: Vec<&str> = match ends {
            Some(Kind::List(ends)) => ends.iter().filter_map(end).collect(),
            _ => Vec::new(),
        };
        let [source, target] = ends[..] else {
            let message = "this link has no two endpoints";
            let expected = "endpoints: [\"node:interface\", \"node:interface\"]";
            problems.push(Diagnostic::new("missing-key", link.at..link.at, message, expected));
            continue;
        };
        // A link to the host leaves the topology.
        if [source, target].iter().any(|end| ["host", "mgmt-net", "macvlan"].contains(end)) {
            continue;
        }
        let (source, target) = (source.into(), target.into());
        graph.edges.push(RawEdge {
            source,
            target,
            is_directed: false,
            attributes: BTreeMap::new(),
            span: link.at..link.at,
        });
    }
    if problems.is_empty() { Ok(graph) } else { Err(problems) }
}

/// The node of an endpoint.
fn end(value: &Value) -> Option<&str> {
    let text = value.text().or_else(|| value.get("node")?.text())?;
    Some(text.split(':').next().unwrap_or(text))
}

/// A list or a map that is not closed yet.
struct Open {
    value: Value,
    /// The key of the next value.
    key: Option<String>,
}

/// The only document in `text`.
fn parse(text: &str) -> Result<Value, Diagnostic> {
    // Byte offsets of characters, because the parser counts characters.
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let place = |mark: &Marker| starts.get(mark.index()).copied().unwrap_or(text.len());
    let expected = "YAML of containerlab, without aliases";
    let mut parser = Parser::new_from_str(text);
    let mut open: Vec<Open> = Vec::new();
    let mut whole = None;
    loop {
        let (event, mark) = parser.next_token().map_err(|error| {
            let at = place(error.marker());
            Diagnostic::new("syntax", at..at, error.info(), expected)
        })?;
        let at = place(&mark);
        let wrong = |message: &str| Err(Diagnostic::new("syntax", at..at, message, expected));
        let done = match event {
            Event::Scalar(text, ..) => Some(Value { kind: Kind::Text(text), at }),
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                if open.len() == DEEPEST {
                    return wrong("values nested too deeply");
                }
                let is_map = matches!(event, Event::MappingStart(..));
                let kind = if is_map { Kind::Map(Vec::new()) } else { Kind::List(Vec::new()) };
                open.push(Open { value: Value { kind, at }, key: None });
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|open| open.value),
            Event::Alias(_) => return wrong("an alias"),
            Event::StreamEnd => return whole.map_or_else(|| wrong("no value"), Ok),
            Event::DocumentStart if whole.is_some() => {
                let message = "there is a second document in the file";
                return Err(Diagnostic::new("two-graphs", at..at, message, "one topology"));
            }
            _ => None,
        };
        let Some(value) = done else { continue };
        let Some(holder) = open.last_mut() else {
            whole = Some(value);
            continue;
        };
        match (&mut holder.value.kind, holder.key.take()) {
            (Kind::List(list), _) => list.push(value),
            (Kind::Map(pairs), Some(key)) => pairs.push((key, value)),
            (Kind::Map(_), None) => {
                let Kind::Text(key) = value.kind else { return wrong("a key that is not a text") };
                holder.key = Some(key);
            }
            (Kind::Text(_), _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_and_links_in_either_form_are_read() {
        let text = "name: lab\ntopology:\n  nodes:\n    hq: {kind: linux}\n    lyon:\n    oslo:\n      kind: srl\n  links:\n\
                    \x20   - endpoints: [\"hq:eth1\", \"lyon:eth1\"]\n    - type: veth\n      endpoints:\n        - node: hq\n          interface: eth2\n        - node: oslo\n          interface: eth1\n\
                    \x20   - endpoints: [\"hq:eth9\", \"host:x\"]\n";
        let graph = read(text).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let names: Vec<_> = graph.nodes.iter().map(|node| node.id.as_str()).collect();
        assert_eq!(names, ["hq", "lyon", "oslo"]);
        let links: Vec<_> =
            graph.edges.iter().map(|edge| (edge.source.as_str(), edge.target.as_str())).collect();
        assert_eq!(links, [("hq", "lyon"), ("hq", "oslo")]);
    }

    #[test]
    fn an_invalid_topology_is_refused() {
        for (text, code) in [
            ("", "syntax"),
            ("a: [", "syntax"),
            ("a: &x [1]\nb: *x", "syntax"),
            ("a: 1", "no-graph"),
            ("a: 1\n---\na: 1", "two-graphs"),
            ("a: [1]\n]", "syntax"),
            ("topology:\n  nodes:\n    a:\n  links:\n    - endpoints: [\"a:1\"]", "missing-key"),
        ] {
            assert_eq!(read(text).expect_err(text)[0].code, code, "{text}");
        }
        assert_eq!(read(&format!("a: {}", "[".repeat(200))).expect_err("deep")[0].code, "syntax");
    }
}
