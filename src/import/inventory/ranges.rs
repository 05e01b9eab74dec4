//! Parses ranges of addresses in tables: prefixes, a first and a last address, a network with its mask, wildcards.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net, Ipv4Subnets, Ipv6Subnets};

/// Ranges, and the number of those without a mask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ranges {
    pub(super) list: Vec<IpNet>,
    /// The number of networks such as `10.2.0.0`, whose mask follows from their trailing zero octets.
    pub(super) without_mask: usize,
}

/// The expected form, for messages.
pub(super) const FORM: &str =
    "ranges such as 10.1.0.0/16, 10.1.0.1-10.1.0.254, 10.1.*.* or 2001:db8::/48, separated by `;`";

/// Parses the ranges in a cell, separated by `;`, `,`, `|` or line breaks.
///
/// # Errors
/// A description of the first invalid range.
pub(super) fn parse_ranges(text: &str) -> Result<Ranges, String> {
    let mut ranges = Ranges::default();
    for part in
        text.split([';', ',', '|', '\n', '\r']).map(str::trim).filter(|part| !part.is_empty())
    {
        let words: Vec<&str> = part.split_whitespace().collect();
        // A list separated by spaces.
        if words.len() > 1 && words.iter().all(|word| word.parse::<IpNet>().is_ok()) {
            for word in words {
                ranges.list.push(prefix(word)?);
            }
            continue;
        }
        one(part, &mut ranges)?;
    }
    Ok(ranges)
}

/// The range from `first` to `last`, in as few prefixes as possible. A range that omits the network address and the
/// broadcast address is the whole network.
///
/// # Errors
/// If an address is invalid, or if they are in the wrong order.
pub(super) fn between(first: &str, last: &str) -> Result<Vec<IpNet>, String> {
    let address = |text: &str| {
        text.trim().parse::<IpAddr>().map_err(|_| format!("`{text}` is not an address"))
    };
    let (from, to) = (address(first)?, address(last)?);
    if from > to {
        return Err(format!(
            "`{first}` comes after `{last}`: a range goes from the lower address to the higher"
        ));
    }
    match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => Ok(of_hosts(from, to).map_or_else(
            || Ipv4Subnets::new(from, to, 0).map(IpNet::V4).collect(),
            |whole| vec![IpNet::V4(whole)],
        )),
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            Ok(Ipv6Subnets::new(from, to, 0).map(IpNet::V6).collect())
        }
        _ => Err(format!("`{first}` and `{last}` are of different address families")),
    }
}

/// The network whose host addresses these are, if they are exactly that.
fn of_hosts(from: Ipv4Addr, to: Ipv4Addr) -> Option<Ipv4Net> {
    (8..=30).rev().filter_map(|length| Ipv4Net::new(from, length).ok()).map(|net| net.trunc()).find(
        |net| {
            let first = u32::from(from) - u32::from(net.network());
            let last = u32::from(net.broadcast()).checked_sub(u32::from(to));
            first <= 1 && last.is_some_and(|last| last <= 1)
        },
    )
}

/// A network and its mask, as an address or a length.
///
/// # Errors
/// If they do not match.
pub(super) fn with_mask(network: &str, mask: &str) -> Result<IpNet, String> {
    let address: IpAddr =
        network.trim().parse().map_err(|_| format!("`{network}` is not an address"))?;
    let mask = mask.trim().trim_start_matches('/');
    let length = match (mask.parse::<u8>(), mask.parse::<Ipv4Addr>()) {
        (Ok(length), _) => Ok(length),
        // A wildcard mask such as 0.0.0.255 has the bits that a mask has not.
        (_, Ok(mask)) => ipnet::ipv4_mask_to_prefix(mask)
            .or_else(|_| ipnet::ipv4_mask_to_prefix(Ipv4Addr::from(!u32::from(mask)))),
        _ => return Err(format!("`{mask}` is not a mask")),
    };
    let range = length.ok().and_then(|length| IpNet::new(address, length).ok());
    let range = range.ok_or_else(|| format!("`{mask}` is not a mask of {network}"))?;
    within(range, &format!("{network}/{mask}"))
}

fn one(text: &str, ranges: &mut Ranges) -> Result<(), String> {
    if text.contains('/') || text.parse::<std::net::Ipv6Addr>().is_ok() {
        if let Some((network, mask)) = text.split_once('/')
            && mask.contains('.')
        {
            ranges.list.push(with_mask(network, mask)?);
            return Ok(());
        }
        ranges.list.push(prefix(text)?);
        return Ok(());
    }
    for sign in ["-", "–", "—", " to ", " bis ", "..", "~"] {
        let Some((first, last)) = text.split_once(sign) else { continue };
        let (first, last) = (first.trim(), last.trim());
        // `10.1.0.1-254`: only the last octet changes.
        let short = last
            .parse::<u8>()
            .ok()
            .and_then(|last| Some(format!("{}.{last}", first.rsplit_once('.')?.0)));
        ranges.list.extend(between(first, short.as_deref().unwrap_or(last))?);
        return Ok(());
    }
    let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "mask").collect();
    if let [network, mask] = words[..] {
        ranges.list.push(with_mask(network, mask)?);
        return Ok(());
    }
    if text.contains(['*', 'x', 'X']) {
        ranges
            .list
            .push(wildcard(text).ok_or_else(|| format!("`{text}` is not an address range"))?);
        return Ok(());
    }
    let range = prefix(text)?;
    if let IpNet::V4(host) = range
        && host.prefix_len() == 32
        && host.addr().octets()[3] == 0
    {
        let zeros =
            host.addr().octets().iter().rev().take_while(|octet| **octet == 0).count().min(3);
        let length = 32 - 8 * u8::try_from(zeros).unwrap_or(0);
        ranges.without_mask += 1;
        ranges
            .list
            .extend(Ipv4Net::new(host.addr(), length).ok().map(|net| IpNet::V4(net.trunc())));
        return Ok(());
    }
    ranges.list.push(range);
    Ok(())
}

/// A prefix, or an address as a range with one element.
fn prefix(text: &str) -> Result<IpNet, String> {
    let range = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    let range = range.map_err(|_| format!("`{text}` is not an address range"))?;
    within(range, text)
}

fn within(range: IpNet, text: &str) -> Result<IpNet, String> {
    if range.trunc() == range {
        Ok(range)
    } else {
        Err(format!("`{text}` has bits set after its prefix; did you mean `{}`?", range.trunc()))
    }
}

/// `10.0.*.*`, `10.1.0.x` or `10.0.*`: whole trailing octets.
fn wildcard(text: &str) -> Option<IpNet> {
    let parts: Vec<&str> = text.split('.').collect();
    let known = parts.iter().take_while(|part| part.parse::<u8>().is_ok()).count();
    let is_rest_free = parts[known..].iter().all(|part| ["*", "x", "X"].contains(part));
    if !(1..4).contains(&known) || parts.len() > 4 || !is_rest_free {
        return None;
    }
    let mut octets = [0; 4];
    for (octet, part) in octets.iter_mut().zip(&parts[..known]) {
        *octet = part.parse().ok()?;
    }
    Some(IpNet::V4(Ipv4Net::new(octets.into(), 8 * u8::try_from(known).ok()?).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let ranges = parse_ranges(text).unwrap_or_else(|why| panic!("{text}: {why}"));
        ranges.list.iter().map(IpNet::to_string).collect()
    }

    #[test]
    fn ranges_are_read_as_tables_write_them() {
        assert_eq!(
            read("10.1.0.0/16;10.2.0.0/24, 2001:db8::/48"),
            ["10.1.0.0/16", "10.2.0.0/24", "2001:db8::/48"]
        );
        assert_eq!(read("10.1.0.0/16 10.2.0.0/24"), ["10.1.0.0/16", "10.2.0.0/24"]);
        for text in [
            "10.0.0.1-10.0.255.254",
            "10.0.0.0 – 10.0.255.255",
            "10.0.0.1 to 10.0.255.254",
            "10.0.0.0/255.255.0.0",
            "10.0.0.0 255.255.0.0",
            "10.0.0.0 mask 255.255.0.0",
            "10.0.0.0 0.0.255.255",
            "10.0.0.0/0.0.255.255",
            "10.0.*.*",
            "10.0.*",
            "10.0.x.x",
        ] {
            assert_eq!(read(text), ["10.0.0.0/16"], "{text}");
        }
        assert_eq!(read("10.1.0.1-254"), ["10.1.0.0/24"]);
        assert_eq!([read("10.2.0.0"), read("10.2.3.0")], [["10.2.0.0/16"], ["10.2.3.0/24"]]);
        assert_eq!(read("10.1.0.10-10.1.0.12"), ["10.1.0.10/31", "10.1.0.12/32"]);
        assert_eq!(read("10.1.0.5"), ["10.1.0.5/32"]);
        assert_eq!(read("2001:db8::-2001:db8::ffff"), ["2001:db8::/112"]);
        assert_eq!(parse_ranges("10.2.0.0").map(|ranges| ranges.without_mask), Ok(1));
        assert_eq!(
            with_mask("10.1.0.0", "/24").map(|range| range.to_string()).as_deref(),
            Ok("10.1.0.0/24")
        );
    }

    #[test]
    fn an_invalid_range_is_refused() {
        for (text, said) in [
            ("10.1.0.5/16", "did you mean `10.1.0.0/16`?"),
            ("10.1.0.0/33", "not an address range"),
            ("10.1.0.9-10.1.0.1", "comes after"),
            ("10.1.0.1-::1", "different address families"),
            ("10.*.0.*", "not an address range"),
            ("10.1.0.0/255.0.255.0", "not a mask"),
            ("Lyon", "not an address range"),
            ("*.*.*.*", "not an address range"),
        ] {
            let why = parse_ranges(text).expect_err(text);
            assert!(why.contains(said), "{text}: {why}");
        }
    }
}
