//! DOT, the language of Graphviz.
//!
//! Source: <https://graphviz.org/doc/info/lang.html>. A subgraph whose name begins with `cluster` is a group; any other
//! one only collects nodes.

mod escapes;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use self::tokens::{Token, Tokens};
use super::raw::{RawEdge, RawGraph, RawNode};
use crate::scenario::Diagnostic;

/// The maximum nesting depth of subgraphs.
const DEEPEST: usize = 32;
/// The maximum number of edges of a file: `{a b …} -- {c d …}` joins each with each.
const MOST_EDGES: usize = 1_000_000;

/// The graph in `text`.
///
/// # Errors
/// The first syntax error.
pub(super) fn read(text: &str) -> Result<RawGraph, Vec<Diagnostic>> {
    let tokens = Tokens::of(text).map_err(|problem| vec![problem])?;
    let mut reader = Reader {
        tokens,
        at: 0,
        graph: RawGraph::default(),
        is_directed: false,
        is_strict: false,
        numbers: BTreeMap::new(),
        joined: BTreeMap::new(),
    };
    reader.file().map_err(|problem| vec![problem])?;
    escapes::expand(&mut reader.graph, if reader.is_directed { "->" } else { "--" });
    Ok(reader.graph)
}

/// The words with which a graph begins.
const BEGINNINGS: [&str; 3] = ["strict", "graph", "digraph"];

type Attributes = BTreeMap<String, String>;

/// The attributes that a subgraph passes on to its contents.
#[derive(Clone, Default)]
struct Scope {
    node: Attributes,
    edge: Attributes,
    /// The node that represents the cluster.
    cluster: Option<String>,
    /// The nodes in it, for edges to the whole.
    members: Vec<String>,
}

struct Reader {
    tokens: Tokens,
    at: usize,
    graph: RawGraph,
    is_directed: bool,
    /// Whether two nodes have one edge at most.
    is_strict: bool,
    /// The nodes by their ids.
    numbers: BTreeMap<String, usize>,
    /// The edges of a strict graph by their ends.
    joined: BTreeMap<[String; 2], usize>,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.list.get(self.at).map(|(token, _)| token)
    }

    fn span(&self) -> Range<usize> {
        self.tokens
            .list
            .get(self.at)
            .map_or(self.tokens.end..self.tokens.end, |(_, span)| span.clone())
    }

    fn takes(&mut self, sign: &'static str) -> bool {
        let is_there = self.peek() == Some(&Token::Sign(sign));
        self.at += usize::from(is_there);
        is_there
    }

    fn wrong(&self, message: &str, expected: &str) -> Diagnostic {
        Diagnostic::new("syntax", self.span(), message, expected)
    }

    fn expects(&mut self, sign: &'static str) -> Result<(), Diagnostic> {
        if self.takes(sign) {
            Ok(())
        } else {
            Err(self.wrong("unexpected symbol", &format!("`{sign}`")))
        }
    }

    /// The next word; strings joined by `+` are one.
    fn word(&mut self) -> Option<String> {
        let Some(Token::Word(word)) = self.peek() else { return None };
        let mut word = word.clone();
        self.at += 1;
        while self.peek() == Some(&Token::Sign("+")) {
            let Some((Token::Word(next), _)) = self.tokens.list.get(self.at + 1) else { break };
            word.push_str(next);
            self.at += 2;
        }
        Some(word)
    }

    fn file(&mut self) -> Result<(), Diagnostic> {
        let mut word = self.word();
        self.is_strict = word.as_deref().is_some_and(|word| word.eq_ignore_ascii_case("strict"));
        if self.is_strict {
            word = self.word();
        }
        match word.as_deref().map(str::to_lowercase).as_deref() {
            Some("graph") => {}
            Some("digraph") => self.is_directed = true,
            _ => {
                self.at = 0;
                return Err(self.wrong("not a graph in DOT", "`graph` or `digraph`"));
            }
        }
        if let Some(name) = self.word() {
            let _ = self.graph.attributes.insert("name".into(), name);
        }
        self.expects("{")?;
        let mut scope = Scope::default();
        self.statements(&mut scope, 0)?;
        while self.takes(";") {}
        match self.peek() {
            None => Ok(()),
            Some(Token::Word(word)) if BEGINNINGS.contains(&word.to_lowercase().as_str()) => {
                let message = "there is a second graph in the file";
                Err(Diagnostic::new("two-graphs", self.span(), message, "one graph"))
            }
            Some(_) => Err(self.wrong(
                "the file goes on after the `}` of the graph",
                "the end of the file, and as many `}` as `{`",
            )),
        }
    }

    /// The statements up to the closing brace.
    fn statements(&mut self, scope: &mut Scope, depth: usize) -> Result<(), Diagnostic> {
        if depth > DEEPEST {
            return Err(self.wrong("subgraphs nested too deeply", "a map"));
        }
        loop {
            if self.takes("}") {
                return Ok(());
            }
            if self.takes(";") || self.takes(",") {
                continue;
            }
            if self.peek().is_none() {
                return Err(self.wrong("the file ends inside a graph", "`}`"));
            }
            self.statement(scope, depth)?;
        }
    }

    fn statement(&mut self, scope: &mut Scope, depth: usize) -> Result<(), Diagnostic> {
        let start = self.at;
        let word = self.word();
        let keyword = word.as_deref().map(str::to_lowercase).unwrap_or_default();
        let is_list = self.peek() == Some(&Token::Sign("["));
        if is_list && ["graph", "node", "edge"].contains(&keyword.as_str()) {
            let list = self.attributes()?;
            match keyword.as_str() {
                "node" => scope.node.extend(list),
                "edge" => scope.edge.extend(list),
                _ => self.describe(scope, list),
            }
            return Ok(());
        }
        if let Some(key) = word
            && self.takes("=")
        {
            let value =
                self.word().ok_or_else(|| self.wrong("an attribute without a value", "a value"))?;
            self.describe(scope, Attributes::from([(key, value)]));
            return Ok(());
        }
        self.at = start;
        self.edges(scope, depth)
    }

    /// Attributes of the graph, or of the cluster that this is.
    fn describe(&mut self, scope: &Scope, list: Attributes) {
        let cluster = scope.cluster.as_ref().and_then(|id| self.numbers.get(id)).copied();
        match cluster {
            Some(at) => self.graph.nodes[at].attributes.extend(list),
            None => self.graph.attributes.extend(list),
        }
    }

    /// A node, or a chain of edges.
    fn edges(&mut self, scope: &mut Scope, depth: usize) -> Result<(), Diagnostic> {
        let span = self.span();
        let mut chain = vec![self.ends(scope, depth)?];
        while self.takes("--") || self.takes("->") {
            chain.push(self.ends(scope, depth)?);
        }
        let list = if self.peek() == Some(&Token::Sign("[")) {
            self.attributes()?
        } else {
            Attributes::new()
        };
        if let [only] = chain.as_slice() {
            for id in only {
                let at = self.numbers[id];
                self.graph.nodes[at].attributes.extend(list.clone());
            }
            return Ok(());
        }
        for pair in chain.windows(2) {
            if self.graph.edges.len().saturating_add(pair[0].len().saturating_mul(pair[1].len()))
                > MOST_EDGES
            {
                return Err(Diagnostic::new(
                    "too-large",
                    span,
                    format!("more than {MOST_EDGES} edges"),
                    "a map",
                ));
            }
            for (source, target) in
                pair[0].iter().flat_map(|one| pair[1].iter().map(move |other| (one, other)))
            {
                self.join([source, target], &scope.edge, &list, &span);
            }
        }
        Ok(())
    }

    /// Adds an edge. In a strict graph, one that repeats another only adds its own attributes to it.
    fn join(
        &mut self,
        ends: [&String; 2],
        inherited: &Attributes,
        own: &Attributes,
        span: &Range<usize>,
    ) {
        let [source, target] = ends.map(String::clone);
        if self.is_strict {
            let mut ends = [source.clone(), target.clone()];
            if !self.is_directed {
                ends.sort();
            }
            let next = self.graph.edges.len();
            let number = *self.joined.entry(ends).or_insert(next);
            if number < next {
                self.graph.edges[number].attributes.extend(own.clone());
                return;
            }
        }
        let mut attributes = inherited.clone();
        attributes.extend(own.clone());
        let (source, target, is_directed) = match attributes.get("dir").map(String::as_str) {
            Some("back") if self.is_directed => (target, source, true),
            Some("both" | "none") => (source, target, false),
            _ => (source, target, self.is_directed),
        };
        self.graph.edges.push(RawEdge {
            source,
            target,
            is_directed,
            attributes,
            span: span.clone(),
        });
    }

    /// The end of an edge: a node, or all nodes of a subgraph.
    fn ends(&mut self, scope: &mut Scope, depth: usize) -> Result<Vec<String>, Diagnostic> {
        let span = self.span();
        let mut name = None;
        let is_subgraph =
            matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case("subgraph"));
        if is_subgraph {
            self.at += 1;
            name = self.word();
        }
        if is_subgraph || self.peek() == Some(&Token::Sign("{")) {
            self.expects("{")?;
            let mut inner = Scope { members: Vec::new(), ..scope.clone() };
            if let Some(name) = name.filter(|name| name.starts_with("cluster")) {
                self.add(&name, Attributes::new(), scope.cluster.clone(), span);
                inner.cluster = Some(name);
            }
            self.statements(&mut inner, depth + 1)?;
            // A node that is named twice in a subgraph is in it once.
            let mut seen = BTreeSet::new();
            inner.members.retain(|id| seen.insert(id.clone()));
            scope.members.extend(inner.members.iter().cloned());
            return Ok(inner.members);
        }
        let id =
            self.word().ok_or_else(|| self.wrong("unexpected symbol", "a node, an edge or `}`"))?;
        // A port, and a compass point.
        while self.takes(":") {
            let _ = self.word();
        }
        self.add(&id, scope.node.clone(), scope.cluster.clone(), span);
        scope.members.push(id.clone());
        Ok(vec![id])
    }

    /// Adds a node. One that is there already belongs to the first cluster that names it, also after an edge.
    fn add(&mut self, id: &str, attributes: Attributes, group: Option<String>, span: Range<usize>) {
        if let Some(known) = self.numbers.get(id) {
            let known = &mut self.graph.nodes[*known].group;
            *known = known.take().or(group);
        } else {
            let _ = self.numbers.insert(id.into(), self.graph.nodes.len());
            self.graph.nodes.push(RawNode { id: id.into(), attributes, group, span });
        }
    }

    fn attributes(&mut self) -> Result<Attributes, Diagnostic> {
        let mut list = Attributes::new();
        while self.takes("[") {
            while !self.takes("]") {
                if self.takes(",") || self.takes(";") {
                    continue;
                }
                let key = self.word().ok_or_else(|| {
                    self.wrong("unexpected symbol in a list of attributes", "`]` or a name")
                })?;
                let value = if self.takes("=") { self.word() } else { Some("true".into()) };
                let value =
                    value.ok_or_else(|| self.wrong("an attribute without a value", "a value"))?;
                let _ = list.insert(key, value);
            }
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(text: &str) -> Vec<String> {
        let graph = read(text).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
        graph.edges.iter().map(|edge| format!("{} {}", edge.source, edge.target)).collect()
    }

    #[test]
    fn statements_of_every_kind_are_read() {
        assert_eq!(edges("graph { a -- b -- c }"), ["a b", "b c"]);
        assert_eq!(edges("strict digraph \"x y\" { a -> {b c}; }"), ["a b", "a c"]);
        assert_eq!(edges("graph { a:port:n -- b [label=\"x\" , color = red][w=2]; c }"), ["a b"]);
        assert_eq!(edges("/* c */ graph g { // c\n# no\n-1.5 -- \"a\\\"b\"\n}"), ["-1.5 a\"b"]);
        assert_eq!(edges("graph { subgraph cluster_a { x -- y } -- z }"), ["x y", "x z", "y z"]);
        assert_eq!(edges("graph { h -- {x -- y -- x} }"), ["x y", "y x", "h x", "h y"]);
        let graph = read("graph { edge [label=\"2 Mbit/s\"] node [shape=box] a -- b; b [label=<x<b>y</b>>] label=\"net\" }").expect("a graph");
        assert_eq!(graph.edges[0].attributes["label"], "2 Mbit/s");
        assert_eq!(graph.nodes[1].attributes["label"], "x<b>y</b>");
        assert_eq!(graph.attributes["label"], "net");
    }

    #[test]
    fn a_strict_graph_has_one_edge_between_two_nodes() {
        let text = "graph { edge [w=1] a -- b [x=1]; edge [w=2] b -- a [y=2]; a -- b -- c }";
        assert_eq!(edges(text), ["a b", "b a", "a b", "b c"]);
        let strict = read(&format!("strict {text}")).expect("a graph");
        assert_eq!(strict.edges.len(), 2);
        let attributes = [("w", "1"), ("x", "1"), ("y", "2")]
            .map(|(key, value)| (key.to_string(), value.to_string()));
        assert_eq!(strict.edges[0].attributes, Attributes::from(attributes));
        assert_eq!(edges("strict digraph { a -> b -> a; a -> b }"), ["a b", "b a"]);
    }

    #[test]
    fn an_edge_may_have_another_direction_than_its_graph() {
        let text =
            "digraph { a -> b; a -> c [dir=back]; edge [dir=both] a -> d; a -> e [dir=none] }";
        let graph = read(text).expect("a graph");
        let edges: Vec<(&str, bool)> =
            graph.edges.iter().map(|edge| (edge.source.as_str(), edge.is_directed)).collect();
        assert_eq!(edges, [("a", true), ("c", true), ("a", false), ("a", false)]);
    }

    #[test]
    fn clusters_are_groups() {
        let graph =
            read("graph { subgraph cluster_l { label=Lyon; r1; r2 } hq -- r1 }").expect("a graph");
        let groups: Vec<_> =
            graph.nodes.iter().map(|node| (node.id.as_str(), node.group.as_deref())).collect();
        assert_eq!(
            groups,
            [
                ("cluster_l", None),
                ("r1", Some("cluster_l")),
                ("r2", Some("cluster_l")),
                ("hq", None)
            ]
        );
        assert_eq!(graph.nodes[0].attributes["label"], "Lyon");
        for text in [
            "graph { hq -- r1; hq -- r2; subgraph cluster_l { r1; r2 } }",
            "graph { hq -- r1; subgraph cluster_l { r1 -- r2 } hq -- r2; subgraph cluster_m { r2 } }",
        ] {
            let graph = read(text).expect("a graph");
            let group = |id: &str| graph.nodes.iter().find(|node| node.id == id)?.group.as_deref();
            let groups = ["hq", "r1", "r2", "cluster_l"].map(group);
            assert_eq!(groups, [None, Some("cluster_l"), Some("cluster_l"), None], "{text}");
        }
    }

    #[test]
    fn invalid_dot_is_reported_with_its_position() {
        let place = |text: &str| {
            let problem = read(text).expect_err("wrong").remove(0);
            (problem.code, problem.span.start)
        };
        assert_eq!(place("graph { a -- "), ("syntax", 13));
        assert_eq!(place("graph { a -- ] }"), ("syntax", 13));
        assert_eq!(place("graph { \"a }"), ("syntax", 8));
        assert_eq!(place("graphic { }"), ("syntax", 0));
        assert_eq!(place("graph { a"), ("syntax", 9));
        assert_eq!(place("graph { a -- b } } b -- c }"), ("syntax", 17));
        assert_eq!(place("graph { a -- b } b -- c }"), ("syntax", 17));
        assert_eq!(place("graph { a -- b }; strict graph { }"), ("two-graphs", 18));
        assert_eq!(place("graph { a -- b }\nDiGraph { }"), ("two-graphs", 17));
        assert_eq!(place("graph { é ~ }"), ("syntax", 11));
        assert_eq!(place(&format!("graph {}", "{".repeat(100))).0, "syntax");
    }
}
