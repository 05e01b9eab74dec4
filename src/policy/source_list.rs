//! The customized update source list for whole ranges of addresses at once (SRC-2).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::model::address_range::Addresses;
use crate::model::company::ListEntry;

/// Which entries of a list match which addresses: the address space in intervals, in each of which every address
/// matches the same entries.
///
/// A list of `n` entries has at most `2n + 1` intervals, whatever the number of agents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchingIntervals {
    /// The first address of each interval, ascending from 0.
    firsts: Vec<IpAddr>,
    /// The numbers of the entries that match in each interval, ascending.
    entries: Vec<Vec<usize>>,
}

impl MatchingIntervals {
    /// The intervals of `list`.
    pub fn of(list: &[ListEntry]) -> Self {
        // The addresses at which each entry begins and ends to match.
        let mut begins: Vec<(IpAddr, usize)> = Vec::with_capacity(list.len());
        let mut ends: Vec<(IpAddr, usize)> = Vec::with_capacity(list.len());
        for (number, entry) in list.iter().enumerate() {
            begins.push((entry.range.first(), number));
            if let Some(next) = after(entry.range.last()) {
                ends.push((next, number));
            }
        }
        begins.sort_unstable();
        ends.sort_unstable();
        let all = begins.iter().chain(&ends).map(|(address, _)| *address);
        let mut firsts: Vec<IpAddr> = std::iter::once(FIRST).chain(all).collect();
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
    pub fn interval(&self, address: IpAddr) -> usize {
        self.firsts.partition_point(|first| *first <= address) - 1
    }

    /// The same as [`Self::interval`], starting with `near`: the interval of the previous address.
    pub fn interval_near(&self, address: IpAddr, near: usize) -> usize {
        let is_in = self.firsts[near] <= address
            && self.firsts.get(near + 1).is_none_or(|next| address < *next);
        if is_in { near } else { self.interval(address) }
    }

    /// The intervals of a computer's addresses, starting with those of the previous computer.
    pub fn intervals(&self, of: Addresses, previous: [Option<usize>; 2]) -> [Option<usize>; 2] {
        let [v4, v6] = of.both();
        let near = |address: Option<IpAddr>, previous: Option<usize>| {
            address.map(|address| self.interval_near(address, previous.unwrap_or_default()))
        };
        [near(v4, previous[0]), near(v6, previous[1])]
    }

    /// The numbers of the entries that match in one of these intervals, in the order of the list.
    pub fn matching(&self, intervals: [Option<usize>; 2]) -> Vec<usize> {
        let of = |interval: usize| self.entries[interval].iter().copied();
        let mut all: Vec<usize> = intervals.into_iter().flatten().flat_map(of).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The numbers of the entries that match every address of an interval, in the order of the list.
    pub fn entries(&self, interval: usize) -> &[usize] {
        &self.entries[interval]
    }
}

/// The first of all addresses.
const FIRST: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// The address after another one; those of IPv6 come after those of IPv4.
fn after(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => {
            let next =
                address.to_bits().checked_add(1).map(|bits| Ipv4Addr::from_bits(bits).into());
            next.or(Some(Ipv6Addr::UNSPECIFIED.into()))
        }
        IpAddr::V6(address) => {
            address.to_bits().checked_add(1).map(|bits| Ipv6Addr::from_bits(bits).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use ipnet::{Ipv4Net, Ipv6Net};
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
            others in prop::collection::vec((0_u128..64, 0_u8..=128), 0..5),
        ) {
            let narrow = ranges.into_iter().map(|(low, prefix)| (low.wrapping_sub(8), prefix));
            let wide = prefixes.into_iter().map(|prefix| (0, prefix));
            let net = |(address, prefix): (u32, u8)| Ipv4Net::new(address.into(), prefix);
            let v4 = narrow.chain(wide).map(|of| net(of).expect("a prefix").trunc().into());
            let net = |(address, prefix): (u128, u8)| Ipv6Net::new(address.into(), prefix);
            let v6 = others.into_iter().map(|of| net(of).expect("a prefix").trunc().into());
            let entries = v4.chain(v6).enumerate();
            let list: Vec<ListEntry> = entries
                .map(|(number, range)| ListEntry { range, source: ListedSource::UpdateAgent(number) })
                .collect();
            let intervals = MatchingIntervals::of(&list);
            prop_assert!(intervals.len() <= 2 * list.len() + 1);
            let mut near = [None; 2];
            for bits in (0..80).chain(u32::MAX - 80..=u32::MAX) {
                let v6 = Ipv6Addr::from_bits(u128::from(bits));
                for addresses in [
                    Addresses { v4: Some(bits.into()), v6: None },
                    Addresses { v4: None, v6: Some(v6) },
                    Addresses { v4: Some((bits ^ 5).into()), v6: Some(v6) },
                ] {
                    let at = intervals.intervals(addresses, near);
                    near = at;
                    let exact = addresses.both().map(|own| own.map(|own| intervals.interval(own)));
                    prop_assert_eq!(at, exact);
                    let found = intervals.matching(at).into_iter().map(|number| list[number].source);
                    let expected: Vec<ListedSource> = matching(&list, addresses).collect();
                    prop_assert_eq!(found.collect::<Vec<_>>(), expected);
                }
            }
        }
    }
}
