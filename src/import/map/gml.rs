//! GML, the Graph Modelling Language, as written by the Internet Topology Zoo, `NetworkX`, `TopoHub`, Shadow and yEd.
//!
//! Source: Himsolt, *GML: A portable graph file format*, 1997. A file is a list of keys and values; a
//! value is a number, a string in quotes (with `&…;` for characters) or a list in brackets.

use std::collections::BTreeMap;
use std::ops::Range;

use super::raw::{RawEdge, RawGraph, RawNode};
use crate::scenario::Diagnostic;

/// The maximum nesting depth of lists.
const DEEPEST: usize = 32;

enum Value {
    Text(String),
    List(Vec<Pair>),
}

struct Pair {
    key: String,
    value: Value,
    span: Range<usize>,
}

/// The graph in `text`.
///
/// # Errors
/// The first syntax error, or all problems of the graph.
pub(super) fn read(text: &str) -> Result<RawGraph, Vec<Diagnostic>> {
    let mut reader = Reader { text, at: 0 };
    let file = reader.list(0).map_err(|problem| vec![problem])?;
    let mut graphs = file.iter().filter(|pair| pair.key == "graph");
    let Some(Pair { value: Value::List(pairs), .. }) = graphs.next() else {
        let message = "there is no graph in the file";
        return Err(vec![Diagnostic::new("no-graph", 0..0, message, "graph [ node [ … ] … ]")]);
    };
    if let Some(second) = graphs.next() {
        let message = "there is a second graph in the file";
        return Err(vec![Diagnostic::new("two-graphs", second.span.clone(), message, "one graph")]);
    }
    let mut graph = RawGraph { attributes: texts(pairs), ..RawGraph::default() };
    let is_directed = graph.attributes.get("directed").is_some_and(|text| text == "1");
    let mut problems = Vec::new();
    for pair in pairs {
        let Value::List(inner) = &pair.value else { continue };
        let attributes = texts(inner);
        let mut needed = |key: &str| {
            attributes.get(key).cloned().unwrap_or_else(|| {
                let message = format!("this {} has no `{key}`", pair.key);
                let expected = format!("{key} NUMBER");
                problems.push(Diagnostic::new("missing-key", pair.span.clone(), message, expected));
                String::new()
            })
        };
        match pair.key.as_str() {
            "node" => {
                let id = needed("id");
                // yEd's groups: `gid` is the node that contains this one.
                let group = attributes.get("gid").cloned();
                graph.nodes.push(RawNode { id, attributes, group, span: pair.span.clone() });
            }
            "edge" => {
                let (source, target) = (needed("source"), needed("target"));
                let span = pair.span.clone();
                graph.edges.push(RawEdge { source, target, is_directed, attributes, span });
            }
            _ => {}
        }
    }
    if problems.is_empty() { Ok(graph) } else { Err(problems) }
}

/// The numbers and strings of a list, the first of each key; those of nested lists, as in yEd's graphics, have both
/// keys: `graphics.x`.
fn texts(pairs: &[Pair]) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for pair in pairs {
        match &pair.value {
            Value::Text(text) => {
                all.entry(pair.key.clone()).or_insert_with(|| text.clone());
            }
            Value::List(inner) => {
                for pair_within in inner {
                    if let Value::Text(text) = &pair_within.value {
                        let key = format!("{}.{}", pair.key, pair_within.key);
                        all.entry(key).or_insert_with(|| text.clone());
                    }
                }
            }
        }
    }
    all
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// Takes characters while `belongs` accepts them.
    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &str {
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| !belongs(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Skips white space and comments, which are lines that begin with `#`.
    fn skip_space(&mut self) {
        loop {
            let _ = self.take_while(char::is_whitespace);
            if !self.rest().starts_with('#') {
                return;
            }
            let _ = self.take_while(|c| c != '\n');
        }
    }

    fn wrong(&self, message: &str, expected: &str) -> Diagnostic {
        let end = self.at + self.rest().chars().next().map_or(0, char::len_utf8);
        Diagnostic::new("syntax", self.at..end, message, expected)
    }

    /// The pairs up to the closing bracket of the list; at depth 0, up to the end of the file.
    fn list(&mut self, depth: usize) -> Result<Vec<Pair>, Diagnostic> {
        if depth > DEEPEST {
            return Err(self.wrong("lists nested too deeply", "a graph"));
        }
        let mut pairs = Vec::new();
        loop {
            self.skip_space();
            match (self.rest().chars().next(), depth) {
                (None, 0) => return Ok(pairs),
                (None, _) => return Err(self.wrong("the file ends inside a list", "`]`")),
                (Some(']'), 1..) => {
                    self.at += 1;
                    return Ok(pairs);
                }
                _ => pairs.push(self.pair(depth)?),
            }
        }
    }

    fn pair(&mut self, depth: usize) -> Result<Pair, Diagnostic> {
        let start = self.at;
        let key = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_').to_string();
        if key.is_empty() {
            return Err(self.wrong("not a key of GML", "a key such as `node`"));
        }
        let span = start..self.at;
        self.skip_space();
        let start_of_value = self.at;
        let value = match self.rest().chars().next() {
            Some('[') => {
                self.at += 1;
                Value::List(self.list(depth + 1)?)
            }
            Some('"') => Value::Text(self.string()?),
            _ => {
                let number = self.take_while(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
                if number.parse::<f64>().is_err() {
                    self.at = start_of_value;
                    let expected = "a number, a string in quotes or a list in brackets";
                    return Err(self.wrong(&format!("`{key}` has no value"), expected));
                }
                Value::Text(number.to_string())
            }
        };
        Ok(Pair { key, value, span })
    }

    fn string(&mut self) -> Result<String, Diagnostic> {
        self.at += 1;
        let start = self.at;
        let Some(length) = self.rest().find('"') else {
            self.at = start - 1;
            return Err(self.wrong("a string without an end", "`\"` at its end"));
        };
        self.at += length + 1;
        Ok(decoded(&self.text[start..start + length]))
    }
}

/// `text` with its character references (`&…;`) decoded; invalid ones are kept.
fn decoded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let reference = rest.find(';').and_then(|end| Some((end, character(&rest[1..end])?)));
        let (length, character) = reference.map_or((1, '&'), |(end, c)| (end + 1, c));
        out.push(character);
        rest = &rest[length..];
    }
    out + rest
}

fn character(name: &str) -> Option<char> {
    let code = |digits: &str, radix| u32::from_str_radix(digits, radix).ok();
    match name {
        "quot" => Some('"'),
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(digits) => code(digits, 16),
                None => code(digits, 10),
            };
            code.and_then(char::from_u32)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_carry_references_brackets_and_line_ends() {
        let text = "# a comment\ngraph [ directed 1 node [ id 7 label \"a ] &quot;&#233;&#x4e;&nope; &\nb\" ] edge [ source 7 target 7 ] ]";
        let graph = read(text).expect("a graph");
        assert!(graph.edges[0].is_directed);
        assert_eq!(graph.nodes[0].id, "7");
        assert_eq!(graph.nodes[0].attributes["label"], "a ] \"éN&nope; &\nb");
    }

    #[test]
    fn invalid_gml_is_reported_with_its_position() {
        let first = |text: &str| {
            let problem = read(text).expect_err("wrong").remove(0);
            (problem.code, problem.span.start)
        };
        assert_eq!(first("graph [ node [ id 1 ]"), ("syntax", 21));
        assert_eq!(first("graph [ label \"x ]"), ("syntax", 14));
        assert_eq!(first("graph [ id = 3 ]"), ("syntax", 11));
        assert_eq!(first("graph ]"), ("syntax", 6));
        assert_eq!(first("? graph [ ]"), ("syntax", 0));
        assert_eq!(first("abc\u{a0}"), ("syntax", 5));
        assert_eq!(first("abc \u{2003}é"), ("syntax", 7));
        assert_eq!(first("node [ id 1 ]"), ("no-graph", 0));
        assert_eq!(first("graph [ ] graph [ ]"), ("two-graphs", 10));
        assert_eq!(first("graph [ node [ label \"x\" ] ]"), ("missing-key", 8));
        assert_eq!(first(&"a [ ".repeat(100)).0, "syntax");
    }
}
