//! The addresses of sites: as written in the scenario, or else allotted.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::ops::Range;

use ipnet::Ipv4Net;

use super::diagnostic::Diagnostic;
use super::groups::Group;
use super::reader::Fields;

/// Address ranges in use.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    /// Where the next allotted range may begin, from 10.0.0.0.
    next: u32,
    /// All ranges in the scenario, which allotted ranges must not overlap.
    written: Ranges,
    /// Those of them that groups have claimed so far.
    asked: Ranges,
    /// The number of addresses that each hub's agents and the sites below it have used, by the number of the hubs' group.
    taken: BTreeMap<usize, Vec<u32>>,
}

/// Ranges of addresses by their first address, none within another.
#[derive(Debug, Default)]
struct Ranges(BTreeMap<Ipv4Addr, Ipv4Net>);

impl Ranges {
    /// A range that overlaps `range`.
    fn overlapping(&self, range: Ipv4Net) -> Option<Ipv4Net> {
        let before = self.0.range(..=range.broadcast()).next_back();
        before.map(|(_, other)| *other).filter(|other| other.broadcast() >= range.network())
    }

    /// Adds `range`: two ranges are disjoint, or one contains the other.
    fn add(&mut self, range: Ipv4Net) {
        while let Some(other) = self.overlapping(range) {
            if other.contains(&range) {
                return;
            }
            self.0.remove(&other.network());
        }
        self.0.insert(range.network(), range);
    }
}

impl Addresses {
    /// No allotted ranges yet, for the sites of `tables`.
    pub(super) fn beside<'f>(tables: impl Iterator<Item = &'f Fields>) -> Self {
        let mut written = Ranges::default();
        tables
            .filter_map(|fields| range(&fields.text("subnet")))
            .for_each(|range| written.add(range));
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
        let parent = group.via.filter(|via| *via > 0);
        let ranges = match (block, parent) {
            (Some(block), _) => self.inside(block, (prefix, group.count), &span, problems),
            // All ranges of a group have the same size.
            (None, Some(via))
                if groups[via].subnets.first().is_none_or(|hub| hub.prefix_len() < prefix) =>
            {
                self.below((via, &groups[via]), prefix, group.count)
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
        if let Some(other) = self.asked.overlapping(block) {
            let message = format!("{block} overlaps {other}");
            let expected = "address ranges that do not overlap";
            problems.push(Diagnostic::new("overlap", span.clone(), message, expected));
        }
        self.asked.add(block);
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
            match self.written.overlapping(range) {
                None => found.push(range),
                // Continue after the end of the overlapping range.
                Some(other) => {
                    let end = u64::from(u32::from(other.broadcast())) - (10 << 24);
                    at = at.max(end.next_multiple_of(size).saturating_sub(size));
                }
            }
            at += size;
        }
        self.next = u32::try_from(at).unwrap_or(u32::MAX);
        found
    }

    /// Ranges inside those of the hubs, in turn, after those of other groups; each hub's own agents have its first
    /// addresses.
    fn below(&mut self, (number, hubs): (usize, &Group), prefix: u8, count: u32) -> Vec<Ipv4Net> {
        let size = 1_u64 << (32 - prefix);
        let own = u32::try_from(hubs.most_agents()).unwrap_or(u32::MAX).saturating_add(1);
        let taken = self.taken.entry(number).or_insert_with(|| vec![own; hubs.subnets.len()]);
        let turns = hubs.subnets.len().max(1);
        let mut next = |site: usize| {
            let (hub, taken) = (hubs.subnets.get(site % turns)?, &mut taken[site % turns]);
            let at = u64::from(*taken).next_multiple_of(size);
            let first = u64::from(u32::from(hub.network())) + at;
            let is_inside = first + size - 1 <= u64::from(u32::from(hub.broadcast()));
            if !is_inside {
                return None;
            }
            *taken = u32::try_from(at + size).unwrap_or(u32::MAX);
            let first = u32::try_from(first).expect("within the hub's range");
            Some(Ipv4Net::new(first.into(), prefix).expect("a valid prefix"))
        };
        (0..count as usize).map_while(&mut next).collect()
    }
}

/// The block of a range, from its first address.
fn range(text: &str) -> Option<Ipv4Net> {
    text.parse().ok().filter(|range: &Ipv4Net| range.trunc() == *range)
}

/// A prefix with room for a group's agents.
fn prefix_for(group: &Group) -> u8 {
    (8..=24).rev().find(|prefix| (1_u64 << (32 - prefix)) > group.most_agents() + 2).unwrap_or(8)
}

#[cfg(test)]
mod tests {
    use super::super::{Overrides, Scenario};

    /// The ranges of all sites of a scenario with these groups.
    fn ranges(sites: &str) -> Vec<String> {
        let text = format!(
            "name = \"small\"\nduration = \"1 h\"\n\
             [headquarters]\nagents = 5\ninternet_bandwidth = \"1 Gbit/s\"\n{sites}\n\
             [[release]]\nname = \"one\"\nat = \"1 min\"\ncomponents = [\"Virus Pattern\"]\n"
        );
        let scenario = Scenario::parse(&text, "small.toml", &Overrides::default());
        let scenario = scenario.unwrap_or_else(|problems| panic!("{problems}"));
        let ranges = scenario.groups.iter().flat_map(|group| &group.subnets);
        ranges.map(ToString::to_string).collect()
    }

    #[test]
    fn two_groups_below_the_same_hubs_have_ranges_of_their_own() {
        let site = |name: &str, more: &str| {
            format!("[[site]]\nname = \"{name}\"\nagents = 1\nbandwidth = \"1 Mbit/s\"\n{more}\n")
        };
        let hubs = site("hub", "count = 2\nsite_prefix = 20\nsubnet = \"10.16.0.0/16\"");
        let below =
            |name, prefix| site(name, &format!("via = \"hub\"\ncount = 2\nsite_prefix = {prefix}"));
        let found = ranges(&(hubs + &below("shop", 24) + &below("depot", 23)));
        let expected = [
            "10.0.0.0/24",
            "10.16.0.0/20",
            "10.16.16.0/20",
            "10.16.1.0/24",
            "10.16.17.0/24",
            "10.16.2.0/23",
            "10.16.18.0/23",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn the_ranges_below_a_hub_come_after_its_own_agents() {
        let text = |agents: &str, count: u32| {
            format!(
                "[[site]]\nname = \"hub\"\nagents = {agents}\nbandwidth = \"1 Gbit/s\"\n\
                 site_prefix = 20\nsubnet = \"10.16.0.0/20\"\n\
                 [[site]]\nname = \"shop\"\nvia = \"hub\"\nagents = 10\ncount = {count}\n\
                 bandwidth = \"2 Mbit/s\"\n"
            )
        };
        for (agents, first) in [
            ("0", "10.16.1.0/24"),
            ("255", "10.16.1.0/24"),
            ("256", "10.16.2.0/24"),
            ("[5, 600]", "10.16.3.0/24"),
        ] {
            assert_eq!(ranges(&text(agents, 1))[2], first, "{agents}");
        }
        assert_eq!(ranges(&text("600", 13)).len(), 15);
        let scenario = "name = \"small\"\nduration = \"1 h\"\n\
                        [headquarters]\ninternet_bandwidth = \"1 Gbit/s\"\n";
        let text = format!("{scenario}{}", text("600", 14));
        let problems = Scenario::parse(&text, "small.toml", &Overrides::default()).unwrap_err();
        let codes: Vec<&str> = problems.list.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["subnet-too-small"]);
    }

    #[test]
    fn ranges_that_are_written_further_down_are_left_free() {
        let ranges = ranges(
            "[[site]]\nname = \"first\"\nagents = 1\nbandwidth = \"1 Mbit/s\"\ncount = 2\n\
             [[site]]\nname = \"second\"\nagents = 1\nbandwidth = \"1 Mbit/s\"\n\
             subnet = \"10.0.0.0/23\"",
        );
        assert_eq!(ranges, ["10.0.2.0/24", "10.0.3.0/24", "10.0.4.0/24", "10.0.0.0/24"]);
    }
}
