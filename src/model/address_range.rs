//! Ranges of addresses, as the customized update source list has them (SRC-2).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::reach::Family;

/// Addresses from a first to a last, of one version of the Internet Protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddressRange {
    first: IpAddr,
    last: IpAddr,
}

impl AddressRange {
    /// The first address.
    pub const fn first(self) -> IpAddr {
        self.first
    }

    /// The last address.
    pub const fn last(self) -> IpAddr {
        self.last
    }

    /// Whether `address` is in it.
    pub fn contains(self, address: IpAddr) -> bool {
        (self.first..=self.last).contains(&address)
    }

    /// Whether all of `other` is in it.
    pub fn covers(self, other: Self) -> bool {
        self.contains(other.first) && self.contains(other.last)
    }

    /// Whether some address is in both.
    pub fn meets(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// The block that it is, if it is one.
    pub fn block(self) -> Option<IpNet> {
        let (span, bits) = match (self.first, self.last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => {
                (u128::from(last.to_bits() - first.to_bits()), Ipv4Addr::BITS)
            }
            (IpAddr::V6(first), IpAddr::V6(last)) => {
                (last.to_bits() - first.to_bits(), Ipv6Addr::BITS)
            }
            _ => return None,
        };
        if span & span.wrapping_add(1) != 0 {
            return None;
        }
        let prefix = u8::try_from(bits - span.count_ones()).ok()?;
        IpNet::new(self.first, prefix).ok().filter(|block| block.network() == self.first)
    }
}

impl From<IpNet> for AddressRange {
    fn from(block: IpNet) -> Self {
        Self { first: block.network(), last: block.broadcast() }
    }
}

impl From<Ipv4Net> for AddressRange {
    fn from(block: Ipv4Net) -> Self {
        IpNet::from(block).into()
    }
}

impl From<Ipv6Net> for AddressRange {
    fn from(block: Ipv6Net) -> Self {
        IpNet::from(block).into()
    }
}

impl FromStr for AddressRange {
    type Err = String;

    /// Reads `10.1.0.0/16` and `2001:db8:1::/48`, or as the console has it `10.1.0.1-10.1.0.40`, both ends
    /// included; a single address is a range, too.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not an address range");
        if text.contains('/') {
            let block: IpNet = text.parse().map_err(|_| wrong())?;
            if block.trunc() != block {
                return Err(format!(
                    "`{text}` starts inside the block {}, not at its first address",
                    block.trunc()
                ));
            }
            return Ok(block.into());
        }
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let address = |text: &str| text.trim().parse::<IpAddr>().map_err(|_| wrong());
        let (first, last) = (address(first)?, address(last)?);
        if first.is_ipv4() != last.is_ipv4() {
            return Err(format!("`{text}` is of two versions of the Internet Protocol"));
        }
        if first > last {
            return Err(format!("`{text}` ends before it begins"));
        }
        let range = Self { first, last };
        if first.is_ipv6() && range.block().is_none() {
            return Err(format!("`{text}` is not a prefix, by which the console has IPv6"));
        }
        Ok(range)
    }
}

impl fmt::Display for AddressRange {
    /// So that it reads back as the same.
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

/// The addresses by which the list finds a computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// Its IPv4 address, if it has one.
    pub v4: Option<Ipv4Addr>,
    /// Its IPv6 address, if its site has a prefix.
    pub v6: Option<Ipv6Addr>,
}

impl Addresses {
    /// Those of a computer that is at `own` in the range of its site, and at the same place in the
    /// site's prefix, if it has one. A pure IPv6 computer with a prefix has no IPv4 address; without one
    /// the range stands for its addresses (assumption).
    pub fn of(own: Ipv4Addr, range: Ipv4Net, prefix: Option<Ipv6Net>, family: Family) -> Self {
        let place = u128::from(own.to_bits().wrapping_sub(range.network().to_bits()));
        let v6 = prefix.map(|prefix| Ipv6Addr::from_bits(prefix.network().to_bits() + place));
        Self { v4: Some(own).filter(|_| v6.is_none() || family != Family::V6), v6 }
    }

    /// Both, that of IPv4 first.
    pub fn both(self) -> [Option<IpAddr>; 2] {
        [self.v4.map(IpAddr::from), self.v6.map(IpAddr::from)]
    }

    /// Whether one of them is in `range`.
    pub fn are_in(self, range: AddressRange) -> bool {
        self.both().into_iter().flatten().any(|address| range.contains(address))
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
        let it = range("2001:db8:1::/64");
        assert!(it.contains("2001:db8:1::7".parse().unwrap()));
        assert!(!it.contains("2001:db8:1:1::".parse().unwrap()));
        assert!(!it.contains("10.1.0.1".parse().unwrap()));
        assert!(!range("0.0.0.0/0").contains("::1".parse().unwrap()));
        assert_eq!(range("10.1.0.7").to_string(), "10.1.0.7/32");
        assert_eq!(range("10.1.0.0 - 10.1.255.255"), range("10.1.0.0/16"));
        assert_eq!(range("0.0.0.0/0").to_string(), "0.0.0.0/0");
    }

    /// The ninth address of a range is the ninth of the prefix; a pure IPv6 computer has no other.
    #[test]
    fn src_2_a_computer_is_found_by_the_addresses_that_it_has() {
        let (own, net) = ("10.1.0.9".parse().unwrap(), "10.1.0.0/24".parse().unwrap());
        let prefix = Some("2001:db8:1::/64".parse().unwrap());
        let dual = Addresses::of(own, net, prefix, Family::Dual);
        assert_eq!(dual, Addresses { v4: Some(own), v6: Some("2001:db8:1::9".parse().unwrap()) });
        let pure = Addresses::of(own, net, prefix, Family::V6);
        assert!(!pure.are_in(range("10.0.0.0/8")) && pure.are_in(range("2001:db8::/32")));
        let label = Addresses::of(own, net, None, Family::V6);
        assert!(label.are_in(range("10.0.0.0/8")) && !label.are_in(range("::/0")));
    }

    #[test]
    fn an_invalid_range_is_refused() {
        for (text, said) in [
            ("10.1.2.3/16", "starts inside the block 10.1.0.0/16"),
            ("10.1.0.9-10.1.0.1", "ends before it begins"),
            ("2001:db8::1/64", "starts inside the block 2001:db8::/64"),
            ("2001:db8::1-2001:db8::4", "is not a prefix"),
            ("10.1.0.1-2001:db8::", "of two versions"),
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
            let [first, last] = [one.min(two), one.max(two)].map(|bits| Ipv4Addr::from(bits).into());
            let it = AddressRange { first, last };
            prop_assert_eq!(range(&it.to_string()), it);
        }

        #[test]
        fn a_prefix_reads_back(bits in any::<u128>(), length in 0_u8..=128) {
            let block = Ipv6Net::new(Ipv6Addr::from_bits(bits), length).unwrap().trunc();
            let it = AddressRange::from(block);
            prop_assert_eq!(it.to_string(), block.to_string());
            prop_assert_eq!(range(&block.to_string()), it);
        }
    }
}
