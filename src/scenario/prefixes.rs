//! IPv6 prefixes of sites, where they are written.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;

use ipnet::Ipv6Net;

use super::diagnostic::Diagnostic;
use super::groups::Group;
use super::reader::Fields;
use crate::model::reach::Family;

/// The prefix length of a site.
const OF_SITE: u8 = 64;

/// The prefixes of the groups so far, by their first address.
#[derive(Debug, Default)]
pub(super) struct Prefixes(BTreeMap<Ipv6Addr, Ipv6Net>);

impl Prefixes {
    /// The prefix of each site of a group, none if the group has no prefix.
    pub(super) fn allot(
        &mut self,
        group: &Group,
        fields: &Fields,
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<Ipv6Net> {
        let text = fields.text("subnet6");
        if text.is_empty() {
            return Vec::new();
        }
        let mut wrong = |code, message: String, expected: &str| {
            problems.push(Diagnostic::new(code, fields.span_of("subnet6"), message, expected));
            Vec::new()
        };
        let block = text.parse().ok().filter(|block: &Ipv6Net| block.trunc() == *block);
        let Some(block) = block.filter(|block| block.prefix_len() <= OF_SITE) else {
            let expected = "a prefix of at most 64 bits such as \"2001:db8:1::/48\"";
            return wrong("bad-value", format!("`{text}` is no prefix for sites"), expected);
        };
        if group.family == Family::V4 {
            let message = "a prefix for agents that speak IPv4 alone".to_string();
            return wrong("conflict", message, "family = \"dual\" or \"ipv6\", or no `subnet6`");
        }
        let before = self.0.range(..=block.broadcast()).next_back();
        if let Some((_, other)) = before.filter(|(_, other)| other.broadcast() >= block.network()) {
            let message = format!("{block} overlaps {other}");
            return wrong("overlap", message, "prefixes that do not overlap");
        }
        self.0.insert(block.network(), block);
        let all = block.subnets(OF_SITE).map(|all| all.take(group.count as usize).collect());
        let all: Vec<Ipv6Net> = all.unwrap_or_default();
        if all.len() < group.count as usize {
            let message = format!("room for {} of {} sites", all.len(), group.count);
            return wrong("subnet-too-small", message, "a prefix with a /64 for every site");
        }
        all
    }
}
