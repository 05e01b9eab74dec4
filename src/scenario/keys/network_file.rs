//! A network written out, as `replay` reads it.

use super::super::value_type::ValueType::{Duration, Rate, Text};
use super::{NETWORK, Section, key, required};

/// Nothing but tables.
pub const NETWORK_TOP: Section = Section { name: "", about: "", repeated: false, keys: &[] };

/// `[[network.node]]`.
pub const NODE: Section = Section {
    name: "network.node",
    about: "A node, in a network file of `updraft replay`; a scenario draws its own.",
    repeated: true,
    keys: &[required("name", Text, "its name")],
};

/// `[[network.link]]`.
pub const LINK: Section = Section {
    name: "network.link",
    about: "A full-duplex link, in a network file of `updraft replay`.",
    repeated: true,
    keys: &[
        required("from", Text, "one end"),
        required("to", Text, "the other end"),
        required("bandwidth", Rate, "of each direction"),
        key("latency", Duration, "\"0 ms\"", "one way"),
    ],
};

/// All sections of a network file.
pub const NETWORK_SECTIONS: &[&Section] = &[&NETWORK_TOP, &NETWORK, &NODE, &LINK];
