//! Whether two computers can communicate, and by which route (NET-1, NET-2).

use crate::model::reach::Family;

/// The present state of the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyView {
    /// Whether it works.
    pub is_up: bool,
    /// Whether connections to the Internet use it.
    pub to_internet: bool,
    /// Whether the client has the right settings for it.
    pub settings_are_right: bool,
}

/// The route of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Direct.
    Straight,
    /// Through the proxy.
    ByProxy,
}

/// Why there is no route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoWay {
    /// The two use different versions of the Internet Protocol, and there is no proxy (NET-1).
    Family,
    /// The proxy that the route needs is down (NET-1, NET-2).
    ProxyDown,
    /// The client has wrong settings of the Internet proxy (NET-2).
    WrongProxy,
}

/// The route between a source and an agent, or why there is none.
///
/// Connections to the Internet use the Internet proxy, if there is one; they fail if it is down or if the settings are
/// wrong (NET-2). A pure IPv4 and a pure IPv6 computer connect only through a dual-stack proxy (NET-1).
///
/// # Errors
/// Why there is no route.
pub fn way(
    source: Family,
    agent: Family,
    from_internet: bool,
    proxy: Option<ProxyView>,
) -> Result<Way, NoWay> {
    match proxy {
        Some(proxy) if from_internet && proxy.to_internet && !proxy.settings_are_right => {
            Err(NoWay::WrongProxy)
        }
        Some(proxy) if from_internet && proxy.to_internet => by_proxy(proxy),
        _ if source.meets(agent) => Ok(Way::Straight),
        Some(proxy) => by_proxy(proxy),
        None => Err(NoWay::Family),
    }
}

/// Whether all computers reach each other without a proxy.
pub fn all_meet(families: impl IntoIterator<Item = Family>) -> bool {
    let (mut v4, mut v6) = (false, false);
    for family in families {
        v4 |= family == Family::V4;
        v6 |= family == Family::V6;
    }
    !(v4 && v6)
}

fn by_proxy(proxy: ProxyView) -> Result<Way, NoWay> {
    if proxy.is_up { Ok(Way::ByProxy) } else { Err(NoWay::ProxyDown) }
}

/// The family by which agents can reach the server: a dual-stack server that is identified by its address instead of
/// its host name is an IPv4 server to them (NET-1).
pub fn server_family(family: Family, by_host_name: bool) -> Family {
    match family {
        Family::Dual if !by_host_name => Family::V4,
        other => other,
    }
}

/// Whether an entry of the update source list still leads to its Update Agent: one by host name survives a change of
/// address, one by address fails until the list is corrected (UAG-5).
pub fn entry_leads_there(address_changed: bool, by_host_name: bool) -> bool {
    !address_changed || by_host_name
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: ProxyView =
        ProxyView { is_up: true, to_internet: false, settings_are_right: true };

    #[test]
    fn net_1_pure_families_meet_only_through_a_dual_stack_proxy() {
        use Family::{Dual, V4, V6};
        for (source, agent) in [(V4, V6), (V6, V4)] {
            assert_eq!(way(source, agent, false, None), Err(NoWay::Family));
            assert_eq!(way(source, agent, false, Some(PROXY)), Ok(Way::ByProxy));
            let down = ProxyView { is_up: false, ..PROXY };
            assert_eq!(way(source, agent, false, Some(down)), Err(NoWay::ProxyDown));
        }
        for (source, agent) in [(V4, V4), (V6, V6), (Dual, V4), (V6, Dual), (Dual, Dual)] {
            assert_eq!(way(source, agent, false, Some(PROXY)), Ok(Way::Straight));
        }
    }

    #[test]
    fn net_1_all_meet_if_each_two_do() {
        use Family::{Dual, V4, V6};
        let all = [Dual, V4, V6];
        for chosen in 0..1 << all.len() {
            let some = (0..all.len()).filter(|at| chosen >> at & 1 == 1).map(|at| all[at]);
            let some: Vec<Family> = some.collect();
            let each_two = some.iter().all(|one| some.iter().all(|other| one.meets(*other)));
            assert_eq!(all_meet(some.iter().copied()), each_two, "{some:?}");
        }
    }

    #[test]
    fn net_1_a_dual_stack_server_must_be_identified_by_host_name() {
        assert_eq!(server_family(Family::Dual, true), Family::Dual);
        assert_eq!(server_family(Family::Dual, false), Family::V4);
        assert_eq!(server_family(Family::V6, false), Family::V6);
    }

    #[test]
    fn net_2_the_internet_proxy_fails_when_down_or_set_wrongly() {
        let internet = ProxyView { to_internet: true, ..PROXY };
        let out = |proxy| way(Family::V4, Family::V4, true, Some(proxy));
        assert_eq!(out(internet), Ok(Way::ByProxy));
        assert_eq!(out(ProxyView { is_up: false, ..internet }), Err(NoWay::ProxyDown));
        assert_eq!(
            out(ProxyView { settings_are_right: false, ..internet }),
            Err(NoWay::WrongProxy)
        );
        assert_eq!(out(PROXY), Ok(Way::Straight));
    }

    #[test]
    fn uag_5_an_entry_by_host_name_survives_a_change_of_address() {
        assert!(entry_leads_there(true, true) && entry_leads_there(false, false));
        assert!(!entry_leads_there(true, false));
    }
}
