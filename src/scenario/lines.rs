//! Contracts of lines: different rates in the two directions, a committed rate, the price of traffic, and one physical
//! line for a site's link and its own access to the Internet.

use super::diagnostic::Diagnostic;
use super::document::Document;
use super::keys;
use super::reader::Fields;
use super::value_type::Part;
use crate::model::tariff::Tariff;
use crate::units::BitRate;

/// What follows the name of a site in the name of its physical line.
pub(super) const LINE: &str = "/line";

/// The contract of a line, except its bandwidth towards the site.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Contract {
    /// Bandwidth of the other direction, in bit/s; the same if empty.
    pub up: Vec<Part>,
    /// The rate that the provider guarantees, whatever the background traffic.
    pub committed: Option<BitRate>,
    /// The price of its traffic.
    pub tariff: Option<Tariff>,
    /// The price of a Mbit/s of its bandwidth in a month, in thousandths of the currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_mbps: Option<u64>,
}

impl Contract {
    /// Whether no key of the contract is set.
    pub(super) fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// The contract of a site's link; `cost` is the table `[cost]`, here and in the others.
    pub(super) fn of_link(fields: &Fields, cost: &Fields, problems: &mut Vec<Diagnostic>) -> Self {
        Self {
            up: fields.parts("bandwidth_up").unwrap_or_default(),
            committed: fields.maybe_rate("committed"),
            tariff: read_tariff(fields, LINK_TARIFF, cost, problems),
            per_mbps: fields.maybe_count("price_per_mbps"),
        }
    }

    /// The contract of a site's own access to the Internet. It has no committed rate, since it has no background
    /// traffic.
    pub(super) fn of_access(
        fields: &Fields,
        cost: &Fields,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        Self {
            tariff: read_tariff(fields, INTERNET_TARIFF, cost, problems),
            per_mbps: fields.maybe_count("price_per_mbps"),
            ..Self::default()
        }
    }

    /// The contract of headquarters' access to the Internet.
    pub(super) fn of_headquarters(
        fields: &Fields,
        cost: &Fields,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        Self {
            up: Vec::new(),
            committed: fields.maybe_rate("internet_committed"),
            tariff: read_tariff(fields, INTERNET_TARIFF, cost, problems),
            per_mbps: fields.maybe_count("internet_price_per_mbps"),
        }
    }
}

/// The keys of the price of the traffic of a link and of what is free of it, and those of an access to the Internet.
pub(super) const LINK_TARIFF: [&str; 2] = ["price_per_gb", "data_cap"];
const INTERNET_TARIFF: [&str; 2] = ["internet_price_per_gb", "internet_data_cap"];

/// The physical line that a site's link and its own access to the Internet share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Line {
    /// Bandwidth towards the site.
    pub down: BitRate,
    /// Bandwidth of the other direction.
    pub up: BitRate,
}

/// The price of a line's traffic, if the scenario gives one for it, or that of `cost` if a part of it is free.
pub(super) fn read_tariff(
    fields: &Fields,
    [price, cap]: [&'static str; 2],
    cost: &Fields,
    problems: &mut Vec<Diagnostic>,
) -> Option<Tariff> {
    let has_price = fields.mentions(price) || cost.mentions("per_gb");
    let wanted = format!("`{price}` in addition, or `per_gb` in [cost]");
    fields.check_meaning(cap, has_price, &wanted, problems);
    let general = || cost.maybe_count("per_gb").filter(|_| fields.has(cap));
    let per_gb = fields.maybe_count(price).or_else(general)?;
    Some(Tariff { per_gb, free: fields.maybe_bytes(cap).unwrap_or_default() })
}

/// The physical line that a site's link and its own access to the Internet share, if they share one.
pub(super) fn read_line(
    fields: &Fields,
    shares: bool,
    problems: &mut Vec<Diagnostic>,
) -> Option<Line> {
    let wanted = "internet = \"own\" and a link, which share the line";
    fields.check_meaning("line", shares, wanted, problems);
    fields.check_meaning("line_up", fields.mentions("line"), "`line` in addition", problems);
    let down = fields.maybe_rate("line")?;
    Some(Line { down, up: fields.maybe_rate("line_up").unwrap_or(down) })
}

/// Keys of an access to the Internet apply only to a site that has its own access.
pub(super) fn check_access(fields: &Fields, is_own: bool, problems: &mut Vec<Diagnostic>) {
    for key in INTERNET_TARIFF {
        fields.check_meaning(key, is_own, "internet = \"own\"", problems);
    }
}

/// A committed rate applies only with background traffic.
pub(super) fn check_committed(document: &Document<'_>, problems: &mut Vec<Diagnostic>) {
    if !document.sections(&keys::BACKGROUND).is_empty() {
        return;
    }
    let wanted = "[[background]], whose traffic it limits";
    let headquarters = document.section(&keys::HEADQUARTERS);
    headquarters.check_meaning("internet_committed", false, wanted, problems);
    let sites = document.sections(&keys::SITE).iter();
    for fields in sites.chain(document.sections(&keys::WAN_LINK)) {
        fields.check_meaning("committed", false, wanted, problems);
    }
}
