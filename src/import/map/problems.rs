//! Messages about the attributes of links.

use super::raw::RawEdge;
use crate::import::account::named;
use crate::scenario::Diagnostic;
use crate::units::text::{DURATION_FORM, RATE_FORM};

/// The message about a bandwidth.
pub(super) fn wrong_rate(edge: &RawEdge, name: &str, text: &str, why: &str) -> Diagnostic {
    wrong_value(edge, ("bandwidth", RATE_FORM), (name, text), why)
        .with_help(unit_help(why, &format!("bandwidth=\"{name} Mbit/s\"")))
}

/// The message about a latency.
pub(super) fn wrong_latency(edge: &RawEdge, name: &str, text: &str, why: &str) -> Diagnostic {
    wrong_value(edge, ("latency", DURATION_FORM), (name, text), why)
        .with_help(unit_help(why, &format!("latency=\"{name} ms\"")))
}

/// The message about a length.
pub(super) fn wrong_length(edge: &RawEdge, name: &str, text: &str, why: &str) -> Diagnostic {
    wrong_value(edge, ("length", "a length such as 120 or 120 km"), (name, text), why)
}

fn wrong_value(
    edge: &RawEdge,
    (what, expected): (&str, &str),
    (name, text): (&str, &str),
    why: &str,
) -> Diagnostic {
    let message = format!("the {what} {} of this link: {}: {why}", named(name), named(text));
    Diagnostic::new("bad-value", edge.span.clone(), message, expected)
}

/// The flag that sets a unit, which does not tell a decimal point from a thousands separator.
fn unit_help(why: &str, rule: &str) -> Option<String> {
    let help = || format!("if all numbers have one unit, name it: --attribute {rule}");
    (!why.contains("ambiguous")).then(help)
}
