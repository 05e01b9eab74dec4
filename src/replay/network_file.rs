//! Network files: nodes and links, and how transfers share them.

use std::collections::BTreeMap;
use std::path::Path;

use crate::ids::NodeId;
use crate::network::{Topology, Transport};
use crate::scenario::keys::{LINK, NETWORK, NETWORK_SECTIONS, NODE};
use crate::scenario::{
    Diagnostic, Diagnostics, Document, Fields, LoadError, Texts, nearest, read_text, read_transport,
};

/// A network, read and checked.
#[derive(Clone, Debug)]
pub struct NetworkFile {
    /// The model of how transfers share links, as written: `fluid` or `tcp`.
    pub model: String,
    /// The parameters of that model.
    pub transport: Transport,
    /// The nodes and links, in the order of the file.
    pub topology: Topology,
    /// The nodes by name.
    names: BTreeMap<String, NodeId>,
}

impl NetworkFile {
    /// Reads the network in `path`.
    ///
    /// # Errors
    /// If the file cannot be read, or with all its problems.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let text = read_text(path)?;
        Self::parse(&text, &path.display().to_string())
            .map_err(|problems| LoadError::Invalid(Box::new(problems)))
    }

    /// Reads the network `text` of the file named `file`.
    ///
    /// # Errors
    /// All problems of the text.
    pub fn parse(text: &str, file: &str) -> Result<Self, Diagnostics> {
        let mut list = Vec::new();
        let texts = Texts::of_file(text);
        let document = Document::parse(NETWORK_SECTIONS, &texts, &mut list);
        let network = read(&document, &mut list);
        if list.is_empty() {
            return Ok(network);
        }
        let mut diagnostics = Diagnostics::of_file(file, text, list);
        document.refer(&mut diagnostics.list);
        Err(diagnostics)
    }

    /// The node with that name.
    pub fn node(&self, name: &str) -> Option<NodeId> {
        self.names.get(name).copied()
    }

    /// The name probably meant by `name`.
    pub(super) fn nearest(&self, name: &str) -> Option<String> {
        nearest(name, self.names.keys().map(String::as_str))
    }
}

fn read(document: &Document<'_>, problems: &mut Vec<Diagnostic>) -> NetworkFile {
    let fields = document.section(&NETWORK);
    // Links of a network file have no cost, and transfers have no agents to alternate between equal routes.
    for key in ["routes_by", "equal_routes"] {
        fields.check_meaning(key, false, "the sites of a scenario", problems);
    }
    let transport = read_transport(fields, problems);
    let mut network = NetworkFile {
        model: fields.text("model"),
        transport,
        topology: Topology::new(),
        names: BTreeMap::new(),
    };
    for fields in document.sections(&NODE) {
        read_node(fields, &mut network, problems);
    }
    if network.names.is_empty() && problems.is_empty() {
        let expected = "at least one [[network.node]]";
        problems.push(Diagnostic::new("no-node", 0..0, "a network without nodes", expected));
    }
    for fields in document.sections(&LINK) {
        read_link(fields, &mut network, problems);
    }
    network
}

fn read_node(fields: &Fields, network: &mut NetworkFile, problems: &mut Vec<Diagnostic>) {
    let name = fields.text("name");
    let mut wrong = |code, message: String, expected| {
        problems.push(Diagnostic::new(code, fields.span_of("name"), message, expected));
    };
    if !fields.has("name") {
        return;
    }
    if name.is_empty() {
        wrong("bad-name", "a node without a name".into(), "a name");
    } else if network.names.contains_key(&name) {
        wrong("duplicate", format!("there are two nodes `{name}`"), "a unique name");
    } else {
        let node = network.topology.add_node(&name);
        let _ = network.names.insert(name, node);
    }
}

fn read_link(fields: &Fields, network: &mut NetworkFile, problems: &mut Vec<Diagnostic>) {
    let mut end = |key| {
        let name = fields.text(key);
        let node = network.node(&name);
        if node.is_none() && fields.has(key) {
            let message = format!("there is no node `{name}`");
            let expected = "the name of a [[network.node]]";
            let problem = Diagnostic::new("unknown-name", fields.span_of(key), message, expected);
            problems.push(problem.with_help(network.nearest(&name)));
        }
        node
    };
    let (from, to) = (end("from"), end("to"));
    let latency = fields.duration("latency");
    let (Some(from), Some(to)) = (from, to) else { return };
    if from == to {
        let message = "a link from a node to itself";
        let expected = "another node";
        problems.push(Diagnostic::new("same-node", fields.span_of("to"), message, expected));
    } else if fields.has("bandwidth") {
        let _ = network.topology.add_link(from, to, fields.rate("bandwidth"), latency);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimDuration;

    const GOOD: &str = r#"[network]
model = "tcp"
[[network.node]]
name = "hq"
[[network.node]]
name = "core"
[[network.link]]
from = "hq"
to = "core"
bandwidth = "1 Gbit/s"
latency = "5 ms"
"#;

    /// The problems when `from` is replaced by `to`: `line:column code`.
    fn problems(from: &str, to: &str) -> Vec<String> {
        assert!(GOOD.contains(from), "{from}");
        let Err(problems) = NetworkFile::parse(&GOOD.replacen(from, to, 1), "n.toml") else {
            return Vec::new();
        };
        let place = |problem: &Diagnostic| {
            let (line, column) = problems.position(problem);
            format!("{line}:{column} {}", problem.code)
        };
        problems.list.iter().map(place).collect()
    }

    #[test]
    fn a_network_is_read() {
        let network = NetworkFile::parse(GOOD, "n.toml").unwrap();
        assert_eq!((network.model.as_str(), network.topology.node_count()), ("tcp", 2));
        assert_ne!(network.transport, Transport::default());
        let (_, link) = network.topology.links().next().unwrap();
        assert_eq!(Some(link.from), network.node("hq"));
        assert_eq!(link.bandwidth, crate::units::BitRate::from_megabits(1000));
        assert_eq!(link.latency, SimDuration::from_millis(5));
    }

    #[test]
    fn optional_elements_can_be_omitted() {
        for left_out in
            ["latency = \"5 ms\"\n", "model = \"tcp\"\n", "[network]\nmodel = \"tcp\"\n"]
        {
            assert_eq!(problems(left_out, ""), [""; 0], "{left_out}");
        }
    }

    #[test]
    fn each_problem_has_its_place() {
        let table: [(&str, &str, &[&str]); 18] = [
            ("\"tcp\"", "\"udp\"", &["2:9 bad-value"]),
            ("\"tcp\"", "\"fluid\"\nqueue = \"1 ms\"", &["3:9 conflict"]),
            ("model", "modle", &["2:1 unknown-key"]),
            ("[network]", "[server]\n[network]", &["1:2 unknown-key"]),
            (
                "name = \"hq\"",
                "nmae = \"hq\"",
                &["3:1 missing-key", "4:1 unknown-key", "8:8 unknown-name"],
            ),
            ("name = \"core\"", "name = \"hq\"", &["6:8 duplicate", "9:6 unknown-name"]),
            ("name = \"core\"", "name = \"\"", &["6:8 bad-name", "9:6 unknown-name"]),
            ("name = \"core\"", "name = 5", &["6:8 bad-value", "9:6 unknown-name"]),
            ("to = \"core\"", "to = \"cor\"", &["9:6 unknown-name"]),
            ("to = \"core\"", "to = \"hq\"", &["9:6 same-node"]),
            ("to = \"core\"\n", "", &["7:1 missing-key"]),
            ("1 Gbit/s", "1 GB/s", &["10:13 bad-value"]),
            ("1 Gbit/s", "-1 Gbit/s", &["10:13 bad-value"]),
            ("\"1 Gbit/s\"", "0", &["10:13 bad-value"]),
            ("5 ms", "5 d", &["11:11 bad-value"]),
            ("[[network.link]]", "[network.link]", &["7:1 bad-table"]),
            ("[[network.link]]", "[[network.link]", &["7:16 syntax", "11:1 unknown-key"]),
            (
                "[[network.node]]\nname = \"hq\"\n[[network.node]]\nname = \"core\"\n[[network.link]]\nfrom = \"hq\"\nto = \"core\"\nbandwidth = \"1 Gbit/s\"\nlatency = \"5 ms\"\n",
                "",
                &["1:1 no-node"],
            ),
        ];
        for (from, to, expected) in table {
            assert_eq!(problems(from, to), expected, "{from} → {to}");
        }
    }

    #[test]
    fn the_nearest_name_is_offered() {
        let error = NetworkFile::parse(&GOOD.replace("to = \"core\"", "to = \"cor\""), "n.toml");
        let shown = error.unwrap_err().to_string();
        assert!(shown.contains("n.toml:9:6"), "{shown}");
        assert!(shown.contains("did you mean `core`?"), "{shown}");
    }
}
