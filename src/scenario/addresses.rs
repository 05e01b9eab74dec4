//! Which addresses sites have: those that are written, and for the others free ones.

use std::ops::Range;

use ipnet::Ipv4Net;

use super::diagnostic::Diagnostic;
use super::reader::Fields;
use super::sites::Group;

/// Address ranges in use.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    /// Where the next range without a place of its own may begin, from 10.0.0.0.
    next: u32,
    /// All ranges that are written somewhere, which no range without a place of its own may touch.
    written: Vec<Ipv4Net>,
    /// Those of them that groups so far asked for.
    asked: Vec<Ipv4Net>,
}

impl Addresses {
    /// Ranges for the sites of `tables`, none in use yet.
    pub(super) fn beside<'f>(tables: impl Iterator<Item = &'f Fields>) -> Self {
        let written = tables.filter_map(|fields| range(&fields.text("subnet"))).collect();
        Self { written, ..Self::default() }
    }

    /// The ranges of the sites of group `number`.
    pub(super) fn allot(
        &mut self,
        groups: &[Group],
        number: usize,
        fields: &Fields,
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<Ipv4Net> {
        let group = &groups[number];
        let span = fields.span_of("subnet");
        let prefix: u8 = if number == 0 { 0 } else { fields.count("site_prefix") };
        let block: Option<Ipv4Net> = match fields.text("subnet").as_str() {
            "" => None,
            text => range(text).or_else(|| {
                let expected = "an address range such as \"10.1.0.0/16\"";
                let message = format!("`{text}` is not an address range");
                problems.push(Diagnostic::new("bad-value", span.clone(), message, expected));
                None
            }),
        };
        let parent = group.via.filter(|via| *via > 0).map(|via| &groups[via]);
        let ranges = match (block, parent) {
            (Some(block), _) => self.inside(block, (prefix, group.count), &span, problems),
            (None, Some(hubs)) if hubs.subnets.iter().all(|hub| hub.prefix_len() < prefix) => {
                below(hubs, prefix, group.count)
            }
            (None, _) if number == 0 => self.free(prefix_for(group), 1),
            (None, _) => self.free(prefix, group.count),
        };
        if ranges.len() < group.count as usize {
            let message = format!("room for {} of {} sites", ranges.len(), group.count);
            let expected = "an address block with room for every site";
            problems.push(Diagnostic::new("subnet-too-small", span, message, expected));
        }
        ranges
    }

    fn inside(
        &mut self,
        block: Ipv4Net,
        (prefix, count): (u8, u32),
        span: &Range<usize>,
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<Ipv4Net> {
        let overlaps = |other: &&Ipv4Net| other.contains(&block) || block.contains(*other);
        if let Some(other) = self.asked.iter().find(overlaps) {
            let message = format!("{block} overlaps {other}");
            let expected = "address ranges that do not overlap";
            problems.push(Diagnostic::new("overlap", span.clone(), message, expected));
        }
        self.asked.push(block);
        let subnets = block.subnets(prefix.max(block.prefix_len()));
        subnets.map(|all| all.take(count as usize).collect()).unwrap_or_default()
    }

    /// The next free ranges of 10.0.0.0/8.
    fn free(&mut self, prefix: u8, count: u32) -> Vec<Ipv4Net> {
        let size = 1_u64 << (32 - prefix);
        let mut at = u64::from(self.next).next_multiple_of(size);
        let mut found = Vec::new();
        while found.len() < count as usize && at + size <= 1 << 24 {
            let address = 10 << 24 | u32::try_from(at).expect("within 10.0.0.0/8");
            let range = Ipv4Net::new(address.into(), prefix).expect("a valid prefix");
            if !self.written.iter().any(|other| other.contains(&range) || range.contains(other)) {
                found.push(range);
            }
            at += size;
        }
        self.next = u32::try_from(at).unwrap_or(u32::MAX);
        found
    }
}

/// A range as it is written, from its first address.
fn range(text: &str) -> Option<Ipv4Net> {
    text.parse().ok().filter(|range: &Ipv4Net| range.trunc() == *range)
}

/// A prefix with room for a group's agents.
fn prefix_for(group: &Group) -> u8 {
    (8..=24).rev().find(|prefix| (1_u64 << (32 - prefix)) > group.most_agents() + 2).unwrap_or(8)
}

/// Ranges inside those of the hubs, in turn; each hub's own agents have its first.
fn below(hubs: &Group, prefix: u8, count: u32) -> Vec<Ipv4Net> {
    let mut inside: Vec<_> = hubs
        .subnets
        .iter()
        .map(|hub| hub.subnets(prefix).expect("the hub's range is larger").skip(1))
        .collect();
    let turns = inside.len().max(1);
    (0..count as usize).map_while(|site| inside.get_mut(site % turns)?.next()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Overrides, Scenario};

    #[test]
    fn ranges_that_are_written_further_down_are_left_free() {
        let text = "name = \"small\"\nduration = \"1 h\"\n\
            [headquarters]\nagents = 5\ninternet_bandwidth = \"1 Gbit/s\"\n\
            [[site]]\nname = \"first\"\nagents = 1\nbandwidth = \"1 Mbit/s\"\ncount = 2\n\
            [[site]]\nname = \"second\"\nagents = 1\nbandwidth = \"1 Mbit/s\"\n\
            subnet = \"10.0.0.0/23\"\n\
            [[release]]\nname = \"one\"\nat = \"1 min\"\ncomponents = [\"Virus Pattern\"]\n";
        let scenario = Scenario::parse(text, "small.toml", &Overrides::default());
        let scenario = scenario.unwrap_or_else(|problems| panic!("{problems}"));
        let ranges = scenario.groups.iter().flat_map(|group| &group.subnets);
        let ranges: Vec<String> = ranges.map(ToString::to_string).collect();
        assert_eq!(ranges, ["10.0.2.0/24", "10.0.3.0/24", "10.0.4.0/24", "10.0.0.0/24"]);
    }
}
