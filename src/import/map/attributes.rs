//! Interprets the attributes of a map: names, positions, bandwidths and latencies, under the names that programs use;
//! and reports what was read and what was not.

use std::collections::{BTreeMap, BTreeSet};

use super::problems::{wrong_latency, wrong_length, wrong_rate};
use super::raw::{RawEdge, RawGraph, RawNode};
use super::rules::TopologyRules;
use crate::import::account::{listed, named, printable};
use crate::import::quantity::{
    Meaning, Point, Quantity, Rate, RateUnit, is_missing, is_rate, parse_latency, parse_length,
    parse_rate, parse_rate_up, quantity_of_header, rank_of_header, rate_in, time_in,
    unit_of_header,
};
use crate::import::service::{is_out_of_service, is_status};
use crate::scenario::{Diagnostic, nearest};
use crate::units::{BitRate, SimDuration};

/// The speed of light in glass, 200,000 km/s.
pub(super) const MICROSECONDS_PER_KM: u32 = 5;

/// Attributes that name a node, the best first. The Topology Zoo, yEd and Gephi write `label`, `NetworkX` and igraph
/// `name`; `NodeLabel` is the text of a yEd node.
const NAMES: [&str; 10] = [
    "label",
    "Label",
    "NodeLabel",
    "name",
    "Name",
    "hostname",
    "sysName",
    "title",
    "display_name",
    "city",
];
/// Attributes of an edge that often contain a rate.
const LABELS: [&str; 9] = [
    "LinkLabel",
    "label",
    "Label",
    "EdgeLabel",
    "Edge Label",
    "xlabel",
    "name",
    "description",
    "comment",
];
/// Pairs of attributes that hold a position in degrees; those of the Topology Zoo come first.
const POSITIONS: [(&str, &str); 6] = [
    ("Latitude", "Longitude"),
    ("latitude", "longitude"),
    ("lat", "lon"),
    ("lat", "lng"),
    ("lat", "long"),
    ("Lat", "Lon"),
];

/// The interpreter of the attributes of one map.
pub(super) struct Attributes<'r> {
    rules: &'r TopologyRules,
    /// What a point in a number without a unit may be.
    point: Point,
    /// The attributes of edges that are quantities, the best known first.
    quantities: Vec<(&'r str, Quantity)>,
    edge_names: BTreeSet<&'r str>,
    node_names: BTreeSet<&'r str>,
    /// For each quantity and source, the number of links or nodes.
    read: BTreeMap<(&'static str, String), usize>,
    /// Further attributes that were read.
    used: BTreeSet<String>,
}

/// A position on a map as written, in degrees if it is on Earth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Written {
    pub(super) latitude: f64,
    pub(super) longitude: f64,
}

impl<'r> Attributes<'r> {
    /// Examines the attributes of a map.
    ///
    /// # Errors
    /// Attributes that `--attribute` names and that no link or node has.
    pub(super) fn new(
        raw: &'r RawGraph,
        rules: &'r TopologyRules,
    ) -> Result<Self, Vec<Diagnostic>> {
        let edges = raw.edges.iter().flat_map(|edge| edge.attributes.keys().map(String::as_str));
        let mut quantities: BTreeMap<&str, Option<Quantity>> = edges
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(|name| (name, quantity_of_header(name)))
            .collect();
        take_rates(raw, rules, &mut quantities)?;
        let edge_names = quantities.keys().copied().collect();
        let mut quantities: Vec<_> =
            quantities.into_iter().filter_map(|(name, of)| Some((name, of?))).collect();
        quantities.sort_by_cached_key(|(name, _)| rank_of_header(name));
        let nodes = raw.nodes.iter().flat_map(|node| node.attributes.keys().map(String::as_str));
        let (point, node_names) = (raw.point, nodes.collect());
        let (read, used) = (BTreeMap::new(), BTreeSet::new());
        let attributes = Self { rules, point, quantities, edge_names, node_names, read, used };
        let unknown: Vec<Diagnostic> = rules
            .attributes
            .iter()
            .filter_map(|rule| attributes.unknown(rule.meaning, &rule.attribute))
            .collect();
        if unknown.is_empty() { Ok(attributes) } else { Err(unknown) }
    }

    fn unknown(&self, meaning: Meaning, attribute: &str) -> Option<Diagnostic> {
        let of_nodes = meaning == Meaning::Name;
        let known: Vec<&str> = if of_nodes {
            self.node_names.iter().copied().collect()
        } else {
            self.edge_names.iter().copied().collect()
        };
        let rule = self.rules.attributes.iter().find(|rule| rule.attribute == attribute)?;
        if known.iter().any(|name| rule.names(name)) {
            return None;
        }
        let what = if of_nodes { "node" } else { "link" };
        let message = format!("no {what} has an attribute `{attribute}`");
        let expected = if known.is_empty() {
            format!("attributes: the {what}s of this map have none")
        } else {
            format!("one of {}", listed(known.iter().copied()))
        };
        let help = nearest(attribute, known.into_iter());
        Some(Diagnostic::new("unknown-name", 0..0, message, expected).with_help(help))
    }

    fn note(&mut self, meaning: &'static str, from: String) {
        *self.read.entry((meaning, from)).or_default() += 1;
    }

    /// The quantities of an edge with their names and texts, the best known first.
    fn quantities_of<'e>(&self, edge: &'e RawEdge) -> Vec<(&'e String, &'e String, Quantity)> {
        let of = |(name, quantity): &(&str, Quantity)| {
            edge.attributes.get_key_value(*name).map(|(name, text)| (name, text, *quantity))
        };
        self.quantities.iter().filter_map(of).collect()
    }

    /// The name of a node on the map.
    pub(super) fn name(&mut self, node: &RawNode) -> Option<String> {
        let says = |text: &&String| !text.trim().is_empty() && text.trim() != "None";
        let by_rule = self.rules.attributes.iter().filter(|rule| rule.meaning == Meaning::Name);
        let by_rule =
            by_rule.flat_map(|rule| node.attributes.iter().filter(|(name, _)| rule.names(name)));
        let known = NAMES.iter().filter_map(|name| node.attributes.get_key_value(*name));
        let found = by_rule.chain(known).find(|(_, text)| says(text));
        if let Some((name, text)) = found {
            let (name, text) = (named(name), printable(text));
            self.note("names of nodes", name);
            return Some(text);
        }
        // NetworkX, DOT and tables have names as ids; `0` and yEd's `n0::n1` are numbers.
        let digits = node.id.replace("::", "").replace('n', "");
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_number || node.id.trim().is_empty() {
            return None;
        }
        self.note("names of nodes", "ids".into());
        Some(node.id.clone())
    }

    /// The position of a node, as written.
    ///
    /// # Errors
    /// Attributes that the Topology Zoo calls degrees and that are not.
    pub(super) fn position(&mut self, node: &RawNode) -> Result<Option<Written>, Vec<Diagnostic>> {
        let get = |name: &str| node.attributes.get(name).map(|text| text.trim());
        let pair = POSITIONS.iter().find(|(lat, lon)| get(lat).is_some() && get(lon).is_some());
        let Some((lat, lon)) = pair else {
            // TopoHub's JSON has `pos`: longitude and latitude. Layouts of NetworkX have it, too.
            let pos = get("pos")
                .and_then(|text| text.strip_prefix('[')?.strip_suffix(']')?.split_once(','));
            let Some((lon, lat)) = pos else { return Ok(None) };
            let place = lat.trim().parse().ok().zip(lon.trim().parse().ok());
            if place.is_some() {
                self.note("positions", format!("{} as longitude and latitude", named("pos")));
            }
            return Ok(place.map(|(latitude, longitude)| Written { latitude, longitude }));
        };
        self.note("positions", format!("{} and {}", named(lat), named(lon)));
        let mut wrong = Vec::new();
        let mut degrees = |key: &str, most: f64| {
            let text = get(key)?;
            let number = text.parse::<f64>().ok();
            if key.starts_with('L')
                && number.is_none_or(|number| number.is_nan() || number.abs() > most)
            {
                let message = format!("{} is not a {}", named(text), key.to_lowercase());
                let expected = format!("a number of degrees from -{most} to {most}");
                wrong.push(Diagnostic::new("bad-value", node.span.clone(), message, expected));
            }
            number
        };
        let (latitude, longitude) = (degrees(lat, 90.0), degrees(lon, 180.0));
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(latitude.zip(longitude).map(|(latitude, longitude)| Written { latitude, longitude }))
    }

    /// A link's bandwidth towards the site at its lower end and away from it, in bit/s, if the map has it.
    ///
    /// # Errors
    /// An attribute that is a bandwidth by its name, but not by its value.
    pub(super) fn bandwidth(&mut self, edge: &RawEdge) -> Result<Option<[f64; 2]>, Diagnostic> {
        let Some(Rate { down, up }) = self.bandwidth_towards(edge)? else { return Ok(None) };
        let up = self.bandwidth_away(edge)?.or(up).unwrap_or(down);
        Ok(Some([down, up].map(to_float)))
    }

    /// The rate of an attribute for the bandwidth away from a site.
    fn bandwidth_away(&mut self, edge: &RawEdge) -> Result<Option<BitRate>, Diagnostic> {
        if let Some(rate) = self.by_rule(edge, Meaning::BandwidthUp, parse_rate_up)? {
            return Ok(Some(rate));
        }
        for (name, text, quantity) in self.quantities_of(edge) {
            let Quantity::RateUp(unit) = quantity else { continue };
            let rate = parse_rate_up(text, unit, self.point)
                .map_err(|why| wrong_rate(edge, name, text, &why))?;
            if rate.is_some() {
                self.note("bandwidth_up", named(name));
                return Ok(rate);
            }
        }
        Ok(None)
    }

    /// What `parse` reads in the attribute that `--attribute` names.
    fn by_rule<T>(
        &mut self,
        edge: &RawEdge,
        meaning: Meaning,
        parse: impl Fn(&str, Option<RateUnit>, Point) -> Result<Option<T>, String>,
    ) -> Result<Option<T>, Diagnostic> {
        for rule in self.rules.attributes.iter().filter(|rule| rule.meaning == meaning) {
            for (name, text) in edge.attributes.iter().filter(|(name, _)| rule.names(name)) {
                let rate = parse(text, rule.rate_unit(), self.point)
                    .map_err(|why| wrong_rate(edge, name, text, &why))?;
                if rate.is_some() {
                    self.note(meaning.word(), named(name));
                    return Ok(rate);
                }
            }
        }
        Ok(None)
    }

    /// The rate of the best-known attribute for a bandwidth; both rates if it has two.
    fn bandwidth_towards(&mut self, edge: &RawEdge) -> Result<Option<Rate>, Diagnostic> {
        if let Some(rate) = self.by_rule(edge, Meaning::Bandwidth, parse_rate)? {
            return Ok(Some(rate));
        }
        let raw = edge.attributes.get("LinkSpeedRaw").and_then(|text| text.trim().parse().ok());
        if let Some(raw) = raw.filter(|speed: &f64| speed.is_finite() && *speed >= 1.0) {
            self.note("bandwidth", "`LinkSpeedRaw`".into());
            return Ok(Some(of_number(raw)));
        }
        if let Some(rate) = self.labelled(edge, "LinkLabel")? {
            return Ok(Some(rate));
        }
        for (name, text, quantity) in self.quantities_of(edge) {
            let Quantity::Rate(unit) = quantity else { continue };
            if name == "LinkSpeedRaw" {
                continue;
            }
            // The Topology Zoo has the unit beside the number: `LinkSpeed 10`, `LinkSpeedUnits "G"`.
            let beside = ["Units", "Unit", "_unit", "_units"];
            let beside = beside.iter().find_map(|end| edge.attributes.get(&format!("{name}{end}")));
            let rate = match beside {
                Some(unit) => parse_rate(&format!("{text} {unit}"), None, self.point),
                None => parse_rate(text, unit, self.point),
            };
            if let Some(rate) = rate.map_err(|why| wrong_rate(edge, name, text, &why))? {
                self.note_rate(name, rate);
                return Ok(Some(rate));
            }
        }
        for name in LABELS {
            if let Some(rate) = self.labelled(edge, name)? {
                return Ok(Some(rate));
            }
        }
        Ok(None)
    }

    /// The rate in a label of a link.
    fn labelled(&mut self, edge: &RawEdge, name: &str) -> Result<Option<Rate>, Diagnostic> {
        let Some(text) = edge.attributes.get(name) else { return Ok(None) };
        let rate = rate_in(text).map_err(|why| wrong_rate(edge, name, text, &why))?;
        if let Some(rate) = rate {
            self.note_rate(name, rate);
        }
        Ok(rate)
    }

    fn note_rate(&mut self, name: &str, rate: Rate) {
        let up = if rate.up.is_some() { " (towards the site, away from it)" } else { "" };
        self.note("bandwidth", format!("{}{up}", named(name)));
    }

    /// A link's latency, if the map has it or the link's length.
    ///
    /// # Errors
    /// An attribute that is a latency or a length by its name, but not by its value.
    pub(super) fn latency(&mut self, edge: &RawEdge) -> Result<Option<SimDuration>, Diagnostic> {
        for rule in self.rules.attributes.iter().filter(|rule| rule.meaning == Meaning::Latency) {
            for (name, text) in edge.attributes.iter().filter(|(name, _)| rule.names(name)) {
                let latency = rule
                    .latency(text, self.point)
                    .map_err(|why| wrong_latency(edge, name, text, &why))?;
                if latency.is_some() {
                    self.note("latency", named(name));
                    return Ok(latency);
                }
            }
        }
        for (name, text, quantity) in self.quantities_of(edge) {
            let (unit, parts, what) = match quantity {
                Quantity::Latency(unit) => (unit, 1, ""),
                Quantity::RoundTrip(unit) => (unit, 2, ", halved"),
                _ => continue,
            };
            let latency = parse_latency(text, unit, self.point)
                .map_err(|why| wrong_latency(edge, name, text, &why))?;
            if let Some(latency) = latency {
                self.note("latency", format!("{}{what}", named(name)));
                return Ok(Some(SimDuration::from_nanos(latency.as_nanos() / parts)));
            }
        }
        for name in LABELS {
            let Some(text) = edge.attributes.get(name) else { continue };
            let latency = time_in(text).map_err(|why| wrong_latency(edge, name, text, &why))?;
            if latency.is_some() {
                self.note("latency", named(name));
                return Ok(latency);
            }
        }
        for (name, text, quantity) in self.quantities_of(edge) {
            let Quantity::Distance(unit) = quantity else { continue };
            let length = parse_length(text, unit, self.point);
            if let Some(km) = length.map_err(|why| wrong_length(edge, name, text, &why))? {
                self.note("latency", format!("{} at {MICROSECONDS_PER_KM} us/km", named(name)));
                return Ok(Some(of_distance(km)));
            }
        }
        Ok(None)
    }

    /// Whether the bandwidth of links is that of the hosts at their ends (Shadow).
    pub(super) fn host_bandwidth(&mut self, node: &RawNode) -> Option<f64> {
        let text = node.attributes.get("host_bandwidth_down")?;
        let rate = parse_rate(text, None, self.point).ok()??;
        self.note("bandwidth", "`host_bandwidth_down` of both ends, the smaller one".into());
        Some(to_float(rate.down))
    }

    /// Whether a node is a bend of a cable without agents (`TopoHub`).
    pub(super) fn is_waypoint(&mut self, node: &RawNode) -> bool {
        let is_one = node
            .attributes
            .get("type")
            .is_some_and(|text| text.to_lowercase().contains("waypoint"));
        if is_one {
            let _ = self.used.insert("type".into());
        }
        is_one
    }

    /// Whether a link is not in service by its status.
    pub(super) fn is_out_of_service(&mut self, edge: &RawEdge) -> bool {
        let Some((name, status)) = edge.attributes.iter().find(|(name, _)| is_status(name)) else {
            return false;
        };
        if !self.used.contains(name) {
            let _ = self.used.insert(name.clone());
        }
        is_out_of_service(status)
    }

    /// Reverts the reading of positions.
    pub(super) fn forget_positions(&mut self) {
        self.read.retain(|(meaning, _), _| *meaning != "positions");
    }

    /// What was read from which attribute, and the attributes that were not read.
    pub(super) fn account(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut by_meaning: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for ((meaning, from), count) in &self.read {
            by_meaning.entry(meaning).or_default().push(format!("{from} ({count})"));
        }
        for (meaning, from) in by_meaning {
            lines.push(format!("read: {meaning} from {}", from.join(", ")));
        }
        let is_read = |name: &str| {
            self.used.contains(name)
                || self.read.keys().any(|(_, from)| from.contains(&named(name)))
        };
        let nodes: Vec<&str> =
            self.node_names.iter().copied().filter(|name| !is_read(name)).collect();
        let edges: Vec<&str> =
            self.edge_names.iter().copied().filter(|name| !is_read(name)).collect();
        for (what, names) in [("nodes", nodes), ("links", edges)] {
            let names: Vec<&str> =
                names.into_iter().filter(|name| !IS_STRUCTURE.contains(name)).collect();
            if !names.is_empty() {
                lines.push(format!("not read: of {what} {}", listed(names.into_iter())));
            }
        }
        lines
    }
}

/// Attributes of every graph: ids and ends.
const IS_STRUCTURE: [&str; 7] = ["id", "source", "target", "key", "from", "to", "nodes"];

/// A number of bit/s, in both directions.
fn of_number(bits: f64) -> Rate {
    let down = BitRate::from_bits_per_sec(whole(bits).max(1)).min(BitRate::MAX);
    Rate { down, up: None }
}

/// The latency of this many kilometres of glass.
pub(super) fn of_distance(km: f64) -> SimDuration {
    SimDuration::from_nanos(1000 * whole(km * f64::from(MICROSECONDS_PER_KM)))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, not below 0"
)]
pub(super) fn whole(number: f64) -> u64 {
    number.round() as u64
}

#[expect(clippy::cast_precision_loss, reason = "rates are below 2^53 bit/s")]
pub(super) fn to_float(rate: BitRate) -> f64 {
    rate.bits_per_sec() as f64
}
/// Takes the only attribute of links with rates in all values as the bandwidth, if no attribute is known to be one.
///
/// # Errors
/// Several such attributes, with the flag that names the right one.
fn take_rates<'r>(
    raw: &'r RawGraph,
    rules: &TopologyRules,
    quantities: &mut BTreeMap<&'r str, Option<Quantity>>,
) -> Result<(), Vec<Diagnostic>> {
    let is_known = |quantity: &Option<Quantity>| matches!(quantity, Some(Quantity::Rate(_)));
    let is_label = |name: &str| LABELS.contains(&name) || name == "LinkLabel";
    let values = || raw.edges.iter().flat_map(|edge| &edge.attributes);
    let names_rate = |text: &str| !matches!(rate_in(text), Ok(None));
    let is_labelled = || values().any(|(name, text)| is_label(name) && names_rate(text));
    let by_rule = rules.attributes.iter().any(|rule| rule.meaning == Meaning::Bandwidth);
    if by_rule || quantities.values().any(is_known) || is_labelled() {
        return Ok(());
    }
    // The unit of each attribute, and whether it is a rate of all links that have it.
    let mut unknown: BTreeMap<&str, (Option<RateUnit>, bool)> = BTreeMap::new();
    for (name, text) in values() {
        if quantities[name.as_str()].is_none() && !is_label(name) && !is_missing(text) {
            let (unit, are_rates) =
                unknown.entry(name).or_insert_with(|| (unit_of_header(name), true));
            *are_rates = *are_rates && is_rate(text, *unit);
        }
    }
    unknown.retain(|_, (_, are_rates)| *are_rates);
    let all: Vec<&str> = unknown.keys().copied().collect();
    match all.as_slice() {
        [] => Ok(()),
        [only] => {
            let quantity = Quantity::Rate(unknown[only].0);
            let _ = quantities.insert(*only, Some(quantity));
            Ok(())
        }
        [first, ..] => {
            let message =
                format!("the attributes {} of links are data rates", listed(all.iter().copied()));
            let help = format!("name the bandwidth: --attribute bandwidth=\"{first}\"");
            let expected = "one attribute of bandwidth, or a known name such as `bandwidth`";
            Err(vec![
                Diagnostic::new("unclear-column", 0..0, message, expected).with_help(Some(help)),
            ])
        }
    }
}
