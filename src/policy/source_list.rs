//! The customized update source list for whole ranges of addresses at once (SRC-2).

use std::net::Ipv4Addr;

use crate::model::company::ListEntry;

/// Which entries of a list match which addresses: the address space in intervals, in each of which every address
/// matches the same entries.
///
/// A list of `n` entries has at most `2n + 1` intervals, whatever the number of agents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchingIntervals {
    /// The first address of each interval, ascending from 0.
    firsts: Vec<u32>,
    /// The numbers of the entries that match in each interval, ascending.
    entries: Vec<Vec<usize>>,
}

impl MatchingIntervals {
    /// The intervals of `list`.
    pub fn of(list: &[ListEntry]) -> Self {
        // The addresses at which each entry begins and ends to match.
        let mut begins: Vec<(u32, usize)> = Vec::with_capacity(list.len());
        let mut ends: Vec<(u32, usize)> = Vec::with_capacity(list.len());
        for (number, entry) in list.iter().enumerate() {
            begins.push((entry.range.first().to_bits(), number));
            if let Some(after) = entry.range.last().to_bits().checked_add(1) {
                ends.push((after, number));
            }
        }
        begins.sort_unstable();
        ends.sort_unstable();
        let all = begins.iter().chain(&ends).map(|(address, _)| *address);
        let mut firsts: Vec<u32> = std::iter::once(0).chain(all).collect();
        firsts.sort_unstable();
        firsts.dedup();
        let (mut begins, mut ends) = (begins.into_iter().peekable(), ends.into_iter().peekable());
        let mut open: Vec<usize> = Vec::new();
        let entries = firsts.iter().map(|first| {
            while let Some((_, number)) = ends.next_if(|(address, _)| address <= first) {
                open.retain(|other| *other != number);
            }
            while let Some((_, number)) = begins.next_if(|(address, _)| address <= first) {
                open.insert(open.partition_point(|other| *other < number), number);
            }
            open.clone()
        });
        let entries = entries.collect();
        Self { firsts, entries }
    }

    /// The number of intervals.
    pub fn len(&self) -> usize {
        self.firsts.len()
    }

    /// Whether there is no interval; there is always one.
    pub fn is_empty(&self) -> bool {
        self.firsts.is_empty()
    }

    /// The number of the interval that contains `address`.
    pub fn interval(&self, address: Ipv4Addr) -> usize {
        self.firsts.partition_point(|first| *first <= address.to_bits()) - 1
    }

    /// The same, where `near` is a guess: the interval of the previous address.
    pub fn interval_near(&self, address: Ipv4Addr, near: usize) -> usize {
        let bits = address.to_bits();
        let is_in =
            self.firsts[near] <= bits && self.firsts.get(near + 1).is_none_or(|next| bits < *next);
        if is_in { near } else { self.interval(address) }
    }

    /// The numbers of the entries that match every address of an interval, in the order of the list.
    pub fn entries(&self, interval: usize) -> &[usize] {
        &self.entries[interval]
    }
}

#[cfg(test)]
mod tests {
    use ipnet::Ipv4Net;
    use proptest::prelude::*;

    use super::*;
    use crate::model::company::ListedSource;
    use crate::policy::source_order::matching;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn src_2_an_interval_matches_what_each_of_its_addresses_matches(
            ranges in prop::collection::vec((0_u32..64, 24_u8..=32), 0..12),
            prefixes in prop::collection::vec(0_u8..=8, 0..3),
        ) {
            let narrow = ranges.into_iter().map(|(low, prefix)| (low.wrapping_sub(8), prefix));
            let wide = prefixes.into_iter().map(|prefix| (0, prefix));
            let list: Vec<ListEntry> = narrow
                .chain(wide)
                .enumerate()
                .map(|(number, (address, prefix))| ListEntry {
                    range: Ipv4Net::new(address.into(), prefix).expect("a prefix").trunc().into(),
                    source: ListedSource::UpdateAgent(number),
                })
                .collect();
            let intervals = MatchingIntervals::of(&list);
            prop_assert!(intervals.len() <= 2 * list.len() + 1);
            let mut near = 0;
            for bits in (0..80).chain(u32::MAX - 80..=u32::MAX) {
                let address = Ipv4Addr::from_bits(bits);
                near = intervals.interval_near(address, near);
                prop_assert_eq!(near, intervals.interval(address));
                let found = intervals.entries(near).iter().map(|number| list[*number].source);
                let expected: Vec<ListedSource> = matching(&list, address).collect();
                prop_assert_eq!(found.collect::<Vec<_>>(), expected);
            }
        }
    }
}
