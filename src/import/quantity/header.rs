//! Derives the quantity and unit of values from the name of a column or an attribute.

use super::LONGEST_NAME;
use super::length::length_unit;
use super::rate::{RateUnit, rate_unit};
use super::time::time_unit;

/// A quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::import) enum Quantity {
    /// A bandwidth, or the one towards a site, in the named unit.
    Rate(Option<RateUnit>),
    /// The bandwidth away from a site, likewise.
    RateUp(Option<RateUnit>),
    /// A one-way latency: the named unit, in nanoseconds.
    Latency(Option<f64>),
    /// A round-trip time, likewise.
    RoundTrip(Option<f64>),
    /// A distance: the unit in kilometres.
    Distance(f64),
}

/// Names of a bandwidth, the best known first: what a link has or is contracted for, then what may also be the speed of
/// a port or a measured rate.
const RATES: [&str; 40] = [
    "bandwidth",
    "bw",
    "bandbreite",
    "bandepassante",
    "anchodebanda",
    "帯域幅",
    "帯域",
    "capacity",
    "linkcapacity",
    "linkbandwidth",
    "circuitbandwidth",
    "wanbandwidth",
    "cap",
    "cir",
    "committedrate",
    "commitrate",
    "download",
    "downstream",
    "downlink",
    "downloadspeed",
    "bandwidthdown",
    "hostbandwidthdown",
    "linkspeed",
    "circuitspeed",
    "wanspeed",
    "linespeed",
    "leitungsgeschwindigkeit",
    "accessspeed",
    "speed",
    "rate",
    "linkrate",
    "linerate",
    "datarate",
    "bitrate",
    "débit",
    "debit",
    "wan",
    "wanlink",
    "portspeed",
    "throughput",
];
/// Names of the bandwidth away from a site.
const RATES_UP: [&str; 12] = [
    "upload",
    "upstream",
    "uploadspeed",
    "uploadrate",
    "uploadbandwidth",
    "upspeed",
    "uplinkspeed",
    "uplinkbandwidth",
    "bandwidthup",
    "bandbreiteup",
    "wanupload",
    "uprate",
];
/// Names that are a bandwidth only if a unit stands beside them: alone they may be a state or the name of a link.
const RATES_WITH_UNIT: [&str; 6] = ["down", "dl", "link", "line", "leitung", "circuit"];
/// The same for the bandwidth away from a site.
const RATES_UP_WITH_UNIT: [&str; 4] = ["up", "ul", "uplink", "upstreamspeed"];
const LATENCIES: [&str; 17] = [
    "latency",
    "onewaylatency",
    "delay",
    "onewaydelay",
    "owd",
    "linkdelay",
    "linklatency",
    "propagationdelay",
    "propdelay",
    "networklatency",
    "latenz",
    "verzögerung",
    "latence",
    "latencia",
    "retardo",
    "遅延",
    "lat1way",
];
const ROUND_TRIPS: [&str; 7] =
    ["rtt", "roundtrip", "roundtriptime", "roundtripdelay", "ping", "pingtime", "averagertt"];
const DISTANCES: [&str; 6] = ["dist", "distance", "length", "linklength", "len", "fiberlength"];
/// Words before or after the name of a rate that change nothing about it.
const OF_RATES: [&str; 14] = [
    "wan",
    "internet",
    "access",
    "mpls",
    "leased",
    "site",
    "contracted",
    "contract",
    "guaranteed",
    "nominal",
    "max",
    "maximum",
    "available",
    "total",
];
/// Words before the name of a time that change nothing about it.
const OF_TIMES: [&str; 12] = [
    "avg", "average", "mean", "median", "typical", "measured", "min", "minimum", "max", "maximum",
    "wan", "internet",
];
/// What sites have a link to.
const FAR_ENDS: [&str; 7] =
    ["tohq", "toheadquarters", "tohub", "tocore", "todc", "todatacenter", "zurzentrale"];
/// Names that imply a unit: `NetBox`'s commit rate, port speed and upstream speed are in kbit/s, SNMP's `ifSpeed` in
/// bit/s and `ifHighSpeed` in Mbit/s, the Topology Zoo's `LinkSpeedRaw` in bit/s.
const OF_THEMSELVES: [(&str, f64); 6] = [
    ("commitrate", 1e3),
    ("portspeedkbps", 1e3),
    ("ifspeed", 1.0),
    ("ifhighspeed", 1e6),
    ("linkspeedraw", 1.0),
    ("bps", 1.0),
];

/// `text` in the form in which headers, names and words are compared: lower-case letters and digits only.
pub(in crate::import) fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The quantity that a header or the name of an attribute names; `None` if it names none.
pub(in crate::import) fn quantity_of_header(header: &str) -> Option<Quantity> {
    let name = plain(header);
    if let Some((_, one)) = OF_THEMSELVES.iter().find(|(known, _)| *known == name) {
        return Some(Quantity::Rate(Some(RateUnit::Bits(*one))));
    }
    if name == "upstreamspeed" {
        return Some(Quantity::RateUp(Some(RateUnit::Bits(1e3))));
    }
    if let Some(quantity) = bare_unit(header, &name) {
        return Some(quantity);
    }
    // Without a unit, only the distance of TopoHub is known to be in kilometres.
    if header == "dist" {
        return Some(Quantity::Distance(1.0));
    }
    let unitless = quantity(&name, &Named::default());
    if unitless.is_some() && !matches!(unitless, Some(Quantity::Distance(_))) {
        return unitless;
    }
    // All capitals do not distinguish bits from bytes.
    let lower = header.to_lowercase();
    let header = if header.contains(char::is_lowercase) { header } else { lower.as_str() };
    splits(header).find_map(|(name, unit)| {
        let named =
            Named { rate: rate_unit(unit), time: time_unit(unit), length: length_unit(unit) };
        quantity(&plain(name), &named).filter(|found| has_unit(*found))
    })
}

/// The quantity of a header that is nothing but a unit, such as `Mbit/s` and `ms`; `name` is its plain form.
fn bare_unit(header: &str, name: &str) -> Option<Quantity> {
    if name == "ms" {
        return Some(Quantity::Latency(time_unit(name)));
    }
    // `M` is too little to be sure of, and `bits` can be a volume.
    let is_rate = name.ends_with("ps") || header.to_lowercase().contains("/s");
    let unit = header.trim_matches(|c: char| !c.is_alphanumeric());
    rate_unit(unit).filter(|_| is_rate || name.ends_with("bit")).map(|of| Quantity::Rate(Some(of)))
}

/// How well known a header is as the name of its quantity, the best with the least number: by the order of the names,
/// those without a further word first (`Bandwidth (Mbit/s)` before `Available bandwidth (Mbit/s)`).
pub(in crate::import) fn rank_of_header(header: &str) -> usize {
    const KNOWN: [&[&str]; 7] = [
        &RATES,
        &RATES_WITH_UNIT,
        &RATES_UP,
        &RATES_UP_WITH_UNIT,
        &LATENCIES,
        &ROUND_TRIPS,
        &DISTANCES,
    ];
    let rank = |name: &str| KNOWN.into_iter().flatten().position(|known| *known == plain(name));
    let names = splits(header).map(|(name, _)| name).chain([header]);
    names.filter_map(rank).min().unwrap_or(usize::MAX)
}

/// The unit of data rate in a header that does not name the quantity: `Leased line (Mbit/s)`.
pub(in crate::import) fn unit_of_header(header: &str) -> Option<RateUnit> {
    splits(header).find_map(|(_, unit)| {
        // One letter is too little to be sure of.
        rate_unit(unit).filter(|_| unit.len() > 1)
    })
}

/// A word as a unit of each quantity.
#[derive(Default)]
struct Named {
    rate: Option<RateUnit>,
    time: Option<f64>,
    length: Option<f64>,
}

fn quantity(name: &str, unit: &Named) -> Option<Quantity> {
    let name = FAR_ENDS.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    let is_rate = |names: &[&str]| is_called(name, names, &OF_RATES);
    let is_time = |names: &[&str]| is_called(name, names, &OF_TIMES);
    let has_rate = unit.rate.is_some();
    if is_rate(&RATES) || has_rate && is_rate(&RATES_WITH_UNIT) {
        Some(Quantity::Rate(unit.rate))
    } else if is_rate(&RATES_UP) || has_rate && is_rate(&RATES_UP_WITH_UNIT) {
        Some(Quantity::RateUp(unit.rate))
    } else if is_time(&LATENCIES) {
        Some(Quantity::Latency(unit.time))
    } else if is_time(&ROUND_TRIPS) {
        Some(Quantity::RoundTrip(unit.time))
    } else if DISTANCES.contains(&name) {
        unit.length.map(Quantity::Distance)
    } else {
        None
    }
}

/// Whether `name` is one of `names`, with one of `qualifiers` before or after it.
fn is_called(name: &str, names: &[&str], qualifiers: &[&str]) -> bool {
    let is_rest = |rest: Option<&str>| rest.is_some_and(|rest| names.contains(&rest));
    let is_qualified =
        |word: &str| is_rest(name.strip_prefix(word)) || is_rest(name.strip_suffix(word));
    names.contains(&name) || qualifiers.iter().any(|word| is_qualified(word))
}

fn has_unit(quantity: Quantity) -> bool {
    match quantity {
        Quantity::Rate(unit) | Quantity::RateUp(unit) => unit.is_some(),
        Quantity::Latency(unit) | Quantity::RoundTrip(unit) => unit.is_some(),
        Quantity::Distance(_) => true,
    }
}

/// The ways to split a header into a name and a unit: `Bandwidth (Mbps)`, `latency_ms`, `delayMs`, `Speed in Mbit/s`;
/// none of a header that is too long.
fn splits(header: &str) -> impl Iterator<Item = (&str, &str)> {
    let header = if header.len() > LONGEST_NAME { "" } else { header };
    header.char_indices().skip(1).filter_map(move |(at, c)| {
        let before = header[..at].chars().next_back()?;
        let is_hump = before.is_lowercase() && c.is_uppercase();
        let is_start = c.is_alphanumeric() && !before.is_alphanumeric();
        if !is_hump && !is_start {
            return None;
        }
        let name = header[..at].trim_end_matches(|c: char| !c.is_alphanumeric());
        let name =
            ["_in", " in", "In"].iter().find_map(|word| name.strip_suffix(word)).unwrap_or(name);
        let unit = header[at..].trim_end_matches(|c: char| !c.is_alphanumeric());
        Some((name, unit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_taken_from_headers() {
        let mega = Some(Quantity::Rate(Some(RateUnit::Bits(1e6))));
        for header in [
            "Mbps",
            "(Mbit/s)",
            "Mbit",
            "Bandwidth (Mbps)",
            "bandwidth_mbps",
            "Bandwidth [Mbit/s]",
            "BANDWIDTH_MBPS",
            "bandwidthMbps",
            "Speed in Mbit/s",
            "bw Mbit/s",
            "Download (Mbps)",
            "capacity_mbit",
            "Link Speed (Mb/s)",
            "ifHighSpeed",
            "WAN bandwidth (Mbit)",
            "WAN-Bandbreite (Mbit/s)",
            "Max Bandwidth (Mbps)",
            "Available bandwidth in Mbps",
            "Internet Speed [Mbit/s]",
            "Bandwidth to HQ (Mbps)",
        ] {
            assert_eq!(quantity_of_header(header), mega, "{header}");
        }
        let milli = Some(Quantity::Latency(Some(1e6)));
        for header in [
            "latency_ms",
            "Latency (ms)",
            "delayMs",
            "DELAY_MS",
            "One-way delay [msec]",
            "Avg latency (ms)",
            "Latency to HQ (ms)",
        ] {
            assert_eq!(quantity_of_header(header), milli, "{header}");
        }
        for header in ["Upload (Mbps)", "Bandwidth up (Mbit/s)", "up_mbps", "Uplink (Mbps)"] {
            let up = Some(Quantity::RateUp(Some(RateUnit::Bits(1e6))));
            assert_eq!(quantity_of_header(header), up, "{header}");
        }
        for header in ["Down (Mbps)", "Link (Mbit/s)", "Commit rate (Mbps)"] {
            assert_eq!(quantity_of_header(header), mega, "{header}");
        }
        assert_eq!(quantity_of_header("RTT (ms)"), Some(Quantity::RoundTrip(Some(1e6))));
        assert_eq!(quantity_of_header("length_km"), Some(Quantity::Distance(1.0)));
        assert_eq!(quantity_of_header("dist"), Some(Quantity::Distance(1.0)));
        assert_eq!(
            quantity_of_header("Commit Rate"),
            Some(Quantity::Rate(Some(RateUnit::Bits(1e3))))
        );
        assert_eq!(
            quantity_of_header("bandwidth (MB/s)"),
            Some(Quantity::Rate(Some(RateUnit::Bytes(8e6))))
        );
    }

    #[test]
    fn names_are_known_more_or_less_well() {
        let headers = [
            "Bandwidth (Mbit/s)",
            "bw_mbps",
            "Capacity",
            "Commit rate (Kbps)",
            "Link Speed (Mb/s)",
            "portSpeedKbps",
            "Circuit (Mbit/s)",
            "latency_ms",
            "RTT [ms]",
            "Available bandwidth (Mbit/s)",
        ];
        let ranks: Vec<usize> = headers.into_iter().map(rank_of_header).collect();
        assert!(ranks.is_sorted_by(|one, next| one < next), "{ranks:?}");
    }

    #[test]
    fn a_quantity_without_a_unit_is_known_as_one() {
        assert_eq!(quantity_of_header("bandwidth"), Some(Quantity::Rate(None)));
        assert_eq!(quantity_of_header("Delay"), Some(Quantity::Latency(None)));
        assert_eq!(quantity_of_header("WAN Capacity"), Some(Quantity::Rate(None)));
        for header in [
            "weight",
            "length",
            "Latitude",
            "lat",
            "cost",
            "speed limit",
            "m",
            "",
            "up",
            "Link",
            "total",
            "Bandwidth used (%)",
        ] {
            assert_eq!(quantity_of_header(header), None, "{header}");
        }
    }
}
