//! A general network: links in addition to those between each site and the place above it.

use super::super::value_type::ValueType::{Choice, Count, Price, Text};
use super::{COMMITTED, DISK, LATENCY, MANY_TABLES, RATE, Section, ValueType, key, required};
use crate::network::Carries;
use crate::scenario::words::Words;

/// The cost of a link, if routes are chosen by cost.
pub(super) const COST: ValueType = Count(1, 65_535);

/// `[[router]]`.
pub const ROUTER: Section = Section {
    name: "router",
    about: "A node without agents that joins links.",
    most: MANY_TABLES,
    keys: &[required("name", Text, "its name")],
};

/// `[[link]]`.
pub const WAN_LINK: Section = Section {
    name: "link",
    about: "A full-duplex link between two places, in addition to those of `via`. An end is \
            headquarters, a site, a group of sites, a router or `internet`. If an end is a group, each of \
            its sites has such a link, alternating between the sites of the other end.",
    most: MANY_TABLES,
    keys: &[
        key(
            "name",
            Text,
            "",
            "its name in `[[fault]]`; those of a group of several sites are `name-001` …",
        ),
        required("from", Text, "one end"),
        required("to", Text, "the other end"),
        required("bandwidth", RATE, "of the direction that leads away from `from`"),
        key("bandwidth_back", RATE, "", "of the other direction; by default the same"),
        COMMITTED,
        key("price_per_gb", Price, "", "of its traffic, for `wan_cost`"),
        key(
            "price_per_mbps",
            Price,
            "",
            "of each Mbit/s of its faster direction in a month; by default as in `[cost]`",
        ),
        key("data_cap", DISK, "", "its traffic in the scenario that is free of charge"),
        key("latency", LATENCY, "\"10 ms\"", "one way"),
        key("cost", COST, "10", "its cost, if `network.routes_by = \"cost\"`"),
        key(
            "carries",
            Choice(Carries::WORDS),
            "",
            "the traffic that it carries: by default everything; a link to `internet` only traffic from or to the Internet",
        ),
    ],
};
