//! Networks of `SNDlib`, in XML and in its native form.
//!
//! Source: Orlowski, Pióro, Tomaszewski, Wessäly, *`SNDlib` 1.0*, <http://sndlib.zib.de>. A link's capacity is the
//! pre-installed one, or its smallest module; its unit is not always stated, so a number alone requires `--attribute`.

use std::collections::BTreeMap;

use roxmltree::Node;

use super::raw::{RawEdge, RawGraph, RawNode};
use super::xml::{NamedInAnyNamespace, needed, opening, parse, text_of, without_doctype};
use crate::scenario::Diagnostic;

/// The graph of the XML in `text`.
///
/// # Errors
/// The XML error, or all problems of the map.
pub(super) fn read_xml(text: &str) -> Result<RawGraph, Vec<Diagnostic>> {
    let text = without_doctype(text);
    let document = parse(&text, "a network of SNDlib")?;
    let root = document.root_element();
    let mut problems = Vec::new();
    let mut graph = RawGraph::default();
    let meta = |name: &str| {
        let meta = root.children().find(|child| child.is_called("meta"))?;
        meta.children().find(|child| child.is_called(name)).map(text_of)
    };
    let unit =
        meta("unit").filter(|unit| unit.eq_ignore_ascii_case("MBITPERSEC")).map(|_| "Mbit/s");
    let structure = root.children().find(|child| child.is_called("networkStructure"));
    let part = |name: &str| structure?.children().find(|child| child.is_called(name));
    if let Some(nodes) = part("nodes") {
        let is_on_earth = nodes.attribute("coordinatesType") == Some("geographical");
        for node in nodes.children().filter(|child| child.is_called("node")) {
            let id = needed(node, "id", &mut problems);
            let mut attributes = BTreeMap::from([("name".to_string(), id.clone())]);
            let place = node.children().find(|child| child.is_called("coordinates"));
            for (axis, name) in [("x", "lon"), ("y", "lat")] {
                let number =
                    place.and_then(|place| place.children().find(|child| child.is_called(axis)));
                if let Some(number) = number.map(text_of) {
                    let name = if is_on_earth { name } else { axis };
                    let _ = attributes.insert(name.into(), number);
                }
            }
            graph.nodes.push(RawNode { id, attributes, span: opening(node), group: None });
        }
    }
    let links = part("links").into_iter().flat_map(|links| links.children().collect::<Vec<_>>());
    for link in links.filter(|child| child.is_called("link")) {
        let end = |name: &str| link.children().find(|child| child.is_called(name)).map(text_of);
        let (Some(source), Some(target)) = (end("source"), end("target")) else {
            let message = "this link has no <source> or no <target>";
            problems.push(Diagnostic::new(
                "missing-key",
                opening(link),
                message,
                "the ids of two nodes",
            ));
            continue;
        };
        let attributes = capacity(link).map(|text| {
            let text = unit.map_or(text.clone(), |unit| format!("{text} {unit}"));
            ("capacity".to_string(), text)
        });
        let attributes = attributes.into_iter().collect();
        graph.edges.push(RawEdge {
            source,
            target,
            is_directed: false,
            attributes,
            span: opening(link),
        });
    }
    if problems.is_empty() { Ok(graph) } else { Err(problems) }
}

/// The pre-installed capacity of a link, or else its smallest module.
fn capacity(link: Node<'_, '_>) -> Option<String> {
    let all: Vec<(bool, String)> = link
        .descendants()
        .filter(|element| element.is_called("capacity"))
        .map(|element| {
            let is_installed =
                element.parent().is_some_and(|parent| parent.is_called("preInstalledModule"));
            (is_installed, text_of(element))
        })
        .collect();
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| *number > 0.0);
    let installed = all.iter().find(|(is_installed, text)| *is_installed && number(text).is_some());
    let modules = all.iter().filter(|(is_installed, _)| !is_installed);
    let least = modules.filter_map(|(_, text)| Some((number(text)?, text)));
    let least = least.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, text)| text);
    installed.map(|(_, text)| text).or(least).cloned()
}

/// The graph of the native form in `text`.
///
/// # Errors
/// The first syntax error.
pub(super) fn read_native(text: &str) -> Result<RawGraph, Vec<Diagnostic>> {
    let mut graph = RawGraph::default();
    let mut section = "";
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let (at, line_start) = (start, start);
        start += line.len();
        let code = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = code
            .split(|c: char| c.is_whitespace() || c == '(' || c == ')')
            .filter(|word| !word.is_empty())
            .collect();
        let trimmed = code.trim();
        if let Some(name) = trimmed
            .strip_suffix('(')
            .map(str::trim)
            .filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        {
            section = match name {
                "NODES" => "nodes",
                "LINKS" => "links",
                _ => "others",
            };
            continue;
        }
        let span = at..line_start + line.trim_end().len();
        match (section, words.as_slice()) {
            ("nodes", [id, rest @ ..]) => {
                let mut attributes = BTreeMap::from([("name".to_string(), (*id).to_string())]);
                // Degrees or drawing coordinates, which is decided later.
                if let [lon, lat, ..] = rest {
                    attributes.extend([
                        ("lon".to_string(), (*lon).to_string()),
                        ("lat".into(), (*lat).into()),
                    ]);
                }
                graph.nodes.push(RawNode { id: (*id).into(), attributes, span, group: None });
            }
            ("links", [_, source, target, rest @ ..]) => {
                let number = |text: &&str| text.parse::<f64>().is_ok_and(|number| number > 0.0);
                let installed = rest.first().copied().filter(number);
                // Four numbers of the link itself, then capacity and cost of each module.
                let modules = rest.iter().skip(4).step_by(2).copied().filter(number);
                let least = modules.min_by(|one, other| {
                    one.parse().unwrap_or(f64::MAX).total_cmp(&other.parse().unwrap_or(f64::MAX))
                });
                let capacity =
                    installed.or(least).map(|text| ("capacity".to_string(), text.to_string()));
                let (source, target) = ((*source).into(), (*target).into());
                graph.edges.push(RawEdge {
                    source,
                    target,
                    is_directed: false,
                    attributes: capacity.into_iter().collect(),
                    span,
                });
            }
            ("links", [_, ..]) => {
                let message = "a link without two nodes";
                return Err(vec![Diagnostic::new("syntax", span, message, "ID ( NODE NODE ) …")]);
            }
            _ => {}
        }
    }
    Ok(graph)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_have_nodes_links_and_capacities() {
        let xml = r#"<network xmlns="http://sndlib.zib.de/network" version="1.0"><networkStructure>
<nodes coordinatesType="geographical"><node id="N1"><coordinates><x>13.30</x><y>52.50</y></coordinates></node>
<node id="N2"><coordinates><x>8.80</x><y>53.08</y></coordinates></node></nodes>
<links><link id="L1"><source>N1</source><target>N2</target><preInstalledModule><capacity>0.0</capacity><cost>0.0</cost></preInstalledModule>
<additionalModules><addModule><capacity>622.0</capacity><cost>9.0</cost></addModule><addModule><capacity>155.0</capacity><cost>3.0</cost></addModule></additionalModules></link></links>
</networkStructure></network>"#;
        let native = "?SNDlib native format; type: network; version: 1.0\nNODES (\n  N1 ( 13.30 52.50 )\n  N2 ( 8.80 53.08 )\n)\n\
                      LINKS (\n  L1 ( N1 N2 ) 0.00 0.00 0.00 0.00 ( 622.0 9.0 155.0 3.0 )\n)\nDEMANDS (\n D1 ( N1 N2 ) 1 5.0 UNLIMITED\n)\n";
        for graph in [read_xml(xml).expect("a network"), read_native(native).expect("a network")] {
            assert_eq!(graph.nodes.len(), 2);
            assert_eq!(graph.nodes[0].attributes["lon"], "13.30");
            assert_eq!(graph.edges.len(), 1);
            assert_eq!(graph.edges[0].attributes["capacity"], "155.0");
        }
        assert_eq!(read_native("LINKS (\n L1 ( N1\n").expect_err("wrong")[0].code, "syntax");
    }
}
