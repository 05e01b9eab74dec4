//! Ranges of addresses in the customized update source list (SRC-2).

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use ipnet::Ipv4Net;

/// Addresses from a first to a last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddressRange {
    first: Ipv4Addr,
    last: Ipv4Addr,
}

impl AddressRange {
    /// The first address.
    pub const fn first(self) -> Ipv4Addr {
        self.first
    }

    /// The last address.
    pub const fn last(self) -> Ipv4Addr {
        self.last
    }

    /// Whether `address` is in the range.
    pub fn contains(self, address: Ipv4Addr) -> bool {
        (self.first..=self.last).contains(&address)
    }

    /// Whether all of `other` is in the range.
    pub fn covers(self, other: Self) -> bool {
        self.contains(other.first) && self.contains(other.last)
    }

    /// Whether the two ranges overlap.
    pub fn meets(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// The prefix that equals the range, if there is one.
    pub fn block(self) -> Option<Ipv4Net> {
        let size = u64::from(u32::from(self.last)) - u64::from(u32::from(self.first)) + 1;
        let bits = u8::try_from(size.ilog2()).ok().filter(|_| size.is_power_of_two())?;
        let block = Ipv4Net::new(self.first, 32 - bits).ok()?;
        (block.network() == self.first).then_some(block)
    }
}

impl From<Ipv4Net> for AddressRange {
    fn from(block: Ipv4Net) -> Self {
        Self { first: block.network(), last: block.broadcast() }
    }
}

impl FromStr for AddressRange {
    type Err = String;

    /// Parses `10.1.0.0/16`, or the console's form `10.1.0.1-10.1.0.40`, both ends included; a single address is a
    /// range, too.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not an address range");
        if text.contains('/') {
            let block: Ipv4Net = text.parse().map_err(|_| wrong())?;
            if block.trunc() != block {
                return Err(format!(
                    "`{text}` starts inside the block {}, not at its first address",
                    block.trunc()
                ));
            }
            return Ok(block.into());
        }
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let address = |text: &str| text.trim().parse::<Ipv4Addr>().map_err(|_| wrong());
        let (first, last) = (address(first)?, address(last)?);
        if first > last {
            return Err(format!("`{text}` ends before it begins"));
        }
        Ok(Self { first, last })
    }
}

impl fmt::Display for AddressRange {
    /// In a form that parses to the same range.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.block() {
            Some(block) => write!(f, "{block}"),
            None => write!(f, "{}-{}", self.first, self.last),
        }
    }
}

impl serde::Serialize for AddressRange {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(text: &str) -> AddressRange {
        text.parse().unwrap()
    }

    #[test]
    fn src_2_from_and_to_are_both_in_it() {
        let it = range("10.1.0.1-10.1.0.40");
        for (address, is_in) in
            [("10.1.0.0", false), ("10.1.0.1", true), ("10.1.0.40", true), ("10.1.0.41", false)]
        {
            assert_eq!(it.contains(address.parse().unwrap()), is_in, "{address}");
        }
        assert_eq!(range("10.1.0.7").to_string(), "10.1.0.7/32");
        assert_eq!(range("10.1.0.0 - 10.1.255.255"), range("10.1.0.0/16"));
        assert_eq!(range("0.0.0.0/0").to_string(), "0.0.0.0/0");
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for (text, said) in [
            ("10.1.2.3/16", "starts inside the block 10.1.0.0/16"),
            ("10.1.0.9-10.1.0.1", "ends before it begins"),
            ("10.1.0.1-40", "is not an address range"),
            ("all", "is not an address range"),
            ("10.1.0.0/33", "is not an address range"),
            ("", "is not an address range"),
        ] {
            assert!(text.parse::<AddressRange>().unwrap_err().contains(said), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(one in any::<u32>(), two in any::<u32>()) {
            let (first, last) = (one.min(two).into(), one.max(two).into());
            let it = AddressRange { first, last };
            prop_assert_eq!(range(&it.to_string()), it);
        }
    }
}
