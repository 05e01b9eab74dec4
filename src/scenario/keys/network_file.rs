//! The network file of `replay`.

use super::super::value_type::ValueType::{Duration, Rate, Text};
use super::{NETWORK, Section, key, required};
use crate::units::{BitRate, SimDuration};

/// The maximum number of nodes or links; more are treated as a typing error.
const MANY: usize = 10_000_000;

/// The top of the file, which contains only tables.
pub const NETWORK_TOP: Section = Section { name: "", about: "", most: 1, keys: &[] };

/// `[[network.node]]`.
pub const NODE: Section = Section {
    name: "network.node",
    about: "A node, in a network file of `updraft replay`; a scenario has its own nodes.",
    most: MANY,
    keys: &[required("name", Text, "its name")],
};

/// `[[network.link]]`.
pub const LINK: Section = Section {
    name: "network.link",
    about: "A full-duplex link, in a network file of `updraft replay`.",
    most: MANY,
    keys: &[
        required("from", Text, "one end"),
        required("to", Text, "the other end"),
        required(
            "bandwidth",
            Rate(BitRate::from_bits_per_sec(1), BitRate::MAX),
            "of each direction",
        ),
        key(
            "latency",
            Duration(SimDuration::ZERO, SimDuration::from_hours(1)),
            "\"0 ms\"",
            "one way",
        ),
    ],
};

/// All sections of a network file.
pub const NETWORK_SECTIONS: &[&Section] = &[&NETWORK_TOP, &NETWORK, &NODE, &LINK];
