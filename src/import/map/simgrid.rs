//! Platforms of SimGrid.
//!
//! Source: <https://simgrid.org/doc/latest/Platform.html>. A `<route>` (formerly `<ASroute>`, `<zoneRoute>`) joins two
//! hosts or routers over links: here one link with the least bandwidth and the sum of the latencies. A `<cluster>` is
//! one site. A route is also the way back, unless it is not symmetrical. Bandwidths in bytes (`125MBps`) are in fact bytes.

use std::collections::BTreeMap;

use roxmltree::Node;

use super::raw::{RawEdge, RawGraph, RawNode};
use super::xml::{NamedInAnyNamespace, needed, opening, parse, without_doctype};
use crate::import::quantity::{AttributeRule, Point, parse_latency, parse_rate};
use crate::scenario::Diagnostic;
use crate::units::text::{DURATION_FORM, RATE_FORM, print_duration, print_rate};
use crate::units::{BitRate, SimDuration};

/// A link of a platform.
#[derive(Clone, Copy)]
struct Link {
    bandwidth: BitRate,
    latency: SimDuration,
}

/// The graph in `text`.
///
/// # Errors
/// The XML error, or all problems of the map.
pub(super) fn read(text: &str) -> Result<RawGraph, Vec<Diagnostic>> {
    let text = without_doctype(text);
    let document = parse(&text, "a SimGrid platform")?;
    let root = document.root_element();
    let mut problems = Vec::new();
    let elements = || root.descendants().filter(Node::is_element);
    let mut links: BTreeMap<&str, Link> = BTreeMap::new();
    for element in
        elements().filter(|element| ["link", "backbone"].contains(&element.tag_name().name()))
    {
        if let (Some(id), Some(link)) = (element.attribute("id"), link(element, &mut problems)) {
            let _ = links.insert(id, link);
        }
    }
    let mut graph = RawGraph::default();
    for element in elements() {
        match element.tag_name().name() {
            "host" | "router" | "cluster" | "cabinet" | "peer" => {
                let id = needed(element, "id", &mut problems);
                let name = element.tag_name().name();
                let attributes = BTreeMap::from([
                    ("name".to_string(), id.clone()),
                    ("kind".into(), name.into()),
                ]);
                graph.nodes.push(RawNode { id, attributes, span: opening(element), group: None });
            }
            "route" | "zoneRoute" | "ASroute" | "ASRoute" => {
                graph.edges.extend(route(element, &links, &mut problems));
            }
            _ => {}
        }
    }
    graph.nodes.retain(|node| !node.id.is_empty());
    if problems.is_empty() { Ok(graph) } else { Err(problems) }
}

fn link(element: Node<'_, '_>, problems: &mut Vec<Diagnostic>) -> Option<Link> {
    let mut wrong = |key: &str, why: String, form: &str| {
        let message = format!("the {key} of this link: {why}");
        problems.push(Diagnostic::new("bad-value", opening(element), message, form));
    };
    let text = element.attribute("bandwidth")?;
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || ".eE+-".contains(c));
    let number = &text[..text.len() - unit.len()];
    // Without a unit, SimGrid uses bytes per second.
    let unit = if unit.trim().is_empty() { "B/s" } else { unit.trim() };
    if number.is_empty() {
        wrong("bandwidth", format!("`{text}` is not a number with a unit"), RATE_FORM);
        return None;
    }
    let rule = AttributeRule::parse(&format!("bandwidth=bandwidth {unit}"));
    let bandwidth = match rule.and_then(|rule| parse_rate(number, rule.rate_unit(), Point::Decimal))
    {
        Ok(rate) => rate.map(|rate| rate.down),
        Err(why) => {
            wrong("bandwidth", format!("`{text}`: {why}"), RATE_FORM);
            None
        }
    };
    // Without a unit, SimGrid uses seconds.
    let latency = element.attribute("latency").unwrap_or("0");
    let minutes = latency.strip_suffix('m').map(|number| format!("{number} min"));
    let latency = minutes.as_deref().unwrap_or(latency);
    let latency = match parse_latency(latency, Some(1e9), Point::Decimal) {
        Ok(latency) => latency.unwrap_or_default(),
        Err(why) => {
            wrong("latency", why, DURATION_FORM);
            return None;
        }
    };
    Some(Link { bandwidth: bandwidth?, latency })
}

/// A route as an edge.
fn route(
    element: Node<'_, '_>,
    links: &BTreeMap<&str, Link>,
    problems: &mut Vec<Diagnostic>,
) -> Option<RawEdge> {
    let mut end = |keys: [&str; 2]| {
        let gateway = keys.iter().find_map(|key| element.attribute(*key));
        gateway.map_or_else(|| needed(element, keys[1], problems), str::to_string)
    };
    let (source, target) = (end(["gw_src", "src"]), end(["gw_dst", "dst"]));
    let mut over: Option<Link> = None;
    for part in
        element.children().filter(|part| part.is_called("link_ctn") || part.is_called("link:ctn"))
    {
        let id = part.attribute("id").unwrap_or_default();
        // A link of two directions (`SPLITDUPLEX`) is also two links, by these names.
        let whole = id.strip_suffix("_UP").or_else(|| id.strip_suffix("_DOWN"));
        let Some(link) = links.get(id).or_else(|| links.get(whole?)) else {
            let message = format!("there is no link `{id}`");
            problems.push(Diagnostic::new(
                "unknown-name",
                opening(part),
                message,
                "the id of a link",
            ));
            return None;
        };
        over = Some(over.map_or(*link, |over| Link {
            bandwidth: over.bandwidth.min(link.bandwidth),
            latency: SimDuration::from_nanos(
                over.latency.as_nanos().saturating_add(link.latency.as_nanos()),
            ),
        }));
    }
    let mut attributes = BTreeMap::new();
    if let Some(link) = over {
        let _ = attributes.insert("bandwidth".into(), print_rate(link.bandwidth));
        let _ = attributes.insert("latency".into(), print_duration(link.latency));
    }
    let is_directed =
        element.attribute("symmetrical").is_some_and(|text| text.eq_ignore_ascii_case("no"));
    Some(RawEdge { source, target, is_directed, attributes, span: opening(element) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_a_link_of_what_it_leads_over() {
        let text = r#"<?xml version="1.0"?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1"><zone id="z" routing="Full"><host id="hq" speed="1Gf"/><host id="lyon" speed="1Gf"/>
<link id="a" bandwidth="2Mbps" latency="12ms"/><link id="b" bandwidth="125MBps" latency="50us"/>
<route src="hq" dst="lyon"><link_ctn id="a_UP"/><link_ctn id="b" direction="UP"/></route></zone></platform>"#;
        let graph = read(text).expect("a platform");
        assert_eq!(graph.nodes.len(), 2);
        assert_eq!(graph.edges[0].attributes["bandwidth"], "2 Mbit/s");
        assert_eq!(graph.edges[0].attributes["latency"], "12.05 ms");
        let minutes = text.replace("12ms", "0.1m").replace("50us", "0");
        assert_eq!(read(&minutes).expect("a platform").edges[0].attributes["latency"], "6 s");
    }

    #[test]
    fn an_invalid_platform_is_reported_with_its_position() {
        let code = |inner: &str| {
            read(&format!("<platform>{inner}</platform>")).expect_err("wrong")[0].code
        };
        assert_eq!(code("<host/>"), "missing-key");
        assert_eq!(code("<link id=\"a\" bandwidth=\"fast\"/>"), "bad-value");
        assert_eq!(code("<route src=\"a\" dst=\"b\"><link_ctn id=\"x\"/></route>"), "unknown-name");
    }
}
