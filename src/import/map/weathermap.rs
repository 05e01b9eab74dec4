//! Configurations of PHP Weathermap.
//!
//! Source: <https://www.network-weathermap.com/manual/latest/pages/config-reference.html>. `NODE` and `LINK` begin a
//! section; `BANDWIDTH` is in bit/s, with `K`, `M`, `G` or `T`, for both directions, or from the first of the `NODES`
//! to the second and back; a section named `DEFAULT`, or a `TEMPLATE`, has the defaults of the others.

use std::collections::BTreeMap;
use std::ops::Range;

use super::raw::{RawEdge, RawGraph, RawNode};
use crate::scenario::Diagnostic;

/// A section of the file.
struct Section {
    is_link: bool,
    name: String,
    settings: BTreeMap<&'static str, String>,
    span: Range<usize>,
}

/// The relevant content of a section.
const READ: [&str; 6] = ["LABEL", "POSITION", "NODES", "BANDWIDTH", "MAXVALUE", "TEMPLATE"];

/// The graph in `text`.
///
/// # Errors
/// Links without two nodes.
pub(super) fn read(text: &str) -> Result<RawGraph, Vec<Diagnostic>> {
    let sections = sections(text);
    let (mut graph, mut problems) = (RawGraph::default(), Vec::new());
    let title = text.lines().find_map(|line| line.trim().strip_prefix("TITLE "));
    if let Some(title) = title {
        let _ = graph.attributes.insert("title".into(), title.trim().into());
    }
    let mut by_name: BTreeMap<(bool, &str), &Section> = BTreeMap::new();
    for section in &sections {
        let _ = by_name.insert((section.is_link, &section.name), section);
    }
    let setting = |section: &Section, keys: &[&'static str]| {
        let mut at = Some(section);
        for _ in 0..16 {
            let section = at?;
            if let Some(text) = keys.iter().find_map(|key| section.settings.get(key)) {
                return Some(text.clone());
            }
            let template = section.settings.get("TEMPLATE").map_or("DEFAULT", String::as_str);
            at = by_name
                .get(&(section.is_link, template))
                .copied()
                .filter(|next| next.name != section.name);
        }
        None
    };
    for section in sections.iter().filter(|section| section.name != "DEFAULT") {
        if !section.is_link {
            let mut attributes = BTreeMap::new();
            // A node without a label is drawn without one.
            if let Some(label) = section.settings.get("LABEL").filter(|label| !label.contains('{'))
            {
                let _ = attributes.insert("label".into(), label.replace("\\n", " "));
            }
            let is_template = !section.settings.contains_key("POSITION")
                && !section.settings.contains_key("LABEL");
            if !is_template {
                let (id, span) = (section.name.clone(), section.span.clone());
                graph.nodes.push(RawNode { id, attributes, span, group: None });
            }
            continue;
        }
        // A link without nodes is a template.
        let Some(nodes) = section.settings.get("NODES") else { continue };
        // `a:E` is a side of `a`; a suffix without capitals or signs after the colon is part of the name.
        let ends: Vec<&str> =
            nodes.split_whitespace().map(|end| end.split(':').next().unwrap_or(end)).collect();
        let [source, target] = ends[..] else {
            let message = format!("the link {} does not have two nodes", section.name);
            problems.push(Diagnostic::new(
                "syntax",
                section.span.clone(),
                message,
                "NODES NODE NODE",
            ));
            continue;
        };
        let bandwidth = setting(section, &["BANDWIDTH", "MAXVALUE"]).unwrap_or_default();
        graph.edges.extend(edges([source, target], &bandwidth, &section.span));
    }
    if problems.is_empty() { Ok(graph) } else { Err(problems) }
}

/// A link as one edge, or as one for each direction if it has two rates.
fn edges([one, other]: [&str; 2], bandwidth: &str, span: &Range<usize>) -> Vec<RawEdge> {
    let edge = |source: &str, target: &str, is_directed, rate: Option<&str>| {
        let attributes = rate.map(|text| ("bandwidth".to_string(), with_unit(text)));
        RawEdge {
            source: source.into(),
            target: target.into(),
            is_directed,
            attributes: attributes.into_iter().collect(),
            span: span.clone(),
        }
    };
    let mut rates = bandwidth.split_whitespace();
    match (rates.next(), rates.next()) {
        (Some(there), Some(back)) => {
            vec![edge(one, other, true, Some(there)), edge(other, one, true, Some(back))]
        }
        (both, _) => vec![edge(one, other, false, both)],
    }
}

/// A rate; a bare number is in bit/s.
fn with_unit(rate: &str) -> String {
    if rate.ends_with(|c: char| c.is_ascii_digit()) { format!("{rate} bit/s") } else { rate.into() }
}

fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let span = start..start + line.trim_end().len();
        start += line.len();
        let (word, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
        if word.starts_with('#') {
            continue;
        }
        let is_link = word == "LINK";
        if is_link || word == "NODE" {
            sections.push(Section {
                is_link,
                name: rest.trim().into(),
                settings: BTreeMap::new(),
                span,
            });
        } else if let (Some(section), Some(key)) =
            (sections.last_mut(), READ.iter().find(|key| **key == word))
        {
            let _ = section.settings.insert(key, rest.trim().into());
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_links_defaults_and_templates_are_read() {
        let text = "TITLE The WAN\n# comment\nLINK DEFAULT\n\tBANDWIDTH 100M\nLINK thin\n\tBANDWIDTH 2M 512K\n\
                    NODE hq\n\tLABEL Headquarters\n\tPOSITION 10 10\nNODE lyon\n\tLABEL Lyon\n\tPOSITION 90 10\nNODE oslo\n\tPOSITION 1 1\n\
                    LINK a\n\tNODES hq:E lyon:W\nLINK b\n\tTEMPLATE thin\n\tNODES hq oslo\nLINK c\n\tBANDWIDTH 9600\n\tNODES lyon oslo\n";
        let graph = read(text).expect("a map");
        assert_eq!(graph.nodes.len(), 3);
        assert_eq!(graph.nodes[0].attributes["label"], "Headquarters");
        let links: Vec<_> = graph
            .edges
            .iter()
            .map(|edge| {
                (edge.source.as_str(), edge.target.as_str(), edge.attributes["bandwidth"].as_str())
            })
            .collect();
        assert_eq!(
            links,
            [
                ("hq", "lyon", "100M"),
                ("hq", "oslo", "2M"),
                ("oslo", "hq", "512K"),
                ("lyon", "oslo", "9600 bit/s")
            ]
        );
        let directions: Vec<_> = graph.edges.iter().map(|edge| edge.is_directed).collect();
        assert_eq!(directions, [false, true, true, false]);
        assert_eq!(read("NODE a\nLINK l\n NODES a\n").expect_err("wrong")[0].span, 7..13);
    }
}
