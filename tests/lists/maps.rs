//! Maps of networks in every format, of several shapes.

use std::fmt::Write as _;
use std::path::Path;

use updraft::import::{TopologyRules, from_topology};

use super::{List, Work};

/// The text of a map with so many nodes and these links.
type Format = fn(usize, &[(usize, usize)]) -> String;

/// Formats by the name of a file.
const FORMATS: [(&str, Format); 12] = [
    ("a.graphml", graphml),
    ("a.gml", gml),
    ("a.gexf", gexf),
    ("a.dot", dot),
    ("a.json", json),
    ("a.csv", table),
    ("sndlib.xml", sndlib_xml),
    ("sndlib.txt", sndlib_native),
    ("simgrid.xml", simgrid),
    ("weathermap.conf", weathermap),
    ("containerlab.yml", containerlab),
    ("a.gns3", gns3),
];

/// Shapes by their links: of so many nodes, or so many links between two.
type Shape = fn(usize) -> (usize, Vec<(usize, usize)>);

const SHAPES: [(&str, Shape); 5] = [
    ("a path", |n| (n, (1..n).map(|node| (node - 1, node)).collect())),
    ("a star", |n| (n, (1..n).map(|node| (0, node)).collect())),
    ("a ring with spokes", |n| {
        (n, (1..n).flat_map(|node| [(0, node), (node, node % (n - 1) + 1)]).collect())
    }),
    ("pairs", |n| (2 * n, (0..n).map(|pair| (2 * pair, 2 * pair + 1)).collect())),
    ("parallel links", |n| (2, vec![(0, 1); n])),
];

fn lines<T>(items: impl IntoIterator<Item = T>, line: impl Fn(T) -> String) -> String {
    items.into_iter().fold(String::new(), |mut all, item| {
        let _ = writeln!(all, "{}", line(item));
        all
    })
}

fn graphml(nodes: usize, links: &[(usize, usize)]) -> String {
    format!(
        "<graphml><graph edgedefault=\"undirected\">{}{}</graph></graphml>",
        lines(0..nodes, |node| format!("<node id=\"n{node}\"/>")),
        lines(links, |(from, to)| format!("<edge source=\"n{from}\" target=\"n{to}\"/>"))
    )
}

fn gml(nodes: usize, links: &[(usize, usize)]) -> String {
    format!(
        "graph [\n{}{}]\n",
        lines(0..nodes, |node| format!("node [ id {node} label \"n{node}\" ]")),
        lines(links, |(from, to)| format!("edge [ source {from} target {to} ]"))
    )
}

fn gexf(nodes: usize, links: &[(usize, usize)]) -> String {
    format!(
        "<gexf><graph><nodes>{}</nodes><edges>{}</edges></graph></gexf>",
        lines(0..nodes, |node| format!("<node id=\"n{node}\" label=\"n{node}\"/>")),
        lines(links, |(from, to)| format!("<edge source=\"n{from}\" target=\"n{to}\"/>"))
    )
}

fn dot(nodes: usize, links: &[(usize, usize)]) -> String {
    format!(
        "graph g {{\n{}{}}}\n",
        lines(0..nodes, |node| format!("n{node};")),
        lines(links, |(from, to)| format!("n{from} -- n{to};"))
    )
}

fn json(nodes: usize, links: &[(usize, usize)]) -> String {
    let nodes: Vec<String> = (0..nodes).map(|node| format!("{{\"id\":\"n{node}\"}}")).collect();
    let link =
        |(from, to): &(usize, usize)| format!("{{\"source\":\"n{from}\",\"target\":\"n{to}\"}}");
    let links: Vec<String> = links.iter().map(link).collect();
    format!("{{\"nodes\":[{}],\"links\":[{}]}}", nodes.join(","), links.join(","))
}

fn table(_: usize, links: &[(usize, usize)]) -> String {
    format!("from,to\n{}", lines(links, |(from, to)| format!("n{from},n{to}")))
}

fn sndlib_xml(nodes: usize, links: &[(usize, usize)]) -> String {
    let ends = |(from, to): &(usize, usize)| {
        format!("<link id=\"l\"><source>n{from}</source><target>n{to}</target></link>")
    };
    format!(
        "<network xmlns=\"http://sndlib.zib.de/network\"><networkStructure><nodes>{}</nodes><links>{}</links>\
         </networkStructure></network>",
        lines(0..nodes, |node| format!("<node id=\"n{node}\"/>")),
        lines(links, ends)
    )
}

fn sndlib_native(nodes: usize, links: &[(usize, usize)]) -> String {
    format!(
        "?SNDlib native format; type: network; version: 1.0\nNODES (\n{})\nLINKS (\n{})\n",
        lines(0..nodes, |node| format!(" n{node} ( 1.0 2.0 )")),
        lines(links, |(from, to)| format!(" l ( n{from} n{to} ) 0.0 0.0 0.0 0.0 ( )"))
    )
}

fn simgrid(nodes: usize, links: &[(usize, usize)]) -> String {
    let route = |(from, to): &(usize, usize)| {
        format!("<route src=\"n{from}\" dst=\"n{to}\"><link_ctn id=\"l{from}-{to}\"/></route>")
    };
    let mut different = links.to_vec();
    different.sort_unstable();
    different.dedup();
    format!(
        "<platform version=\"4.1\"><zone id=\"z\" routing=\"Full\">{}{}{}</zone></platform>",
        lines(0..nodes, |node| format!("<host id=\"n{node}\" speed=\"1Gf\"/>")),
        lines(&different, |(from, to)| {
            format!("<link id=\"l{from}-{to}\" bandwidth=\"2Mbps\" latency=\"1ms\"/>")
        }),
        lines(links, route)
    )
}

fn weathermap(nodes: usize, links: &[(usize, usize)]) -> String {
    lines(0..nodes, |node| format!("NODE n{node}\n\tPOSITION 1 1"))
        + &lines(links.iter().enumerate(), |(number, (from, to))| {
            format!("LINK l{number}\n\tNODES n{from} n{to}")
        })
}

fn containerlab(nodes: usize, links: &[(usize, usize)]) -> String {
    format!(
        "name: lab\ntopology:\n  nodes:\n{}  links:\n{}",
        lines(0..nodes, |node| format!("    n{node}: {{kind: linux}}")),
        lines(links, |(from, to)| format!("    - endpoints: [\"n{from}:e\", \"n{to}:e\"]"))
    )
}

fn gns3(nodes: usize, links: &[(usize, usize)]) -> String {
    let node = |node| format!("{{\"node_id\":\"i{node}\",\"name\":\"n{node}\"}}");
    let link = |(from, to): &(usize, usize)| {
        format!("{{\"nodes\":[{{\"node_id\":\"i{from}\"}},{{\"node_id\":\"i{to}\"}}]}}")
    };
    let nodes: Vec<String> = (0..nodes).map(node).collect();
    let links: Vec<String> = links.iter().map(link).collect();
    format!(
        "{{\"name\":\"x\",\"type\":\"topology\",\"topology\":{{\"nodes\":[{}],\"links\":[{}]}}}}",
        nodes.join(","),
        links.join(",")
    )
}

/// The rules by which the maps are read.
pub(super) fn rules() -> TopologyRules {
    TopologyRules { joins_parts: true, ..TopologyRules::default() }
}

fn read(file: &'static str, text: String) -> Work {
    let rules = rules();
    Box::new(move || {
        let begun = from_topology(text.as_bytes(), Path::new(file), "map", &rules);
        let begun =
            begun.unwrap_or_else(|wrong| panic!("{file}: {}", wrong.shown[0].list[0].message));
        assert!(begun.text.contains("[headquarters]"));
    })
}

/// Maps of all formats and shapes.
pub(super) fn lists() -> Vec<List> {
    let of_format = |(file, format): (&'static str, Format)| {
        SHAPES.map(move |(shape, of)| {
            List::new(format!("map: {shape} in {file}"), move |count| {
                let (nodes, links) = of(count);
                read(file, format(nodes, &links))
            })
        })
    };
    FORMATS.into_iter().flat_map(of_format).collect()
}
