//! Update sources that are neither the vendor's nor the product's.

use super::super::value_type::ValueType::{Choice, Count, Text};
use super::{FAMILIES, MANY, OVERFLOW, RATE, SPAN, Section, assumed, key, required};

/// `[[other_source]]`.
pub const OTHER_SOURCE: Section = Section {
    name: "other_source",
    about: "Another update source, such as a mirror of ActiveUpdate that a provider keeps. The list, an \
            `[[update_agent]]` and `sources.external` name it; it serves components only, as ActiveUpdate \
            does (SRC-2, SRC-6).",
    most: 1_000,
    keys: &[
        required("name", Text, "its name"),
        key("url", Text, "", "its URL, by which the list may name it, too"),
        key(
            "at",
            Text,
            "\"internet\"",
            "where it is: `internet`, headquarters, a site or a `[[router]]`",
        ),
        assumed("bandwidth", RATE, "\"1 Gbit/s\"", "its network card"),
        assumed(
            "lag",
            SPAN,
            "\"1 h\"",
            "how long after ActiveUpdate it offers something; how it fetches that is not simulated",
        ),
        assumed(
            "connections",
            Count(0, MANY),
            "0",
            "connections of agents at once; 0: any number. The server's own is not counted",
        ),
        assumed("overflow", Choice(OVERFLOW), "\"refuse\"", "what happens to one more"),
        assumed(
            "family",
            Choice(FAMILIES),
            "\"dual\"",
            "which versions of the Internet Protocol it speaks (NET-1)",
        ),
    ],
};
