//! Headquarters and groups of equal sites, and their names.

use std::collections::BTreeMap;

use ipnet::{Ipv4Net, Ipv6Net};

use super::diagnostic::{Diagnostic, nearest_if_shown};
use super::lines::{Contract, Line};
use super::reader::Fields;
use super::traits::Traits;
use super::value_type::Part;
use crate::model::reach::Family;
use crate::units::{BitRate, SimDuration};

/// The default cost of a link.
pub(super) const DEFAULT_COST: u32 = 10;

/// A group of equal sites. The first group is headquarters.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// The number of sites.
    pub count: u32,
    /// The group of the sites above, by its number; headquarters has none.
    pub via: Option<usize>,
    /// Whether each site has a link to the site above; otherwise only explicit links.
    #[serde(skip_serializing_if = "Clone::clone")]
    pub has_link: bool,
    /// That link's cost, if routes are chosen by cost.
    #[serde(skip)]
    pub cost: u32,
    /// Agents at each site.
    pub agents: Vec<Part>,
    /// Bandwidth of each site's link, in bit/s.
    pub bandwidth: Vec<Part>,
    /// Latency of each site's link, in ns.
    pub latency: Vec<Part>,
    /// The contract of that link.
    #[serde(skip_serializing_if = "Contract::is_plain")]
    pub link: Contract,
    /// How they are connected to the Internet.
    pub internet: WayOut,
    /// The contract of their own access to the Internet.
    #[serde(skip_serializing_if = "Contract::is_plain")]
    pub access: Contract,
    /// The physical line that link and access share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<Line>,
    /// The versions of the Internet Protocol that their agents use (NET-1).
    pub family: Family,
    /// Whether their agents are behind NAT (NET-3).
    pub nat: bool,
    /// The address range of each site.
    pub subnets: Vec<Ipv4Net>,
    /// Where these ranges come from.
    #[serde(skip)]
    pub range_origin: RangeOrigin,
    /// The IPv6 prefix of each site, if it is written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prefixes: Vec<Ipv6Net>,
    /// Update Agents at each site.
    pub update_agents: u32,
    /// Whether they also serve the sites below.
    pub serves_downstream: bool,
    /// The values of their agents that differ from `[agents]`.
    pub traits: Traits,
}

/// Where the address ranges of a group of sites come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeOrigin {
    /// The scenario, so that they are the company's own.
    Written,
    /// The next free ones.
    Allotted,
}

/// The connection of a site to the Internet.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum WayOut {
    /// Over its link, like the site above.
    #[default]
    Above,
    /// By a separate access; its link to the site above carries only internal traffic.
    Own {
        /// Bandwidth of that access, in bit/s.
        bandwidth: Vec<Part>,
        /// Its latency, one way.
        latency: SimDuration,
    },
    /// None: it is cut off from the Internet.
    None,
}

impl Group {
    /// The name of its site number `index`.
    pub fn site_name(&self, index: u32) -> String {
        if self.count == 1 { self.name.clone() } else { format!("{}-{:03}", self.name, index + 1) }
    }

    /// The prefix of its site number `index`, if it is written.
    pub(crate) fn prefix(&self, index: usize) -> Option<Ipv6Net> {
        self.prefixes.get(index).copied()
    }

    /// The same, if the list finds its agents by nothing else.
    pub(crate) fn only_prefix(&self, index: usize) -> Option<Ipv6Net> {
        self.prefix(index).filter(|_| self.family == Family::V6)
    }

    pub(crate) fn most_agents(&self) -> u64 {
        self.agents.iter().map(|part| part.to).max().unwrap_or_default()
    }

    pub(crate) fn fewest_agents(&self) -> u64 {
        self.agents.iter().map(|part| part.from).min().unwrap_or_default()
    }
}

/// Properties of headquarters only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Headquarters {
    /// The server's network card.
    pub server_nic: BitRate,
    /// The access to the Internet.
    pub internet_bandwidth: BitRate,
    /// Its latency, one way.
    pub internet_latency: SimDuration,
}

/// The groups of sites by their names.
#[derive(Debug)]
pub(super) struct GroupNames {
    pub(super) numbers: BTreeMap<String, usize>,
    /// Whether these, and the derived names of sites and Update Agents, are complete; otherwise an unknown name is not
    /// a problem.
    pub(super) are_sure: bool,
}

impl GroupNames {
    /// The number of the group named `name`. `headquarters` is the first, whatever its name.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        let headquarters = (name == "headquarters").then_some(0);
        self.numbers.get(name).copied().or(headquarters)
    }

    /// The name probably meant by `name`, for one of the problems that are listed.
    pub(super) fn nearest(&self, name: &str, problems: &[Diagnostic]) -> Option<String> {
        nearest_if_shown(name, self.numbers.keys().map(String::as_str), problems)
    }
}

/// The group that `key` names, if any.
pub(super) fn named(
    fields: &Fields,
    key: &str,
    names: &GroupNames,
    problems: &mut Vec<Diagnostic>,
) -> Option<usize> {
    let name = fields.text(key);
    let found = names.number(&name);
    if found.is_none() && !name.is_empty() && names.are_sure {
        let help = names.nearest(&name, problems);
        let message = format!("there is no group of sites `{name}`");
        let expected = "headquarters or a group of this scenario";
        let span = fields.span_of(key);
        problems.push(Diagnostic::new("unknown-name", span, message, expected).with_help(help));
    }
    found
}
